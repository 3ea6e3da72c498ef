"""What the sources say of one theme, for one region or for a subject."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.comparison.aspects import Aspect
from assistant.comparison.belonging import Belonging
from assistant.comparison.cells import Cells, line_of
from assistant.comparison.items import Item
from assistant.comparison.material import Material
from assistant.drafts import Line
from assistant.projects.signs import found
from assistant.scoring import Scored, SentenceScorer
from vectorstore.entities import Entity
from vectorstore.queries import Filters, Hit, Query
from vectorstore.store import Store
from vectorstore.terms import words

TOP_K = 10
COUNTRY = "Sverige"
"""The region of what holds for the whole country."""
ALIKE = 0.7
"""Share of a statement's words from which it says the same as another."""
WHOLE = re.compile(r"^[\W\d]*[A-ZÅÄÖÆØ].*[.!?…”\"»)]$", re.DOTALL)
MOST_SEMICOLONS = 1
"""Semicolons of a sentence: more are the row of a table."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Passages found for one place, and what tells whether a sentence is of it."""

    belonging: Belonging
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Reads a store for statements."""

    store: Store
    scorer: SentenceScorer

    def statements(self, aspect: Aspect, places: Sequence[Entity], filters: Filters) -> list[Scored]:
        """The sentences on the matter, best first: of each of the places, or of all sources where none is."""
        return self.among(aspect, self.gather([aspect], places, filters))

    def gather(
        self, aspects: Sequence[Aspect], places: Sequence[Entity], filters: Filters, apart: bool = False
    ) -> list[Gathered]:
        """The passages on several matters, for each of the places.

        `apart` leaves out what is on one part of the country, where no place is given.
        """
        gathered = []
        for place in places or (None,):
            item = self._item(place, aspects[0])
            hits = {
                hit.passage.id: hit
                for aspect in aspects
                for hit in self._hits(item, aspect, filters)
                if not (apart and set(hit.document.metadata.regions) - {COUNTRY})
            }
            gathered.append(Gathered(Belonging(item, (), self.store.names()), tuple(hits.values())))
        return gathered

    def among(self, aspect: Aspect, gathered: Sequence[Gathered]) -> list[Scored]:
        """The sentences on the matter among passages gathered before, best first."""
        cells = Cells(self.scorer)
        ranked = [pair for one in gathered for pair in cells.ranked(aspect, one.hits, one.belonging)]
        return [one for _, one in sorted(ranked, key=lambda pair: -pair[0])]

    def _item(self, place: Entity | None, aspect: Aspect) -> Item:
        if place is None:
            return Item(aspect.text or aspect.title("sv"), 0, 0)
        return Item(place.name, 0, 0, place.id, tuple(self.store.names().regions(place)))

    def _hits(self, item: Item, aspect: Aspect, filters: Filters) -> list[Hit]:
        if item.entity:
            return Material(self.store.retriever, self.store.names).about(item, aspect.search, filters)
        return self.store.retriever.retrieve(Query(aspect.search, TOP_K, filters))


def lines(stated: Sequence[Scored], most: int, taken: Collection[str] = (), longest: int = 420) -> list[Line]:
    """The first `most` as quotes, each words once; none of those `taken` already."""
    chosen: list[Line] = []
    said = {text.casefold() for text in taken}
    for one in stated:
        line = line_of(one)
        if len(chosen) == most:
            break
        if line and _is_whole(one, line, longest) and not any(_same(line.text, other) for other in said):
            chosen.append(line)
            said.add(line.text.casefold())
    return chosen


def _is_whole(one: Scored, line: Line, longest: int) -> bool:
    """Whether it reads as a statement of its own: a sentence, or the words that lead in to a list with it."""
    leads = ":" in line.text and line.text[-1].isalpha()
    short = len(line.text) <= longest and line.text.count(";") <= MOST_SEMICOLONS
    return short and not found("leans", line.text) and (leads or bool(WHOLE.match(line.text)))


def _same(text: str, other: str) -> bool:
    """Whether one text says what the other does: most words of the shorter are the longer's too."""
    one, two = set(words(text)), set(words(other))
    return len(one & two) >= ALIKE * min(len(one), len(two))
