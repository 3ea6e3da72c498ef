"""A button that was pressed under an answer, as it reaches our handlers."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.channels.slack.answering.outcomes import Sent
from assistant.channels.slack.answering.sending import send
from assistant.channels.slack.arriving.payloads import team
from assistant.channels.slack.messages import Body, How, Message
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Way, What, Wish
from prompts import LANGUAGES

log = logging.getLogger(__name__)

LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed what, where. `ts` is the message with the button, empty where only they see it."""

    team: str
    channel: str
    user: str
    ts: str
    thread: str
    answer_id: str
    response_url: str
    trigger_id: str

    def wish(self, what: What) -> Wish:
        """What is wanted by it, as a job holds it."""
        return Wish(
            what,
            Way.BUTTON,
            self.team,
            self.channel,
            self.user,
            ts=self.ts,
            thread=self.thread,
            answer_id=self.answer_id,
            response_url=self.response_url,
        )


def pressed(body: Mapping[str, Any]) -> Press | None:
    """The press in a body that payloads.py read; None where it belongs to no message of a conversation."""
    container = body["container"]
    channel = container.get("channel_id") or body.get("channel", {}).get("id", "")
    ts = "" if container.get("is_ephemeral") else container.get("message_ts", "")
    if not channel or not body["actions"]:
        return None
    thread = container.get("thread_ts") or body.get("message", {}).get("thread_ts", "")
    return Press(
        team=team(body),
        channel=channel,
        user=body["user"]["id"],
        ts=ts,
        thread=thread or ("" if channel.startswith("D") else ts),
        answer_id=body["actions"][0].get("value", "")[:LONGEST_ID],
        response_url=body.get("response_url", ""),
        trigger_id=body["trigger_id"],
    )


def tell(parts: SlackParts, wish: Wish, body: Body) -> None:
    """Say it at once to the one whose wish it is, and to nobody else; what Slack does not take is logged."""
    how = How.RESPOND if wish.response_url else How.EPHEMERAL
    # Where the message has no thread yet, Slack would hide a word to one person in it.
    thread = wish.thread if wish.thread != wish.ts else ""
    message = Message(how, wish.channel, body, thread, wish.user, wish.response_url)
    told = send(parts, wish, message, "")
    if not isinstance(told, Sent):
        log.warning("a word to who pressed a button in %s did not arrive: %s", wish.channel, told)


def spoken(language: str, parts: SlackParts) -> str:
    """`language` where we have texts in it, else the service's."""
    return language if language in LANGUAGES else parts.settings.language
