"""Sentences that name a body, and the passages to look for them in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.partners.wording import pattern
from assistant.scoring import Scored
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store

SOURCE = 60
"""Characters before a name within which "according to" or "says" makes it a source."""
DOCUMENTS_EACH = 2
PASSAGES_EACH = 4


@dataclass(frozen=True, slots=True)
class Telling:
    """A scored sentence that names `entity`, written as `written`.

    `segment` is the item of a list, or the clause, in which the name stands. `leads` where the sentence
    begins with the name, `tells` where it then says what the entity is or does.
    """

    entity: Entity
    written: str
    scored: Scored
    segment: str
    leads: bool
    tells: bool

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.scored.sentence.text

    @property
    def quote(self) -> Quote:
        """The sentence as a quote."""
        return Quote(self.scored.hit, self.scored.sentence.start, self.scored.sentence.end)


def tellings(scored: Iterable[Scored], names: Names) -> list[Telling]:
    """For each name in each sentence one telling, in the order of the sentences."""
    found = []
    for one in scored:
        seen = set()
        text = one.sentence.text
        for named in names.find(text):
            if named.entity.id in seen or pattern("source").search(
                text[max(0, named.start - SOURCE) : named.start]
            ):
                continue
            seen.add(named.entity.id)
            leads = not any(sign.isalpha() for sign in text[: named.start])
            tells = leads and bool(pattern("does").search(text[named.end :]))
            found.append(Telling(named.entity, named.written, one, _segment(text, named.start), leads, tells))
    return found


def _segment(text: str, position: int) -> str:
    """What stands between the commas or the conjunctions around `position`."""
    cuts = [0, *(match.end() for match in pattern("between").finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= position)
    return text[start : min((cut for cut in cuts if cut > position), default=len(text))]


def naming(store: Store, entities: Sequence[Entity]) -> list[Hit]:
    """Passages that name the entities, from the documents that name each most often."""
    found: dict[str, Hit] = {}
    for entity in entities:
        for listed in store.names.mentioning(entity.id)[:DOCUMENTS_EACH]:
            for hit in _passages(store, listed.document_id, entity.id)[:PASSAGES_EACH]:
                found.setdefault(hit.passage.id, hit)
    return list(found.values())


def _passages(store: Store, document_id: str, entity_id: str) -> list[Hit]:
    mentions = [one for one in store.names.mentions(document_id) if one.entity_id == entity_id]
    holding = dict.fromkeys(one.passage_id for one in mentions)
    document = store.document(document_id)
    if document is None:
        return []
    return [Hit(one, document, 0.0) for one in store.passages(document_id) if one.id in holding]
