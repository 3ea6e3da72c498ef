"""What needs somebody at the desk: counted from the log, the jobs, the documents and the settings."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.answers import AnswerStatus
from assistant.desk.wanted import UNHELPFUL, Wanted
from assistant.question_log import QuestionLog
from vectorstore.jobs import Job, JobState
from vectorstore.settings import PREFIX, Settings

DAYS = 7
NEEDED = ("organisation", "contact", "accessibility_date", "public_url")
"""Settings without which the public pages have holes."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something to look at; `code` names the text in prompts/*/overview.md, `about` fills it in."""

    code: str
    count: int
    about: str = ""


def question_needs(log: QuestionLog, today: date) -> Iterator[Need]:
    """What the questions of the last DAYS ask for."""
    since = today - timedelta(days=DAYS - 1)
    for code, status in (("unanswered", AnswerStatus.NOT_IN_SOURCES), ("errors", AnswerStatus.ERROR)):
        yield Need(code, log.count(Wanted(status=status.value, since=since)))
    yield Need("poor", log.count(Wanted(opinion=UNHELPFUL, since=since)))


def failed_jobs(jobs: Iterable[Job], now: datetime) -> Need:
    """Jobs of the last DAYS that failed and were not done since; `jobs` come newest first."""
    since = now - timedelta(days=DAYS)
    newest: dict[tuple[str, str], Job] = {}
    for job in jobs:
        if job.changed >= since:
            newest.setdefault((job.kind, str(job.about.get("name", job.id))), job)
    return Need("jobs", sum(_failed(job) for job in newest.values()))


def missing_settings(settings: Settings) -> Need:
    """The settings that the public pages need and that are empty."""
    missing = [PREFIX + name.upper() for name in NEEDED if not getattr(settings, name)]
    return Need("settings", len(missing), ", ".join(missing))


def _failed(job: Job) -> bool:
    return job.state is JobState.FAILED or job.result.get("outcome") == "failed"
