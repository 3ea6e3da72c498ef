"""What became of what people in Slack wished for, read from the jobs that hold it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Select, func, or_, select, update

from assistant.channels.slack.wishes import KIND, What, Wish
from vectorstore.jobs import Job, Jobs, JobState
from vectorstore.slack_tables import slack_seen
from vectorstore.tables import jobs

DAY = timedelta(days=1)
LATE = timedelta(minutes=2)
"""A wish that has waited longer is waiting for a worker that is not there."""
OWN_KEYS = "digest:"
"""What the keys begin with of what our clock wanted, and nobody in Slack."""
_UNDER_WAY = (JobState.WAITING.value, JobState.WORKING.value)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Letter:
    """A wish that was given up.

    `error` is Slack's own name of why, or that of an exception; it is empty where the program died.
    `doubt` tells that it was not known whether Slack got the message.
    """

    id: str
    wish: Wish
    error: str
    doubt: bool
    at: datetime
    given_up: datetime


@dataclass(frozen=True, slots=True)
class Traffic:
    """How it goes. `late` is when the oldest came in that nobody takes, `heard` when Slack last was."""

    answered: int
    waiting: int
    late: datetime | None
    heard: datetime | None


@dataclass(frozen=True, slots=True)
class SlackJobs:
    """The jobs of the Slack channel, those that were given up above all."""

    engine: Engine
    now: Callable[[], datetime] = field(default=_now)

    def traffic(self) -> Traffic:
        """How it goes at the moment; answers are those of the last day."""
        answers = _count(
            jobs.c.state == JobState.DONE.value,
            jobs.c.changed >= self.now() - DAY,
            jobs.c.about["what"].as_string() == What.ANSWER.value,
            jobs.c.result["answer_id"].as_string() != "",
        )
        due = or_(jobs.c.due.is_(None), jobs.c.due < self.now() - LATE)
        waiting = (jobs.c.kind == KIND, jobs.c.state == JobState.WAITING.value)
        late = select(func.min(jobs.c.at)).where(*waiting, due, jobs.c.changed < self.now() - LATE)
        heard = select(func.max(slack_seen.c.at)).where(~slack_seen.c.key.startswith(OWN_KEYS))
        with self.engine.connect() as connection:
            return Traffic(
                connection.execute(answers).scalar_one(),
                connection.execute(_count(jobs.c.state.in_(_UNDER_WAY))).scalar_one(),
                _aware(connection.execute(late).scalar()),
                _aware(connection.execute(heard).scalar()),
            )

    def given_up(self) -> int:
        """How many wishes were given up and not dealt with."""
        with self.engine.connect() as connection:
            return connection.execute(_count(_FAILED)).scalar_one()

    def letters(self, most: int) -> list[Letter]:
        """The latest of them, newest first."""
        newest = select(jobs.c.id).where(jobs.c.kind == KIND, _FAILED).order_by(jobs.c.number.desc())
        with self.engine.connect() as connection:
            ids = connection.execute(newest.limit(most)).scalars().all()
        found = (self.letter(each) for each in ids)
        return [each for each in found if each]

    def letter(self, job_id: str) -> Letter | None:
        """One of them; None when it is none, or no longer."""
        job = Jobs(self.engine).find(job_id)
        return _letter(job) if job and job.kind == KIND and job.state is JobState.FAILED else None

    def again(self, letter: Letter) -> bool:
        """Have it done once more; False when somebody else has dealt with it."""
        return Jobs(self.engine, self.now).again(letter.id)

    def drop(self, letter: Letter) -> bool:
        """End it without its words; False when somebody else has dealt with it."""
        ended = {
            "state": JobState.DONE.value,
            "about": letter.wish.wordless(),
            "result": {"error": letter.error},
            "changed": self.now(),
        }
        still = update(jobs).where(jobs.c.id == letter.id, _FAILED)
        with self.engine.execution_options(immediate=True).begin() as connection:
            return connection.execute(still.values(ended)).rowcount == 1


_FAILED = jobs.c.state == JobState.FAILED.value


def _count(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(jobs).where(jobs.c.kind == KIND, *conditions)


def _letter(job: Job) -> Letter | None:
    try:
        wish = Wish.of(job.about)
    except (KeyError, ValueError):
        return None
    error, doubt = str(job.result.get("error", "")), bool(job.result.get("doubt"))
    return Letter(job.id, wish, error, doubt, job.at, job.changed)


def _aware(at: datetime | None) -> datetime | None:
    # SQLite gives times back without their zone, which is UTC.
    return at.replace(tzinfo=UTC) if at and not at.tzinfo else at
