"""What people thought of answers, kept with the answer they saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, select

from assistant.answers import Answer
from assistant.desk.figures import count_feedback
from assistant.personal import redacted, visible
from vectorstore.tables import feedback as feedback_table


class Reason(StrEnum):
    """What was wrong with an answer. MISSED answers another question; OTHER is explained in words."""

    NONE = ""
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    MISSED = "missed"
    OTHER = "other"


def _now() -> datetime:
    return datetime.now(UTC)


def _bare(answer: Answer) -> Answer:
    return Answer(id=answer.id, status=answer.status, language=answer.language, text="", model=answer.model)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's view of one answer; `question` and `answer` are as they were then."""

    question: str
    answer: Answer
    helpful: bool
    reason: Reason = Reason.NONE
    text: str = ""


class FeedbackStore:
    """Feedback in the catalogue's database: the newest about an answer counts.

    Personal data are taken out of the words that somebody wrote before they are kept.

    Kept for `days`, like the questions themselves; with 0 what was said of the answer is kept,
    without the question, the answer and the words that somebody wrote.
    """

    def __init__(self, engine: Engine, days: int, now: Callable[[], datetime] = _now) -> None:
        self.engine, self.days, self._now = engine, days, now

    def add(self, feedback: Feedback) -> None:
        """Keep `feedback`; it is on disk when this returns."""
        at = self._now()
        row: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "answer_id": feedback.answer.id,
            "helpful": feedback.helpful,
            "reason": feedback.reason.value,
            "text": redacted(visible(feedback.text), feedback.answer.language) if self.days else "",
            "question": feedback.question if self.days else "",
            "answer": (feedback.answer if self.days else _bare(feedback.answer)).model_dump(mode="json"),
        }
        self.forget()
        with self.engine.execution_options(immediate=True).begin() as connection:
            _take_back(connection, feedback.answer.id)
            count_feedback(connection, at, feedback.helpful, feedback.reason.value)
            connection.execute(feedback_table.insert(), row)

    def forget(self) -> None:
        """Delete what is older than `days`, and with 0 every row that holds words."""
        oldest = (self._now() - timedelta(days=self.days)).isoformat(timespec="milliseconds")
        old = feedback_table.c.at < oldest if self.days else feedback_table.c.question != ""
        with self.engine.begin() as connection:
            connection.execute(delete(feedback_table).where(old))

    def newest(self, limit: int = 100) -> Sequence[RowMapping]:
        """The latest rows, newest first."""
        rows = select(feedback_table).order_by(feedback_table.c.id.desc()).limit(limit)
        with self.engine.connect() as connection:
            return connection.execute(rows).mappings().all()


def _take_back(connection: Connection, answer_id: str) -> None:
    """Count no longer what was thought of the answer before."""
    given = select(feedback_table).where(feedback_table.c.answer_id == answer_id)
    last = connection.execute(given.order_by(feedback_table.c.id.desc()).limit(1)).mappings().first()
    if last:
        count_feedback(connection, datetime.fromisoformat(last["at"]), last["helpful"], last["reason"], -1)
