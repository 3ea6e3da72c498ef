"""What Slack tells of a conversation: who is in it, and the address of a message there."""

import logging

from assistant.channels.slack.answering.outcomes import Outcome, Refused, Sent, outcome
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Rule, is_direct

log = logging.getLogger(__name__)

UNTOLD = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})


def is_in(parts: SlackParts, channel: str) -> bool:
    """Whether we are in the channel; taken for granted where Slack fails, not where it will not tell."""
    told = _about(parts, channel)
    if not isinstance(told, Sent):
        return not (isinstance(told, Refused) and told.code in UNTOLD)
    found = told.said.get("channel") or {}
    return found.get("is_member") is not False or bool(found.get("is_im"))


def is_closed(parts: SlackParts, channel: str, rule: Rule) -> bool:
    """Whether another organisation is in it, as far as Slack tells, where the rule does not allow that."""
    if rule.external or is_direct(channel):
        return False
    told = _about(parts, channel)
    found = (told.said.get("channel") or {}) if isinstance(told, Sent) else {}
    return bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))


def permalink(parts: SlackParts, channel: str, ts: str) -> str:
    """The address of the message in Slack; empty where Slack does not give it."""
    told = outcome(lambda: parts.client.chat_getPermalink(channel=channel, message_ts=ts))
    if not isinstance(told, Sent):
        log.warning("Slack gave no address for a message in %s: %s", channel, told)
        return ""
    found = str(told.said.get("permalink") or "")
    return found if found.startswith("https://") else ""


def _about(parts: SlackParts, channel: str) -> Outcome:
    told = outcome(lambda: parts.client.conversations_info(channel=channel))
    if not isinstance(told, Sent):
        log.warning("Slack did not tell about channel %s: %s", channel, told)
    return told
