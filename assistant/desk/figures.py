"""Figures over time: counters for each day without anybody's words, kept when the questions are gone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.answers import Answer, AnswerStatus
from assistant.desk.asking import Asked
from vectorstore.tables import figures

EDGES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds up to which an answer is counted in each span; the last span is everything above."""
OVER = "over"
ANSWERED = frozenset({AnswerStatus.ANSWERED.value, AnswerStatus.PARTIAL.value})
OUTSIDE = frozenset({AnswerStatus.OUT_OF_SCOPE.value, AnswerStatus.DECLINED.value})
"""Questions that the documents need not answer; they are left out of the answered share."""
UNKNOWN = ""
HELPFUL, UNHELPFUL = "helpful", "unhelpful"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Day:
    """The questions of one day, or of the `days` from it on; how many were in the field, and how many of
    those got an answer, be it in part."""

    day: date
    questions: int
    answered: int
    in_field: int
    days: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """`days` from the first to the last, also those without questions; `totals` by name and value."""

    days: tuple[Day, ...]
    totals: Mapping[str, Mapping[str, int]]

    @property
    def questions(self) -> int:
        """All questions of the period."""
        return sum(day.questions for day in self.days)


def count_question(connection: Connection, at: datetime, asked: Asked, answer: Answer) -> None:
    """Count one question on the day of `at` in this machine's zone."""
    named = [("questions", ""), ("status", answer.status.value), ("language", asked.language)]
    named += [("persona", asked.persona), ("channel", asked.channel)]
    named += [("theme", theme) for theme in asked.themes]
    named += [("region", region) for region in asked.regions or (UNKNOWN,)]
    if "total" in answer.seconds:
        named.append(("seconds", span(answer.seconds["total"])))
    _add(connection, at, dict.fromkeys(named, 1))


def count_feedback(connection: Connection, at: datetime, helpful: bool, reason: str, change: int = 1) -> None:
    """Count what somebody thought of an answer; a `change` of -1 takes back what they thought before."""
    _add(connection, at, {("feedback", HELPFUL if helpful else reason or UNHELPFUL): change})


def span(seconds: float) -> str:
    """The span that so many seconds are counted in, by its upper edge."""
    return next((f"{edge:g}" for edge in EDGES if seconds <= edge), OVER)


def read_figures(engine: Engine, days: int, today: date) -> Figures:
    """The figures of the last `days` up to `today`."""
    first = today - timedelta(days=days - 1)
    since = (figures.c.day >= first.isoformat(), figures.c.day <= today.isoformat())
    by_name = select(figures.c.name, figures.c.value, func.sum(figures.c.count).label("count"))
    by_day = select(figures.c.day, figures.c.value, figures.c.count).where(*since, figures.c.name == "status")
    with engine.connect() as connection:
        summed = connection.execute(by_name.where(*since).group_by(figures.c.name, figures.c.value)).all()
        daily = connection.execute(by_day).all()
    totals: dict[str, dict[str, int]] = {}
    for name, value, count in summed:
        totals.setdefault(name, {})[value] = int(count)
    return Figures(_days(first, days, ((row.day, row.value, row[2]) for row in daily)), totals)


def read_daily(engine: Engine, days: int, today: date) -> list[tuple[str, str, str, int]]:
    """Every count of the last `days` up to `today`: day, name, value, count, in that order."""
    first = today - timedelta(days=days - 1)
    rows = select(figures).where(figures.c.day >= first.isoformat(), figures.c.count != 0)
    ordered = rows.order_by(figures.c.day, figures.c.name, figures.c.value)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(ordered)]


def read_values(engine: Engine, name: str) -> list[str]:
    """Every value that has been counted under `name`."""
    with engine.connect() as connection:
        return list(
            connection.execute(select(figures.c.value).where(figures.c.name == name).distinct()).scalars()
        )


def by_week(days: Iterable[Day]) -> tuple[Day, ...]:
    """The days put together by sevens, the last of them whole."""
    listed = list(days)
    start = len(listed) % 7
    parts = [listed[:start]] * bool(start) + [listed[at : at + 7] for at in range(start, len(listed), 7)]
    return tuple(_together(part) for part in parts)


def _together(days: list[Day]) -> Day:
    names = ("questions", "answered", "in_field")
    return Day(
        days[0].day, **{name: sum(getattr(day, name) for day in days) for name in names}, days=len(days)
    )


def _days(first: date, days: int, counts: Iterable[tuple[str, str, int]]) -> tuple[Day, ...]:
    statuses: dict[str, Counter[str]] = {}
    for day, status, count in counts:
        statuses.setdefault(day, Counter())[status] += count
    return tuple(
        _day(day, statuses.get(day.isoformat(), Counter()))
        for day in (first + timedelta(days=number) for number in range(days))
    )


def _day(day: date, statuses: Counter[str]) -> Day:
    outside = sum(statuses[status] for status in OUTSIDE)
    answered = sum(statuses[status] for status in ANSWERED)
    return Day(day, statuses.total(), answered, statuses.total() - outside)


def _add(connection: Connection, at: datetime, counts: Mapping[Key, int]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(figures)
    added = {"count": figures.c.count + new.excluded["count"]}
    keys = [figures.c.day, figures.c.name, figures.c.value]
    day = at.astimezone().date().isoformat()
    # In one order, so that two that count at once never wait for each other in a ring.
    rows = [
        {"day": day, "name": name, "value": value, "count": count}
        for (name, value), count in sorted(counts.items())
    ]
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=added), rows)
