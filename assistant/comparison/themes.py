"""What a question or a sentence is about, told by the beginnings of its words in three languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from prompts import LANGUAGES

FALLBACK = "role"
"""The theme whose name heads a column where the question tells none."""
ITSELF = "itself"
"""The theme of what a thing is, where nothing more is asked of it."""
STEM = 6
"""Letters of a word that its forms share."""
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Theme:
    """`name` by language; `search` are words to search with; `holds` what a sentence on it must hold.

    `topic` marks what a project may be about, such as food; others are asked of everything, such as funding.
    """

    id: str
    name: dict[str, str]
    asked: re.Pattern[str]
    told: re.Pattern[str] | None
    search: str
    holds: str = ""
    topic: bool = False

    def is_told(self, text: str) -> bool:
        """Whether `text` speaks about the theme."""
        return bool(self.told and self.told.search(text.casefold()))


@cache
def themes() -> tuple[Theme, ...]:
    """Every theme, those that a question is about first in the order of the file."""
    read: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("themes.yaml").read_text("utf-8"))
    return tuple(_theme(name, entry) for name, entry in read.items())


def theme(name: str) -> Theme:
    """The theme of that id; KeyError for none."""
    return {one.id: one for one in themes()}[name]


def asked_themes(text: str) -> list[Theme]:
    """The themes that a question is about, in the order its words name them."""
    folded = text.casefold()
    found = [(match.start(), one) for one in themes() if (match := one.asked.search(folded))]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def theme_of(text: str, words: Sequence[str]) -> Theme:
    """A theme of its own for a matter that none describes: told by the beginnings of its `words`."""
    told = _beginnings([f"~{word.casefold()[:STEM]}" for word in words])
    return Theme(ITSELF, dict.fromkeys(LANGUAGES, text), NEVER, told, text, topic=True)


def _theme(name: str, entry: dict[str, Any]) -> Theme:
    return Theme(
        id=name,
        name=entry["name"],
        asked=_beginnings(entry["asked"]) or NEVER,
        told=_beginnings(entry["told"]),
        search=entry["search"],
        holds=entry.get("holds", ""),
        topic=entry.get("topic", False),
    )


def _beginnings(listed: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern for the beginnings of words; those after "~" may stand inside a word."""
    inside = [re.escape(one[1:]) for one in listed if one.startswith("~")]
    outside = [re.escape(str(one)) for one in listed if not one.startswith("~")]
    parts = [f"(?:{'|'.join(inside)})"] * bool(inside) + [rf"(?<!\w)(?:{'|'.join(outside)})"] * bool(outside)
    return re.compile("|".join(parts)) if parts else None
