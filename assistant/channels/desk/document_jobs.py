"""What becomes of documents, told in words: waiting, being read, done, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from assistant.channels.desk.document_shelf import REMOVE
from prompts import fill
from vectorstore.jobs import ENDED, Job, JobState

ENDED_SHOWN = timedelta(days=1)
FAILED_SHOWN = timedelta(days=7)
MOST_ENDED = 12
GOOD, BAD, BUSY = "good", "bad", "busy"
_BAD = ("failed", "gone")


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job in words. `tone` is "good", "bad", "busy" or empty, `reason` the technical one in English."""

    id: str
    name: str
    text: str
    tone: str
    reason: str
    document_id: str
    at: datetime
    ended: bool


def lines(jobs: Iterable[Job], x: Mapping[str, str], now: datetime | None = None) -> list[JobLine]:
    """The jobs that deserve a look, newest first: those under way, and those that ended lately.

    A failure is told for a week, unless the document was dealt with since.
    """
    at, shown, seen, ended = now or datetime.now(UTC), [], set[str](), 0
    for job in jobs:
        uri = str(job.about.get("uri", ""))
        first_of_its_document, since = uri not in seen, at - job.changed
        seen.add(uri)
        if job.state in ENDED:
            fresh = since < (FAILED_SHOWN if _failed(job) else ENDED_SHOWN)
            if not (fresh and first_of_its_document) or ended >= MOST_ENDED:
                continue
            ended += 1
        shown.append(line(job, x))
    return shown


def line(job: Job, x: Mapping[str, str]) -> JobLine:
    """The job in words."""
    return JobLine(
        id=job.id,
        name=str(job.about.get("name", "")),
        text=_text(job, x),
        tone=_tone(job),
        reason=str(job.result.get("reason", "")),
        document_id=_document(job),
        at=job.changed,
        ended=job.state in ENDED,
    )


def stamp(shown: Sequence[JobLine]) -> str:
    """Differs whenever what is told differs."""
    told = "\n".join(f"{each.id} {each.text}" for each in shown)
    return sha256(told.encode()).hexdigest()[:16]


def _failed(job: Job) -> bool:
    return job.state is JobState.FAILED or job.result.get("outcome") in _BAD


def _tone(job: Job) -> str:
    if job.state not in ENDED:
        return BUSY if job.state is JobState.WORKING else ""
    if _failed(job):
        return BAD
    return "" if job.result.get("outcome") in ("unchanged", "duplicate", "removed") else GOOD


def _text(job: Job, x: Mapping[str, str]) -> str:
    kind = "remove" if job.kind == REMOVE else "read"
    if job.state not in ENDED:
        return x[f"job_{kind}_{job.state.value}"]
    outcome = str(job.result.get("outcome", ""))
    if not _failed(job):
        own = x.get(f"outcome_{outcome}_{job.about.get('why')}")
        told = own or x.get(f"outcome_{outcome}", outcome)
        return fill(told, passages=job.result.get("passages", 0))
    kept = x["kept"] if job.result.get("kept") else ""
    return f"{_why(job, kind, x)} {kept}".strip()


def _why(job: Job, kind: str, x: Mapping[str, str]) -> str:
    status = str(job.result.get("status", "") or job.result.get("outcome", ""))
    return x.get(f"fault_{status}") or x[f"job_{kind}_failed"]


def _document(job: Job) -> str:
    """The document to look at; none where there is none."""
    if job.state not in ENDED or job.kind == REMOVE:
        return ""
    if job.result.get("outcome") in ("added", "changed", "unchanged", "duplicate"):
        return str(job.result.get("document_id", ""))
    return str(job.about.get("id", "")) if job.result.get("kept") else ""
