"""Taking in wishes: each is a job on disk before Slack is told that it was received, and only once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from assistant.channels.slack.wishes import KIND, Wish
from vectorstore.jobs import Jobs
from vectorstore.slack_tables import slack_seen, slack_threads

SEEN_DAYS = 8
"""Slack delivers an event again for some hours at most; a digest is told once in its week."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The way into the table `jobs`; any number of processes may take in."""

    jobs: Jobs
    now: Callable[[], datetime] = field(default=_now)

    def keep(self, wish: Wish, keys: Sequence[str], joins: bool = False) -> bool:
        """Add a job for `wish`, unless one of `keys` was seen before in its team; whether it was added.

        Keys and job are stored in one transaction: on disk both, or neither. With `joins` Utblick takes
        part in the wish's thread from now on. Raises SQLAlchemyError when the database cannot be written.
        """
        with self.jobs.engine.execution_options(immediate=True).begin() as connection:
            if not all([self._first(connection, wish.team, key) for key in keys]):
                return False
            if joins and wish.thread:
                _join(connection, wish, self.now())
            self.jobs.add_in(connection, KIND, wish.about())
        return True

    def forget(self) -> None:
        """Delete the keys that nothing will come in for any more."""
        old = slack_seen.c.at < self.now() - timedelta(days=SEEN_DAYS)
        with self.jobs.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(slack_seen).where(old))

    def _first(self, connection: Connection, team: str, key: str) -> bool:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        new = dialect.insert(slack_seen).on_conflict_do_nothing()
        row = {"team_id": team, "key": key[:255], "at": self.now()}
        return connection.execute(new.returning(slack_seen.c.key), row).first() is not None


def _join(connection: Connection, wish: Wish, now: datetime) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {"team_id": wish.team, "channel_id": wish.channel, "thread_ts": wish.thread, "at": now}
    keys = [slack_threads.c.team_id, slack_threads.c.channel_id, slack_threads.c.thread_ts]
    new = dialect.insert(slack_threads).on_conflict_do_update(index_elements=keys, set_={"at": now})
    connection.execute(new, {**row, "answers": []})
