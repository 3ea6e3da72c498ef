"""What was asked over HTTP and what was answered, kept for a while so that test cases can be made of it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, RowMapping, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.answers import Answer
from assistant.conversations import ConversationStore
from assistant.frozen import FrozenSource, Shelf, freeze
from assistant.questions import Question, Turn
from vectorstore.tables import feedback, question_log

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class View:
    """The newest thing somebody thought of an answer; see assistant.feedback."""

    helpful: bool
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One question with its answer as it was; `view` is None where nobody said what they thought.

    `sources` are the passages it cites, as they stood then.
    """

    at: datetime
    question: str
    history: tuple[Turn, ...]
    answer: Answer
    view: View | None = None
    sources: tuple[FrozenSource, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """Questions in the catalogue's database. None is kept longer than `days`; 0 keeps none.

    A `silent` log keeps nothing new: evaluations that come over HTTP are no users. `shelf` is where the
    cited passages are read to be kept with the answer; without one they are not.
    """

    engine: Engine
    days: int
    now: Callable[[], datetime] = field(default=_now)
    silent: bool = False
    shelf: Shelf | None = None

    def add(self, question: Question, answer: Answer) -> None:
        """Keep the exchange, forget what is too old. A failure is only logged: the answer is given anyway."""
        if self.silent:
            return
        try:
            self._add(question, answer)
        except SQLAlchemyError:
            log.exception("the question could not be logged")

    def newest(self, limit: int = 100, search: str = "", status: str = "") -> list[Logged]:
        """The latest, newest first: those whose question holds `search` and whose answer has `status`."""
        wanted = select(question_log.c.id, question_log.c.question).where(self._kept())
        if status:
            wanted = wanted.where(question_log.c.status == status)
        with self.engine.connect() as connection:
            # Compared here, since SQLite knows upper and lower case of A to Z only.
            rows = connection.execute(wanted.order_by(question_log.c.id.desc()))
            found = [row.id for row in rows if search.casefold() in row.question.casefold()][:limit]
            newest = (
                select(question_log).where(question_log.c.id.in_(found)).order_by(question_log.c.id.desc())
            )
            return self._with_views(connection.execute(newest).mappings().all())

    def find(self, answer_id: str) -> Logged | None:
        """The exchange with that answer; None when it is forgotten or never was."""
        wanted = select(question_log).where(self._kept(), question_log.c.answer_id == answer_id)
        with self.engine.connect() as connection:
            found = self._with_views(connection.execute(wanted.limit(1)).mappings().all())
        return found[0] if found else None

    def forget(self) -> None:
        """Delete what is too old."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(question_log).where(~self._kept()))

    def _add(self, question: Question, answer: Answer) -> None:
        turns = question.history or self._before(question, answer)
        row = {
            "at": self.now(),
            "answer_id": answer.id,
            "question": question.text,
            "history": [{"role": turn.role, "text": turn.text} for turn in turns],
            "language": answer.language,
            "status": answer.status.value,
            "answer": answer.model_dump(mode="json"),
            "sources": [source.model_dump() for source in freeze(answer, self.shelf)] if self.shelf else [],
        }
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(question_log).where(~self._kept()))
            if self.days:
                connection.execute(insert(question_log), row)

    def _before(self, question: Question, answer: Answer) -> tuple[Turn, ...]:
        """What the conversation that the caller named held before this exchange."""
        if not question.conversation_id:
            return ()
        turns = ConversationStore(self.engine, self.days, self.now).find(question.conversation_id)
        this = (Turn("user", question.text), Turn("assistant", answer.text))
        ends = [at for at in range(len(turns) - 1) if turns[at : at + 2] == this]
        return turns[: ends[-1]] if ends else turns

    def _with_views(self, rows: Sequence[RowMapping]) -> list[Logged]:
        wanted = select(feedback).where(feedback.c.answer_id.in_([row["answer_id"] for row in rows]))
        with self.engine.connect() as connection:
            given = connection.execute(wanted.order_by(feedback.c.id)).mappings().all()
        views = {row["answer_id"]: View(row["helpful"], row["reason"], row["text"]) for row in given}
        return [replace(_logged(row), view=views.get(row["answer_id"])) for row in rows]

    def _kept(self) -> ColumnElement[bool]:
        return question_log.c.at >= self.now() - timedelta(days=self.days)


def _logged(row: RowMapping) -> Logged:
    at: datetime = row["at"]
    history = tuple(Turn(turn["role"], turn["text"]) for turn in row["history"])
    # SQLite gives times back without their zone, which is UTC.
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    sources = tuple(FrozenSource.model_validate(source) for source in row["sources"])
    return Logged(at, row["question"], history, Answer.model_validate(row["answer"]), sources=sources)
