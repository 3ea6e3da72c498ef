"""Sentences of passages with what is needed to hold one against another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.citations import Quote
from assistant.likeness import shared
from assistant.measures import Measure, measures
from assistant.sentences import sentences
from assistant.validity import section_at
from assistant.values import dates
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.naming import Names
from vectorstore.queries import Hit

NO_THINGS = frozenset({*PLACES, Kind.TERM})


@dataclass(frozen=True)
class Statement:
    """One sentence as it reads, with the quote it stands on."""

    text: str
    quote: Quote
    names: Names

    @cached_property
    def things(self) -> frozenset[str]:
        """The ids of the programmes, bodies and projects it names, else of those its headings or title do."""
        passage, document = self.quote.hit.passage, self.quote.hit.document
        section = section_at(document, passage.start)
        around = (*reversed(passage.headings), section.title if section else "", document.metadata.title)
        return next((ids for text in (self.text, *around) if (ids := self._things(text))), frozenset())

    @cached_property
    def places(self) -> frozenset[str]:
        """The ids of the counties and areas it names."""
        return frozenset(one.entity.id for one in self.names.places(self.text))

    @cached_property
    def counties(self) -> frozenset[str]:
        """The ids of the counties and regions among its places."""
        return frozenset(
            one.entity.id for one in self.names.places(self.text) if one.entity.kind is Kind.REGION
        )

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Its figures that have a unit."""
        return tuple(one for one in measures(self.text) if one.unit)

    @cached_property
    def dates(self) -> frozenset[str]:
        """The dates it names."""
        return frozenset(dates(self.text))

    @property
    def source(self) -> tuple[str, int]:
        """What makes two statements of one source: the document, and the dated section in it."""
        section = section_at(self.quote.hit.document, self.quote.start)
        return (self.quote.hit.document.id, section.start if section else 0)

    def projects(self, text: str) -> frozenset[str]:
        """The ids of the projects that a text names."""
        return frozenset(one.entity.id for one in self.names.find(text) if one.entity.kind is Kind.PROJECT)

    def says_as(self, other: "Statement", share: float) -> bool:
        """Whether `share` of the words of meaning of each, outside names and figures, is the other's."""
        (count, one_way), (back, other_way) = shared(self._bare, other._bare), shared(other._bare, self._bare)
        return min(count, back) > 0 and min(one_way, other_way) >= share

    @cached_property
    def _bare(self) -> str:
        """The sentence without the names that the register knows."""
        text = self.text
        for one in sorted(self.names.find(text), key=lambda name: -name.start):
            if one.entity.kind is not Kind.TERM:
                text = f"{text[: one.start]} {text[one.end :]}"
        return text

    def _things(self, text: str) -> frozenset[str]:
        found: Iterable[Entity] = (one.entity for one in self.names.find(text))
        return frozenset(one.id for one in found if one.kind not in NO_THINGS)


def cited_statements(quotes: Iterable[Quote], names: Names) -> list[Statement]:
    """The sentences that lie within the quotes."""
    return [one for quote in quotes for one in statements(quote.hit, names) if _within(one.quote, quote)]


def statements(hit: Hit, names: Names) -> Iterator[Statement]:
    """The sentences of a hit's passage."""
    for sentence in sentences(hit.passage):
        yield Statement(sentence.text, Quote(hit, sentence.start, sentence.end), names)


def _within(inner: Quote, outer: Quote) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
