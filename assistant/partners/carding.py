"""Cards beside an answer of any kind: the persons, programmes and bodies that its quotes tell of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.citations import Quote
from assistant.drafts import Asked, CardDraft, Composer, Draft, Line
from assistant.partners.body_cards import LONGEST, card_kind, own_name
from assistant.partners.facets import facet, label, ordered
from assistant.partners.overview import overview_card
from assistant.partners.people import Person, people, role_field
from assistant.partners.wording import pattern
from assistant.scoring import SentenceScorer
from assistant.sentences import sentences
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store
from vectorstore.terms import terms

MOST = 3
SHARED_GROUPS = 3
"""Groups of letters that a role and a question share when they speak of the same."""
FEWEST_FIELDS = 2
"""Fields below which a card of a body only says the answer again."""
CARDED = frozenset({Kind.PROGRAMME, Kind.ORGANISATION, Kind.PROJECT})


@dataclass(frozen=True, slots=True)
class Carded:
    """Adds cards to what `inner` answers. A Composer."""

    inner: Composer
    store: Store
    scorer: SentenceScorer

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; the inner draft as it is where its quotes give no card."""
        draft = self.inner.compose(asked, hits)
        if draft is None or draft.cards or not _quotes(draft):
            return draft
        return replace(draft, cards=cards(draft, asked, self.store, self.scorer))


def cards(draft: Draft, asked: Asked, store: Store, scorer: SentenceScorer) -> tuple[CardDraft, ...]:
    """Cards of what the question is about and the draft's quotes tell of, at most three.

    They stand on the quotes that the draft has. Only where the question wants one thing told as a whole
    does its card draw on other sentences of the documents about it.
    """
    names = store.names()
    quotes = _quotes(draft)
    if whole := overview_card(asked, store, scorer):
        return (whole,)
    found = [*_persons(asked, quotes, names), *_entities(asked, quotes, names)]
    return tuple(found[:MOST])


def _quotes(draft: Draft) -> list[Quote]:
    lines = [*draft.lead, *(line for block in draft.blocks for line in block.lines)]
    return list({quote.key: quote for line in lines for quote in line.quotes}.values())


def _persons(asked: Asked, quotes: Sequence[Quote], names: Names) -> Iterator[CardDraft]:
    """A contact card for each person in the quotes whom the question names or asks for."""
    found = _people(quotes, names)
    for person, quote in namesakes(asked.text, found) or _asked_for(asked.text, found):
        yield person_card(person, quote, asked.language)


Found = list[tuple[Person, Quote]]


def _people(quotes: Sequence[Quote], names: Names) -> Found:
    """Each person in the quotes, with the quote that says most of what they are."""
    found: dict[str, tuple[Person, Quote]] = {}
    for quote in quotes:
        for text in within(quote):
            for person in people(text, names):
                held = found.get(person.name)
                if held is None or len(person.role) > len(held[0].role):
                    found[person.name] = (person, quote)
    return list(found.values())


def namesakes(text: str, found: Found) -> Found:
    """Those whom the text names: by the whole name, or else all with the surname."""
    words = {word.strip("?!.,:;'’\"”()").casefold() for word in text.split()}
    named = [one for one in found if one[0].surname.casefold() in words]
    whole = [one for one in named if one[0].name.casefold() in text.casefold()]
    return whole or named


def _asked_for(text: str, found: Found) -> Found:
    """Those whose role speaks of what the text asks, where it asks who somebody is."""
    if not pattern("asks_for_person").search(text):
        return []
    titled = [one for one in found if one[0].has_title]
    words = set(terms(text))
    shared = [one for one in titled if len(words & set(terms(one[0].role))) >= SHARED_GROUPS]
    return shared or (titled if len(titled) == 1 else [])


def within(quote: Quote) -> list[str]:
    """The sentences of a quote as they read."""
    inside = sentences(quote.hit.passage)
    return [one.text for one in inside if quote.start <= one.start and one.end <= quote.end]


def person_card(person: Person, quote: Quote, language: str) -> CardDraft:
    """The person with the role the quote gives, under the year of what says so."""
    field = role_field(quote.hit, quote.start, language)
    return CardDraft("contact", person.name, {field: Line(person.role, (quote,))})


def _entities(asked: Asked, quotes: Sequence[Quote], names: Names) -> Iterator[CardDraft]:
    entities = {one.entity.id: one.entity for one in names.find(asked.text) if one.entity.kind in CARDED}
    for entity in entities.values():
        fields: dict[str, Line] = {}
        for quote in quotes:
            for text in _told_of(entity, quote, names):
                key = facet(text, tells=_tells(entity, text, names))
                if key and len(text) <= LONGEST and key not in fields:
                    fields[key] = Line(text, (quote,))
        if len({line.text for line in fields.values()}) >= FEWEST_FIELDS:
            labelled = {label(key, asked.language): fields[key] for key in ordered(fields)}
            yield CardDraft(card_kind(entity), own_name(entity, asked.language), labelled)


def _tells(entity: Entity, text: str, names: Names) -> bool:
    """Whether the sentence says what the entity is or what it is for."""
    leading = [one for one in names.find(text) if not any(map(str.isalpha, text[: one.start]))]
    is_subject = any(one.entity == entity and pattern("does").search(text[one.end :]) for one in leading)
    return is_subject or bool(pattern("aims").search(text))


def _told_of(entity: Entity, quote: Quote, names: Names) -> Iterator[str]:
    """The quote's sentences that name the entity.

    Of a project or programme those too that follow, or all where the document's title names it: they go on
    about it, while a body is often named in passing.
    """
    goes_on = entity.kind is not Kind.ORGANISATION
    about = goes_on and any(one.entity == entity for one in names.find(quote.hit.document.metadata.title))
    for sentence in sentences(quote.hit.passage):
        if quote.start <= sentence.start and sentence.end <= quote.end:
            named = any(one.entity == entity for one in names.find(sentence.text))
            about = named or (about and goes_on)
            if about:
                yield sentence.text
