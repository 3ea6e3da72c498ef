"""The things that have names of their own in the field: programmes, bodies, places, terms."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from vectorstore.passages import Status

LANGUAGES = ("sv", "en", "no")


class Kind(StrEnum):
    """What an entity is. An area is what a programme covers; a region is a county or a region abroad."""

    PROGRAMME = "programme"
    ORGANISATION = "organisation"
    PROJECT = "project"
    STRATEGY = "strategy"
    REGION = "region"
    AREA = "area"
    MUNICIPALITY = "municipality"
    TERM = "term"


PLACES = frozenset({Kind.REGION, Kind.AREA, Kind.MUNICIPALITY})


@dataclass(frozen=True, slots=True)
class Entity:
    """One entry of the register.

    `names` holds for each of LANGUAGES the names in that language, the main one first. `variants` are
    spellings that are recognised and never offered; `cased` lists the names that are also ordinary words
    and are therefore recognised only as written. `predecessors` and `successors` are ids. `where` holds the
    ids of the places it applies in, covers or lies in; `region` is its name in documents' metadata.
    Dates are partial ISO 8601, open ends empty.
    """

    id: str
    kind: Kind
    names: Mapping[str, tuple[str, ...]] = field(hash=False)
    abbreviations: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    period: tuple[str, str] = ("", "")
    status: Status = Status.UNKNOWN
    where: tuple[str, ...] = ()
    region: str = ""
    source: str = ""
    as_of: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The main name: the first in Swedish."""
        return self.names["sv"][0]

    @property
    def offered(self) -> tuple[str, ...]:
        """The names to search with: the main one, short forms, other Swedish ones, the main ones abroad."""
        swedish, *others = (self.names[language] for language in LANGUAGES)
        mains = [names[0] for names in others]
        return tuple(dict.fromkeys([swedish[0], *self.abbreviations, *swedish[1:], *mains]))

    @property
    def recognised(self) -> tuple[str, ...]:
        """Every spelling that means this entity."""
        listed = [name for language in LANGUAGES for name in self.names[language]]
        return tuple(dict.fromkeys([*listed, *self.abbreviations, *self.variants]))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that an ambiguous name may stand for; `entity` is its id where the register has it."""

    text: str
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name of several things, which is linked only where the full name of one of them stands too."""

    name: str
    meanings: tuple[Meaning, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All entities and the names that are ambiguous between them."""

    entities: tuple[Entity, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage names an entity: the name is document.text[start:end]."""

    passage_id: str
    entity_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mentioning:
    """A document that names an entity: in how many passages."""

    document_id: str
    source: str
    title: str
    passages: int


def entity_record(entity: Entity) -> dict[str, Any]:
    """The entity as JSON types."""
    return asdict(entity) | {"names": {language: list(names) for language, names in entity.names.items()}}


def entity_of(record: Mapping[str, Any]) -> Entity:
    """The entity of a record."""
    lists = ("abbreviations", "variants", "cased", "predecessors", "successors", "where")
    start, end = record["period"]
    typed = {name: tuple(record[name]) for name in lists} | {
        "kind": Kind(record["kind"]),
        "status": Status(record["status"]),
        "period": (start, end),
        "names": {language: tuple(names) for language, names in record["names"].items()},
    }
    return Entity(**{**record, **typed})


def ambiguous_of(record: Mapping[str, Any]) -> Ambiguous:
    """The ambiguous name of a record, which is `asdict` of it."""
    return Ambiguous(record["name"], tuple(Meaning(**one) for one in record["meanings"]), record["note"])


def register_digest(register: Register, rules: int) -> str:
    """SHA-256 of a register together with the version of the rules by which names are recognised."""
    known = [entity_record(one) for one in register.entities]
    content = json.dumps([rules, known, [asdict(one) for one in register.ambiguous]], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
