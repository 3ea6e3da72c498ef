"""Sentences that hold for many forms of support: on single firms, on what to seek instead, on places."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.fit.criteria import About, Criterion, Statement, criteria, particular
from assistant.fit.profile import Profile
from assistant.fit.signs import sign, table
from assistant.sentences import sentences
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.queries import Query
from vectorstore.store import Store

WIDE = 12
FEW = 1
INSTEAD = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """Finds such sentences in the store."""

    store: Store

    def on_single_firms(self, profile: Profile) -> list[Statement]:
        """What a single firm should know before all else: that a fund does not pay it directly."""
        names = self.store.names()
        found = [
            one for one in self._statements(queries("single_firm")) if sign("structural").search(one.text)
        ]
        closed = [one for one in found if any(_closes(c, profile) for c in criteria(one, names))]
        here = [one for one in closed if _is_general(one, profile, names)]
        return sorted(here, key=lambda one: particular(one.text))[:FEW]

    def instead(self, ruled_out: Entity) -> list[Statement]:
        """What a firm may look into that is ruled out from one form of support."""
        names = self.store.names()
        turning = [one for one in self._statements(queries("single_firm")) if _turns(one)]
        return [one for one in turning if ruled_out not in _named(one, names)][:INSTEAD]

    def on_place(self, profile: Profile) -> list[Statement]:
        """What the sources say of programmes and the asker's county."""
        county = profile.place.name if profile.place else ""
        return self._statements([f"{profile.place_said} {county} {query}" for query in queries("territory")])

    def _statements(self, texts: Sequence[str]) -> list[Statement]:
        """The sentences of what searches for the texts find, best passage first, each once."""
        retriever = self.store.retriever
        hits = {hit.passage.id: hit for text in texts for hit in retriever.retrieve(Query(text, WIDE))}
        made = [
            Statement(sentence.text, Quote(hit, sentence.start, sentence.end))
            for hit in hits.values()
            for sentence in sentences(hit.passage)
            if not sentence.text.endswith("?") and sentence.text not in hit.passage.headings
        ]
        return list({one.text: one for one in made}.values())


def queries(key: str) -> list[str]:
    """What to search for, by purpose or matter; none for a matter that has no entry."""
    listed = table("queries").get(key, "")
    return [query.strip() for query in listed.split("|") if query.strip()]


def _closes(criterion: Criterion, profile: Profile) -> bool:
    closed = criterion.about is About.APPLICANT and not criterion.is_open and not criterion.partial
    return closed and profile.kind.value in criterion.kinds


def _named(statement: Statement, names: Names) -> list[Entity]:
    return [named.entity for named in names.find(statement.text)]


def _turns(statement: Statement) -> bool:
    headings = " ".join(statement.quote.hit.passage.headings[-1:])
    return bool(sign("turned").search(headings) or sign("turned").search(statement.text))


def _is_general(statement: Statement, profile: Profile, names: Names) -> bool:
    """Whether the statement speaks of no other area than the asker's."""
    counties = [county for named in names.places(statement.text) for county in names.counties(named.entity)]
    return not counties or profile.place in counties
