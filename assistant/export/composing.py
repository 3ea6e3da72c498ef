"""A conversation as the parts of a document: questions, answers as they were shown, and their sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.answers import Answer, Card, Citation
from assistant.export.answer_text import linked, text_parts
from assistant.export.parts import Grid, Heading, Listed, Paragraph, Part, Run, Source, in_a_line, plain
from assistant.spoken_dates import dated, spoken_period
from prompts import fill, phrases


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. By the numbers of its citations: where each is read, and in what language.

    `links` lack what can no longer be read; `standings` say in words what became of a source since.
    """

    question: str
    answer: Answer
    at: date | None = None
    links: Mapping[int, str] = field(default_factory=dict)
    spoken: Mapping[int, str] = field(default_factory=dict)
    standings: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is exported: turns in order (None: it is forgotten), and who stands behind it."""

    turns: Sequence[Turn | None]
    language: str
    on: date
    address: str
    contact: str = ""
    organisation: str = ""

    @property
    def words(self) -> Mapping[str, str]:
        """The texts of prompts/*/export.md."""
        return phrases("export", self.language)

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.words["title"]


def compose(conversation: Conversation) -> Iterator[Part]:
    """The whole document, part by part."""
    words = conversation.words
    yield Heading(1, conversation.title)
    yield Paragraph((Run(words["ai"], strong=True),), "notice")
    if not conversation.turns:
        yield Paragraph((Run(words["empty"]),))
    for turn in conversation.turns:
        if turn is None:
            yield Paragraph((Run(words["forgotten"]),), "notice")
        else:
            yield from _turn(turn, conversation.language)
    yield Heading(2, words["about"])
    yield from _about(conversation)


def _about(conversation: Conversation) -> Iterator[Part]:
    words = conversation.words
    saved = fill(words["saved"], date=dated(conversation.on.isoformat(), conversation.language))
    yield Paragraph((Run(f"{saved} "), Run(conversation.address, conversation.address)), "small")
    if conversation.organisation:
        yield Paragraph((Run(fill(words["by"], organisation=in_a_line(conversation.organisation))),), "small")
    if conversation.contact:
        yield Paragraph((Run(fill(words["contact"], contact=in_a_line(conversation.contact))),), "small")


def _turn(turn: Turn, language: str) -> Iterator[Part]:
    answer, words, spoken = turn.answer, phrases("export", language), turn.answer.language
    yield Heading(2, in_a_line(turn.question), spoken)
    yield Paragraph((Run(_label(turn, language)),), "label")
    yield from text_parts(answer.text, turn.links, spoken)
    for notice in answer.notices:
        yield Paragraph(linked(in_a_line(notice), turn.links), "notice", spoken)
    if answer.table.columns:
        yield Heading(3, words["table"])
        yield _grid(turn)
    for card in answer.cards:
        yield from _card(card, turn, language)
    if answer.citations:
        yield Heading(3, words["sources"])
        yield from (_source(one, turn, language) for one in answer.citations)


def _label(turn: Turn, language: str) -> str:
    words, answer = phrases("export", language), turn.answer
    if answer.ai_generated:
        label = fill(words["label_ai"], model=in_a_line(answer.model))
    else:
        label = words["label_extract" if answer.citations else "label_plain"]
    return f"{label} · {dated(turn.at.isoformat(), language)}" if turn.at else label


def _grid(turn: Turn) -> Grid:
    table = turn.answer.table
    width = len(table.columns)
    rows = ([*row, *[""] * width][:width] for row in table.rows)
    return Grid(
        tuple(linked(in_a_line(column), turn.links) for column in table.columns),
        tuple(tuple(linked(in_a_line(cell), turn.links) for cell in row) for row in rows),
        turn.answer.language,
    )


def _card(card: Card, turn: Turn, language: str) -> Iterator[Part]:
    kind = phrases("ui", language).get(f"card_{card.kind}", in_a_line(card.kind))
    yield Heading(3, f"{kind}: {in_a_line(card.name)}", turn.answer.language)
    numbers = "".join(f"[{number}]" for number in card.citations)
    validity = _validity(card, language)
    if validity or numbers:
        yield Paragraph((Run(f"{validity} ".lstrip()), *linked(numbers, turn.links)), "label")
    fields = tuple(
        (0, (Run(f"{in_a_line(name)}: ", strong=True), *linked(in_a_line(value), turn.links)))
        for name, value in card.fields.items()
    )
    if fields:
        yield Listed(fields, spoken=turn.answer.language)


def _source(citation: Citation, turn: Turn, language: str) -> Source:
    words, as_of = phrases("export", language), dated(citation.validity.as_of, language)
    heading = " › ".join(name for name in citation.heading if name != citation.title)
    facts = [
        citation.publisher,
        fill(words["as_of"], date=as_of) if as_of else "",
        fill(words["page"], page=citation.page) if citation.page else "",
        heading,
    ]
    return Source(
        number=citation.number,
        title=in_a_line(citation.title),
        link=turn.links.get(citation.number, ""),
        facts=" · ".join(in_a_line(fact) for fact in facts if fact),
        validity=_validity(citation, language),
        standing=in_a_line(turn.standings.get(citation.number, "")),
        quote=plain(citation.quote),
        spoken=turn.spoken.get(citation.number, ""),
    )


def _validity(of: Citation | Card, language: str) -> str:
    """The status, the period and the note in a line; nothing where nothing is known."""
    validity, words = of.validity, phrases("ui", language)
    period = spoken_period(validity, language)
    if validity.status == "unknown" and not period and not validity.note:
        return ""
    told = f"{words[f'validity_{validity.status}']} {period}".strip()
    return in_a_line(f"{told}. {validity.note}" if validity.note else told)
