"""The themes that the desk sorts questions by, told by the words of the question in three languages."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.comparison.themes import theme as compared

OTHER = "other"
"""The theme of a question that none of the others describes."""


@dataclass(frozen=True, slots=True)
class Theme:
    """`name` by language; `asked` finds the words by which a text is about the theme."""

    id: str
    name: dict[str, str]
    asked: tuple[re.Pattern[str], ...]

    def is_in(self, folded: str) -> bool:
        """Whether the casefolded text is about it."""
        return any(pattern.search(folded) for pattern in self.asked)


@cache
def themes() -> dict[str, Theme]:
    """Every theme by its id, the particular before the general."""
    read: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("themes.yaml").read_text("utf-8"))
    return {id: _theme(id, entry) for id, entry in read.items()}


def themes_of(text: str) -> tuple[str, ...]:
    """The ids of the themes that `text` is about, its main one first; empty for none."""
    folded = text.casefold()
    return tuple(one.id for one in themes().values() if one.is_in(folded))


def theme_name(id: str, language: str, other: str) -> str:
    """What readers call the theme; `other` for none and for one that is no longer known."""
    known = themes().get(id)
    return known.name[language] if known else other


def _theme(id: str, entry: dict[str, Any]) -> Theme:
    taken = [compared(one).asked for one in entry.get("of", ())]
    return Theme(id, entry["name"], (*taken, *_beginnings(entry.get("asked", []))))


def _beginnings(listed: list[str]) -> list[re.Pattern[str]]:
    """Patterns for the beginnings of words; "~": also inside a word, "=": the word whole."""
    inside = [re.escape(one[1:]) for one in listed if one.startswith("~")]
    whole = [rf"{re.escape(one[1:])}(?!\w)" for one in listed if one.startswith("=")]
    outside = whole + [re.escape(one) for one in listed if one[0] not in "~="]
    parts = ["|".join(inside)] * bool(inside) + [rf"(?<!\w)(?:{'|'.join(outside)})"] * bool(outside)
    return [re.compile(part) for part in parts]
