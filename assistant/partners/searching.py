"""The search for bodies: passages, the sentences in them that name bodies, and which of these fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.partners.bodies import body_of
from assistant.partners.choosing import Candidate, candidates
from assistant.partners.seeking import Sought
from assistant.partners.telling import naming, tellings
from assistant.partners.wording import pattern, table
from assistant.scoring import Scored, SentenceScorer
from vectorstore.embedder import Embedder
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.passages import Status
from vectorstore.queries import Hit, Query
from vectorstore.store import Store

SEARCHED = 14
"""Passages searched for; those of bodies that the register places there come beside them."""
MOST_KNOWN = 40
MOST_BESIDE = 20
MOST_HELPERS = 2
HELPS = 0.84
"""Cosine from which a sentence speaks of the help that is searched for."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found: the bodies that fit, best first, and every sentence that was looked at."""

    candidates: list[Candidate]
    scored: list[Scored]


@dataclass(frozen=True, slots=True)
class BodySearch:
    """Finds bodies for what is sought."""

    store: Store
    scorer: SentenceScorer
    embedder: Embedder

    def search(self, text: str, search: str, hits: Sequence[Hit], wanted: Sought) -> Searched:
        """Bodies named in `hits`, in passages found for `search`, and in those the register leads to."""
        names = self.store.names()
        pool = {hit.passage.id: hit for hit in hits}
        for hit in self.store.retriever.retrieve(Query(search, SEARCHED)):
            pool.setdefault(hit.passage.id, hit)
        beside = [hit for hit in naming(self.store, known(wanted, names)) if hit.passage.id not in pool]
        scored = self.scorer.score(text, [*pool.values(), *beside[:MOST_BESIDE]])
        question = self.embedder.embed_query(text)

        def about(entity: Entity) -> float:
            told = " ".join([entity.name, entity.note])
            return float(self.embedder.embed_documents([told])[0] @ question)

        return Searched(candidates(tellings(scored, names), wanted, names, about), scored)

    def helpers(self, wanted: Sought) -> list[Candidate]:
        """Who helps the asker to look further."""
        is_firm = wanted.is_firm is not False
        asked = ("door_" if wanted.wants_door else "") + ("firm" if is_firm else "public")
        search = str(table("helpers")[asked])
        door = Sought(counties=wanted.counties, is_firm=is_firm, wants_door=True, language="sv")
        found = self.search(search, search, (), door).candidates
        near = [one for one in found if one.advises and one.tellings[0].scored.similarity >= HELPS]
        return [replace(one, tellings=one.tellings[:1]) for one in near[:MOST_HELPERS]]


def known(wanted: Sought, names: Names) -> list[Entity]:
    """The bodies of the register that lie where is asked and are of the kind, and those asked about."""
    placed = [
        entity
        for entity in names.register.entities
        if wanted.counties
        and (body := body_of(entity))
        and (not wanted.kinds or body in wanted.kinds)
        and any(county.id in wanted.counties for county in names.counties(entity))
    ]
    return [*wanted.named, *placed][:MOST_KNOWN]


def only_known(wanted: Sought, names: Names, found: Sequence[Candidate]) -> list[Entity]:
    """Bodies that the register places there and calls what is asked for, though no document tells of them."""
    told = {one.entity.id for one in found}
    signs = [pattern("nouns", noun) for noun in wanted.nouns]
    return [
        entity
        for entity in known(wanted, names)
        if entity.id not in told
        and entity.status is Status.CURRENT
        and any(sign.search(" | ".join(entity.recognised)) for sign in signs)
    ]
