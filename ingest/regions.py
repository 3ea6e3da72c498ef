"""Which regions a text is about."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml

SHARE_OF_MENTIONS = 0.3
FEWEST_MENTIONS = 2


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    table: dict[str, dict[str, list[str]]] = yaml.safe_load(
        files("ingest").joinpath("regions.yaml").read_text("utf-8")
    )
    return table


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    names = _table()["names"].items()
    return {
        name: re.compile(rf"\b(?:{'|'.join(map(re.escape, starts))})", re.IGNORECASE)
        for name, starts in names
    }


def beginnings() -> dict[str, list[str]]:
    """For each region as documents' metadata name it, the beginnings of words that mean it."""
    return dict(_table()["names"])


def areas() -> dict[str, list[str]]:
    """For each area of several counties its counties, all as documents' metadata name them."""
    return dict(_table()["areas"])


def named_regions(text: str) -> Counter[str]:
    """How often `text` names each region, in any inflection."""
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _patterns().items()})
    return +counts


def main_regions(title: str, text: str) -> tuple[tuple[str, ...], str]:
    """The regions a document is about and how that was found ("heading" or "text").

    Those in its title; else those with at least SHARE_OF_MENTIONS of the most named one's mentions.
    """
    if titled := named_regions(title):
        return with_counties(titled), "heading"
    counts = named_regions(text)
    most = max(counts.values(), default=0)
    if most < FEWEST_MENTIONS:
        return (), ""
    return with_counties(name for name, count in counts.items() if count >= most * SHARE_OF_MENTIONS), "text"


def with_counties(names: Iterable[str]) -> tuple[str, ...]:
    """The names, and for an area its counties, so that a filter by county finds what is about its area."""
    areas = _table()["areas"]
    return tuple(sorted({region for name in names for region in (name, *areas.get(name, ()))}))
