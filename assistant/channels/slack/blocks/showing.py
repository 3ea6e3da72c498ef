"""An answer with what Slack's users may do with it, where its sources are read, and what became of them."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import prompts
from assistant.answers import Answer, AnswerStatus
from assistant.channels.documents.cited import Given, Standing, cited, find_given
from assistant.channels.documents.panel import place_address
from assistant.channels.slack.actions import Action
from assistant.channels.slack.blocks.answer_blocks import Heard, Shown
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Answers, Rule
from assistant.channels.slack.wishes import Way, Wish
from assistant.frozen import freeze

FROM_DOCUMENTS = frozenset({AnswerStatus.ANSWERED, AnswerStatus.PARTIAL, AnswerStatus.NOT_IN_SOURCES})
"""How answers end that are about documents; only these are judged, shared and asked a colleague about."""


def shown(parts: SlackParts, answer: Answer, question: str, wish: Wish, rule: Rule) -> Shown:
    """The answer as it is shown where `wish` came from.

    Without a public address there are no links. A source whose document is gone has none either.
    """
    given = find_given(parts.service, answer.id) or Given(
        question, answer, freeze(answer, parts.service.store)
    )
    base, language = parts.settings.public_url, answer.language
    words = prompts.phrases("slack_answers", language)
    links: dict[int, str] = {}
    standings: dict[int, str] = {}
    for citation in answer.citations:
        found = cited(given, citation, parts.service.store)
        place = place_address(found, citation.document_id, language)
        if base and place:
            links[citation.number] = base + place
        if found.standing in (Standing.CHANGED, Standing.GONE):
            standings[citation.number] = words[f"standing_{found.standing}"]
    web = _web(parts, wish, answer) if base else ""
    return Shown(
        answer,
        question,
        links,
        standings,
        web,
        frozenset(_actions(answer, wish, rule, web)),
        asked=wish.way is Way.COMMAND,
        heard=_heard(wish, rule),
    )


def _actions(answer: Answer, wish: Wish, rule: Rule, web: str) -> Iterator[Action]:
    """What fits; MORE is for the blocks to decide."""
    if web:
        yield Action.WEB
    if answer.status not in FROM_DOCUMENTS:
        return
    yield from (Action.HELPFUL, Action.UNHELPFUL)
    if _alone(wish, rule):
        yield Action.SHARE
    if rule.colleagues and wish.way is not Way.DIRECT:
        yield Action.COLLEAGUE


def _alone(wish: Wish, rule: Rule) -> bool:
    """Whether only the asker sees it, and others are there who could."""
    if wish.channel.startswith("D"):
        return False
    if wish.way in (Way.COMMAND, Way.SHORTCUT):
        return True
    return rule.answers is Answers.ASKER and wish.way in (Way.MENTION, Way.FOLLOW_UP)


def _heard(wish: Wish, rule: Rule) -> Heard:
    if wish.way in (Way.COMMAND, Way.SHORTCUT):
        return Heard.AGAIN
    return Heard.MENTION if rule.only_mentioned and wish.way is not Way.DIRECT else Heard.REPLY


def _web(parts: SlackParts, wish: Wish, answer: Answer) -> str:
    """The chat with the thread's answers, this one last."""
    before = parts.threads.answers(wish.team, wish.channel, wish.thread) if wish.thread else ()
    turns = [*(("turn", each) for each in before if each != answer.id), ("turn", answer.id)]
    names = urlencode([*turns, ("lang", answer.language)])
    return f"{parts.settings.public_url}/?{names}#a-{quote(answer.id, safe='')}"
