"""What was asked over HTTP and what was answered, kept for a while so that test cases can be made of it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.answers import Answer
from assistant.conversations import ConversationStore
from assistant.desk.asking import Sorter
from assistant.desk.figures import count_question
from assistant.desk.wanted import Wanted, matching
from assistant.frozen import FrozenSource, Shelf, freeze
from assistant.questions import Question, Turn
from vectorstore.tables import feedback, gaps_solved, question_log

log = logging.getLogger(__name__)

AT_ONCE = 200
"""Rows, with their answers, that an export holds at a time."""


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

    `sources` are the passages it cites, as they stood then. `number` grows with every question. `region`,
    `persona`, `channel` and `themes` tell who asked and what about; see assistant.desk.asking.
    """

    at: datetime
    question: str
    history: tuple[Turn, ...]
    answer: Answer
    view: View | None = None
    sources: tuple[FrozenSource, ...] = ()
    number: int = 0
    region: str = ""
    persona: str = ""
    channel: str = ""
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """Questions in the catalogue's database. None is kept longer than `days`; 0 keeps none.

    Each is also counted, without its words (assistant.desk.figures); the counts stay. A `silent` log keeps
    and counts nothing: evaluations that come over HTTP are no users. `shelf` is where the cited passages
    are read to be kept with the answer; without one they are not. `sorter` tells what is asked about.
    """

    engine: Engine
    days: int
    now: Callable[[], datetime] = field(default=_now)
    silent: bool = False
    shelf: Shelf | None = None
    sorter: Sorter = field(default_factory=Sorter)

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
        return self.search(Wanted(search, status), limit)

    def search(self, wanted: Wanted, most: int, before: int = 0) -> list[Logged]:
        """Up to `most` of the wanted, newest first, from the one `before` on (0: from the newest)."""
        with self.engine.connect() as connection:
            ids = list(islice(matching(connection, self._kept(), wanted, before), most))
        return self._read(ids)

    def each(self, wanted: Wanted) -> Iterator[Logged]:
        """All the wanted, newest first, read a part at a time."""
        with self.engine.connect() as connection:
            ids = list(matching(connection, self._kept(), wanted))
        for start in range(0, len(ids), AT_ONCE):
            yield from self._read(ids[start : start + AT_ONCE])

    def count(self, wanted: Wanted) -> int:
        """How many are wanted, whatever words they hold."""
        every = select(func.count()).select_from(question_log).where(self._kept(), *wanted.conditions())
        with self.engine.connect() as connection:
            return connection.execute(every).scalar_one()

    def find(self, answer_id: str) -> Logged | None:
        """The exchange with that answer; None when it is forgotten or never was."""
        if "\0" in answer_id:
            # PostgreSQL will not even look for it.
            return None
        wanted = select(question_log).where(self._kept(), question_log.c.answer_id == answer_id)
        with self.engine.connect() as connection:
            found = self._with_views(connection.execute(wanted.limit(1)).mappings().all())
        return found[0] if found else None

    def forget(self) -> None:
        """Delete what is too old."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        connection.execute(delete(question_log).where(~self._kept()))
        # The questions that were dealt with then are older than the note about them.
        old = gaps_solved.c.at < self.now() - timedelta(days=self.days)
        connection.execute(delete(gaps_solved).where(old))

    def _add(self, question: Question, answer: Answer) -> None:
        at, asked = self.now(), self.sorter.sort(question, answer)
        known = {"region": asked.region, "persona": asked.persona, "channel": asked.channel}
        row = {"at": at, **self._row(question, answer), **known, "themes": list(asked.themes)}
        with self.engine.execution_options(immediate=True).begin() as connection:
            self._forget(connection)
            count_question(connection, at, asked, answer)
            if self.days:
                connection.execute(insert(question_log), row)

    def _row(self, question: Question, answer: Answer) -> dict[str, object]:
        turns = question.history or self._before(question, answer)
        return {
            "answer_id": answer.id,
            "question": question.text,
            "history": [{"role": turn.role, "text": turn.text} for turn in turns],
            "language": answer.language,
            "status": answer.status.value,
            "answer": answer.model_dump(mode="json"),
            "sources": [source.model_dump() for source in freeze(answer, self.shelf)] if self.shelf else [],
        }

    def _read(self, ids: Sequence[int]) -> list[Logged]:
        rows = select(question_log).where(question_log.c.id.in_(ids)).order_by(question_log.c.id.desc())
        with self.engine.connect() as connection:
            return self._with_views(connection.execute(rows).mappings().all())

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
    return Logged(
        at,
        row["question"],
        history,
        Answer.model_validate(row["answer"]),
        sources=sources,
        number=row["id"],
        region=row["region"],
        persona=row["persona"],
        channel=row["channel"],
        themes=tuple(row["themes"]),
    )
