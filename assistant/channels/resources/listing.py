"""The resource bank's list: what to choose by, and what is chosen, in sections that can be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import prompts
from assistant.channels.resources.words import Line, called, line, listing_address
from assistant.resources.choosing import KINDS, Chosen, Found, Wanted, choose
from assistant.resources.naming import alphabetical, nearest
from assistant.resources.reach import Reach, by_county, counties
from assistant.resources.standing import Phase
from vectorstore.entities import Ambiguous, Entity, Kind
from vectorstore.naming import Names

A_PAGE = 60
"""Entries shown at a time where the list has one kind or is a search."""
A_TASTE = 6
"""Entries of each kind where all kinds are shown, before "all of them"."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind to choose; `kind` is empty for all of them."""

    kind: str
    title: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading, the first of `total`; `compact` ones are shown by their names alone.

    `said` is the standing that the heading tells of them all.
    """

    title: str
    lines: tuple[Line, ...]
    total: int
    address: str = ""
    compact: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the page shows; `page` counts from 1."""

    wanted: Wanted
    total: int
    tabs: tuple[Tab, ...]
    sections: tuple[Section, ...]
    page: int
    pages: int
    alike: tuple[Line, ...] = ()
    ambiguous: Ambiguous | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the form offers: places in groups of (heading, (id, name))."""

    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    phases: tuple[Phase, ...] = tuple(Phase)


def listing(names: Names, wanted: Wanted, page: int, language: str, today: date) -> Listing:
    """What `wanted` finds. A page past the last is the last."""
    chosen = choose(names, wanted, language, today)
    paged = bool(wanted.text.strip() or wanted.kind) and wanted.kind is not Kind.MUNICIPALITY
    pages = max(1, -(-len(chosen.found) // A_PAGE)) if paged else 1
    page = min(max(page, 1), pages)
    part = chosen.found[(page - 1) * A_PAGE : page * A_PAGE] if paged else chosen.found
    shown = replace(chosen, found=part)
    told = _Telling(names, language, today)
    return Listing(
        wanted,
        len(chosen.found),
        tuple(_tabs(wanted, chosen, language)),
        tuple(_sections(shown, wanted, told)),
        page,
        pages,
        tuple(map(told.line, nearest(names, wanted.text))) if not chosen.found else (),
        names.meanings(wanted.text) if wanted.text.strip() else None,
    )


def options(names: Names, language: str) -> Options:
    """The places one may choose: counties, the areas of programmes, regions elsewhere."""
    texts = prompts.phrases("resources", language)
    swedish = counties(names)
    every = names.register.entities
    areas = [one for one in every if one.kind is Kind.AREA and one.where]
    others = [one for one in every if one.kind is Kind.REGION and one not in swedish]
    groups = (("counties", swedish), ("areas", areas), ("elsewhere", others))
    return Options(tuple((texts[key], _pairs(found, language)) for key, found in groups if found))


def address_of(wanted: Wanted, language: str, page: int = 1) -> str:
    """Where the list that is wanted is found."""
    return listing_address(
        language,
        q=wanted.text,
        kind=wanted.kind or "",
        region=wanted.place.id if wanted.place else "",
        status=wanted.phase or "",
        page=page if page > 1 else "",
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """What lines are written with."""

    names: Names
    language: str
    today: date

    def line(self, entity: Entity) -> Line:
        return line(self.names, entity, self.language, self.today)

    def title(self, key: str) -> str:
        return prompts.phrases("resources", self.language)[key]


def _tabs(wanted: Wanted, chosen: Chosen, language: str) -> Iterator[Tab]:
    texts = prompts.phrases("resources", language)
    total = sum(chosen.counts.values())
    every = address_of(replace(wanted, kind=None), language)
    yield Tab("", texts["all_kinds"], total, every, wanted.kind is None)
    for kind in KINDS:
        to = address_of(replace(wanted, kind=kind), language)
        if chosen.counts[kind] or kind is wanted.kind:
            yield Tab(kind, texts[f"kind_{kind}"], chosen.counts[kind], to, wanted.kind is kind)


def _sections(chosen: Chosen, wanted: Wanted, told: _Telling) -> Iterator[Section]:
    found = chosen.found
    if wanted.kind is Kind.MUNICIPALITY and not wanted.text.strip():
        under = by_county(told.names, [one.entity for one in found])
        for county, within in sorted(under.items(), key=lambda each: _sorted_by(each[0], told)):
            lines = tuple(map(told.line, within))
            yield Section(called(county, told.language), lines, len(lines), compact=True)
    elif wanted.text.strip():
        yield from _by(found, lambda one: told.title("found"), told)
    elif wanted.kind and wanted.place:
        here = prompts.fill(told.title("local_in"), place=called(wanted.place, told.language))
        titles = {Reach.LOCAL: here, Reach.NATIONAL: told.title("national")}
        yield from _by(found, lambda one: titles[one.reach], told)
    elif wanted.kind:
        for section in _by(found, lambda one: one.phase, told):
            yield replace(section, title=told.title(f"phase_{section.title}"), said=section.title)
    else:
        yield from _tasted(found, wanted, told)


def _by(found: tuple[Found, ...], key: Callable[[Found], str], told: _Telling) -> Iterator[Section]:
    """One section for each stretch of entries with the same key, which is its title."""
    for title, group in groupby(found, key):
        lines = tuple(told.line(one.entity) for one in group)
        yield Section(title, lines, len(lines))


def _tasted(found: tuple[Found, ...], wanted: Wanted, told: _Telling) -> Iterator[Section]:
    """A few of each kind, with the way to the rest."""
    for kind in KINDS:
        of_kind = [one.entity for one in found if one.entity.kind is kind]
        most = len(of_kind) if kind is Kind.MUNICIPALITY and wanted.place else A_TASTE
        if of_kind:
            lines = tuple(map(told.line, of_kind[:most]))
            to = address_of(replace(wanted, kind=kind), told.language)
            compact = kind is Kind.MUNICIPALITY
            yield Section(told.title(f"kind_{kind}"), lines, len(of_kind), to, compact)


def _pairs(found: list[Entity], language: str) -> tuple[tuple[str, str], ...]:
    ordered = sorted(found, key=lambda one: alphabetical(called(one, language)))
    return tuple((one.id, called(one, language)) for one in ordered)


def _sorted_by(entity: Entity, told: _Telling) -> tuple[str, str]:
    return alphabetical(called(entity, told.language))
