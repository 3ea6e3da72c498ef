"""A question from Slack: asked as the channel's rule says, and answered there."""

from dataclasses import replace
from time import monotonic

from assistant.answers import Answer
from assistant.channels.service import Exchange, Service
from assistant.channels.slack.addressing import answered, to_asker
from assistant.channels.slack.answering import replies
from assistant.channels.slack.answering.outcomes import Refused, Sent, outcome
from assistant.channels.slack.answering.worker_words import words
from assistant.channels.slack.arriving.slack_text import plain, says
from assistant.channels.slack.blocks.answer_blocks import short
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.blocks.showing import shown
from assistant.channels.slack.messages import Reply
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Rule
from assistant.channels.slack.wishes import Wish
from assistant.privacy import guarded
from assistant.questions import Question
from vectorstore.queries import Filters


class Unread(Exception):
    """Slack did not give the message that was asked about; it may do so later."""


def answer(parts: SlackParts, wish: Wish) -> Reply:
    """The answer to what `wish` asks, or why there is none.

    Without words of its own it asks about the message that its thread began with. Raises Unread.
    """
    if parts.service.switch.state().off:
        return replies.refuse(parts, replace(wish, code="switched_off"))
    if not wish.text:
        text = _parent(parts, wish)
        if not text:
            code = "no_access" if text is None else "no_text"
            return Reply((to_asker(wish, said(words(parts, wish)[code])),))
        wish = replace(wish, text=text)
    return _answered(parts, wish, parts.rules.rule(wish.team, wish.channel))


def _answered(parts: SlackParts, wish: Wish, rule: Rule) -> Reply:
    service = parts.service
    question, found = _ask(service, _question(service, wish, rule))
    if wish.thread:
        parts.threads.answered(wish.team, wish.channel, wish.thread, found.id)
    bodies = short(shown(parts, found, question.text, wish, rule)) or (said(found.text),)
    return Reply(tuple(answered(wish, rule, body) for body in bodies), found.id)


def _ask(service: Service, question: Question) -> tuple[Question, Answer]:
    """The question as it may be kept, and its answer, which is remembered, counted and logged."""
    question, began = guarded(question), monotonic()
    found = service.assistant.ask(question)
    service.exchanges.add(Exchange(question.text, found))
    service.metrics.answered(found.status, monotonic() - began)
    service.log.add(question, found)
    return question, found


def _question(service: Service, wish: Wish, rule: Rule) -> Question:
    return Question(
        wish.text,
        persona=rule.persona,
        region=rule.region,
        filters=Filters(publishers=rule.publishers, documents=_documents(service, rule)),
        conversation_id=wish.conversation,
        channel="slack",
    )


def _documents(service: Service, rule: Rule) -> tuple[str, ...]:
    """The ids of the rule's documents; what is none of them stays, so that the limit stands."""
    if not rule.documents:
        return ()
    wanted = set(rule.documents)
    ids = [each.id for each in service.store.documents() if wanted & {each.id, each.source}]
    return tuple(ids) or rule.documents


def _parent(parts: SlackParts, wish: Wish) -> str | None:
    """The words that the wish's thread began with; None where Slack does not let us read them."""
    if not wish.thread:
        return ""
    call = parts.client.conversations_replies
    told = outcome(lambda: call(channel=wish.channel, ts=wish.thread, limit=1, inclusive=True))
    if isinstance(told, Refused):
        return None
    if not isinstance(told, Sent):
        raise Unread(str(told))
    for message in told.said.get("messages", ()):
        text = plain(str(message.get("text", "")), "")
        if message.get("ts") == wish.thread and "bot_id" not in message and says(text):
            return text[: parts.settings.question_characters]
    return ""
