"""Answers to who somebody is where several have the name, and to how a body is reached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answers import AnswerStatus
from assistant.citations import Quote
from assistant.drafts import Asked, Block, CardDraft, Draft, Line, Wording, own
from assistant.partners.body_cards import own_name
from assistant.partners.carding import namesakes, person_card
from assistant.partners.people import Person, people
from assistant.partners.replies import listed_names
from assistant.partners.telling import naming
from assistant.partners.wording import pattern
from assistant.sentences import Sentence, sentences
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Status
from vectorstore.queries import Hit
from vectorstore.store import Store

REACHABLE = frozenset({Kind.ORGANISATION, Kind.PROJECT, Kind.PROGRAMME})
MOST_LINES = 2
GONE = frozenset({Status.ENDED, Status.HISTORICAL})


@dataclass(frozen=True, slots=True)
class ContactFinder:
    """Tells namesakes apart, and gives contact data only from a source that holds today. A Composer."""

    store: Store

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer."""
        names = self.store.names()
        if pattern("contact_data").search(asked.text):
            entity = _reached(asked, names)
            return self._reach(entity, hits, names, asked) if entity else None
        return _several(asked, hits, names)

    def _reach(self, entity: Entity, found_for: Sequence[Hit], names: Names, asked: Asked) -> Draft | None:
        about = [hit for hit in found_for if entity.id in _named_in(hit.passage.text, names)]
        pool = {hit.passage.id: hit for hit in [*about, *naming(self.store, [entity])]}
        hits = list(pool.values())
        if not hits:
            return None
        if entity.status in GONE or names.successors(entity):
            return _gone(entity, hits, names, asked)
        found = [(hit, one) for hit in hits for one in _contact_lines(entity, hit, names)]
        current = [(hit, one) for hit, one in found if hit.document.metadata.status is Status.CURRENT]
        if current:
            return _reached_at(entity, current[:MOST_LINES], asked.language)
        return _refused(entity, "old_contact" if found else "no_contact", asked.language)


def _reached(asked: Asked, names: Names) -> Entity | None:
    """The one body that the question wants to reach; a body goes before the programme it runs."""
    found = {one.entity.id: one.entity for one in names.find(asked.text) if one.entity.kind in REACHABLE}
    bodies = [one for one in found.values() if one.kind is Kind.ORGANISATION] or list(found.values())
    return bodies[0] if len(bodies) == 1 else None


def _contact_lines(entity: Entity, hit: Hit, names: Names) -> Iterator[Sentence]:
    """Sentences with contact data beside the body's name, or where text or title are about it alone."""
    alone = {entity.id} in (_named_in(hit.passage.text, names), _named_in(hit.document.metadata.title, names))
    for one in sentences(hit.passage):
        if pattern("reaches").search(one.text) and (alone or entity.id in _named_in(one.text, names)):
            yield one


def _named_in(text: str, names: Names) -> set[str]:
    return {one.entity.id for one in names.find(text) if one.entity.kind in REACHABLE}


def _reached_at(entity: Entity, found: Sequence[tuple[Hit, Sentence]], language: str) -> Draft:
    texts = phrases("partners", language)
    name = own_name(entity, language)
    lines = [Line(one.text, (Quote(hit, one.start, one.end),)) for hit, one in found]
    year = found[0][0].document.metadata.dated[:4]
    field = fill(texts["field_reach"], year=year) if year else texts["field_reach_undated"]
    return Draft(
        lead=(own(fill(texts["reach"], body=name)),),
        blocks=(Block(tuple(lines), texts["says"]),),
        cards=(CardDraft("contact", name, {field: lines[0]}),),
    )


def _gone(entity: Entity, hits: Sequence[Hit], names: Names, asked: Asked) -> Draft:
    """That the body is gone and who came after; the quote is only the place that names it."""
    texts = phrases("partners", asked.language)
    hit, start, end, written = _named(entity, hits, names)
    after = [one for one in names.successors(entity) if one.status not in GONE]
    last = [one for one in after if not names.successors(one)] or after
    text = texts["gone_next"] if last else texts["gone_nobody"]
    told = listed_names([own_name(one, asked.language) for one in last], texts) if last else ""
    lead = Line(fill(texts["gone"], body=written), (Quote(hit, start, end),), Wording.OWN)
    return Draft(lead=(lead,), closing=(own(fill(text, names=told, as_of=entity.as_of)),))


def _named(entity: Entity, hits: Sequence[Hit], names: Names) -> tuple[Hit, int, int, str]:
    """Where a passage names it, with the document's offsets: as near as can be to its contact data."""
    found = []
    for number, hit in enumerate(hits):
        data = [match.start() for match in pattern("reaches").finditer(hit.passage.text)]
        for one in names.find(hit.passage.text):
            if one.entity == entity and "\n" not in one.written:
                away = min((abs(position - one.end) for position in data), default=len(hit.passage.text))
                found.append((away, number, one))
    if not found:
        passage = hits[0].passage
        return hits[0], passage.start, passage.end, entity.name
    _, number, one = min(found, key=lambda item: item[:2])
    start = hits[number].passage.start + one.start
    return hits[number], start, start + len(one.written), one.written


def _refused(entity: Entity, key: str, language: str) -> Draft:
    texts = phrases("partners", language)
    name = own_name(entity, language)
    lead = own(fill(texts[key], body=name))
    return Draft(
        status=AnswerStatus.NOT_IN_SOURCES, lead=(lead,), closing=(own(fill(texts["own_site"], body=name)),)
    )


def _several(asked: Asked, hits: Sequence[Hit], names: Names) -> Draft | None:
    """All persons of a surname that the question gives without telling which; None for one or nobody."""
    if not pattern("asks_person").search(asked.text):
        return None
    named = namesakes(asked.text, _persons(hits, names))
    if len({person.name for person, _ in named}) < 2:
        return None
    texts = phrases("partners", asked.language)
    written = listed_names([person.name for person, _ in named], texts)
    quotes = tuple(quote for _, quote in named)
    lead = fill(texts["several"], surname=named[0][0].surname, names=written)
    lines = tuple(Line(_sentence(quote), (quote,)) for quote in quotes)
    return Draft(
        lead=(Line(lead, quotes, Wording.CLAIMED),),
        blocks=(Block(lines, texts["says"]),),
        closing=(own(texts["several_which"]),),
        cards=tuple(person_card(person, quote, asked.language) for person, quote in named),
    )


def _persons(hits: Sequence[Hit], names: Names) -> list[tuple[Person, Quote]]:
    """Each person in the passages with the shortest sentence that says what they are."""
    found: dict[str, tuple[Person, Quote]] = {}
    for hit in hits:
        for one in sentences(hit.passage):
            for person in people(one.text, names):
                quote = Quote(hit, one.start, one.end)
                held = found.get(person.name)
                if held is None or _worth(person, quote) > _worth(*held):
                    found[person.name] = (person, quote)
    return list(found.values())


def _worth(person: Person, quote: Quote) -> tuple[int, int]:
    return len(person.role), quote.start - quote.end


def _sentence(quote: Quote) -> str:
    inside = sentences(quote.hit.passage)
    return next(one.text for one in inside if (one.start, one.end) == (quote.start, quote.end))
