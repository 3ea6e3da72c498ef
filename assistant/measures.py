"""Figures with what they count: per cent, kronor, euro, years."""

import re
from dataclasses import dataclass
from functools import cache

from assistant.named import grounds
from assistant.values import Value, find_dates, find_figures

NEAR = 20
"""Letters after or before a figure among which its unit stands."""
CURRENCY = re.compile(r"(€|\b(?:EUR|SEK|NOK))[ \u00a0]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a text as `text` writes it with its unit; `key` is its value, see values.Value."""

    key: str
    unit: str
    text: str


def measures(text: str) -> list[Measure]:
    """The figures of `text` outside its dates, in order; the unit is empty where none stands by."""
    taken = [(date.start, date.end) for date in find_dates(text)]
    found = []
    for value in find_figures(text):
        if not any(start <= value.start and value.end <= end for start, end in taken):
            unit, end = _unit(text, value)
            found.append(Measure(value.key, unit, text[value.start : end]))
    return found


def _unit(text: str, value: Value) -> tuple[str, int]:
    """What the figure counts, as grounding.yaml tells units apart, and where the words for it end."""
    rest = text[value.end : value.end + NEAR]
    gap = len(rest) - len(rest.lstrip(" \u00a0-"))
    after = _units().match(rest[gap:])
    if after and (unit := _called(after.group())):
        return unit, value.end + gap + after.end()
    before = CURRENCY.search(text[max(0, value.start - NEAR) : value.start])
    written = value.text.split()[-1:] or [""]
    return _called(before.group(1) if before else written[0]), value.end


def _called(word: str) -> str:
    return next((str(unit) for unit, called in grounds("units").items() if word.casefold() in called), "")


@cache
def _units() -> re.Pattern[str]:
    called = sorted((one for row in grounds("units").values() for one in row), key=len, reverse=True)
    either = "|".join(re.escape(one) for one in called)
    return re.compile(rf"(?:{either})(?!\w)", re.IGNORECASE)
