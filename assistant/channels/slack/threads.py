"""The threads that Utblick takes part in, and its answers there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, select, update

from vectorstore.slack_tables import slack_threads

DAYS = 30
"""Days after its last question that a thread is taken part in."""
MOST_ANSWERS = 10


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads in the catalogue's database, by team, channel and the time stamp of their first message."""

    engine: Engine
    now: Callable[[], datetime] = field(default=_now)

    def joined(self, team: str, channel: str, thread: str) -> bool:
        """Whether Utblick takes part in it."""
        with self.engine.connect() as connection:
            found = connection.execute(select(slack_threads.c.at).where(*_is(team, channel, thread))).first()
        return found is not None

    def answers(self, team: str, channel: str, thread: str) -> tuple[str, ...]:
        """The ids of the latest answers there, oldest first."""
        with self.engine.connect() as connection:
            wanted = select(slack_threads.c.answers).where(*_is(team, channel, thread))
            found = connection.execute(wanted).scalar()
        return tuple(found or ())

    def answered(self, team: str, channel: str, thread: str, answer_id: str) -> None:
        """Add an answer to the thread; nothing where it is not taken part in."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            one = _is(team, channel, thread)
            row = connection.execute(select(slack_threads.c.answers).where(*one).with_for_update()).scalar()
            if row is not None and answer_id not in row:
                kept = [*row, answer_id][-MOST_ANSWERS:]
                connection.execute(update(slack_threads).where(*one).values(answers=kept, at=self.now()))

    def forget(self) -> None:
        """Leave the threads that nobody has asked in for DAYS."""
        old = slack_threads.c.at < self.now() - timedelta(days=DAYS)
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(slack_threads).where(old))


def _is(team: str, channel: str, thread: str) -> tuple[ColumnElement[bool], ...]:
    table = slack_threads.c
    return (table.team_id == team, table.channel_id == channel, table.thread_ts == thread)
