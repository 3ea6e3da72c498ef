"""What people get who press a button, ask for help or cannot be answered."""

from collections.abc import Sequence
from dataclasses import replace

import prompts
from assistant.channels.documents.cited import find_given
from assistant.channels.slack.addressing import to_asker, to_thread
from assistant.channels.slack.answering.conversations import is_closed, is_in, permalink
from assistant.channels.slack.blocks.answer_blocks import short, whole
from assistant.channels.slack.blocks.lines import in_a_line
from assistant.channels.slack.blocks.mentioning import Link, People, mentioning
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.blocks.showing import shown
from assistant.channels.slack.blocks.splitting import shortened
from assistant.channels.slack.messages import Body, How, Message, Reply
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.pressing.presses import spoken
from assistant.channels.slack.rules import Rule
from assistant.channels.slack.wishes import Wish

STARTERS = 4
MOST_QUESTION = 300
"""Characters of a question where it is only named."""
PERSONAL = frozenset({"off", "external", "switched_off", "failed", "unknown_answer"})
"""Refusals after which a person may help."""


def help(parts: SlackParts, wish: Wish) -> Reply:
    """What Utblick can do here, how to ask it and what is kept."""
    words = _words(parts)
    rule, days = parts.rules.rule(wish.team, wish.channel), parts.settings.history_days
    told = [
        words["help"],
        prompts.fill(words["help_region"], region=rule.region) if rule.region else "",
        words["help_limited"] if rule.documents or rule.publishers else "",
        words["help_ways"],
        words["help_mention"] if rule.only_mentioned else words["help_thread"],
        "\n".join([words["help_examples"], *(f"- {one}" for one in _starters(parts))]),
        prompts.fill(words["help_kept"], days=days) if days else words["help_not_kept"],
        words["help_settings"],
        _contact(parts),
    ]
    return Reply((to_asker(wish, said("\n\n".join(filter(None, told)))),))


def greet(parts: SlackParts, wish: Wish) -> Reply:
    """The first words in the assistant's pane, with questions to begin with."""
    greeting = said(_words(parts)["greeting"])
    proposed = tuple((one, one) for one in _starters(parts))
    prompting = Message(How.PROMPTS, wish.channel, Body(""), wish.thread, prompts=proposed)
    return Reply((to_thread(wish, greeting), prompting))


def refuse(parts: SlackParts, wish: Wish) -> Reply:
    """Why there is no answer, as the wish's code says, to the asker alone."""
    words, settings = _words(parts), parts.settings
    text = prompts.fill(
        words.get(f"refuse_{wish.code}", words["refuse_failed"]),
        most=settings.question_characters,
        reason=parts.service.switch.state().reason,
    )
    contact = _contact(parts) if wish.code in PERSONAL else ""
    return Reply((_alone(wish, said("\n\n".join(filter(None, (text.strip(), contact))))),))


def more(parts: SlackParts, wish: Wish) -> Reply:
    """The whole answer where its beginning stands: for all, or for the one who alone sees that."""
    rule, given = _rule(parts, wish), find_given(parts.service, wish.answer_id)
    if given is None or not rule.on:
        return refuse(parts, _refused(wish, rule))
    bodies = whole(shown(parts, given.answer, given.question, wish, rule))
    if wish.ts:
        return Reply(_for_all(parts, wish, bodies), given.answer.id)
    return Reply(tuple(_alone(wish, body) for body in bodies), given.answer.id)


def share(parts: SlackParts, wish: Wish) -> Reply:
    """The answer for everyone in the channel, with who shared it."""
    rule, given = _rule(parts, wish), find_given(parts.service, wish.answer_id)
    if given is None or not rule.on:
        return refuse(parts, _refused(wish, rule))
    if is_closed(parts, wish.channel, rule):
        return refuse(parts, replace(wish, code="external"))
    words = prompts.phrases("slack", spoken(given.answer.language, parts))
    lead = mentioning(words["shared"], who=People([wish.user]), question=_named(given.question))
    bodies = _after(lead, short(shown(parts, given.answer, given.question, wish, rule)))
    return Reply(_for_all(parts, wish, bodies), given.answer.id)


def colleague(parts: SlackParts, wish: Wish) -> Reply:
    """The channel's colleagues called to the answer; where there are none, how to set them."""
    rule, given = _rule(parts, wish), find_given(parts.service, wish.answer_id)
    if given is None or not rule.on:
        return refuse(parts, _refused(wish, rule))
    words = prompts.phrases("slack", spoken(given.answer.language, parts))
    if not rule.colleagues:
        told = "\n\n".join(filter(None, (words["no_colleagues"], _contact(parts))))
        return Reply((_alone(wish, said(told)),), given.answer.id)
    if is_closed(parts, wish.channel, rule):
        return refuse(parts, replace(wish, code="external"))
    link = permalink(parts, wish.channel, wish.ts) if wish.ts else ""
    lead = mentioning(
        words["ask_colleague"],
        colleagues=People(rule.colleagues),
        who=People([wish.user]),
        question=_named(given.question),
        answer=Link(link, words["to_answer"]) if link else "",
    )
    # Who sees the answer already needs none; one that only its asker saw comes with the call.
    bodies = (
        (lead,) if wish.ts else _after(lead, short(shown(parts, given.answer, given.question, wish, rule)))
    )
    return Reply(_for_all(parts, wish, bodies), given.answer.id)


def _alone(wish: Wish, body: Body) -> Message:
    """For the one whose wish it is, where it came from."""
    # Where the message has no thread yet, Slack would hide a word to one person in it.
    return replace(to_asker(wish, body), thread=wish.thread if wish.thread != wish.ts else "")


def _for_all(parts: SlackParts, wish: Wish, bodies: Sequence[Body]) -> tuple[Message, ...]:
    """For everyone there; where we may not post, by the address that the press brought."""
    if not wish.response_url or is_in(parts, wish.channel):
        return tuple(to_thread(wish, body) for body in bodies)
    return tuple(replace(to_asker(wish, body), thread=wish.thread, open=True) for body in bodies)


def _after(lead: Body, bodies: Sequence[Body]) -> tuple[Body, ...]:
    first, *others = bodies
    return (Body(f"{lead.text}\n{first.text}", (*lead.blocks, *first.blocks)), *others)


def _refused(wish: Wish, rule: Rule) -> Wish:
    return replace(wish, code="unknown_answer" if rule.on else "off")


def _rule(parts: SlackParts, wish: Wish) -> Rule:
    return parts.rules.rule(wish.team, wish.channel)


def _named(question: str) -> str:
    return shortened(in_a_line(question), MOST_QUESTION)


def _starters(parts: SlackParts) -> list[str]:
    ui = prompts.phrases("ui", parts.settings.language)
    return [ui[f"starter_officer_{number}"] for number in range(1, STARTERS + 1)]


def _contact(parts: SlackParts) -> str:
    contact = parts.settings.contact
    return prompts.fill(_words(parts)["contact"], contact=contact) if contact else ""


def _words(parts: SlackParts) -> dict[str, str]:
    return prompts.phrases("slack", parts.settings.language)
