"""One entry of the resource bank: what it is, what was before and after, where it holds, who writes of it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import prompts
from assistant.channels.resources.listing import address_of
from assistant.channels.resources.words import (
    Line,
    called,
    entry_address,
    line,
    name_language,
    other_names,
    timeless,
)
from assistant.resources.choosing import Wanted, choose
from assistant.resources.mentions import NamedAll
from assistant.resources.naming import alphabetical
from assistant.resources.reach import municipalities, territory
from assistant.resources.standing import Phase, phase, standing
from assistant.validity import spoken
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.naming import Names

_HERE = (Kind.PROGRAMME, Kind.ORGANISATION, Kind.PROJECT, Kind.STRATEGY)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a chain of predecessors and successors; `place` is "before", "this" or "after"."""

    line: Line
    place: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the page shows; `badge` is empty where it goes without saying that the entry holds."""

    entity: Entity
    line: Line
    badge: str
    other_names: list[tuple[str, tuple[str, ...]]]
    where: list[Line]
    chain: list[Step]
    questions: list[tuple[str, str]]
    here: list[tuple[str, int, str]]
    municipalities: list[Line]
    named: NamedAll
    as_of: str
    spoken: str
    search: str


def shown(names: Names, entity: Entity, named: NamedAll, language: str, today: date) -> Shown:
    """The entry as its page shows it."""
    now = standing(entity, today)
    return Shown(
        entity=entity,
        line=line(names, entity, language, today),
        badge="" if timeless(entity, now) else now.value,
        other_names=other_names(entity, language),
        where=[line(names, one, language, today) for one in territory(names, entity)],
        chain=_chain(names, entity, language, today),
        questions=_questions(entity, language, today),
        here=_here(names, entity, language, today),
        municipalities=_within(names, entity, language, today),
        named=named,
        as_of=spoken(entity.as_of, language) if entity.as_of else "",
        spoken=name_language(entity, language),
        search=f"/search?{urlencode({'q': called(entity, language), 'lang': language})}",
    )


def entry_record(names: Names, entity: Entity, today: date) -> dict[str, object]:
    """The entry as the API tells it."""
    return {
        "id": entity.id,
        "kind": entity.kind.value,
        "names": {language: list(found) for language, found in entity.names.items()},
        "abbreviations": list(entity.abbreviations),
        "status": entity.status.value,
        "today": standing(entity, today).value,
        "period": list(entity.period),
        "where": list(entity.where),
        "counties": [one.id for one in names.counties(entity)],
        "predecessors": list(entity.predecessors),
        "successors": list(entity.successors),
        "source": entity.source,
        "as_of": entity.as_of,
        "confidence": entity.confidence,
        "note": entity.note,
        "page": entry_address(entity, "sv").partition("?")[0],
    }


def _chain(names: Names, entity: Entity, language: str, today: date) -> list[Step]:
    """What was before, the entry itself and what came after, in the order of time; empty when it is alone."""
    before, after = names.predecessors(entity)[::-1], names.successors(entity)
    if not before and not after:
        return []
    placed = [*((one, "before") for one in before), (entity, "this"), *((one, "after") for one in after)]
    return [Step(line(names, one, language, today), place) for one, place in placed]


def _questions(entity: Entity, language: str, today: date) -> list[tuple[str, str]]:
    """Questions about the entry, each with the address at which the chat has it in its box."""
    texts = prompts.phrases("resources", language)
    kind = "place" if entity.kind in PLACES else entity.kind.value
    over = "_over" if phase(entity, today) is Phase.ENDED and kind != "term" else ""
    asked = [prompts.fill(texts[f"ask_{kind}{over}_{n}"], name=called(entity, language)) for n in (1, 2)]
    return [(text, f"/?{urlencode({'question': text, 'lang': language})}") for text in asked]


def _here(names: Names, place: Entity, language: str, today: date) -> list[tuple[str, int, str]]:
    """For a place, how many of each kind hold there, and where they are listed."""
    if place.kind not in PLACES:
        return []
    texts, wanted = prompts.phrases("resources", language), Wanted(place=place)
    counts = choose(names, wanted, language, today).counts
    return [
        (texts[f"kind_{kind}"], counts[kind], address_of(Wanted(kind=kind, place=place), language))
        for kind in _HERE
        if counts[kind]
    ]


def _within(names: Names, place: Entity, language: str, today: date) -> list[Line]:
    if place.kind is not Kind.REGION:
        return []
    found = sorted(municipalities(names, place), key=lambda one: alphabetical(called(one, language)))
    return [line(names, one, language, today) for one in found]
