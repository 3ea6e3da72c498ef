"""What was said before, for callers that name a conversation instead of sending its history."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from assistant.answers import Answer
from assistant.questions import Question, Turn
from vectorstore.tables import turns

REMEMBERED = 20
"""Turns handed back: more than a rephrasing looks at, and a bound on what is read."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ConversationStore:
    """Conversations in the catalogue's database. None is kept longer than `days`; 0 keeps none."""

    engine: Engine
    days: int
    now: Callable[[], datetime] = field(default=_now)

    def find(self, conversation_id: str) -> tuple[Turn, ...]:
        """The last turns, oldest first; empty for an unknown or forgotten conversation."""
        newest = (
            select(turns.c.role, turns.c.text)
            .where(turns.c.conversation_id == conversation_id, turns.c.at >= self._oldest())
            .order_by(turns.c.id.desc())
            .limit(REMEMBERED)
        )
        with self.engine.connect() as connection:
            return tuple(Turn(row.role, row.text) for row in reversed(connection.execute(newest).all()))

    def save(self, question: Question, answer: Answer) -> None:
        """Keep the exchange when the caller named a conversation, and forget what is too old."""
        if not (self.days and question.conversation_id):
            return
        said = (("user", question.text), ("assistant", answer.text))
        rows = [
            {"conversation_id": question.conversation_id, "role": role, "text": text, "at": self.now()}
            for role, text in said
        ]
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(turns).where(turns.c.at < self._oldest()))
            connection.execute(insert(turns), rows)

    def forget(self) -> None:
        """Delete what is too old."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(turns).where(turns.c.at < self._oldest()))

    def _oldest(self) -> datetime:
        return self.now() - timedelta(days=self.days)
