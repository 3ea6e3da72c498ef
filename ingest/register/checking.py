"""What must hold between the entries of a register."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from ingest.regions import beginnings
from ingest.register.faults import Fault
from vectorstore.entities import PLACES, Ambiguous, Entity
from vectorstore.name_tree import fold, squeezed

LINKS = ("predecessors", "successors", "where")


def check(
    entities: Mapping[str, Entity], ambiguous: Iterable[Ambiguous], files: Mapping[str, str]
) -> list[Fault]:
    """Every fault between the entries; `files` tells where each entry, or ambiguous name, stands."""
    listed = list(ambiguous)
    return [
        *_unknown(entities, listed, files),
        *_not_places(entities, files),
        *_unknown_regions(entities, files),
        *_doubles(entities, listed, files),
        *_cycles(_succession(entities), "successors", files),
        *_cycles({one.id: one.where for one in entities.values()}, "where", files),
    ]


def _unknown(
    entities: Mapping[str, Entity], ambiguous: list[Ambiguous], files: Mapping[str, str]
) -> Iterator[Fault]:
    for entity in entities.values():
        for field in LINKS:
            for one in getattr(entity, field):
                if one not in entities:
                    yield Fault(files[entity.id], entity.id, field, one, _no_entry(one, entities))
    for name in ambiguous:
        for meaning in name.meanings:
            if meaning.entity and meaning.entity not in entities:
                message = _no_entry(meaning.entity, entities)
                yield Fault(files[name.name], name.name, "meanings", meaning.entity, message)


def _no_entry(one: str, entities: Mapping[str, Entity]) -> str:
    near = get_close_matches(one, entities, 1)
    return f"no entry has this id; {f'did you mean {near[0]!r}?' if near else 'add one, or remove it here'}"


def _not_places(entities: Mapping[str, Entity], files: Mapping[str, str]) -> Iterator[Fault]:
    for entity in entities.values():
        for one in entity.where:
            if one in entities and entities[one].kind not in PLACES:
                message = f"it is a {entities[one].kind}; name a region, an area or a municipality"
                yield Fault(files[entity.id], entity.id, "where", one, message)


def _unknown_regions(entities: Mapping[str, Entity], files: Mapping[str, str]) -> Iterator[Fault]:
    known = beginnings()
    for entity in entities.values():
        if entity.region and entity.region not in known:
            message = f"documents' metadata know no such region; they know {', '.join(known)}"
            yield Fault(files[entity.id], entity.id, "region", entity.region, message)
        if entity.region and entity.kind not in PLACES:
            message = f"only a place has a region, and this is a {entity.kind}; use where"
            yield Fault(files[entity.id], entity.id, "region", entity.region, message)


def _doubles(
    entities: Mapping[str, Entity], ambiguous: list[Ambiguous], files: Mapping[str, str]
) -> Iterator[Fault]:
    marked = {squeezed(fold(one.name)) for one in ambiguous}
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for entity in entities.values():
        for name in entity.recognised:
            key = squeezed(fold(name))
            if key in marked or entity.id in owners[key]:
                continue
            if owners[key]:
                first = owners[key][0]
                message = (
                    f"{first} in {files[first]} has the name too; take it from one of them, "
                    "or list it as ambiguous with both meanings"
                )
                yield Fault(files[entity.id], entity.id, "names", name, message)
            owners[key].append(entity.id)


def _succession(entities: Mapping[str, Entity]) -> dict[str, tuple[str, ...]]:
    """What follows each entity, whichever end of a link tells it."""
    following = {one.id: list(one.successors) for one in entities.values()}
    for one in entities.values():
        for earlier in one.predecessors:
            following.get(earlier, []).append(one.id)
    return {one: tuple(dict.fromkeys(later)) for one, later in following.items()}


def _cycles(links: Mapping[str, Sequence[str]], field: str, files: Mapping[str, str]) -> Iterator[Fault]:
    """One fault for each circle, told at its first entry by id."""
    done: set[str] = set()
    for start in sorted(links):
        for around in _circles(start, [], done, links):
            told = " -> ".join([*around, around[0]])
            first = min(around)
            yield Fault(
                files[first], first, field, told, "they lead round in a circle; remove one of the links"
            )


def _circles(
    one: str, path: list[str], done: set[str], links: Mapping[str, Sequence[str]]
) -> Iterator[list[str]]:
    if one in path:
        yield path[path.index(one) :]
    elif one not in done and one in links:
        for following in links[one]:
            yield from _circles(following, [*path, one], done, links)
        done.add(one)
