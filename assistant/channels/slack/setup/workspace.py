"""What Slack itself says of the set-up: the tokens, the scopes, the clock, the channels and the people."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from assistant.channels.slack.parts import CALL_SECONDS
from assistant.channels.slack.rules import Rule, Rules
from assistant.channels.slack.setup.findings import Finding, missing, note, ok
from assistant.channels.slack.setup.manifest import PANE_SCOPE, scopes
from vectorstore.errors import UtblickError
from vectorstore.settings import PREFIX, Settings, SettingsError

CLOCK_SECONDS, CLOCK_NOTE = 300, 30
"""Slack's requests are taken within so many seconds; a clock that is less off is told of."""
MOST_ASKED = 200
"""Channels and people that are looked up, since Slack counts our calls."""
AGAIN = "Add it under OAuth & Permissions and install the app again."
UNREACHED = (SlackClientError, OSError, HTTPException, ValueError)
WITHOUT: Mapping[str, str] = {
    "app_mentions:read": "mentions in channels do not arrive",
    "assistant:write": "the pane for assistants opens without proposed questions",
    "channels:history": "follow-ups in threads do not arrive, and a doubtful delivery cannot be looked up",
    "channels:read": "Slack does not tell whether Utblick is in a channel that an answer is shared with",
    "chat:write": "nothing can be sent",
    "commands": "/utblick and the message shortcut are not there",
    "groups:history": "as channels:history, in private channels",
    "groups:read": "as channels:read, in private channels",
    "im:history": "direct messages do not arrive",
    "mpim:history": "messages in conversations of several people do not arrive",
    "reactions:write": "no sign tells that an answer is being worked on",
    "users:read": "administrators of the workspace are not known, so only those in the file can set channels",
}
NICE = frozenset({PANE_SCOPE, "channels:read", "groups:read", "reactions:write"})
"""Scopes that answers come without."""
_TOKEN_FAULTS: Mapping[str, str] = {
    "invalid_auth": "Slack does not know it: copy it again",
    "not_authed": "Slack does not know it: copy it again",
    "token_revoked": "it is no longer valid: install the app again and copy the new one",
    "account_inactive": "the app was removed from the workspace: install it again and copy the new token",
    "token_expired": "it has expired: turn token rotation off and install the app again",
    "not_allowed_token_type": "it is of another kind than is needed here",
    "missing_scope": "it lacks the scope connections:write: make a new one with it",
}


class NotReached(UtblickError):
    """Slack could not be asked; the message is for the person at the keyboard."""


def identity(settings: Settings) -> Mapping[str, str]:
    """Whose the bot's token is: `user`, `team` and `team_id`.

    Raises SettingsError for a token that Slack refuses, NotReached where Slack cannot be reached.
    """
    who = _needed("SLACK_BOT_TOKEN", _client(settings).auth_test)
    return {name: str(who.get(name, "")) for name in ("user", "team", "team_id")}


def check_app_token(settings: Settings) -> None:
    """Raises SettingsError where Slack refuses the app token, NotReached where it cannot be reached."""
    token = settings.slack_app_token.get_secret_value()
    _needed("SLACK_APP_TOKEN", lambda: _client(settings).apps_connections_open(app_token=token))


def _needed(name: str, call: Callable[[], SlackResponse]) -> SlackResponse:
    try:
        return call()
    except SlackApiError as error:
        raise SettingsError(f"{PREFIX}{name}: {_refusal(error)}. See docs/slack.md.") from None
    except UNREACHED as error:
        raise NotReached(f"{_unreached(error)}.") from None


def slack_findings(settings: Settings, rules: Rules, now: datetime) -> Iterator[Finding]:
    """What Slack says of the bot's token and of all that is seen with it; then of the app token."""
    client = _client(settings)
    who, told = _asked(client.auth_test)
    what = f"{PREFIX}SLACK_BOT_TOKEN"
    if who is None:
        yield missing(what, f"{told}.")
    else:
        yield ok(what, f"works: @{who['user']} in {who['team']} ({who['team_id']})")
        yield from _scopes(_header(who, "X-OAuth-Scopes"))
        yield from _clock(_header(who, "Date"), now)
        yield from _channels(client, rules, str(who["team_id"]))
        yield from _people(client, rules)
    if token := settings.slack_app_token.get_secret_value():
        opened, told = _asked(lambda: client.apps_connections_open(app_token=token))
        what = f"{PREFIX}SLACK_APP_TOKEN"
        yield ok(what, "works, Socket Mode can connect") if opened else missing(what, f"{told}.")


def _asked(call: Callable[[], SlackResponse]) -> tuple[SlackResponse | None, str]:
    """Slack's answer, or why there is none."""
    try:
        return call(), ""
    except SlackApiError as error:
        return None, _refusal(error)
    except UNREACHED as error:
        return None, _unreached(error)


def _refusal(error: SlackApiError) -> str:
    code = str(error.response.get("error", "unknown"))
    return _TOKEN_FAULTS.get(code, f"Slack says {code}")


def _unreached(error: Exception) -> str:
    return f"Slack cannot be reached ({type(error).__name__}): look at the network and its proxy"


def _client(settings: Settings) -> WebClient:
    return WebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_url,
        timeout=CALL_SECONDS,
        retry_handlers=[],
    )


def _header(response: SlackResponse, name: str) -> str:
    headers = {str(key).lower(): value for key, value in response.headers.items()}
    value = headers.get(name.lower(), "")
    return str(value[0] if isinstance(value, list) else value)


def _scopes(header: str) -> Iterator[Finding]:
    if not header:
        yield note("scopes", "Slack did not tell them.")
        return
    given = {one.strip() for one in header.split(",")}
    lacking = [one for one in scopes() if one not in given]
    for one in lacking:
        tell = note if one in NICE else missing
        yield tell(f"scope {one}", f"without it {WITHOUT[one]}. {AGAIN}")
    if not lacking:
        yield ok("scopes", f"all {len(scopes())}")
    if more := sorted(given - set(scopes())):
        yield note("scopes", f"more than are used: {', '.join(more)}. Take them away.")


def _clock(header: str, now: datetime) -> Iterator[Finding]:
    try:
        off = (now - parsedate_to_datetime(header)).total_seconds()
    except (ValueError, TypeError):
        return
    told = f"this machine's is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} Slack's"
    if abs(off) > CLOCK_SECONDS:
        yield missing("clock", f"{told}: everything from Slack is refused. Set it by NTP.")
    elif abs(off) > CLOCK_NOTE:
        yield note("clock", f"{told}; from {CLOCK_SECONDS} s on everything is refused.")
    else:
        yield ok("clock", "goes with Slack's")


def _channels(client: WebClient, rules: Rules, team: str) -> Iterator[Finding]:
    used = [(id, rule) for id, rule in rules.named(team).items() if rule.on][:MOST_ASKED]
    for id, rule in used:
        found, told = _asked(lambda: client.conversations_info(channel=id))  # noqa: B023
        yield _channel(id, rule, rules.fixed(id), found["channel"] if found else None, told)


def _channel(id: str, rule: Rule, fixed: bool, channel: Mapping[str, Any] | None, told: str) -> Finding:
    """`fixed` channels stand in the file; others were set in Slack and may since be gone."""
    what, tell = f"channel {id}", missing if fixed else note
    if channel is None:
        if "channel_not_found" in told:
            return tell(
                what, "Slack knows none, or it is private and @utblick is not in it: invite @utblick."
            )
        return tell(what, f"{told}.")
    name = f"#{channel.get('name', '')}"
    if channel.get("is_archived"):
        return tell(what, f"{name} is archived: take it away, or bring it back in Slack.")
    if not channel.get("is_member"):
        tell = missing if fixed or rule.digest else note
        return tell(what, f"@utblick is not in {name}: write /invite @utblick there.")
    if channel.get("is_ext_shared") and not rule.external:
        tell = missing if rule.digest else note
        refused = "no digest goes there, and questions are refused" if rule.digest else "refused there"
        return tell(what, f"{name} is shared with another organisation: {refused} unless `external` is set.")
    return ok(what, f"@utblick is in {name}" + (", digest on Mondays" if rule.digest else ""))


def _people(client: WebClient, rules: Rules) -> Iterator[Finding]:
    of_rules = [person for rule in rules.file.channels.values() for person in rule.colleagues]
    named = dict.fromkeys([*rules.file.admins, *rules.file.usual.colleagues, *of_rules])
    people = [one for one in named if not one.startswith("S")][:MOST_ASKED]
    lacking = 0
    for one in people:
        found, told = _asked(lambda: client.users_info(user=one))  # noqa: B023
        if found is None:
            lacking += 1
            yield missing(f"person {one}", "Slack knows none." if "user_not_found" in told else f"{told}.")
        elif found["user"].get("deleted"):
            lacking += 1
            yield missing(f"person {one}", "has left the workspace: take them out of the file.")
    if people and not lacking:
        yield ok("people", f"all {len(people)} in the file are in the workspace")
