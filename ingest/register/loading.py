"""From the register's files to the register, or to everything that is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from ingest.regions import areas, beginnings
from ingest.register.checking import check
from ingest.register.entries import AmbiguousEntry, Entry, faults_of
from ingest.register.faults import Fault, refuse
from ingest.register.reading import Raw, RawRegister, read_register_files
from vectorstore.entities import PLACES, Ambiguous, Entity, Meaning, Register
from vectorstore.name_tree import fold


@dataclass(frozen=True, slots=True)
class Loaded:
    """The register as far as its entries are valid, and every fault."""

    register: Register
    faults: tuple[Fault, ...]


def load_register(folder: str = "") -> Register:
    """The bundled register with that of `folder` on top; raises RegisterError if anything is wrong."""
    loaded = read_register(folder)
    refuse(list(loaded.faults))
    return loaded.register


def read_register(folder: str = "") -> Loaded:
    """The register with all its faults; raises RegisterError if `folder` is no folder."""
    raw = read_register_files(folder)
    faults = list(raw.faults)
    entities, files = _entities(raw.entries, faults)
    ambiguous = _ambiguous(raw, faults, files)
    entities = _with_regions(entities)
    # Links to entries that are invalid themselves would only be told twice.
    if not faults:
        faults += check(entities, ambiguous, files)
    return Loaded(Register(tuple(_linked_both_ways(entities).values()), tuple(ambiguous)), tuple(faults))


def _entities(entries: Mapping[str, Raw], faults: list[Fault]) -> tuple[dict[str, Entity], dict[str, str]]:
    entities, files = {}, {}
    for one, raw in entries.items():
        try:
            entities[one] = Entry.model_validate(dict(raw.fields)).entity()
            files[one] = raw.file
        except ValidationError as error:
            faults += faults_of(
                error, raw.file, str(raw.fields.get("id", "")) or "an entry without id", Entry
            )
    return entities, files


def _ambiguous(raw: RawRegister, faults: list[Fault], files: dict[str, str]) -> list[Ambiguous]:
    made = []
    for one in raw.ambiguous:
        try:
            entry = AmbiguousEntry.model_validate(dict(one.fields))
        except ValidationError as error:
            name = str(one.fields.get("name", "")) or "an ambiguous name"
            faults += faults_of(error, one.file, name, AmbiguousEntry)
            continue
        meanings = tuple(Meaning(meaning.text, meaning.entity) for meaning in entry.meanings)
        made.append(Ambiguous(entry.name, meanings, entry.note))
        files[entry.name] = one.file
    return made


def _with_regions(entities: Mapping[str, Entity]) -> dict[str, Entity]:
    """What ingest knows of regions: the words that mean them, and the counties of an area."""
    taken = {fold(name) for entity in entities.values() for name in entity.recognised}
    first: dict[str, str] = {}
    for entity in entities.values():
        if entity.region and entity.kind in PLACES:
            first.setdefault(entity.region, entity.id)
    words, counties = beginnings(), areas()
    made = dict(entities)
    for region, one in first.items():
        entity = entities[one]
        more = [word for word in words.get(region, ()) if fold(word) not in taken]
        below = tuple(first[name] for name in counties.get(region, ()) if name in first)
        made[one] = replace(entity, variants=(*entity.variants, *more), where=entity.where or below)
    return made


def _linked_both_ways(entities: Mapping[str, Entity]) -> dict[str, Entity]:
    """Each succession told at both its ends, wherever it was written."""
    pairs = {(one.id, later): None for one in entities.values() for later in one.successors}
    pairs |= {(earlier, one.id): None for one in entities.values() for earlier in one.predecessors}
    return {
        one: replace(
            entity,
            successors=_merged(entity.successors, (later for earlier, later in pairs if earlier == one)),
            predecessors=_merged(entity.predecessors, (earlier for earlier, later in pairs if later == one)),
        )
        for one, entity in entities.items()
    }


def _merged(stated: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*stated, *found]))
