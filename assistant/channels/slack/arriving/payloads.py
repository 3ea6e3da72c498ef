"""What Slack may send, cut down to the fields that are used, each with its type and bounds.

Bolt and the handlers see what passed these models and nothing else, so nothing odd can reach them.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from assistant.channels.slack.arriving.fields import Id, Name, Opaque, Part, ResponseUrl, Text, Ts
from assistant.channels.slack.arriving.interactions import Pressed, Shortcut, Submitted


class BadPayload(ValueError):
    """What came is not in the form that Slack gives it; the message names the fields, not what they held."""


class Challenge(Part):
    """Slack asks whether it has the right address."""

    type: Literal["url_verification"]
    challenge: Opaque


class Authorization(Part):
    """Whom an event is delivered to: `user_id` is our own."""

    team_id: Id | None = None
    enterprise_id: Id | None = None
    user_id: Id | None = None
    is_bot: bool | None = None
    is_enterprise_install: bool | None = None


class Pane(Part):
    """The conversation that was opened in the assistant's pane."""

    user_id: Id
    channel_id: Id
    thread_ts: Ts


class Said(Part):
    """A message, as an event tells of it. `edited` is whether it was."""

    type: Literal["app_mention", "message"]
    channel: Id
    ts: Ts
    channel_type: Name | None = None
    subtype: Name | None = None
    thread_ts: Ts | None = None
    user: Id | None = None
    bot_id: Id | None = None
    app_id: Id | None = None
    text: Text = ""
    edited: Annotated[bool, BeforeValidator(lambda value: value is not None)] = False


class Opened(Part):
    """Somebody opened the assistant's pane."""

    type: Literal["assistant_thread_started"]
    assistant_thread: Pane


class Event(Part):
    """One event."""

    type: Literal["event_callback"]
    team_id: Id
    event_id: Id
    api_app_id: Id | None = None
    enterprise_id: Id | None = None
    is_ext_shared_channel: bool | None = None
    authorizations: Annotated[list[Authorization], Field(max_length=100)] | None = None
    event: Annotated[Said | Opened, Field(discriminator="type")]


class Command(Part):
    """A slash command; a form holds nothing but texts."""

    command: Annotated[str, StringConstraints(pattern=r"^/[!-~]{1,60}$")]
    team_id: Id
    channel_id: Id
    user_id: Id
    trigger_id: Opaque
    response_url: ResponseUrl
    text: Text = ""
    enterprise_id: Id | None = None
    is_enterprise_install: Literal["true", "false"] | None = None


EVENTS = ("app_mention", "message", "assistant_thread_started")
SUBTYPES = (None, "file_share", "thread_broadcast")
"""The kinds of message that somebody wrote now; the others tell of edits, deletions, bots and the like."""
_KINDS: Mapping[str, type[Part]] = {
    "url_verification": Challenge,
    "event_callback": Event,
    "message_action": Shortcut,
    "block_actions": Pressed,
    "view_submission": Submitted,
}


def read(said: Mapping[str, Any], slack_url: str = "") -> dict[str, Any] | None:
    """The fields that are used, as Bolt takes them; None for what nothing is done about.

    `slack_url` is where Slack's API is, if not at slack.com. Raises BadPayload.
    """
    kind = _kind(said)
    if kind is None:
        return None
    try:
        part = kind.model_validate(said, context={"slack_url": slack_url})
    except ValidationError as error:
        fields = {".".join(str(step) for step in each["loc"][:3])[:80] for each in error.errors()[:5]}
        raise BadPayload(f"{kind.__name__}: {', '.join(sorted(fields))}") from None
    return part.model_dump(exclude_none=True)


def team(body: Mapping[str, Any]) -> str:
    """The workspace that a body from `read` came from."""
    found: str = body.get("team_id") or body.get("team", {}).get("id") or body["user"]["team_id"]
    return found


def _kind(said: Mapping[str, Any]) -> type[Part] | None:
    if "command" in said:
        return Command
    if "ssl_check" in said:
        return None
    kind = said.get("type")
    if not isinstance(kind, str):
        raise BadPayload("type")
    if kind == "event_callback" and not _is_ours(said.get("event")):
        return None
    return _KINDS.get(kind)


def _is_ours(event: object) -> bool:
    if not isinstance(event, Mapping) or not isinstance(event.get("type"), str):
        raise BadPayload("event")
    subtype = event.get("subtype")
    if not isinstance(subtype, str | None):
        raise BadPayload("event.subtype")
    return event["type"] in EVENTS and subtype in SUBTYPES
