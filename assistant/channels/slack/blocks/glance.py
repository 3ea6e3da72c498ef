"""What of an answer is shown: what is read at a glance, or everything."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.answers import Answer, AnswerStatus
from assistant.channels.slack.blocks.compared import compared
from assistant.channels.slack.blocks.details import card_groups, row_groups
from assistant.channels.slack.blocks.lead import beginning, lead
from assistant.channels.slack.blocks.lines import Line, Links, in_a_line, lines, marked, numbers
from assistant.channels.slack.blocks.sources import Sources
from assistant.channels.slack.blocks.splitting import shortened
from assistant.export.parts import Run
from prompts import fill, phrases

CARD_ROWS = 8
"""Rows of a screen that cards take at most."""
MOST_SOURCES = 8
MOST_NOTICES = 3
LONGEST_NOTICE = 300
MOST_FOLLOW_UPS = 3
MOST_CHOICES = 10
LONGEST_FOLLOW_UP = 200
_YEARS = re.compile(r"\([^()]*\)|[\s,;·]")


@dataclass(frozen=True, slots=True)
class Told:
    """The lines that are shown of an answer; `more` tells that there are others."""

    text: list[Line]
    rows: list[Line]
    cards: list[Line]
    sources: list[Line]
    notices: list[Line]
    follow_ups: list[Line]
    more: bool = False


def everything(answer: Answer, links: Links, standings: Mapping[int, str]) -> Told:
    """All of it, with the words of its sources."""
    return Told(
        text=lines(answer.text, links),
        rows=[line for group in row_groups(answer, links) for line in group],
        cards=[line for group in card_groups(answer, links) for line in group],
        sources=Sources(answer, links, standings).lines(_cited(answer), quotes=True),
        notices=_notices(answer.notices, links),
        follow_ups=_plain(answer.follow_ups),
    )


def glance(answer: Answer, links: Links, standings: Mapping[int, str]) -> Told:
    """The beginning of its text, what fits of comparison and cards, and the sources of what is shown.

    Left out is also what the text or the list of sources says, which is nothing more.
    """
    text = lead(lines(answer.text, links))
    said = "\n".join(line.text for line in text.lines)
    titles = sorted({in_a_line(one.title) for one in answer.citations} - {""}, key=len, reverse=True)
    table = compared(row_groups(answer, links, lambda cell: not _names(cell, titles)))
    cards, cards_left = beginning(
        card_groups(answer, links, lambda words: bool(words) and words not in said), CARD_ROWS
    )
    here = numbers([*text.lines, *table.lines, *cards]) & _cited(answer)
    notices, follow_ups = _first_notices(answer, here), _first_follow_ups(answer)
    told = _notices(notices, links)
    shown = here | (numbers(told) & _cited(answer))
    sources = Sources(answer, links, standings).lines(shown)
    complete = (
        text.whole
        and not table.left + table.cut + cards_left
        and shown == _cited(answer)
        and len(sources) <= MOST_SOURCES
        and notices == [in_a_line(notice) for notice in answer.notices]
        and follow_ups == [in_a_line(each) for each in answer.follow_ups]
    )
    words = phrases("slack_answers", answer.language)
    return Told(
        text=list(text.lines),
        rows=[*table.lines, *_left(words["rows_left"], table.left)],
        cards=[*cards, *_left(words["cards_left"], cards_left)],
        sources=[*sources[:MOST_SOURCES], *_left(words["sources_left"], len(sources) - MOST_SOURCES)],
        notices=told,
        follow_ups=_plain(follow_ups),
        more=not complete,
    )


def _first_notices(answer: Answer, shown: set[int]) -> list[str]:
    """The first of those that are not only about sources that are not shown."""
    kept = [each for each in answer.notices if not _is_of_others(each, answer, shown)]
    return [shortened(in_a_line(notice), LONGEST_NOTICE) for notice in kept[:MOST_NOTICES]]


def _first_follow_ups(answer: Answer) -> list[str]:
    most = MOST_CHOICES if answer.status is AnswerStatus.CLARIFY else MOST_FOLLOW_UPS
    return [shortened(in_a_line(each), LONGEST_FOLLOW_UP) for each in answer.follow_ups[:most]]


def _cited(answer: Answer) -> set[int]:
    return {one.number for one in answer.citations}


def _is_of_others(notice: str, answer: Answer, shown: set[int]) -> bool:
    """Whether it is only about sources that are not shown."""
    about = {one.number for one in answer.citations if one.validity.note == notice}
    return bool(about) and not about & shown


def _notices(notices: Iterable[str], links: Links) -> list[Line]:
    return [Line(marked(in_a_line(notice), links)) for notice in notices if in_a_line(notice)]


def _plain(texts: Iterable[str]) -> list[Line]:
    return [Line((Run(in_a_line(text)),)) for text in texts if in_a_line(text)]


def _left(text: str, count: int) -> list[Line]:
    return [Line((Run(fill(text, count=count)),), gap=True)] if count > 0 else []


def _names(cell: str, titles: Iterable[str]) -> bool:
    """Whether a cell only names sources and their years."""
    told = in_a_line(cell)
    for title in titles:
        told = told.replace(title, "")
    return told != in_a_line(cell) and not _YEARS.sub("", told)
