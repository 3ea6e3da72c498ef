"""Where a reply goes: into the thread, or only to the one who asked."""

from assistant.channels.slack.messages import Body, How, Message
from assistant.channels.slack.rules import Answers, Rule
from assistant.channels.slack.wishes import Way, Wish


def to_asker(wish: Wish, body: Body) -> Message:
    """Only for the one who asked; in a direct conversation there is nobody else."""
    if wish.response_url:
        return Message(How.RESPOND, wish.channel, body, response_url=wish.response_url)
    if wish.way is Way.DIRECT or not wish.user:
        return to_thread(wish, body)
    return Message(How.EPHEMERAL, wish.channel, body, thread=wish.thread, user=wish.user)


def to_thread(wish: Wish, body: Body) -> Message:
    """For everyone in the wish's thread, or in its channel where there is none."""
    return Message(How.POST, wish.channel, body, thread=wish.thread)


def answered(wish: Wish, rule: Rule, body: Body) -> Message:
    """Where the channel's rule says. Who asked by a command or a shortcut sees the answer alone at first."""
    private = wish.response_url or rule.answers is Answers.ASKER
    return to_asker(wish, body) if private else to_thread(wish, body)
