"""Where one thing is met: a row for each document that speaks of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.comparison.items import MOST
from assistant.comparison.sources import year_of
from assistant.drafts import Asked, Draft, Grid, Line, own
from assistant.scoring import SentenceScorer
from prompts import fill, phrases
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.queries import Filters, Hit, Query
from vectorstore.store import Store

TOP_K = 6
LONGEST = 420


@dataclass(frozen=True, slots=True)
class Contexts:
    """Makes drafts that show in which documents, and how, one thing is spoken of."""

    store: Store
    scorer: SentenceScorer

    def compose(self, asked: Asked) -> Draft | None:
        """A draft with a row for each document; None where fewer than two name the thing."""
        entity = self._thing(asked.text)
        if entity is None:
            return None
        lines = [line for one in self._documents(entity) if (line := self._line(one, entity, asked))]
        return _draft(entity, lines, asked.language) if len(lines) > 1 else None

    def _thing(self, text: str) -> Entity | None:
        """The one thing that the question names; one that is no place before places."""
        named = [one.entity for one in self.store.names().find(text)]
        apart = [one for one in named if one.kind not in PLACES and one.kind is not Kind.TERM]
        known = dict.fromkeys(apart or [one for one in named if one.kind is not Kind.TERM] or named)
        return next(iter(known)) if len(known) == 1 else None

    def _documents(self, entity: Entity) -> list[str]:
        return [one.document_id for one in self.store.names.mentioning(entity.id)[:MOST]]

    def _line(self, document: str, entity: Entity, asked: Asked) -> Line | None:
        """The sentence of the document that names the thing and tells most."""
        spots = [one for one in self.store.names.mentions(document) if one.entity_id == entity.id]
        hits = self._hits(document, entity, {one.passage_id for one in spots}, asked)
        scored = [
            one
            for one in self.scorer.score(asked.text, hits)
            if len(one.sentence.text) <= LONGEST
            and any(one.sentence.start <= spot.start < one.sentence.end for spot in spots)
        ]
        if not scored:
            return None
        best = scored[0]
        return Line(best.sentence.text, (Quote(best.hit, best.sentence.start, best.sentence.end),))

    def _hits(self, document: str, entity: Entity, naming: set[str], asked: Asked) -> list[Hit]:
        filters = Filters(documents=(document,))
        found = self.store.retriever.retrieve(Query(entity.name, TOP_K, filters))
        return [hit for hit in found if hit.passage.id in naming]


def _draft(entity: Entity, lines: Sequence[Line], language: str) -> Draft:
    texts = phrases("comparison", language)
    rows = [
        (
            own(line.quotes[0].hit.document.metadata.title),
            line,
            own(year_of(line.quotes[0]) or texts["undated"]),
        )
        for line in sorted(lines, key=lambda line: year_of(line.quotes[0]) or "0")
    ]
    columns = (texts["document"], texts["says"], texts["year"])
    lead = fill(texts["contexts"], thing=entity.name, count=len(rows))
    return Draft(lead=(own(lead),), grid=Grid(columns, tuple(rows)))
