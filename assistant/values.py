"""Figures and dates in Swedish, English and Norwegian texts, in a form in which equal ones are the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

BLANK = r"[ \u00a0\u202f]"
YEAR = r"(?:19|20)\d\d"
# "1 543 427"; with a blank lost, "1543 427", unless it begins with a year; "1.543.427" and "1,543,427".
GROUPED = (
    rf"[1-9]\d{{0,2}}(?:{BLANK}\d{{3}})+(?!\d)|(?!{YEAR})[1-9]\d{{3}}{BLANK}\d{{3}}(?!{BLANK}?\d)|"
    r"[1-9]\d{0,2}(?P<sign>[.,’'])\d{3}(?:(?P=sign)\d{3})*(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Value:
    """text[start:end] is a figure or a date; `key` is what it comes to.

    A figure's key is a plain decimal ("1543427", "0.5"). A date's is partial ISO 8601 ("2020-09-04",
    "2021-06", "2009"), with "--" for a year that is not told ("--06-22", "--01").
    """

    start: int
    end: int
    text: str
    key: str


def figures(text: str) -> set[str]:
    """The keys of the numbers in `text`, in figures or in words, those within dates too."""
    return {value.key for value in find_figures(text)}


def dates(text: str) -> set[str]:
    """The keys of the dates in `text`."""
    return {value.key for value in find_dates(text)}


def holds(held: set[str], date: str) -> bool:
    """Whether one of the dates `held` says at least what `date` says: "2020-09-04" holds "2020-09"."""
    if date.startswith("--"):
        return any(_within(one.partition("-")[2] if one[:2] != "--" else one[2:], date[2:]) for one in held)
    return any(_within(one, date) for one in held)


def find_figures(text: str) -> list[Value]:
    """The numbers in `text` in order; a word of scale belongs to its number ("1,7 miljarder")."""
    found = []
    for match in _figure().finditer(text):
        number = _number(match)
        if scale := match.group("scale"):
            number *= _words("scales")[scale.casefold()]
        found.append(Value(match.start(), match.end(), match.group(), _plain(number)))
    return found


def find_dates(text: str) -> list[Value]:
    """The dates in `text` in order; "24–25 augusti 2010" is two of the same place."""
    return sorted(_dates(text), key=lambda value: (value.start, value.key))


def _within(date: str, wider: str) -> bool:
    return date == wider or date.startswith(f"{wider}-")


def _number(match: re.Match[str]) -> Decimal:
    if digits := match.group("grouped"):
        return Decimal(re.sub(r"\D", "", digits))
    if digits := match.group("digits"):
        return Decimal(digits.replace(",", "."))
    word = match.group("word").casefold()
    if word in _words("numbers"):
        return Decimal(_words("numbers")[word])
    tens = next(ten for ten in sorted(_words("numbers"), key=len, reverse=True) if word.startswith(ten))
    return Decimal(_words("numbers")[tens] + _words("units")[word[len(tens) :].lstrip("- ")])


def _plain(number: Decimal) -> str:
    return str(int(number)) if number == number.to_integral() else str(number.normalize())


def _dates(text: str) -> Iterator[Value]:
    taken: list[tuple[int, int]] = []
    for pattern in _patterns():
        for match in pattern.finditer(text):
            span = match.span()
            if any(start < span[1] and span[0] < end for start, end in taken):
                continue
            taken.append(span)
            for key in _keys(match.groupdict()):
                yield Value(*span, match.group(), key)


def _keys(parts: dict[str, str | None]) -> list[str]:
    """A key for each day, or month, that the match names."""
    year = parts.get("year") or "-"
    months = [_month_number(month) for key in ("from_month", "month") if (month := parts.get(key))]
    days = [_day(day) for key in ("from_day", "day") if (day := parts.get(key))]
    if not months:
        return [year]
    if not days:
        return [f"{year}-{month:02}" for month in months]
    return [f"{year}-{months[-1]:02}-{day:02}" for day in days if 1 <= day <= 31]


def _month_number(month: str) -> int:
    return int(month) if month.isdigit() else _words("months")[month.casefold()]


def _day(day: str) -> int:
    return int(day) if day.isdigit() else 1


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files("assistant").joinpath("values.yaml").read_text("utf-8"))
    return found


@cache
def _words(key: str) -> dict[str, int]:
    """What each word under `key` of values.yaml counts."""
    rows = _table()[key]
    if key == "units":
        return dict(rows)
    return {str(word): int(number) for number, words in rows.items() for word in words}


@cache
def _figure() -> re.Pattern[str]:
    numbers = sorted(_words("numbers"), key=len, reverse=True)
    tens = "|".join(word for word in numbers if _words("numbers")[word] in range(20, 100))
    units, scales = "|".join(_words("units")), "|".join(sorted(_words("scales"), key=len, reverse=True))
    word = rf"(?:{tens})[- ]?(?:{units})|{'|'.join(numbers)}"
    return re.compile(
        rf"(?:(?<![\d.,])(?P<grouped>{GROUPED})|(?<!\d)(?P<digits>\d+(?:[.,]\d{{1,2}}(?!\d))?)|\b(?P<word>{word})\b)"
        rf"(?:{BLANK}?(?P<scale>{scales})\b)?",
        re.IGNORECASE,
    )


@cache
def _names(sure: bool = False) -> str:
    unsure = set(_table()["unsure"]) if sure else set()
    return "|".join(sorted(set(_words("months")) - unsure, key=len, reverse=True))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """How dates are written, the most exact first; what one has taken is no other's.

    In "januari–mars 2021" the year goes for both months, in "januari till mars 2021" for the last only.
    """
    day = rf"(?:\d{{1,2}}|{'|'.join(_table()['first'])})"
    ending = r"(?::?[ea]\b|st\b|nd\b|rd\b|th\b|\.)?"
    between = r"\s*(?:–|-|och|till|and|to|og|til|eller|or)\s*(?:den\s+|the\s+)?"
    led = "|".join(rf"(?<=\b{word}\s)" for word in _table()["leading"])
    year, month = rf"(?P<year>{YEAR})(?!\d)", rf"(?P<month>{_names()})\b\.?"
    written = (
        rf"(?<!\d)(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?(?![\d-])",
        rf"(?<![\d.,/-])(?:(?P<from_day>{day}){ending}{between})?\b(?P<day>{day}){ending}\s*(?:of\s+)?{month}(?:,?\s*{year})?",
        rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d:])(?:,?\s+{year})?",
        rf"\b(?P<from_month>{_names()})\s?[–-]\s?{month}\s+{year}",
        rf"\b{month},?\s+{year}",
        rf"\b(?P<month>{_names(sure=True)})\b",
        rf"(?:{led})(?P<month>{_names()})\b",
        rf"(?<![\d.,]){year}",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in written)
