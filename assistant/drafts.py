"""A draft of an answer: its lines, cells and cards, each with the quotes it stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from assistant.answers import AnswerStatus
from assistant.citations import Quote
from assistant.questions import Question
from vectorstore.queries import Hit


class Wording(StrEnum):
    """Whose words a line is in, which decides how it is checked.

    QUOTED: the document's own, as `Quote` holds them. CLAIMED: ours or a model's, saying what the quotes
    say; every figure, date, name and link in it must be theirs. OWN: a text from prompts/ that states
    nothing of the documents and needs no quote.
    """

    QUOTED = "quoted"
    CLAIMED = "claimed"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or a few, with the quotes it stands on; without them only where the words are OWN."""

    text: str
    quotes: tuple[Quote, ...] = ()
    wording: Wording = Wording.QUOTED


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under a title of our own, such as what they are about; without a title, under their sources."""

    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: `rows` of cells as wide as `columns`. A cell without quotes is a label or "not mentioned"."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class CardDraft:
    """A card; `kind` is programme, organisation, project or contact. A field without quotes is left out."""

    kind: str
    name: str
    fields: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer makes, before its quotes are checked.

    Shown in this order: `lead` (the direct answer), `blocks`, what is `missing` (the parts of the question
    that nothing supports), `closing` (whom to ask, or the one clarifying question). A draft of which no
    quote holds becomes a refusal, unless its status needs none (clarify, out_of_scope, declined).
    """

    status: AnswerStatus = AnswerStatus.ANSWERED
    lead: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    missing: tuple[str, ...] = ()
    closing: tuple[Line, ...] = ()
    grid: Grid = field(default_factory=Grid)
    cards: tuple[CardDraft, ...] = ()
    notices: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    ai_generated: bool = False
    model: str = "extractive"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be answered.

    `text` is what is asked, written out, in words that may be shown; `search` what to search for;
    `language` ("sv", "en" or "no") that of the answer; `question` what was put, with its conversation.
    """

    question: Question
    text: str
    search: str
    language: str


class Composer(Protocol):
    """Makes drafts of one kind of answer."""

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """A draft from the passages found for the question; None where another kind of answer is wanted."""
        ...


class Refiner(Protocol):
    """Goes over a draft that has been made, whatever its kind."""

    def apply(self, draft: Draft, asked: Asked, hits: Sequence[Hit]) -> Draft:
        """The draft with what belongs to it, or without what must not be in it. Twice is as once."""
        ...


def own(text: str) -> Line:
    """A line from prompts/ that states nothing of the documents."""
    return Line(text, wording=Wording.OWN)
