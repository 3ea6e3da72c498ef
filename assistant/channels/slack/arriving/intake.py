"""From what Slack sent, as payloads.py hands it on, to what somebody wants of Utblick."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from assistant.channels.slack.arriving.payloads import team
from assistant.channels.slack.arriving.slack_text import mentions, plain, says, to_others
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Way, What, Wish

HELP = frozenset({"", "help", "hjälp", "hjelp"})
SETTINGS = frozenset({"settings", "inställningar", "innstillinger"})
"""What follows `/utblick` to set a channel up; see buttons.py."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """A wish and the keys by which the same one is known when it comes again; see Inbox.keep."""

    wish: Wish
    keys: tuple[str, ...]
    joins: bool = False


def from_mention(parts: SlackParts, body: Body) -> Taken | None:
    """What a message that mentions Utblick wants; None where it is not for Utblick."""
    event = body["event"]
    if not _is_somebody(body):
        return None
    if event["channel"].startswith("D"):
        return _from_direct(parts, body)
    thread = event.get("thread_ts", event["ts"])
    wish = _asked(parts, body, Way.MENTION, thread)
    if not wish.text and "thread_ts" in event:
        # Without words it is about what the thread began with, which the worker reads.
        return _taken(parts, body, replace(wish, ts=thread))
    return _taken(parts, body, replace(wish, what=_asks(wish.text)))


def from_message(parts: SlackParts, body: Body) -> Taken | None:
    """What a message wants: in a direct conversation, with a mention, or in a thread taken part in."""
    event = body["event"]
    if not _is_somebody(body):
        return None
    if event["channel"].startswith("D"):
        return _from_direct(parts, body)
    if mentions(event["text"], own_user(body)):
        return from_mention(parts, body)
    return _from_follow_up(parts, body)


def from_pane(parts: SlackParts, body: Body) -> Taken | None:
    """A greeting for who opened the assistant's pane."""
    pane = body["event"]["assistant_thread"]
    channel, thread = pane["channel_id"], pane["thread_ts"]
    wish = Wish(What.GREET, Way.DIRECT, team(body), channel, pane["user_id"], thread=thread)
    return Taken(wish, (f"event:{body['event_id']}", f"greet:{channel}:{thread}"))


def from_command(parts: SlackParts, body: Body) -> Taken | None:
    """What `/utblick ...` wants."""
    text = plain(body["text"], "")
    wish = Wish(
        _asks(text),
        Way.COMMAND,
        team(body),
        body["channel_id"],
        body["user_id"],
        text,
        response_url=body["response_url"],
    )
    return Taken(_allowed(parts, body, wish), (f"trigger:{body['trigger_id']}",))


def from_shortcut(parts: SlackParts, body: Body) -> Taken | None:
    """What "ask Utblick about this message" wants: an answer to the message's text."""
    message = body["message"]
    text = plain(message["text"], "")
    wish = Wish(
        What.ANSWER if says(text) else What.REFUSE,
        Way.SHORTCUT,
        team(body),
        body["channel"]["id"],
        body["user"]["id"],
        text if says(text) else "",
        message["ts"],
        message.get("thread_ts", message["ts"]),
        response_url=body["response_url"],
        code="" if says(text) else "empty",
    )
    return Taken(_allowed(parts, body, wish), (f"trigger:{body['trigger_id']}",))


def is_settings(body: Body) -> bool:
    """Whether a command is for setting the channel up."""
    return plain(body["text"], "").casefold() in SETTINGS


def own_user(body: Body) -> str:
    """Our own user where the event was delivered to; empty where Slack does not tell."""
    known: list[Mapping[str, str]] = body.get("authorizations", [])
    return next((each["user_id"] for each in known if "user_id" in each), "")


def _from_direct(parts: SlackParts, body: Body) -> Taken:
    wish = _asked(parts, body, Way.DIRECT, body["event"].get("thread_ts", ""))
    return _taken(parts, body, replace(wish, what=_asks(wish.text)))


def _from_follow_up(parts: SlackParts, body: Body) -> Taken | None:
    event = body["event"]
    thread, channel = event.get("thread_ts", event["ts"]), event["channel"]
    if thread == event["ts"] or to_others(event["text"], own_user(body)):
        return None
    if not parts.threads.joined(team(body), channel, thread):
        return None
    rule = parts.rules.rule(team(body), channel)
    outside = body.get("is_ext_shared_channel", False) and not rule.external
    if not rule.on or rule.only_mentioned or outside:
        return None
    wish = _asked(parts, body, Way.FOLLOW_UP, thread)
    return _taken(parts, body, wish) if wish.text else None


def _asks(text: str) -> What:
    return What.HELP if text.casefold().strip("!?. ") in HELP else What.ANSWER


def _is_somebody(body: Body) -> bool:
    # A mention that came by an edit, or from a program, is not somebody asking. Bolt leaves out ourselves.
    event = body["event"]
    program = "bot_id" in event or "app_id" in event
    return not program and not event["edited"] and "user" in event


def _asked(parts: SlackParts, body: Body, way: Way, thread: str) -> Wish:
    event = body["event"]
    text = plain(event["text"], own_user(body))
    at = thread or _day(event["ts"])
    return Wish(
        What.ANSWER,
        way,
        team(body),
        event["channel"],
        event["user"],
        text if says(text) else "",
        event["ts"],
        thread,
        f"slack:{team(body)}:{event['channel']}:{at}",
    )


def _taken(parts: SlackParts, body: Body, wish: Wish) -> Taken:
    event = body["event"]
    keys = (f"event:{body['event_id']}", f"message:{event['channel']}:{event['ts']}")
    allowed = _allowed(parts, body, wish)
    return Taken(allowed, keys, joins=allowed.what is not What.REFUSE)


def _allowed(parts: SlackParts, body: Body, wish: Wish) -> Wish:
    """The wish, or the refusal that it comes to; a refusal holds none of its words."""
    rule = parts.rules.rule(wish.team, wish.channel)
    code = ""
    if not rule.on:
        code = "off"
    elif body.get("is_ext_shared_channel", False) and not rule.external:
        code = "external"
    elif len(wish.text) > parts.settings.question_characters:
        code = "long"
    return replace(wish, what=What.REFUSE, code=code, text="") if code else wish


def _day(ts: str) -> str:
    return datetime.fromtimestamp(float(ts)).astimezone().date().isoformat()
