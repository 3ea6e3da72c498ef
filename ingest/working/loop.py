"""Taking one job after another until told to stop."""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from ingest.workshop import Handler, Workshop
from vectorstore.errors import UtblickError
from vectorstore.jobs import Job, JobState

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.3
DUE_SECONDS = 60.0
FAULT_SECONDS = 5.0
JOB_DAYS = 30
"""Days after which jobs that have ended are forgotten."""
FAILED = "failed"
GIVEN_UP = "given_up"
UNEXPECTED = "unexpected"

Due = Callable[[Workshop], None]


def work_through(workshop: Workshop, handlers: Mapping[str, Handler], due: Due, stop: Event) -> None:
    """Do jobs of the kinds in `handlers` until `stop` is set, and about once a minute add those that are due.

    Call when nobody else works on the data folder. A fault of the database is waited out.
    """
    kinds = tuple(handlers)
    _resume(workshop, kinds)
    next_due = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= next_due:
                next_due = time.monotonic() + DUE_SECONDS
                _look_for_due(workshop, due)
            job = workshop.jobs.take(kinds)
        except Exception:
            log.exception("jobs cannot be taken")
            stop.wait(FAULT_SECONDS)
            continue
        if job is None:
            stop.wait(PAUSE_SECONDS)
        else:
            do(workshop, job, handlers[job.kind])


def do(workshop: Workshop, job: Job, handler: Handler) -> None:
    """Do one job and keep what came of it; nothing that a handler raises gets further."""
    try:
        state, result = JobState.DONE, dict(handler(workshop, job))
    except UtblickError as error:
        state, result = JobState.FAILED, _failure(job, "", str(error))
    except Exception as error:
        log.exception("%s job %s", job.kind, job.id)
        state, result = JobState.FAILED, _failure(job, UNEXPECTED, type(error).__name__)
    try:
        workshop.jobs.end(job.id, state, result)
    except Exception:
        # It stays under way, and the next worker does it again.
        log.exception("the end of %s job %s cannot be kept", job.kind, job.id)


def _resume(workshop: Workshop, kinds: tuple[str, ...]) -> None:
    for job in workshop.jobs.resume(kinds):
        log.warning("%s job %s is given up: it was under way at %s deaths", job.kind, job.id, job.tries)
        result = _failure(job, GIVEN_UP, f"The worker died {job.tries} times while it was at this.")
        workshop.jobs.end(job.id, JobState.FAILED, result)
    workshop.jobs.forget(JOB_DAYS)


def _look_for_due(workshop: Workshop, due: Due) -> None:
    try:
        due(workshop)
    except Exception:
        # What people have asked for is done all the same.
        log.exception("what is due cannot be told")


def _failure(job: Job, status: str, reason: str) -> dict[str, Any]:
    return {**job.result, "outcome": FAILED, "status": status, "reason": reason}
