"""Figures over time, as plots with their tables, and as a file."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

import prompts
from assistant.channels.desk.filters import NOBODY
from assistant.channels.desk.naming import Naming
from assistant.channels.desk.shown import shown
from assistant.channels.evaluation.workplace import attachment
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from assistant.channels.service import Served
from assistant.desk.figures import HELPFUL, Figures, by_week, read_daily, read_figures
from assistant.desk.plots import FEW, bars, lines, shares, spans, timeline, within
from assistant.desk.sheet import csv_parts
from assistant.evaluation.wording import Wording

router = APIRouter(prefix=DESK)

PERIODS = (7, 30, 90, 365)
WEEKLY = 90
"""Days of a period from which its columns are weeks."""
MOST_REGIONS = 12
LISTS = ("status", "theme", "region", "feedback", "language", "channel", "persona")

Period = Annotated[int, Query(ge=1, le=366)]


@router.get("/figures")
def figures_page(request: Request, service: Served, days: Period = 30) -> Response:
    """Questions, answers, times and opinions of the last `days`."""
    period = days if days in PERIODS else 30
    read = read_figures(service.log.engine, period, date.today())
    weeks, seconds = by_week(read.days), read.totals.get("seconds", {})
    dots = shares(weeks if period > PERIODS[0] else read.days)
    language = page_language(request)
    return shown(
        request,
        "figures.html",
        phrases="figures",
        period=period,
        periods=PERIODS,
        read=read,
        plot=timeline(weeks if period >= WEEKLY else read.days),
        weekly=period >= WEEKLY,
        dots=dots,
        lines=lines(dots),
        lists=[(kind, bars(_named(kind, read), most=MOST_REGIONS)) for kind in LISTS],
        spans=spans(seconds),
        key=_key_figures(read, Wording(language), prompts.phrases("figures", language)["of"]),
        named=Naming(language),
    )


@router.get("/figures.csv")
def figures_csv(request: Request, service: Served, days: Period = 365) -> Response:
    """Every count of the last `days` as a table for a spreadsheet: day, what, value, count."""
    language = page_language(request)
    x, named = prompts.phrases("figures", language), Naming(language)
    header = [x[f"column_{name}"] for name in ("day", "what", "value", "count")]
    counts = read_daily(service.log.engine, days, date.today())
    table = csv_parts(
        header, ((day, x[f"what_{name}"], _value(name, value, named), n) for day, name, value, n in counts)
    )
    return StreamingResponse(
        table, media_type="text/csv; charset=utf-8", headers=attachment(f"{x['file']}.csv")
    )


def _key_figures(read: Figures, wording: Wording, of: str) -> dict[str, tuple[str, int]]:
    """The shares that count most, in words, and of how many."""
    answered, in_field = (sum(getattr(day, name) for day in read.days) for name in ("answered", "in_field"))
    feedback = read.totals.get("feedback", {})
    seconds = read.totals.get("seconds", {})
    counted = {
        "answered": (answered, in_field),
        "half": within(seconds, 0.5),
        "second": within(seconds, 1.0),
        "helped": (feedback.get(HELPFUL, 0), sum(feedback.values())),
    }
    return {name: (_share(*pair, wording, of), pair[1]) for name, pair in counted.items()}


def _share(part: int, whole: int, wording: Wording, of: str) -> str:
    """In per cent; so many of so many where they are few, a dash where there are none."""
    if not whole:
        return "–"
    if whole < FEW:
        return prompts.fill(of, part=part, whole=whole)
    return wording.percent(part / whole)


def _named(kind: str, read: Figures) -> Mapping[str, int]:
    """The counts of a list; those where nothing is known under a name of their own."""
    return {value or NOBODY: count for value, count in read.totals.get(kind, {}).items()}


def _value(name: str, value: str, named: Naming) -> str:
    if name in ("questions", "seconds"):
        return value
    return named("opinion" if name == "feedback" else name, value)
