"""Names in a question, told by their letters alone, and the other words that say what it is about."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any

import yaml

from assistant.places import PLACE, places

TOKEN = re.compile(r"\w[\w–-]*(?:['’:]s\b)?")
SENTENCE_END = re.compile(r"(?:^|[.!?]\s+|\n\s*|[•–-]\s+)[\"”(]*$")
ENDING = 4
"""Letters by which a word of the common ones may be longer than its listed beginning."""
YEAR = 4
"""Digits of a number that may belong to a name: a year, or the number of a round."""
FEW = 3
"""Words of a text so short that a capital at its start means a name."""


@dataclass(frozen=True, slots=True)
class Name:
    """`text` as written, at [start, end) of the question; `is_place` for a county, an area or a country."""

    text: str
    start: int
    end: int
    is_place: bool = False


@cache
def listed(key: str) -> frozenset[str]:
    """The words under `key` in follow_ups.yaml, in lower case."""
    return frozenset(str(word).casefold() for word in _table()[key])


@cache
def table(key: str) -> Any:
    """What stands under `key` in follow_ups.yaml."""
    return _table()[key]


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files("assistant").joinpath("follow_ups.yaml").read_text("utf-8"))
    return found


def names(text: str) -> list[Name]:
    """The names in the order they stand: words with capitals, and places in any case."""
    marked = [Name(m.group(), m.start(), m.end(), True) for m in places(text)]
    apart = [name for name in _capitals(text) if not any(_within(name, place) for place in marked)]
    held = [place for place in marked if not any(_within(place, name) for name in apart)]
    return sorted([*apart, *held], key=lambda name: name.start)


def _capitals(text: str) -> list[Name]:
    """Words with capitals; those that stand side by side are one name, with the figures after them."""
    tokens = list(TOKEN.finditer(text))
    found: list[Name] = []
    for token, following in zip_longest(tokens, tokens[1:]):
        beside = bool(found) and text[found[-1].end : token.start()] == " "
        if beside and _goes_on(found[-1].text, token.group()):
            found[-1] = Name(text[found[-1].start : token.end()], found[-1].start, token.end())
        elif _begins(text, token, following, len(tokens) <= FEW):
            found.append(Name(token.group(), token.start(), token.end()))
    return [name for name in found if name.text.casefold() not in functional()]


def _goes_on(name: str, word: str) -> bool:
    year = word.isdigit() and len(word) <= YEAR and not PLACE.fullmatch(name)
    return word[0].isupper() or year


def _begins(text: str, token: re.Match[str], following: re.Match[str] | None, few: bool) -> bool:
    word = token.group()
    if any(sign.isupper() for sign in word[1:]):
        return True
    if not word[0].isupper():
        return False
    if not SENTENCE_END.search(text[: token.start()]):
        return True
    beside = following is not None and text[token.end() : following.start()] == " "
    led = beside and following is not None and following.group()[0].isupper()
    return (few or led) and word.casefold() not in functional()


def _within(inner: Name, outer: Name) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


@cache
def functional() -> frozenset[str]:
    """Words that carry no subject, in lower case."""
    return frozenset().union(*map(listed, ("small", "pronouns", "where", "openers", "fillers", "trailers")))


def is_common(word: str) -> bool:
    """Whether the word is one that every programme or body could be asked about."""
    word = word.casefold()
    return any(word.startswith(start) and len(word) <= len(start) + ENDING for start in listed("common"))


def subject_words(text: str, common: bool = False) -> list[str]:
    """The words, outside its names, that say what a text is about; each once, as written.

    With `common`, those too that every programme or body could be asked about.
    """
    taken = names(text)
    found = []
    for token in TOKEN.finditer(text):
        word = token.group()
        named = any(name.start <= token.start() < name.end for name in taken)
        if named or len(word) == 1 or word.isdigit() or word.casefold() in functional():
            continue
        if common or not is_common(word):
            found.append(word)
    return list(dict.fromkeys(found))
