"""The register in words: names, periods and places as a page tells them, and the addresses they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

import prompts
from assistant.resources.reach import COUNTRY, territory
from assistant.resources.standing import Standing, standing
from assistant.validity import spoken
from vectorstore.entities import LANGUAGES, PLACES, Entity, Kind
from vectorstore.naming import Names

BANK = "/resurser"
MOST_PLACES = 3
"""Places of an entry that a line names before it counts them."""
_TIMELESS = PLACES | {Kind.TERM}
"""Kinds of which nobody asks whether they still hold, unless they do not."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a list shows it. `standing` is empty where it goes without saying."""

    name: str
    short: str
    address: str
    kind: Kind
    standing: str
    period: str
    where: str
    spoken: str


def listing_address(language: str, **query: object) -> str:
    """The list with what is asked for; empty values are left out."""
    given = {name: value for name, value in query.items() if value}
    return f"{BANK}?{urlencode({**given, 'lang': language})}"


def entry_address(entity: Entity, language: str) -> str:
    """The page of an entry."""
    return f"{BANK}/{quote(entity.id, safe='')}?lang={language}"


def called(entity: Entity, language: str) -> str:
    """Its main name in the language."""
    return entity.names[language][0]


def name_language(entity: Entity, language: str) -> str:
    """The language its name in `language` is in: a name that is the same in Swedish is Swedish."""
    return "sv" if called(entity, language) == called(entity, "sv") else language


def line(names: Names, entity: Entity, language: str, today: date) -> Line:
    """The entry as a list shows it."""
    now = standing(entity, today)
    return Line(
        name=called(entity, language),
        short=entity.abbreviations[0] if entity.abbreviations else "",
        address=entry_address(entity, language),
        kind=entity.kind,
        standing="" if timeless(entity, now) else now.value,
        period=period(entity, language),
        where=where(names, entity, language),
        spoken=name_language(entity, language),
    )


def timeless(entity: Entity, now: Standing) -> bool:
    """Whether it goes without saying that the entry holds."""
    return entity.kind in _TIMELESS and now is Standing.CURRENT


def period(entity: Entity, language: str) -> str:
    """When it holds, in words; empty where the register does not say."""
    texts = prompts.phrases("resources", language)
    since, until = (spoken(each, language) if each else "" for each in entity.period)
    if since and until:
        return since if since == until else prompts.fill(texts["between"], since=since, until=until)
    if since:
        return prompts.fill(texts["since"], since=since)
    return prompts.fill(texts["until"], until=until) if until else ""


def where(names: Names, entity: Entity, language: str) -> str:
    """The places it applies in, covers or lies in; many of them counted."""
    texts = prompts.phrases("resources", language)
    places = territory(names, entity)
    if any(one.id == COUNTRY for one in places):
        return called(names.entities[COUNTRY], language)
    if len(places) > MOST_PLACES:
        return prompts.fill(texts["places"], count=len(places))
    return joined([called(one, language) for one in places], language)


def joined(parts: Sequence[str], language: str) -> str:
    """ "Dalarna, Gävleborg och Värmland"."""
    if not parts[1:]:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {prompts.phrases('resources', language)['and']} {parts[-1]}"


def other_names(entity: Entity, language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Names but the main one, by language, the page's own first; those that are the same told once."""
    told = {called(entity, language), *entity.abbreviations}
    found = []
    for one in (language, *(each for each in LANGUAGES if each != language)):
        new = tuple(name for name in entity.names[one] if name not in told)
        told.update(new)
        if new:
            found.append((one, new))
    return found
