"""Corpus gaps: questions that were not answered, or answered badly, by theme and region."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, String, Text, cast, delete, insert, or_, select

from assistant.answers import AnswerStatus
from assistant.desk.asking import BETWEEN
from assistant.desk.matters import Matter, Unanswered, matters
from assistant.desk.themes import OTHER
from assistant.desk.wanted import poorly_rated
from assistant.personal import visible
from vectorstore.tables import gaps_solved, question_log

OPEN = (AnswerStatus.NOT_IN_SOURCES.value, AnswerStatus.PARTIAL.value)
"""How a question ended that the documents did not answer in full."""
PATIENCE = timedelta(minutes=30)
"""A clarifying question that nobody replied to for so long was given up."""
NOTE_CHARACTERS = 1000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Gap:
    """What is asked for within one theme and one region ("" where the questions name none), newest first."""

    theme: str
    region: str
    questions: Sequence[Unanswered]
    solved: bool = False

    @cached_property
    def matters(self) -> list[Matter]:
        """Like questions put together: those with something open, or those that are `solved`."""
        return [matter for matter in matters(self.questions) if bool(matter.open) is not self.solved]

    @property
    def count(self) -> int:
        """Questions that nobody has dealt with."""
        return sum(one.solved is None for one in self.questions)

    @property
    def newest(self) -> datetime:
        """When somebody last asked."""
        return self.questions[0].at


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps in the catalogue's question log, which keeps questions for `days`."""

    engine: Engine
    days: int
    now: Callable[[], datetime] = field(default=_now)

    def read(self, theme: str = "", region: str | None = None, solved: bool = False) -> list[Gap]:
        """Gaps with something open (or `solved`: with a matter all dealt with), the largest first."""
        groups = self._groups(theme, region)
        gaps = [Gap(*key, questions, solved) for key, questions in groups.items()]
        if solved:
            chosen = [gap for gap in gaps if gap.count < len(gap.questions) and gap.matters]
        else:
            chosen = [gap for gap in gaps if gap.count]
        return sorted(chosen, key=lambda gap: (-gap.count, -gap.newest.timestamp()))

    def matter(self, answer_id: str) -> tuple[Gap, Matter] | None:
        """The matter that the question with that answer belongs to, with its gap; None for no gap."""
        for key, questions in self._groups().items():
            if any(one.answer_id == answer_id for one in questions):
                for matter in matters(questions):
                    if any(one.answer_id == answer_id for one in matter.questions):
                        return Gap(*key, questions), matter
        return None

    def _groups(self, theme: str = "", region: str | None = None) -> dict[tuple[str, str], list[Unanswered]]:
        found: dict[tuple[str, str], list[Unanswered]] = {}
        for one in self._unanswered():
            own = (one.themes[0] if one.themes else OTHER, one.region.partition(BETWEEN)[0])
            if theme in ("", own[0]) and region in (None, own[1]):
                found.setdefault(own, []).append(one)
        return found

    def solve(self, matter: Matter, note: str) -> None:
        """Somebody has dealt with all its questions; it comes back when it is asked again in vain."""
        at = self.now()
        ids = [one.answer_id for one in matter.open]
        rows = [{"answer_id": id, "at": at, "note": visible(note).strip()[:NOTE_CHARACTERS]} for id in ids]
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(gaps_solved).where(gaps_solved.c.answer_id.in_(ids)))
            if rows:
                connection.execute(insert(gaps_solved), rows)

    def reopen(self, matter: Matter) -> None:
        """None of its questions counts as dealt with any longer."""
        ids = [one.answer_id for one in matter.questions]
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(gaps_solved).where(gaps_solved.c.answer_id.in_(ids)))

    def _unanswered(self) -> list[Unanswered]:
        """Every question of a gap, newest first."""
        log, since = question_log.c, self.now() - timedelta(days=self.days)
        light = [log[name] for name in ("answer_id", "question", "at", "status", "language", "region")]
        ended = log.status.in_((*OPEN, AnswerStatus.CLARIFY.value))
        rows = select(log.id, *light, cast(log.themes, Text).label("themes"))
        wanted = rows.where(log.at >= since, or_(ended, log.answer_id.in_(poorly_rated())))
        with self.engine.connect() as connection:
            found = connection.execute(wanted.order_by(log.id.desc())).all()
            poor = set(connection.execute(poorly_rated()).scalars())
            solved = {row.answer_id: row for row in connection.execute(select(gaps_solved))}
            given_up = self._given_up(connection, found)
        return [
            _unanswered(row, row.answer_id in poor, solved.get(row.answer_id))
            for row in found
            if row.status != AnswerStatus.CLARIFY.value or row.answer_id in poor or row.id in given_up
        ]

    def _given_up(self, connection: Connection, rows: Iterable[Any]) -> set[int]:
        """The questions that were answered with a question, to which nobody replied."""
        asked_back = [row for row in rows if row.status == AnswerStatus.CLARIFY.value]
        if not asked_back:
            return set()
        log = question_log.c
        history = cast(log.history, Text)
        later = select(log.id, history.label("history")).where(
            log.at >= min(row.at for row in asked_back), cast(history, String) != "[]"
        )
        replied: dict[str, int] = {}
        for id, told in connection.execute(later):
            said = [turn["text"] for turn in json.loads(told) if turn["role"] == "user"][-1:]
            replied |= {text: max(id, replied.get(text, 0)) for text in said}
        waited = self.now() - PATIENCE
        return {
            row.id for row in asked_back if _aware(row.at) < waited and replied.get(row.question, 0) <= row.id
        }


def _unanswered(row: Any, poor: bool, solved: Any) -> Unanswered:
    return Unanswered(
        answer_id=row.answer_id,
        question=row.question,
        at=_aware(row.at),
        status=row.status,
        language=row.language,
        region=row.region,
        themes=tuple(json.loads(row.themes)),
        poor=poor,
        solved=_aware(solved.at) if solved else None,
        note=solved.note if solved else "",
    )


def _aware(at: datetime) -> datetime:
    # SQLite gives times back without their zone, which is UTC.
    return at if at.tzinfo else at.replace(tzinfo=UTC)
