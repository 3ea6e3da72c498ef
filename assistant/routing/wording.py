"""The word lists beside this package, and the short notation in which their patterns are written."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
GAP = r"[^\w.!?\n]++(?:\w++(?:['’-]\w++)*+[^\w.!?\n]++){0,7}?"
"""What ` ... ` stands for: up to seven words of the same sentence."""
APART = r"(?:[\s,]+)"


@cache
def table(name: str) -> dict[str, Any]:
    """The lists of `name`.yaml in this package."""
    found: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))
    return found


def expression(phrase: str) -> str:
    """A phrase as a regular expression.

    A blank stands for blanks and commas, ` ... ` for up to seven words between, `*` after a letter for the
    rest of the word; all else means what it does in regular expressions.
    """
    parts = [re.sub(r"\((?!\?)", "(?:", part) for part in phrase.split(" ... ")]
    parts = [re.sub(r"(?<=[\w-])\*", r"[\\w-]*", part) for part in parts]
    return GAP.join(part.replace(" ", APART) for part in parts)


def either(phrases: Iterable[str]) -> str:
    """An expression for any of the phrases."""
    return "|".join(map(expression, phrases))


def anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    """Matches the phrases as whole words wherever they stand."""
    return re.compile(rf"(?<![\w])(?:{either(phrases)})(?!\w)", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [match.group().casefold() for match in WORD.finditer(text)]


def flat(languages: dict[str, list[str]]) -> list[str]:
    """The phrases of all languages together."""
    return [phrase for listed in languages.values() for phrase in listed]
