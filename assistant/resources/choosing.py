"""Choosing among the entries of the register: by name, kind, place and what holds today."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assistant.resources.naming import Fit, alphabetical, find
from assistant.resources.reach import Reach, reached
from assistant.resources.standing import Phase, Standing, phase, standing
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

KINDS = tuple(Kind)
_STANDINGS = tuple(Standing)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty fields set no limit."""

    text: str = ""
    kind: Kind | None = None
    place: Entity | None = None
    phase: Phase | None = None

    @property
    def any(self) -> bool:
        """Whether nothing in particular is looked for."""
        return not self.text.strip() and not self.kind and not self.place and not self.phase


@dataclass(frozen=True, slots=True)
class Found:
    """One entry, with what it is today and how it has to do with what is wanted."""

    entity: Entity
    standing: Standing
    phase: Phase
    reach: Reach = Reach.LOCAL
    fit: Fit = Fit.WHOLE


@dataclass(frozen=True, slots=True)
class Chosen:
    """The entries found, in the order to show them; `counts` are of every kind, whichever is wanted."""

    found: tuple[Found, ...]
    counts: Counter[Kind]


def choose(names: Names, wanted: Wanted, language: str, today: date) -> Chosen:
    """The entries that are wanted: by how well they fit, then what holds first, then by name."""
    meant = find(names, wanted.text) if wanted.text.strip() else None
    held = reached(names, wanted.place) if wanted.place else None
    every = [
        _found(one, held, meant, today)
        for one in names.register.entities
        if (meant is None or one.id in meant)
        and (held is None or one.id in held)
        and wanted.phase in (None, phase(one, today))
    ]
    ordered = sorted(every, key=lambda one: _order(one, language))
    shown = tuple(one for one in ordered if wanted.kind in (None, one.entity.kind))
    return Chosen(shown, Counter(one.entity.kind for one in every))


def _found(
    entity: Entity, held: Mapping[str, Reach] | None, meant: Mapping[str, Fit] | None, today: date
) -> Found:
    near = Reach.LOCAL if held is None else held[entity.id]
    fit = Fit.WHOLE if meant is None else meant[entity.id]
    return Found(entity, standing(entity, today), phase(entity, today), near, fit)


def _order(one: Found, language: str) -> tuple[int, int, int, tuple[str, str]]:
    name = alphabetical(one.entity.names[language][0])
    return one.fit, one.reach, _STANDINGS.index(one.standing), name
