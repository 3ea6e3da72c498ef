"""How questions about projects are known, and the parts a project is made of."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a project plan: `told` finds it in the asker's words, `theme` is what helps with it."""

    id: str
    theme: str
    told: re.Pattern[str]


def has(key: str, text: str) -> bool:
    """Whether one of the expressions under `key` stands in `text`."""
    return any(one.search(text) for one in _patterns(key))


def first(key: str, text: str) -> int:
    """Where the first of the expressions under `key` stands in `text`; -1 for none."""
    return min((match.start() for one in _patterns(key) if (match := one.search(text))), default=-1)


def found(key: str, text: str) -> re.Match[str] | None:
    """Where the one expression under `key` stands in `text`."""
    return _pattern(key).search(text)


@cache
def parts() -> tuple[Part, ...]:
    """The parts of a project, in the order they are asked for."""
    read: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("parts.yaml").read_text("utf-8"))
    return tuple(Part(name, entry["theme"], _beginnings(entry["told"])) for name, entry in read.items())


def sentences(text: str) -> list[str]:
    """What the asker wrote, sentence by sentence."""
    return [piece.strip() for piece in SENTENCES.split(text) if piece.strip()]


@cache
def _patterns(key: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<!\w)(?:{one})", re.IGNORECASE) for one in _table()[key])


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\n\s*", "", str(_table()[key])), re.IGNORECASE)


def _beginnings(listed: list[str]) -> re.Pattern[str]:
    inside = [re.escape(one[1:]) for one in listed if one.startswith("~")]
    outside = [re.escape(one) for one in listed if not one.startswith("~")]
    both = [rf"(?:{'|'.join(inside)})"] * bool(inside) + [rf"(?<!\w)(?:{'|'.join(outside)})"] * bool(outside)
    return re.compile("|".join(both), re.IGNORECASE)


@cache
def _table() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("signs.yaml").read_text("utf-8"))
    return read
