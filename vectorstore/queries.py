"""What is asked of the store, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vectorstore.passages import Document, Passage
from vectorstore.trace import Trace


@dataclass(frozen=True, slots=True)
class Filters:
    """Limits on where to look. Empty means no limit; values within a field are alternatives.

    Years are inclusive and compare with the passage's own date; undated passages never match
    a year limit. Regions, publishers and languages compare without regard to case.
    """

    regions: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None


@dataclass(frozen=True, slots=True)
class Expansion:
    """A name that the question uses, and the other names of the same thing.

    `entity` is the register's id of the thing.
    """

    name: str
    others: tuple[str, ...]
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """`text` as to be searched for, `top_k` passages wanted.

    `expansions` are searched for beside the text. `regions` are those that the question is about, named
    as documents' metadata name them; each of several is to be heard. `trace` is filled on the way.
    """

    text: str
    top_k: int = 10
    filters: Filters = field(default_factory=Filters)
    expansions: tuple[Expansion, ...] = ()
    regions: tuple[str, ...] = ()
    trace: Trace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with the document it stands in; a list's order is its ranking.

    `score` has the scale of the retriever that made the list; `legs` holds each leg's own
    score for the passage (for example {"dense": 0.87, "lexical": 12.3}), for explanation.
    """

    passage: Passage
    document: Document
    score: float
    legs: Mapping[str, float] = field(default_factory=dict)


class Retriever(Protocol):
    """Finds passages. Compose by wrapping: a retriever may hold retrievers."""

    def retrieve(self, query: Query) -> list[Hit]:
        """The best `query.top_k` passages, best first; empty when nothing matches."""
        ...
