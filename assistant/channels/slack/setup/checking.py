"""`utblick slack check`: whether everything is there that Slack needs of us and we of Slack."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import httpx
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine, func, select

from assistant.channels.slack.answering.working import LOCK
from assistant.channels.slack.rules import Rules, open_rules
from assistant.channels.slack.setup.findings import Finding, missing, note, ok
from assistant.channels.slack.setup.manifest import PATH
from assistant.channels.slack.setup.workspace import slack_findings
from assistant.channels.slack.wishes import KIND
from vectorstore.catalogue import Catalogue
from vectorstore.database import open_database
from vectorstore.errors import StoreError
from vectorstore.jobs import Jobs, JobState
from vectorstore.locks import is_locked
from vectorstore.settings import PREFIX, Settings, SettingsError
from vectorstore.slack_tables import slack_seen
from vectorstore.stored_register import StoredNames

REACH_SECONDS = 5
MOST_JOBS = 2000
LATE = timedelta(minutes=10)
_BOT, _APP, _SECRET = r"xoxb-[\w-]{10,}", r"xapp-[\w-]{10,}", r"[0-9a-f]{32}"
_OTHERS = {
    "xoxp-": "is a person's token; the bot's is needed, which begins with xoxb-",
    "xoxe": "is a token that Slack soon replaces; turn token rotation off and install the app again",
    "xapp-": "is the app token; the bot's is needed, which begins with xoxb-",
    "xoxb-": "is the bot's token; the app token is needed, which begins with xapp-",
}


def check(settings: Settings, now: datetime | None = None) -> list[Finding]:
    """Everything that was looked at, in the order in which it is set up."""
    return list(_findings(settings, now or datetime.now(UTC)))


def _findings(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield from _forms(settings)
    yield _address(settings)
    try:
        engine = open_database(settings)
    except StoreError as error:
        yield missing("database", f"{error}. Nothing from Slack can be taken in without it.")
        return
    try:
        yield ok("database", "can be reached")
        rules, told = _rules(settings, engine)
        yield told
        yield from _named(engine, rules)
        if settings.slack_bot_token.get_secret_value():
            yield from slack_findings(settings, rules, now)
        if settings.slack_signing_secret.get_secret_value() and settings.public_url:
            yield _reached(settings)
        yield from _under_way(settings, engine, now)
    finally:
        engine.dispose()


def _forms(settings: Settings) -> Iterator[Finding]:
    """Whether the secrets are there and look as they should; what they are is never told."""
    bot, app, secret = (
        getattr(settings, name).get_secret_value()
        for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret")
    )
    where = "OAuth & Permissions in the app's settings at api.slack.com/apps"
    yield _form("SLACK_BOT_TOKEN", bot, _BOT, f"copy the Bot User OAuth Token, xoxb-…, from {where}")
    if not (app or secret):
        yield missing(
            "way in",
            f"nothing can come in from Slack. Set {PREFIX}SLACK_SIGNING_SECRET for HTTP, or "
            f"{PREFIX}SLACK_APP_TOKEN for Socket Mode (Basic Information in the app's settings).",
        )
    if secret:
        basic = "copy it from Basic Information, App Credentials, Signing Secret"
        yield _form("SLACK_SIGNING_SECRET", secret, _SECRET, basic)
    if app:
        basic = "make one with connections:write under Basic Information, App-Level Tokens"
        yield _form("SLACK_APP_TOKEN", app, _APP, basic)


def _form(name: str, value: str, form: str, how: str) -> Finding:
    if not value:
        return missing(PREFIX + name, f"is empty: {how}.")
    if re.fullmatch(form, value):
        return ok(PREFIX + name, "has the right form")
    other = next((text for start, text in _OTHERS.items() if value.startswith(start)), "")
    if value.startswith(form[:5]) or not other:
        other = "looks otherwise than what Slack gives; perhaps a part was lost, or a blank came along"
    return missing(PREFIX + name, f"{other}: {how}.")


def _address(settings: Settings) -> Finding:
    what, http = f"{PREFIX}PUBLIC_URL", bool(settings.slack_signing_secret.get_secret_value())
    tell = missing if http else note
    if not settings.public_url:
        needed = " Slack cannot reach the server over HTTP without it either." if http else ""
        return tell(what, f"is empty: answers carry no links to documents and the web chat.{needed}")
    if not settings.public_url.startswith("https://"):
        return tell(
            what, "is not https: Slack sends over https only, and links should not be open to others."
        )
    return ok(what, settings.public_url)


def _rules(settings: Settings, engine: Engine) -> tuple[Rules, Finding]:
    what = f"{PREFIX}SLACK_FILE"
    try:
        rules = open_rules(settings, engine)
    except SettingsError as error:
        return Rules(engine), missing(what, str(error).removeprefix(f"{what}="))
    if not settings.slack_file:
        return rules, ok(what, "not set; channels are set in Slack by /utblick settings")
    return rules, ok(what, f"read, {len(rules.file.channels)} channels")


def _named(engine: Engine, rules: Rules) -> Iterator[Finding]:
    """What the file names of ours: documents, publishers, regions."""
    stored = Catalogue(engine).documents()
    if stored:
        yield ok("documents", f"{len(stored)} stored")
    else:
        yield missing(
            "documents", "none are stored, so nothing can be answered: see `utblick ingest --help`."
        )
    known = {one.id for one in stored} | {one.source for one in stored}
    publishers = {one.metadata.publisher for one in stored}
    with engine.connect() as connection:
        names = StoredNames().read(connection)
    channels = {f"channel {id}": rule for id, rule in rules.file.channels.items()}
    direct = {"direct": rules.file.direct} if rules.file.direct else {}
    for what, rule in {"usual": rules.file.usual, **direct, **channels}.items():
        for one in rule.documents:
            if one not in known:
                yield missing(what, f"the document {one!r} is not stored; `utblick documents` lists them.")
        for one in rule.publishers:
            if one not in publishers:
                yield missing(what, f"no document is by the publisher {one!r}.")
        if rule.region and not names.look_up(rule.region):
            yield missing(
                what, f"the region {rule.region!r} is not known; `utblick register` tells the names."
            )


def _reached(settings: Settings) -> Finding:
    """Send ourselves what Slack sends when it makes sure of the address."""
    url, challenge = settings.public_url + PATH, token_hex(16)
    body = json.dumps({"type": "url_verification", "challenge": challenge})
    secret, at = settings.slack_signing_secret.get_secret_value(), str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body) or ""
    signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}
    try:
        headers = {**signed, "Content-Type": "application/json"}
        got = httpx.post(url, content=body, headers=headers, timeout=REACH_SECONDS)
    except httpx.HTTPError as error:
        return note(url, f"cannot be reached from this machine ({type(error).__name__}); Slack perhaps can.")
    if got.status_code == 200 and challenge in got.text:
        return ok(url, "answers what Slack signs")
    return missing(url, _refusal(got.status_code))


def _refusal(status: int) -> str:
    if status == 401:
        return (
            "refuses the signature: the server was started with another signing secret, or its clock is off."
        )
    if status == 404:
        return (
            "is not there: start `utblick serve` again with these settings, and let the proxy pass /slack on."
        )
    if status in (502, 503, 504):
        return f"the proxy answers {status}: start `utblick serve`."
    if 300 <= status < 400:
        return f"redirects ({status}): set the address that it leads to."
    return f"answers {status} where 200 and the challenge were expected."


def _under_way(settings: Settings, engine: Engine, now: datetime) -> Iterator[Finding]:
    if is_locked(settings.data_dir / LOCK):
        yield ok("worker", "a process answers")
    else:
        yield note(
            "worker", "no process of this data folder answers now: start `utblick serve` or `utblick slack`."
        )
    jobs = Jobs(engine).newest(MOST_JOBS, [KIND])
    failed = sum(job.state is JobState.FAILED for job in jobs)
    late = sum(job.state is JobState.WAITING and now - job.at > LATE for job in jobs)
    if failed:
        yield note("dead letters", f"{failed} could not be answered; the desk tells why, at /desk/slack.")
    if late:
        yield note("waiting", f"{late} have waited for more than {LATE.seconds // 60} minutes.")
    heard = select(func.max(slack_seen.c.at)).where(slack_seen.c.key.startswith("event:"))
    with engine.connect() as connection:
        last = connection.execute(heard).scalar()
    if last:
        yield ok("heard from Slack", f"last {last:%Y-%m-%d %H:%M} UTC")
    else:
        yield note("heard from Slack", "no event in the last days: mention @utblick in a channel to try.")
