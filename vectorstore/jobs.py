"""Jobs: work that is asked for here and done there, and that outlives both processes."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, or_, select, update

from vectorstore.tables import jobs


class JobState(StrEnum):
    """How far a job has come. DONE may still hold files that failed; FAILED is a job that was given up."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


_ADDING = 7164022
CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of those who share the database may be from each other."""
ENDED = (JobState.DONE, JobState.FAILED)
MOST_TRIES = 3
"""A job that was under way at so many deaths of its worker is taken for their cause."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `about` says on what, `result` what has come of it so far, both as JSON types.

    `tries` counts the times it was taken without having been put back. It is not taken before `due`.
    """

    id: str
    kind: str
    about: Mapping[str, Any]
    state: JobState
    result: Mapping[str, Any]
    tries: int
    at: datetime
    changed: datetime
    due: datetime | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class Jobs:
    """Jobs in the catalogue's database, taken in the order they were added."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self.engine, self._now = engine, now

    def add(self, kind: str, about: Mapping[str, Any]) -> Job:
        """A new job; it is on disk when this returns."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            return self.add_in(connection, kind, about)

    def add_in(self, connection: Connection, kind: str, about: Mapping[str, Any]) -> Job:
        """The same within a transaction that writes, so that both are there or neither."""
        if connection.dialect.name == "postgresql":
            # SQLite lets only one write at a time; here two could take the same number.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADDING})")
        now, last = self._now(), connection.execute(select(func.max(jobs.c.number))).scalar()
        job = Job(str(uuid.uuid4()), kind, about, JobState.WAITING, {}, 0, now, now)
        row = {
            "id": job.id,
            "number": (last or 0) + 1,
            "kind": kind,
            "about": dict(about),
            "state": job.state.value,
            "result": {},
            "tries": 0,
            "at": now,
            "changed": now,
        }
        connection.execute(insert(jobs), row)
        return job

    def take(self, kinds: Sequence[str]) -> Job | None:
        """The oldest waiting job of `kinds` that is due, now WORKING; None when there is none."""
        now = self._now()
        # A clock that has been put back must not make a pause of minutes one of days.
        due = or_(jobs.c.due.is_(None), jobs.c.due <= now, jobs.c.changed > now + CLOCKS_APART)
        waiting = select(jobs).where(jobs.c.state == JobState.WAITING.value, jobs.c.kind.in_(kinds), due)
        with self.engine.execution_options(immediate=True).begin() as connection:
            oldest = waiting.order_by(jobs.c.number).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(oldest).mappings().first()
            if row is None:
                return None
            changes = {"state": JobState.WORKING.value, "tries": row["tries"] + 1, "changed": now}
            connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(changes))
        return _job({**row, **changes})

    def tell(self, job_id: str, result: Mapping[str, Any]) -> None:
        """What has come of it so far, while it goes on."""
        self._change(job_id, {"result": dict(result)})

    def end(
        self, job_id: str, state: JobState, result: Mapping[str, Any], about: Mapping[str, Any] | None = None
    ) -> None:
        """It is DONE or FAILED, with this result; `about` is kept instead of what it was about."""
        instead = {} if about is None else {"about": dict(about)}
        self._change(job_id, {"state": state.value, "result": dict(result), **instead})

    def put_back(self, job_id: str, result: Mapping[str, Any], pause: timedelta) -> None:
        """It could not be ended now: whoever takes jobs after `pause` goes on from `result`."""
        values = {"state": JobState.WAITING.value, "result": dict(result), "due": self._now() + pause}
        self._change(job_id, {**values, "tries": jobs.c.tries - 1})

    def again(self, job_id: str) -> bool:
        """Have a FAILED job done once more, from the result that it has; False when it is not FAILED."""
        failed = (jobs.c.id == job_id, jobs.c.state == JobState.FAILED.value)
        values = {"state": JobState.WAITING.value, "tries": 0, "due": None, "changed": self._now()}
        with self.engine.execution_options(immediate=True).begin() as connection:
            return connection.execute(update(jobs).where(*failed).values(values)).rowcount == 1

    def resume(
        self, kinds: Sequence[str], most_tries: int = MOST_TRIES, pause: timedelta = timedelta(0)
    ) -> list[Job]:
        """Put back what a worker that died had under way; call when no other worker of `kinds` runs.

        What it had begun gets `pause` to come to its end. Returns those that are given up, which have been
        under way at `most_tries` deaths.
        """
        working = (jobs.c.state == JobState.WORKING.value, jobs.c.kind.in_(kinds))
        with self.engine.execution_options(immediate=True).begin() as connection:
            left = update(jobs).where(*working, jobs.c.tries >= most_tries)
            stuck = select(jobs).where(*working, jobs.c.tries >= most_tries)
            given_up = [_job(row) for row in connection.execute(stuck).mappings()]
            connection.execute(left.values(state=JobState.FAILED.value, changed=self._now()))
            again = update(jobs).where(*working)
            now = self._now()
            connection.execute(again.values(state=JobState.WAITING.value, changed=now, due=now + pause))
        return given_up

    def find(self, job_id: str) -> Job | None:
        """The job, or None when it is forgotten or never was."""
        with self.engine.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().first()
        return _job(row) if row else None

    def newest(self, limit: int = 50, kinds: Sequence[str] = ()) -> list[Job]:
        """The latest jobs (of `kinds`, where any are given), newest first."""
        wanted = select(jobs).order_by(jobs.c.number.desc()).limit(limit)
        if kinds:
            wanted = wanted.where(jobs.c.kind.in_(kinds))
        with self.engine.connect() as connection:
            return [_job(row) for row in connection.execute(wanted).mappings()]

    def forget(self, days: int, kinds: Sequence[str] = ()) -> None:
        """Delete jobs (of `kinds`, where any are given) that ended more than `days` ago."""
        ended = jobs.c.state.in_([state.value for state in ENDED])
        of = [jobs.c.kind.in_(kinds)] if kinds else []
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(
                delete(jobs).where(ended, *of, jobs.c.changed < self._now() - timedelta(days=days))
            )

    def _change(self, job_id: str, values: Mapping[str, Any]) -> None:
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values, changed=self._now()))


def _job(row: RowMapping | Mapping[str, Any]) -> Job:
    at, changed = (_aware(row[name]) for name in ("at", "changed"))
    state = JobState(row["state"])
    due = _aware(row["due"]) if row.get("due") else None
    return Job(row["id"], row["kind"], row["about"], state, row["result"], row["tries"], at, changed, due)


def _aware(at: datetime) -> datetime:
    # SQLite gives times back without their zone, which is UTC.
    return at if at.tzinfo else at.replace(tzinfo=UTC)
