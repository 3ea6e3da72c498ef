"""What a question compares: places, programmes and bodies that stand side by side, or documents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.comparison.signs import pattern, patterns
from assistant.names import Name
from assistant.names import names as capitals
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.naming import Names

MOST = 6
"""Rows that a table may have: more are no comparison but a list."""
GENITIVE = re.compile(r"(?:'s|’s|s)?(?=\W|$)")
ARTICLES = frozenset("en ett ei et den det de a an the".split())
NO_ITEMS = frozenset({Kind.TERM})


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things compared.

    `label` is its name in the answer; `start` and `end` where the question names it. `regions` are its names
    in documents' metadata, `documents` the ids it is limited to; `entity` is its id in the register.
    """

    label: str
    start: int
    end: int
    entity: str = ""
    regions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A name in the question, and what it stands for."""

    start: int
    end: int
    written: str
    entity: Entity | None


def find_items(text: str, names: Names, language: str) -> list[Item]:
    """The things named side by side, in their order; fewer than two where nothing is compared.

    Where none stand side by side, those of the sort that is named most.
    """
    marks = _marks(text, names)
    chosen = max(_chains(text, marks), key=_different, default=[])
    if _different(chosen) < 2:
        chosen = max(_sorts(marks), key=_different, default=[])
    chosen = _owners(chosen, names)
    if _different(chosen) < 2:
        return _plain_pair(text)
    made: dict[str, Item] = {}
    for mark in chosen:
        made.setdefault(_key(mark), _item(mark, names, language))
    return list(made.values())[:MOST]


def item_of(entity: Entity, names: Names, language: str) -> Item:
    """The entity as a thing compared that the question does not name by itself."""
    return Item(label_of(entity, language), 0, 0, entity.id, tuple(_regions(entity, names)))


def label_of(entity: Entity, language: str) -> str:
    """The entity's name in the answer's language."""
    return (entity.names.get(language) or entity.names["sv"])[0]


def _marks(text: str, names: Names) -> list[_Mark]:
    known = [_Mark(one.start, one.end, one.written, one.entity) for one in names.find(text)]
    known = [mark for mark in known if mark.entity and mark.entity.kind not in NO_ITEMS]
    every = names.find(text)
    free = [
        mark
        for one in capitals(text)
        if not any(one.start < other.end and other.start < one.end for other in every)
        and (mark := _free(one))
    ]
    marks = sorted([*known, *free], key=lambda mark: mark.start)
    return [_completed(text, *pair, names) for pair in zip_longest(marks, marks[1:]) if pair[0]]


def _completed(text: str, mark: _Mark, following: _Mark | None, names: Names) -> _Mark:
    """A name that shares its last word with the one it is joined to, as "Norra" in "Norra och Östra X"."""
    if mark.entity or not following or not _are_joined(text[mark.end : following.start]):
        return mark
    known = names.look_up(f"{mark.written} {following.written.split()[-1]}")
    return replace(mark, entity=known[0]) if len(known) == 1 else mark


def _free(name: Name) -> _Mark | None:
    """A name that the register does not know, without the word that opens the question before it."""
    first, _, rest = name.text.partition(" ")
    if not pattern("asking").fullmatch(first):
        return _Mark(name.start, name.end, name.text, None)
    return _Mark(name.end - len(rest), name.end, rest, None) if rest else None


def _chains(text: str, marks: Sequence[_Mark]) -> list[list[_Mark]]:
    """Runs of names with nothing between them but what joins."""
    chains: list[list[_Mark]] = []
    for mark in marks:
        if chains and _are_joined(text[chains[-1][-1].end : mark.start]):
            chains[-1].append(mark)
        else:
            chains.append([mark])
    return chains


def _are_joined(between: str) -> bool:
    rest = GENITIVE.sub("", between, count=1)
    left, joints = pattern("between").subn(" ", rest)
    left = pattern("beside").sub(" ", left)
    return bool(joints) and not left.strip(" .,")


def _sorts(marks: Sequence[_Mark]) -> list[list[_Mark]]:
    """The names that the register knows, by what they are names of."""
    sorts: dict[str, list[_Mark]] = {}
    for mark in marks:
        if mark.entity:
            kind = "place" if mark.entity.kind in PLACES else mark.entity.kind.value
            sorts.setdefault(kind, []).append(mark)
    return list(sorts.values())


def _owners(marks: list[_Mark], names: Names) -> list[_Mark]:
    """The places of the names, where these differ in no more than whose strategy they name.

    "Dalarnas och Gävleborgs smarta specialisering" compares two counties: what follows the last is the matter
    of both. The marks as they are where one names something else, or the same place stands twice.
    """
    owned = [_owner(mark, names) for mark in marks]
    matters = {rest for _, rest in owned if rest}
    places = [place for place, _ in owned if place]
    if len(matters) != 1 or len(places) < len(marks) or _different(places) < _different(marks):
        return marks
    return places


def _owner(mark: _Mark, names: Names) -> tuple[_Mark | None, str]:
    """The place that a strategy's name opens with, and the rest of the name; a place itself has no rest."""
    if mark.entity is None or mark.entity.kind is not Kind.STRATEGY:
        return (mark if mark.entity and _regions(mark.entity, names) else None), ""
    opening = next((one for one in names.places(mark.written) if one.start == 0), None)
    if opening is None:
        return None, ""
    place = _Mark(mark.start, mark.start + opening.end, opening.written, opening.entity)
    return place, GENITIVE.sub("", mark.written[opening.end :], count=1).strip().casefold()


def _different(marks: Sequence[_Mark]) -> int:
    return len({_key(mark) for mark in marks})


def _key(mark: _Mark) -> str:
    return mark.entity.id if mark.entity else mark.written.casefold()


def _item(mark: _Mark, names: Names, language: str) -> Item:
    if mark.entity is None:
        return Item(mark.written, mark.start, mark.end)
    known = mark.written in mark.entity.recognised
    label = mark.written if known else label_of(mark.entity, language)
    return Item(label, mark.start, mark.end, mark.entity.id, tuple(_regions(mark.entity, names)))


def _regions(entity: Entity, names: Names) -> list[str]:
    """The regions of a place, or of the body that governs one and bears its name."""
    if entity.kind in PLACES:
        return names.regions(entity)
    governed = [one.entity for one in names.places(entity.name)] if entity.kind is Kind.ORGANISATION else []
    return [region for place in governed for region in names.regions(place)]


def _plain_pair(text: str) -> list[Item]:
    """Two things without names of their own, such as a loan and a guarantee."""
    for one in patterns("plain_pairs"):
        if match := one.search(text):
            return [_plain(match, key) for key in ("one", "two")]
    return []


def _plain(match: re.Match[str], key: str) -> Item:
    """The words in that group, from the first that is no article."""
    words = re.finditer(r"[\w-]+", match[key])
    first = next((word.start() for word in words if word.group().casefold() not in ARTICLES), 0)
    start = match.start(key) + first
    return Item(match[key][first:].strip(), start, match.end(key))
