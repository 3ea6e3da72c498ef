"""From a wish to its reply: who composes what, and our words where there can be none."""

from collections.abc import Callable, Mapping

import prompts
from assistant.channels.slack.addressing import to_asker
from assistant.channels.slack.answering import asking, replies
from assistant.channels.slack.answering.worker_words import words
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.digest import digest
from assistant.channels.slack.messages import How, Message, Reply
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Way, What, Wish

COMPOSERS: Mapping[What, Callable[[SlackParts, Wish], Reply]] = {
    What.ANSWER: asking.answer,
    What.HELP: replies.help,
    What.GREET: replies.greet,
    What.REFUSE: replies.refuse,
    What.MORE: replies.more,
    What.SHARE: replies.share,
    What.COLLEAGUE: replies.colleague,
    What.DIGEST: digest.compose,
}

NO_WAY_IN = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
NO_TOKEN = frozenset(
    {"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed", "missing_scope"}
)
"""With these Slack takes nothing from us at all."""


def compose(parts: SlackParts, wish: Wish) -> Reply:
    """The reply to `wish`."""
    return COMPOSERS[wish.what](parts, wish)


def gave_up(parts: SlackParts, wish: Wish) -> Reply:
    """The word that there will be no reply; nobody is told where nobody asked."""
    return Reply((to_asker(wish, said(words(parts, wish)["gave_up"])),) if wish.user else ())


def undelivered(parts: SlackParts, wish: Wish, message: Message, code: str) -> tuple[Message, ...]:
    """The word to the asker that Slack does not take the reply where it belongs: ways to try in turn."""
    if not wish.user or code in NO_TOKEN:
        return ()
    why = code if code == "is_archived" else "not_in_channel" if code in NO_WAY_IN else "other"
    body = said(prompts.fill(words(parts, wish)[f"undelivered_{why}"], code=code))
    back = Message(How.RESPOND, wish.channel, body, response_url=wish.response_url)
    # Slack takes a person's id for the conversation with them.
    alone = Message(How.POST, wish.user, body)
    return (
        *((back,) if wish.response_url and message.how is not How.RESPOND else ()),
        *((alone,) if wish.way is not Way.DIRECT else ()),
    )
