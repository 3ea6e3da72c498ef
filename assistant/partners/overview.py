"""The card of one programme, project or body that a question wants told as a whole."""

from collections.abc import Iterator

from assistant.citations import Quote
from assistant.drafts import Asked, CardDraft, Line
from assistant.names import subject_words
from assistant.partners.body_cards import LONGEST, card_kind, own_name
from assistant.partners.facets import facet, label, ordered
from assistant.partners.telling import naming
from assistant.partners.wording import pattern
from assistant.scoring import Scored, SentenceScorer
from vectorstore.currency import has_passed
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.store import Store

MOST_FIELDS = 5
CARDED = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.ORGANISATION})


def overview_card(asked: Asked, store: Store, scorer: SentenceScorer) -> CardDraft | None:
    """What it is, whom it is for, its money, its place and its time, each from the best sentence for it.

    None where the question asks for one detail of it, or where the documents tell fewer than two of these.
    """
    names = store.names()
    entity = _asked_for(asked, names)
    if entity is None:
        return None
    found: dict[str, Scored] = {}
    for one in _sentences(entity, asked, store, scorer):
        key = facet(one.sentence.text, about(entity, one, names) == "subject")
        if key and key not in found:
            found[key] = one
    if len(found) < 2:
        return None
    chosen = ordered(found)[:MOST_FIELDS]
    fields = {label(key, asked.language): _line(found[key]) for key in chosen}
    return CardDraft(card_kind(entity), own_name(entity, asked.language), fields)


def _asked_for(asked: Asked, names: Names) -> Entity | None:
    """The one thing that the question wants told as a whole."""
    text = asked.text.strip()
    opening = pattern("overview").match(text)
    if not opening:
        return None
    found = {one.entity.id: one for one in names.find(text) if one.entity.kind in CARDED}
    if len(found) != 1:
        return None
    (named,) = found.values()
    left = subject_words(f"{text[opening.end() : named.start]} {text[named.end :]}", common=True)
    return None if left else named.entity


def _sentences(entity: Entity, asked: Asked, store: Store, scorer: SentenceScorer) -> Iterator[Scored]:
    """Short sentences that name it: those of sources that hold today, and about it, first."""
    names = store.names()
    scored = scorer.score(asked.text, naming(store, [entity]))
    told = {one.sentence: about(entity, one, names) for one in scored}
    for one in sorted(scored, key=lambda item: (has_passed(item.hit), ORDER.index(told[item.sentence]))):
        raw = one.hit.passage.text[one.sentence.start - one.hit.passage.start :]
        is_whole = not raw.startswith("|") and not pattern("leans").search(one.sentence.text)
        if told[one.sentence] and is_whole and len(one.sentence.text) <= LONGEST:
            yield one


ORDER = ("subject", "named", "beside", "")


def about(entity: Entity, one: Scored, names: Names) -> str:
    """How the sentence speaks of the entity: one of ORDER.

    As its "subject", where it begins with the name and says what it is or does; "beside" where another
    name leads; "named" where it is only named, empty where it is not.
    """
    text = one.sentence.text
    found = names.find(text)
    leading = next((named for named in found if not any(map(str.isalpha, text[: named.start]))), None)
    if leading and leading.entity == entity:
        return "subject" if pattern("does").search(text[leading.end :]) else "named"
    if any(named.entity == entity for named in found):
        return "beside" if leading else "named"
    return ""


def _line(one: Scored) -> Line:
    return Line(one.sentence.text, (Quote(one.hit, one.sentence.start, one.sentence.end),))
