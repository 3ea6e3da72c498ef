"""Where an entry of the register holds, seen from a place."""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

COUNTRY = "sverige"
"""The id of the area that is the whole country."""


class Reach(IntEnum):
    """How an entry has to do with a place: there, or everywhere in the country and so there too."""

    LOCAL = 0
    NATIONAL = 1


def counties(names: Names) -> list[Entity]:
    """The Swedish counties, in the register's order."""
    regions = (one for one in names.register.entities if one.kind is Kind.REGION)
    return [one for one in regions if _is_swedish(one)]


def reached(names: Names, place: Entity) -> dict[str, Reach]:
    """The ids of the entries that hold in the place, by the counties that they and it lie in or cover.

    What covers only a part of an area counts for the area.
    """
    known, around = _counties(names), {place.id, *place.where}
    within = known[place.id]
    national = any(_is_swedish(names.entities[one]) for one in within)
    found = {}
    for one in names.register.entities:
        if one.id in around or place.id in one.where or within & known[one.id]:
            found[one.id] = Reach.LOCAL
        elif national and COUNTRY in one.where:
            found[one.id] = Reach.NATIONAL
    return found


def territory(names: Names, entity: Entity) -> list[Entity]:
    """The places that the entry names as its own, those that the register has."""
    return [names.entities[one] for one in entity.where if one in names.entities]


def municipalities(names: Names, county: Entity) -> list[Entity]:
    """Those that lie in the county and do not bear its name."""
    within = (one for one in names.register.entities if one.kind is Kind.MUNICIPALITY)
    return [one for one in within if county.id in one.where]


def by_county(names: Names, found: Sequence[Entity]) -> dict[Entity, list[Entity]]:
    """Municipalities under the first county each lies in."""
    under: dict[Entity, list[Entity]] = {}
    for one in found:
        for county in names.counties(one)[:1]:
            under.setdefault(county, []).append(one)
    return under


@lru_cache(maxsize=2)
def _counties(names: Names) -> dict[str, frozenset[str]]:
    """The ids of each entry's counties, made once for each register that is read."""
    return {one.id: frozenset(each.id for each in names.counties(one)) for one in names.register.entities}


def _is_swedish(region: Entity) -> bool:
    return any(name.endswith(" län") for name in region.names["sv"])
