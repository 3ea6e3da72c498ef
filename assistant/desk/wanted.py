"""Which of the questions that were asked are wanted: the filters of the desk, put to the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, Select, String, Text, cast, func, literal, or_, select

from assistant.desk.asking import BETWEEN
from vectorstore.tables import feedback, question_log

CHUNK = 2000
NONE, HELPFUL, UNHELPFUL = "none", "helpful", "unhelpful"
"""What `Wanted.opinion` may be beside a reason: nobody said anything, it helped, it did not."""
_DAYS = (date(1970, 1, 2), date(9999, 12, 30))
"""Between these every day begins in every zone; no question is from outside of them."""
_WILD = str.maketrans({"%": "/%", "_": "/_", "/": "//"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Questions that hold all of `words` and have each of the other properties; empty ones do not count.

    `region` and `channel` are None for any and "" for those where none is known. `since` and `until` are
    days in this machine's zone, both included.
    """

    words: str = ""
    status: str = ""
    region: str | None = None
    theme: str = ""
    language: str = ""
    channel: str | None = None
    opinion: str = ""
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """All but the words, which no database compares in the same way."""
        log = question_log.c
        found: list[ColumnElement[bool]] = []
        if self.since:
            found.append(log.at >= _midnight(self.since))
        if self.until:
            found.append(log.at < _midnight(self.until, days=1))
        for column, value in ((log.status, self.status), (log.language, self.language)):
            if value:
                found.append(column == value)
        if self.channel is not None:
            found.append(log.channel == self.channel)
        if self.region is not None:
            found.append(_in_region(self.region))
        if self.theme:
            found.append(cast(log.themes, Text).like(f'%"{self.theme.translate(_WILD)}"%', escape="/"))
        if self.opinion:
            found.append(_rated(self.opinion))
        return found

    def holds(self, question: str) -> bool:
        """Whether the question has all the words."""
        folded = question.casefold()
        return all(word in folded for word in self.words.casefold().split())


def matching(
    connection: Connection, kept: ColumnElement[bool], wanted: Wanted, before: int = 0, at_once: int = CHUNK
) -> Iterator[int]:
    """The ids of wanted rows, newest first, from the one `before` on; reads no more than is taken."""
    text = question_log.c.question if wanted.words else literal("")
    rows = select(question_log.c.id, text.label("question")).where(kept, *wanted.conditions())
    narrowed = rows.order_by(question_log.c.id.desc()).limit(at_once)
    while True:
        chunk = connection.execute(_before(narrowed, before)).all()
        yield from (row.id for row in chunk if not wanted.words or wanted.holds(row.question))
        if len(chunk) < at_once:
            return
        before = chunk[-1].id


def newest_feedback() -> Select[tuple[int]]:
    """The ids of the newest row about each answer."""
    return select(func.max(feedback.c.id)).group_by(feedback.c.answer_id)


def poorly_rated() -> Select[tuple[str]]:
    """The ids of answers that did not help, as last said."""
    return select(feedback.c.answer_id).where(feedback.c.id.in_(newest_feedback()), ~feedback.c.helpful)


def _before(rows: Select[tuple[int, str]], before: int) -> Select[tuple[int, str]]:
    return rows.where(question_log.c.id < before) if before else rows


def _in_region(region: str) -> ColumnElement[bool]:
    column = question_log.c.region
    if not region:
        return column == ""
    listed = cast(BETWEEN, String) + column + BETWEEN
    return or_(
        column == region, listed.like(f"%{(BETWEEN + region + BETWEEN).translate(_WILD)}%", escape="/")
    )


def _rated(opinion: str) -> ColumnElement[bool]:
    answer = question_log.c.answer_id
    if opinion == NONE:
        return answer.not_in(select(feedback.c.answer_id))
    said = select(feedback.c.answer_id).where(feedback.c.id.in_(newest_feedback()))
    if opinion in (HELPFUL, UNHELPFUL):
        return answer.in_(said.where(feedback.c.helpful.is_(opinion == HELPFUL)))
    return answer.in_(said.where(~feedback.c.helpful, feedback.c.reason == opinion))


def _midnight(day: date, days: int = 0) -> datetime:
    """When the day begins that is so many `days` later, in this machine's zone."""
    first, last = _DAYS
    later = min(max(day, first), last - timedelta(days=1)) + timedelta(days=days)
    return datetime.combine(later, time()).astimezone()
