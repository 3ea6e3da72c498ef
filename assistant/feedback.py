"""What people thought of answers, kept with the answer they saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, RowMapping, select

from assistant.answers import Answer
from vectorstore.tables import feedback as feedback_table


class Reason(StrEnum):
    """What was wrong with an answer; OTHER is explained in words."""

    NONE = ""
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's view of one answer; `question` and `answer` are as they were then."""

    question: str
    answer: Answer
    helpful: bool
    reason: Reason = Reason.NONE
    text: str = ""


class FeedbackStore:
    """Feedback in the catalogue's database. Rows are only added: the newest about an answer counts."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, feedback: Feedback) -> None:
        """Keep `feedback`; it is on disk when this returns."""
        row: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "answer_id": feedback.answer.id,
            "helpful": feedback.helpful,
            "reason": feedback.reason.value,
            "text": feedback.text,
            "question": feedback.question,
            "answer": feedback.answer.model_dump(mode="json"),
        }
        with self.engine.begin() as connection:
            connection.execute(feedback_table.insert(), row)

    def newest(self, limit: int = 100) -> Sequence[RowMapping]:
        """The latest rows, newest first."""
        rows = select(feedback_table).order_by(feedback_table.c.id.desc()).limit(limit)
        with self.engine.connect() as connection:
            return connection.execute(rows).mappings().all()
