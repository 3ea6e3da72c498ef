"""The words by which askers, requests and conditions are known, read from signs.yaml."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

BETWEEN = re.compile(r"\n| \| ")
AMOUNT = r"\d{1,3}(?:[  .]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"


@cache
def table(key: str) -> Any:
    """What stands under `key` in signs.yaml."""
    return _signs()[key]


@cache
def _signs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files("assistant.fit").joinpath("signs.yaml").read_text("utf-8"))
    return found


@cache
def sign(*keys: str) -> re.Pattern[str]:
    """A pattern that finds, as whole words, anything listed under the keys; nested ones follow each other."""
    listed: Any = table(keys[0])
    for key in keys[1:]:
        listed = listed[key]
    return re.compile(rf"(?<!\w)(?:{alternatives(listed)})(?!\w)", re.IGNORECASE)


def alternatives(listed: str) -> str:
    """The lines and parts of an entry as one regular expression, with NUM filled in."""
    parts = [part.strip() for part in BETWEEN.split(listed.strip())]
    return "|".join(part.replace("NUM", number_words()) for part in parts if part)


@cache
def number_words() -> str:
    """A regular expression for a number in figures or words, the longest words first."""
    words = sorted(table("numbers"), key=len, reverse=True)
    return rf"(?:{AMOUNT}|{'|'.join(words)})"


@cache
def names_of(key: str) -> tuple[str, ...]:
    """The keys of a nested entry, in the order they are listed."""
    return tuple(table(key))


def matching(key: str, text: str) -> frozenset[str]:
    """The keys of a nested entry of which anything stands in `text`."""
    return frozenset(name for name in names_of(key) if sign(key, name).search(text))
