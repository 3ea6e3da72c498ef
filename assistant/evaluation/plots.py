"""The geometry of the plots, across in per cent of the width, so that a plot fits any screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from assistant.answers import AnswerStatus
from assistant.evaluation.results import Timing
from assistant.evaluation.scores import ANSWERED
from assistant.evaluation.wording import Wording

MOST_BARS = 20
LONG_LABEL = 26
PANELS = ("correct", "citation_precision", "evidence_any@5", "abstention", "over_refusal", "coverage")
Figures = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Dot:
    """A value with its interval; x, low and high in per cent of the width. `label` is cut, `name` whole."""

    name: str
    label: str
    x: float
    low: float
    high: float
    value: str
    told: str
    kind: str = ""
    p: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from `x`, `width` wide (per cent), `height` of the tallest (0-1)."""

    label: str
    x: float
    width: float
    height: float
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place across the plot, with its text."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars with percentiles marked, and ticks for the scale."""

    bars: list[Bar]
    marks: list[Mark]
    ticks: list[Mark]


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of answers; `strength` is its share of the largest, `wrong` whether it should be empty."""

    count: int
    strength: float
    wrong: bool


def panels(groups: Mapping[str, Figures], kind: str, wording: Wording) -> dict[str, list[Dot]]:
    """For each score worth a plot, the groups that have it, in the order of `groups`."""
    found: dict[str, list[Dot]] = {}
    for name in PANELS:
        having = {key: own[name] for key, own in groups.items() if name in own}
        dots = [dot(wording.named(kind, key), name, own, wording) for key, own in having.items()]
        if dots:
            found[name] = dots
    return found


def dot(label: str, name: str, figure: Mapping[str, float], wording: Wording) -> Dot:
    """A figure of the score `name`, which is a share."""
    low, high, n = figure["low"], figure["high"], int(figure["n"])
    words = {"value": wording.value(name, figure["value"]), "n": n}
    words |= {"low": wording.percent(low), "high": wording.percent(high)}
    told = wording.fill("plot_row", label=label, **words)
    value = f"{words['value']} ({n})"
    return Dot(label, shortened(label), 100 * figure["value"], 100 * low, 100 * high, value, told)


def histogram(timings: Sequence[Timing], latency: Mapping[str, float], wording: Wording) -> Histogram | None:
    """Times in equal spans; the last span holds everything beyond four times the 90th percentile."""
    times = sorted(timing.total for timing in timings)
    if not times:
        return None
    step = _step((min(times[-1], 4 * times[int(0.9 * (len(times) - 1))]) or 1.0) / (MOST_BARS - 1))
    spans = min(int(times[-1] / step) + 1, MOST_BARS)
    beyond = times[-1] >= spans * step
    counts = [0] * (spans + beyond)
    for time in times:
        counts[min(int(time / step), len(counts) - 1)] += 1
    digits = max(0, -floor(log10(step)))
    borders = [wording.seconds(n * step, digits) for n in range(spans + 1)]
    labels = [f"{low}–{high}" for low, high in pairwise(borders)]
    labels += [wording.fill("latency_over", seconds=borders[-1])] * beyond
    scale = len(counts) * step
    marks = [
        Mark(min(100.0, 100 * latency[key] / scale), wording.fill(f"latency_{key}", seconds=told))
        for key in ("p50", "p90")
        if key in latency and (told := wording.seconds(latency[key]))
    ]
    ticks = [Mark(100 * n / len(counts), borders[n]) for n in _spread(spans)]
    return Histogram(_bars(labels, counts), marks, ticks)


def rank_bars(ranks: Mapping[str, int], wording: Wording) -> list[Bar]:
    """How many questions found their first evidence at each rank; empty when none was looked for."""
    labels = [wording.texts["rank_none"] if rank == "none" else rank for rank in ranks]
    return _bars(labels, list(ranks.values())) if any(ranks.values()) else []


def decision_cells(decisions: Mapping[str, Mapping[str, int]]) -> tuple[list[str], dict[str, list[Cell]]]:
    """The kinds of question that there are, and for each outcome a cell of each kind."""
    kinds = [kind for kind in decisions if any(decisions[kind].values())]
    largest = max((count for kind in kinds for count in decisions[kind].values()), default=0) or 1
    rows = {
        status.value: [
            Cell(count := decisions[kind].get(status.value, 0), count / largest, _wrong(kind, status))
            for kind in kinds
        ]
        for status in AnswerStatus
    }
    return kinds, rows


def shortened(label: str, most: int = LONG_LABEL) -> str:
    """The label, cut where it would run into the value beside it."""
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _wrong(kind: str, status: AnswerStatus) -> bool:
    if kind == "unknown":
        return status is AnswerStatus.ERROR
    return status is AnswerStatus.ERROR or (status in ANSWERED) is not (kind == "answerable")


def _bars(labels: Sequence[str], counts: Sequence[int]) -> list[Bar]:
    width, tallest = 100 / len(counts), max(counts) or 1
    return [
        Bar(label, number * width, width, count / tallest, count)
        for number, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]


def _spread(spans: int) -> list[int]:
    """Some five of the borders 0, 1, ..., `spans`, evenly apart."""
    apart = max(1, round(spans / 4))
    return list(range(0, spans + 1, apart))


def _step(least: float) -> float:
    """The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, ... that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
