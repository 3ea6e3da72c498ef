"""What an answer has beside its text, as lines: a comparison row by row, and cards."""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from assistant.answers import Answer, Card
from assistant.channels.slack.blocks.lines import Line, Links, Mark, in_a_line, marked
from assistant.channels.slack.blocks.sources import validity_words
from assistant.channels.slack.blocks.splitting import shortened
from assistant.export.parts import Run
from prompts import phrases

LONGEST_NAME = 150

Group = list[Line]
"""A row or a card: a first line that names it, and what is said of it."""
Keeps = Callable[[str], bool]
"""Whether what a cell or a field says is shown."""


def row_groups(answer: Answer, links: Links, keeps: Keeps = bool) -> list[Group]:
    """Each row of the comparison under its first cell: whole sentences do not fit side by side."""
    columns = [shortened(in_a_line(column), LONGEST_NAME) for column in answer.table.columns]
    return [list(_row(columns, row, links, keeps)) for row in answer.table.rows if any(row)]


def card_groups(answer: Answer, links: Links, keeps: Keeps = bool) -> list[Group]:
    """Each card under its name, kind and validity; left out is one of which nothing at all is shown."""
    kept = (card for card in answer.cards if any(map(keeps, [card.name, *card.fields.values()])))
    return [list(_card(card, answer, links, keeps)) for card in kept]


def _row(columns: Sequence[str], row: Sequence[str], links: Links, keeps: Keeps) -> Iterator[Line]:
    yield Line(marked(in_a_line(row[0]), links, strong=True) or (Run("–"),), gap=True)
    for column, cell in zip_longest(columns[1:], row[1:], fillvalue=""):
        if cell and keeps(cell):
            yield _told(column, cell, links)


def _card(card: Card, answer: Answer, links: Links, keeps: Keeps) -> Iterator[Line]:
    words = phrases("ui", answer.language)
    kind = words.get(f"card_{card.kind}") or shortened(in_a_line(card.kind), LONGEST_NAME)
    facts = [kind, validity_words(card.validity, answer.language, answer.notices)]
    told = "".join(f" · {fact}" for fact in facts if fact)
    numbers = "".join(f" [{number}]" for number in card.citations)
    name = shortened(in_a_line(card.name), LONGEST_NAME)
    yield Line((Run(name, strong=True), Run(told), *marked(numbers, links)), gap=True)
    yield from (_told(name, value, links) for name, value in card.fields.items() if value and keeps(value))


def _told(name: str, value: str, links: Links) -> Line:
    named = f"{shortened(in_a_line(name), LONGEST_NAME)}: " if name else ""
    return Line((Run(named), *marked(in_a_line(value), links)), Mark.BULLET)
