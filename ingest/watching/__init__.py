"""Watching: pages, feeds and folders that are read again on a schedule."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.workshop import Workshop
    from vectorstore.jobs import Job

# What fetches and reads is imported when there is something to read.


def due(workshop: "Workshop") -> None:
    """Add jobs for what is due to be read again."""
    from ingest.watching import schedule

    schedule.due(workshop)


def _watch(workshop: "Workshop", job: "Job") -> Mapping[str, Any]:
    from ingest.watching.handling import watch

    return watch(workshop, job)


def _unwatch(workshop: "Workshop", job: "Job") -> Mapping[str, Any]:
    from ingest.watching.handling import unwatch

    return unwatch(workshop, job)


HANDLERS: Mapping[str, "Callable[[Workshop, Job], Mapping[str, Any]]"] = {
    "watch": _watch,
    "unwatch": _unwatch,
}
"""Kind of job -> what does it."""
