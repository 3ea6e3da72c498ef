"""Which entities a text names: the same for passages at ingest and for questions."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectorstore.entities import PLACES, Ambiguous, Entity, Kind, Register
from vectorstore.name_tree import Found, NameTree, Spelling, fold, squeezed
from vectorstore.passages import Status

AMOUNT_BEFORE = re.compile(r"\d\s?$")
AMOUNT_AFTER = re.compile(r"\s?\d")


@dataclass(frozen=True, slots=True)
class Named:
    """text[start:end] names the entity; `written` is how."""

    start: int
    end: int
    written: str
    entity: Entity


class Names:
    """A register made ready to find its names in texts, and to tell what belongs to an entity."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.entities = {entity.id: entity for entity in register.entities}
        self._ambiguous = _ambiguous(register)
        self._tree = NameTree(_spellings(register))
        places = (entity for entity in register.entities if entity.kind in PLACES)
        self._places = NameTree(_spellings(Register(tuple(places), register.ambiguous)))
        self._within = _within(register.entities)
        self._known = _known(register.entities)

    def find(self, text: str) -> list[Named]:
        """The names in `text` in order. An ambiguous one counts only beside a full name of one meaning."""
        return self._linked(text, self._tree.find(text))

    def places(self, text: str) -> list[Named]:
        """The places named in `text` in order, also within other names: Värmland in Region Värmland."""
        return self._linked(text, self._places.find(text))

    def ambiguous(self, text: str) -> list[Ambiguous]:
        """The ambiguous names in `text` that stand for nothing certain there, each once."""
        found = self._tree.find(text)
        linked = {(one.start, one.end) for one in self._linked(text, found)}
        open_ones = [one for one in found if (one.start, one.end) not in linked and not _is_amount(text, one)]
        names = [self._ambiguous.get(_key(text[one.start : one.end])) for one in open_ones]
        return list(dict.fromkeys(name for name in names if name))

    def look_up(self, name: str) -> list[Entity]:
        """The entities that have the id or name, whatever the case."""
        return list(self._known.get(_key(name), ()))

    def meanings(self, name: str) -> Ambiguous | None:
        """What an ambiguous name may stand for; None for any other."""
        return self._ambiguous.get(_key(name))

    def successors(self, entity: Entity) -> list[Entity]:
        """What came after it, nearest first."""
        return self._chain(entity, "successors")

    def predecessors(self, entity: Entity) -> list[Entity]:
        """What was before it, nearest first."""
        return self._chain(entity, "predecessors")

    def counties(self, entity: Entity) -> list[Entity]:
        """The counties, or regions abroad, that an entity lies in, covers or applies in."""
        below = [self.entities[one] for one in entity.where if one in self.entities]
        if entity.kind is Kind.REGION and not below:
            return [entity]
        return list(dict.fromkeys(county for place in below for county in self.counties(place)))

    def regions(self, place: Entity) -> list[str]:
        """A place as documents' metadata name it; for one they do not know, the counties it lies in."""
        if place.region:
            return [place.region]
        return list(dict.fromkeys(one.region for one in self.counties(place) if one.region))

    def applying(self, county: Entity) -> list[Entity]:
        """The programme area of a county, the programmes open there and not everywhere, then other areas."""
        return [self.entities[one] for one in self._within[county.id]]

    def _chain(self, entity: Entity, direction: str) -> list[Entity]:
        found: dict[str, Entity] = {}
        waiting = list(getattr(entity, direction))
        while waiting:
            one = self.entities.get(waiting.pop(0))
            if one and one.id not in found and one.id != entity.id:
                found[one.id] = one
                waiting += getattr(one, direction)
        return list(found.values())

    def _linked(self, text: str, found: Sequence[Found]) -> list[Named]:
        certain = {one.owners[0] for one in found if self._is_certain(text, one)}
        linked = []
        for one in found:
            owner = one.owners[0] if self._is_certain(text, one) else self._meant(text, one, certain)
            if entity := self.entities.get(owner):
                linked.append(Named(one.start, one.end, text[one.start : one.end], entity))
        return linked

    def _is_certain(self, text: str, one: Found) -> bool:
        return len(one.owners) == 1 and _key(text[one.start : one.end]) not in self._ambiguous

    def _meant(self, text: str, one: Found, certain: set[str]) -> str:
        """The only meaning of an ambiguous name that the text names in full; empty if there is none."""
        known = self._ambiguous.get(_key(text[one.start : one.end]))
        meanings = {*one.owners, *(meaning.entity for meaning in (known.meanings if known else ()))}
        meant = meanings & certain
        return meant.pop() if len(meant) == 1 and not _is_amount(text, one) else ""


def _key(name: str) -> str:
    return squeezed(fold(name))


def _known(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """The entities by id and by each of their names, in the register's order."""
    found: defaultdict[str, list[Entity]] = defaultdict(list)
    for one in entities:
        for key in dict.fromkeys([one.id, *map(_key, one.recognised)]):
            found[key].append(one)
    return dict(found)


def _ambiguous(register: Register) -> dict[str, Ambiguous]:
    return {_key(one.name): one for one in register.ambiguous}


def _spellings(register: Register) -> Iterable[Spelling]:
    cased_names: set[str] = set()
    for entity in register.entities:
        cased = {_key(name) for name in entity.cased}
        cased_names |= cased
        plain, definite = entity.kind is Kind.MUNICIPALITY, entity.kind not in PLACES
        for name in entity.recognised:
            yield Spelling(name, entity.id, _key(name) in cased, plain, definite and _key(name) not in cased)
    for one in register.ambiguous:
        # Owned by nobody: found so that a shorter name within is not, and to be told.
        yield Spelling(one.name, "", cased=one.name.isupper() or _key(one.name) in cased_names)


def _within(entities: Iterable[Entity]) -> defaultdict[str, list[str]]:
    """For each county, what `Names.applying` tells."""
    known = list(entities)
    areas = [one for one in known if one.kind is Kind.AREA]
    programmes = [one for one in known if one.kind is Kind.PROGRAMME and one.status is Status.CURRENT]
    covered = {one.id: one.where for one in areas}
    found: defaultdict[str, list[str]] = defaultdict(list)
    in_metadata = [one for one in areas if one.region]
    for one in [*in_metadata, *programmes, *(area for area in areas if not area.region)]:
        counties = [county for place in one.where for county in covered.get(place, (place,))]
        for county in dict.fromkeys(counties):
            found[county].append(one.id)
    return found


def _is_amount(text: str, one: Found) -> bool:
    """ "SEK 200 000" and "200 000 SEK" are money, whatever else SEK may be."""
    return bool(AMOUNT_BEFORE.search(text, 0, one.start) or AMOUNT_AFTER.match(text, one.end))
