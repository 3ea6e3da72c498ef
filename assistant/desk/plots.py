"""The geometry of the desk's plots, across in per cent of the width, so that a plot fits any screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.desk.figures import EDGES, OVER, Day

FEW = 10
"""Questions below which a share is told as so many of so many, not in per cent."""
GAP = 0.24
"""Share of a column's place that stays empty."""


@dataclass(frozen=True, slots=True)
class Column:
    """A stack over one day or week: heights in per cent of the plot, from the bottom up."""

    x: float
    width: float
    answered: float
    unanswered: float
    outside: float
    day: Day


@dataclass(frozen=True, slots=True)
class Tick:
    """A place across the plot with the day it stands for; `anchor` keeps the text within the plot."""

    x: float
    day: date
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Columns over time; `most` is the top of the scale."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Dot:
    """The answered share of a week, `x` and `y` in per cent; None where nothing was asked. `few`: of few."""

    x: float
    y: float | None
    few: bool
    day: Day


@dataclass(frozen=True, slots=True)
class Bar:
    """A value's count, and its length in per cent of the longest."""

    value: str
    count: int
    length: float


def timeline(days: Sequence[Day]) -> Timeline:
    """The questions of each day (or week)."""
    most = top(max((day.questions for day in days), default=0))
    place = 100 / max(len(days), 1)
    columns = tuple(_column(number, place, day, most) for number, day in enumerate(days))
    return Timeline(columns, _ticks(days), most)


def shares(weeks: Sequence[Day]) -> tuple[Dot, ...]:
    """The answered share of each week."""
    place = 100 / max(len(weeks), 1)
    return tuple(
        Dot(
            x=round(place * (number + 0.5), 3),
            y=round(100 - 100 * week.answered / week.in_field, 2) if week.in_field else None,
            few=week.in_field < FEW,
            day=week,
        )
        for number, week in enumerate(weeks)
    )


def lines(dots: Sequence[Dot]) -> list[str]:
    """The points of the lines between weeks that follow on each other; a week without questions breaks it."""
    parts: list[list[str]] = [[]]
    for dot in dots:
        if dot.y is None:
            parts.append([])
        else:
            parts[-1].append(f"{dot.x},{dot.y}")
    return [" ".join(part) for part in parts if len(part) > 1]


def bars(counts: Mapping[str, int], order: Sequence[str] = (), most: int = 0) -> list[Bar]:
    """The values with their counts, the largest first, or in `order`; `most` of them where that is given."""
    kept = {value: count for value, count in counts.items() if count > 0}
    values = (
        [value for value in order if value in kept] if order else sorted(kept, key=lambda one: -kept[one])
    )
    longest = max(kept.values(), default=1)
    listed = values[:most] if most else values
    return [Bar(value, kept[value], round(100 * kept[value] / longest, 2)) for value in listed]


def spans(counts: Mapping[str, int]) -> list[Bar]:
    """The spans of seconds in their order, also those without answers."""
    names = [*(f"{edge:g}" for edge in EDGES), OVER]
    longest = max(counts.values(), default=0) or 1
    return [Bar(name, counts.get(name, 0), round(100 * counts.get(name, 0) / longest, 2)) for name in names]


def within(counts: Mapping[str, int], seconds: float) -> tuple[int, int]:
    """How many answers took at most so long (an edge of the spans), and of how many."""
    quick = sum(counts.get(f"{edge:g}", 0) for edge in EDGES if edge <= seconds)
    return quick, sum(counts.values())


def top(most: int) -> int:
    """The round number at or above `most` that the scale ends at."""
    power = 1
    while True:
        for factor in (1, 2, 4, 5, 6, 8):
            if factor * power >= most and (factor * power) % 2 == 0:
                return factor * power
        power *= 10


def _column(number: int, place: float, day: Day, most: int) -> Column:
    inset = place * GAP / 2 if place > 0.6 else 0.0
    return Column(
        x=round(place * number + inset, 3),
        width=round(place - 2 * inset, 3),
        answered=round(100 * day.answered / most, 2),
        unanswered=round(100 * (day.in_field - day.answered) / most, 2),
        outside=round(100 * (day.questions - day.in_field) / most, 2),
        day=day,
    )


def _ticks(days: Sequence[Day]) -> tuple[Tick, ...]:
    if not days:
        return ()
    places = [(0.0, days[0], "start"), (50.0, days[len(days) // 2], "middle"), (100.0, days[-1], "end")]
    return tuple(Tick(x, day.day, anchor) for x, day, anchor in places)
