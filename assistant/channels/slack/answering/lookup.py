"""Whether a message arrived, told by the key that it bears."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web import SlackResponse

from assistant.channels.slack.actions import EVENT_TYPE
from assistant.channels.slack.answering.outcomes import Outcome, Refused, Sent, outcome
from assistant.channels.slack.messages import Message
from assistant.channels.slack.parts import SlackParts

log = logging.getLogger(__name__)

PAGE = 200
MOST_PAGES = 20
CLOCKS_APART = timedelta(minutes=10)
"""How far our clock may be from Slack's; requests that differ more are not taken."""


def arrived(parts: SlackParts, message: Message, key: str, at: datetime) -> Outcome:
    """Sent with its time stamp, or with none where it did not arrive; else why that is not known.

    `at` is when its job was added. Where Slack does not let us look, it is taken not to have arrived: to be
    told twice is better than never.
    """
    wanted = {"channel": message.channel, "oldest": f"{(at - CLOCKS_APART).timestamp():.6f}"}
    for _ in range(MOST_PAGES):
        told = outcome(lambda: _page(parts, message, wanted))
        if isinstance(told, Refused):
            if told.code != "thread_not_found":
                log.warning("cannot look for a message in %s: %s", message.channel, told.code)
            return Sent()
        if not isinstance(told, Sent):
            return told
        if ts := _with(told.said.get("messages", ()), key):
            return Sent(ts)
        cursor = (told.said.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            break
        wanted["cursor"] = cursor
    return Sent()


def _page(parts: SlackParts, message: Message, wanted: Mapping[str, Any]) -> SlackResponse:
    if message.thread:
        return parts.client.conversations_replies(
            ts=message.thread, limit=PAGE, include_all_metadata=True, **wanted
        )
    return parts.client.conversations_history(limit=PAGE, include_all_metadata=True, **wanted)


def _with(messages: Any, key: str) -> str:
    for each in messages:
        metadata = each.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
            return str(each.get("ts", ""))
    return ""
