"""Finding entries by name, however it is written."""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum
from functools import lru_cache

from vectorstore.entities import Entity
from vectorstore.name_tree import fold, squeezed
from vectorstore.naming import Names

SHORT = 4
"""Letters from which a name is found by any part of it; fewer must begin one of its words."""
LONG = 60
"""Letters from which no likely misspelling is looked for: that is no name."""
LIKENESS = 0.75
NEAREST = 5


class Fit(IntEnum):
    """How a name meets what was written, the best first."""

    WHOLE = 0
    START = 1
    NAMED = 2
    WORD = 3
    PART = 4
    WORDS = 5


@dataclass(frozen=True, slots=True)
class _Written:
    """An entry with its names as they are compared."""

    entity: Entity
    keys: tuple[str, ...]


def bare(text: str) -> str:
    """`text` as it is compared: small letters without accents, one kind of blank."""
    split = unicodedata.normalize("NFD", fold(text).replace("-", " "))
    return squeezed("".join(sign for sign in split if not unicodedata.combining(sign)))


def find(names: Names, text: str) -> dict[str, Fit]:
    """The ids of the entries that `text` may mean, each with how well it does; empty when none does."""
    wanted = bare(text)
    if not wanted:
        return {}
    found = {one.entity.id: fit for one in _written(names) if (fit := _fit(one.keys, wanted)) is not None}
    # A name within a question or a compound: "vad är Interreg", "regionalfondsmedel".
    for named in names.find(text):
        found[named.entity.id] = min(Fit.NAMED, found.get(named.entity.id, Fit.NAMED))
    return found


def nearest(names: Names, text: str) -> list[Entity]:
    """The entries whose names are spelt most like `text`, nearest first: it may hold a slip."""
    wanted = bare(text)
    if not wanted or len(wanted) > LONG:
        return []
    by_key = {key: one.entity for one in reversed(_written(names)) for key in one.keys}
    alike = get_close_matches(wanted, by_key, NEAREST, LIKENESS)
    return list(dict.fromkeys(by_key[key] for key in alike))


def alphabetical(text: str) -> tuple[str, str]:
    """A key that sorts as in Swedish: å, ä and ö last, other accents beside their letters."""
    letters = fold(text).translate(_LAST)
    split = unicodedata.normalize("NFD", letters)
    return "".join(sign for sign in split if not unicodedata.combining(sign)), text


_LAST = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


@lru_cache(maxsize=2)
def _written(names: Names) -> tuple[_Written, ...]:
    """Made once for each register that is read."""
    return tuple(
        _Written(one, tuple(dict.fromkeys(map(bare, (*one.recognised, one.id)))))
        for one in names.register.entities
    )


def _fit(keys: tuple[str, ...], wanted: str) -> Fit | None:
    if wanted in keys:
        return Fit.WHOLE
    if any(key.startswith(wanted) for key in keys):
        return Fit.START
    if any(f" {wanted}" in key for key in keys):
        return Fit.WORD
    if len(wanted) >= SHORT and any(wanted in key for key in keys):
        return Fit.PART
    words = wanted.split()
    if len(words) > 1 and any(all(f" {word}" in f" {key}" for word in words) for key in keys):
        return Fit.WORDS
    return None
