"""The words around the quotes, in the language of the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answers import AnswerStatus, Card, Citation, Claim, Table
from assistant.checking import Checked
from assistant.drafts import Block, CardDraft, Draft, Line, Wording
from assistant.notices import answer_notices
from assistant.validity import when
from prompts import fill, phrases

OPEN = frozenset({AnswerStatus.NOT_IN_SOURCES, AnswerStatus.PARTIAL})
"""Answers that leave something open, so that the reader wants to know whom to ask."""


@dataclass(frozen=True, slots=True)
class Framed:
    """The answer's text with [1] marks, and the parts it was made from."""

    status: AnswerStatus
    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()
    table: Table = Table()
    cards: tuple[Card, ...] = ()
    follow_ups: tuple[str, ...] = ()
    ai_generated: bool = False
    model: str = "extractive"


def frame(checked: Checked, language: str, contact: str = "") -> Framed:
    """The draft as text; table and cards beside it. `contact` is told where something was not found."""
    draft, texts = checked.draft, phrases("answers", language)
    paragraphs = [" ".join(_marked(line, checked) for line in draft.lead)] if draft.lead else []
    paragraphs += [part for block in draft.blocks for part in _block(block, checked, language)]
    paragraphs += [fill(texts["not_in_sources_part"], part=part) for part in draft.missing]
    paragraphs += [_marked(line, checked) for line in draft.closing]
    status = _status(draft)
    paragraphs += [fill(texts["contact"], contact=contact)] * bool(contact and status in OPEN)
    shown = _shown(checked)
    foreign = any(_is_foreign(line, language) for line in shown)
    notes = answer_notices(checked.citations, draft.notices)
    return Framed(
        status=status,
        text="\n\n".join(paragraphs),
        claims=tuple(Claim(text=line.text, citations=list(checked.numbers(line))) for line in shown),
        citations=checked.citations,
        notices=tuple(dict.fromkeys([*notes, *[texts["foreign"]] * foreign])),
        table=Table(
            columns=list(draft.grid.columns),
            rows=[[_marked(cell, checked) for cell in row] for row in draft.grid.rows],
        ),
        cards=tuple(_card(card, checked) for card in draft.cards),
        follow_ups=draft.follow_ups,
        ai_generated=draft.ai_generated,
        model=draft.model,
    )


def _status(draft: Draft) -> AnswerStatus:
    answered = draft.status is AnswerStatus.ANSWERED
    return AnswerStatus.PARTIAL if answered and draft.missing else draft.status


def refusal(language: str, contact: str) -> Framed:
    """That the sources hold no answer, and whom to ask instead where that is set."""
    texts = phrases("answers", language)
    parts = [texts["not_in_sources"]] + [fill(texts["contact"], contact=contact)] * bool(contact)
    return Framed(AnswerStatus.NOT_IN_SOURCES, " ".join(parts))


def _block(block: Block, checked: Checked, language: str) -> list[str]:
    """The lines as a list, under the block's title or, without one, under the names of their documents."""
    if block.title:
        return ["\n".join([f"{block.title}:", *_items(block.lines, checked)])]
    texts, blocks = phrases("answers", language), []
    for source, group in groupby(block.lines, key=lambda line: _source(line, language)):
        lines = list(group)
        if not source:
            blocks.append("\n".join(_marked(line, checked) for line in lines))
            continue
        blocks.append("\n".join([fill(texts["from"], **source), *_items(lines, checked)]))
    return blocks


def _items(lines: Sequence[Line], checked: Checked) -> list[str]:
    return [f"- {_marked(line, checked)}" for line in lines]


def _marked(line: Line, checked: Checked) -> str:
    return line.text + "".join(f" [{number}]" for number in checked.numbers(line))


def _shown(checked: Checked) -> list[Line]:
    """Every line, cell and field that stands on a quote, in reading order."""
    draft = checked.draft
    lines = [*draft.lead, *(line for block in draft.blocks for line in block.lines), *draft.closing]
    lines += [cell for row in draft.grid.rows for cell in row]
    lines += [line for card in draft.cards for line in card.fields.values()]
    return [line for line in lines if line.quotes]


def _card(card: CardDraft, checked: Checked) -> Card:
    numbers = sorted({number for line in card.fields.values() for number in checked.numbers(line)})
    by_number = {citation.number: citation for citation in checked.citations}
    return Card(
        kind=card.kind,
        name=card.name,
        fields={name: _marked(line, checked) for name, line in card.fields.items()},
        citations=numbers,
        validity=by_number[numbers[0]].validity,
    )


def _source(line: Line, language: str) -> dict[str, str]:
    """The document's title, and its publisher and time as a reader would add them; empty without a quote.

    Posts of one document have times of their own, and each stands under its own.
    """
    if not line.quotes:
        return {}
    hit = line.quotes[0].hit
    told = (hit.document.metadata.publisher, when(hit.document, hit.passage, language))
    details = "".join(f", {part}" for part in told if part)
    return {"title": hit.document.metadata.title, "details": details}


def _is_foreign(line: Line, language: str) -> bool:
    spoken = {quote.hit.document.metadata.language for quote in line.quotes}
    return line.wording is Wording.QUOTED and bool(spoken - {"", language})
