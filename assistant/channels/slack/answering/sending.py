"""One message to Slack, once: posted, shown to one person, sent to a response address, or proposed."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.webhook import WebhookClient

from assistant.channels.slack.actions import EVENT_TYPE
from assistant.channels.slack.answering.outcomes import Outcome, Refused, Sent, doubt, outcome, refusal
from assistant.channels.slack.messages import Body, How, Message
from assistant.channels.slack.parts import CALL_SECONDS, SlackParts
from assistant.channels.slack.response_urls import is_slacks
from assistant.channels.slack.wishes import Wish

log = logging.getLogger(__name__)

TEXT_CHARACTERS = 39_000
"""Slack cuts a message's text off after 40 000."""
FLAT: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""Nothing in a text becomes a preview, a link or a mention by itself."""


def send(parts: SlackParts, wish: Wish, message: Message, key: str) -> Outcome:
    """Try to send `message` once; a posted one can be found by `key` afterwards."""
    return _SENDERS[message.how](parts, wish, message, key)


def _post(parts: SlackParts, wish: Wish, message: Message, key: str) -> Outcome:
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    said = {**_said(message.body), "channel": message.channel, "metadata": metadata}
    if message.thread:
        said["thread_ts"] = message.thread
    return outcome(lambda: parts.client.api_call("chat.postMessage", json=said))


def _ephemeral(parts: SlackParts, wish: Wish, message: Message, key: str) -> Outcome:
    said = {**_said(message.body), "channel": message.channel, "user": message.user}
    if message.thread and message.thread != wish.ts:
        # In a thread that nobody has answered in yet Slack would not show it.
        said["thread_ts"] = message.thread
    told = outcome(lambda: parts.client.api_call("chat.postEphemeral", json=said))
    return Sent() if isinstance(told, Sent) else told


def _respond(parts: SlackParts, wish: Wish, message: Message, key: str) -> Outcome:
    if not is_slacks(message.response_url, parts.settings.slack_url):
        return Refused("foreign_response_url")
    said = {**_said(message.body), "response_type": "in_channel" if message.open else "ephemeral"}
    said["replace_original"] = False
    if message.thread:
        said["thread_ts"] = message.thread
    hook = WebhookClient(message.response_url, timeout=CALL_SECONDS, retry_handlers=[])
    try:
        response = hook.send_dict(said)
    except Exception as error:
        return doubt(error)
    if response.status_code == 200:
        code = _code(response.body)
        return Sent() if code in ("", "ok") else refusal(200, response.headers, code)
    code = _code(response.body) or ("expired_url" if response.status_code in (404, 410) else "")
    return refusal(response.status_code, response.headers, code)


def _propose(parts: SlackParts, wish: Wish, message: Message, key: str) -> Outcome:
    proposed = [{"title": title, "message": text} for title, text in message.prompts]
    told = outcome(
        lambda: parts.client.assistant_threads_setSuggestedPrompts(
            channel_id=message.channel, thread_ts=message.thread or None, prompts=proposed
        )
    )
    if not isinstance(told, Sent):
        log.warning("questions could not be proposed in %s: %s", message.channel, told)
    # The pane works without them.
    return Sent()


_SENDERS: Mapping[How, Callable[[SlackParts, Wish, Message, str], Outcome]] = {
    How.POST: _post,
    How.EPHEMERAL: _ephemeral,
    How.RESPOND: _respond,
    How.PROMPTS: _propose,
}


def _said(body: Body) -> dict[str, Any]:
    said: dict[str, Any] = {**FLAT, "text": body.text[:TEXT_CHARACTERS]}
    if body.blocks:
        said["blocks"] = [dict(block) for block in body.blocks]
    return said


def _code(body: str) -> str:
    """The error in a response address's reply, which is JSON or a bare word."""
    try:
        told = json.loads(body)
    except ValueError:
        return body.strip()[:100]
    return str(told.get("error", "")) if isinstance(told, dict) else ""
