"""The jobs of watching: read one thing that is watched, or take it off the list with its documents."""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ingest.watching.copies import Copies, copies_folder
from ingest.watching.entries import read_watched_feed
from ingest.watching.fetching import Fetcher
from ingest.watching.folders import read_watched_folder
from ingest.watching.pages import read_watched_page
from ingest.watching.reasons import NotRead, Reason
from ingest.watching.visit import Outcome, Visit, document_id
from ingest.workshop import Workshop
from vectorstore.corrections import Corrections
from vectorstore.jobs import Job
from vectorstore.watch_news import News, NewsKind
from vectorstore.watched import Watched, WatchKind, WatchList, WatchState

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(hours=1)
LAST_RETRY = timedelta(days=1)
SPREAD = 0.1
"""Share of the time until the next reading that it comes sooner or later by, so that not all come at once."""
_READ: Mapping[WatchKind, Callable[[Visit], Outcome]] = {
    WatchKind.PAGE: read_watched_page,
    WatchKind.FEED: read_watched_feed,
    WatchKind.FOLDER: read_watched_folder,
}


def watch(workshop: Workshop, job: Job, fetcher: Fetcher | None = None) -> Mapping[str, Any]:
    """Read what the job names and keep what came of it; the result says how it went."""
    watch_list = WatchList(workshop.catalogue.engine)
    watched = watch_list.find(job.about["id"])
    if watched is None:
        return {"outcome": "gone"}
    watch_list.begin(watched.id)
    folder = copies_folder(workshop.settings)
    fetcher = fetcher or Fetcher(workshop.settings, folder / "hosts")
    visit = Visit(workshop, fetcher, watched, watch_list, Copies(folder / watched.id))
    try:
        outcome = _READ[watched.kind](visit)
    except NotRead as error:
        outcome = Outcome(wait=error.retry, failure=error)
    except Exception as error:
        after, news = _ended(visit, Outcome(failure=NotRead(Reason.INTERNAL, type(error).__name__)))
        watch_list.end(after, news)
        raise
    after, news = _ended(visit, outcome)
    watch_list.end(after, news)
    return {"outcome": after.state.value, "changes": outcome.changes}


def unwatch(workshop: Workshop, job: Job) -> Mapping[str, Any]:
    """Take it off the list, and remove its documents but for those that something else on the list has."""
    watch_list = WatchList(workshop.catalogue.engine)
    watched_id = job.about["id"]
    held = watch_list.shared(watched_id)
    uris = [item.uri for item in watch_list.items(watched_id) if item.uri not in held]
    removed = workshop.remove([document_id(uri) for uri in uris])
    for uri in uris:
        Corrections(workshop.catalogue.engine).clear(uri)
    watch_list.remove(watched_id)
    Copies(copies_folder(workshop.settings) / watched_id).remove()
    return {"outcome": "removed", "removed": removed}


def _ended(visit: Visit, outcome: Outcome) -> tuple[Watched, list[News]]:
    """The watched thing after the reading, and what there is to tell of it as a whole."""
    watched, now = visit.watched, visit.list.now()
    error = outcome.failure
    if error is None or error.code is Reason.WAIT:
        pause = max(timedelta(hours=watched.hours), timedelta(seconds=outcome.wait))
        if error or outcome.wait:
            pause = timedelta(seconds=max(outcome.wait, 60))
    else:
        retry = FIRST_RETRY * 2 ** min(watched.failures, 10)
        pause = max(min(retry, LAST_RETRY), timedelta(seconds=outcome.wait))
    due = now + pause * random.uniform(1 if outcome.wait else 1 - SPREAD, 1 + SPREAD)
    if error is None:
        return _good(visit, replace(watched, checked=now, due=due), outcome)
    if error.code is Reason.WAIT:
        return replace(watched, due=due), []
    return _failing(visit, replace(watched, checked=now, due=due), error)


def _good(visit: Visit, watched: Watched, outcome: Outcome) -> tuple[Watched, list[News]]:
    first = watched.good is None
    state = WatchState.READ if first else WatchState.CHANGED if outcome.changes else WatchState.UNCHANGED
    after = replace(
        watched,
        title=watched.title or outcome.title,
        state=state,
        good=watched.checked,
        failing_since=None,
        failures=0,
        code="",
        detail="",
        etag=outcome.etag,
        modified=outcome.modified,
    )
    return after, _whole(visit, NewsKind.BACK, {}) if _told_failing(watched) else []


def _failing(visit: Visit, watched: Watched, error: NotRead) -> tuple[Watched, list[News]]:
    why = {"code": error.code.value, "detail": error.detail}
    again = error.code is Reason.MISSING and watched.code == Reason.MISSING
    gone = again or watched.state is WatchState.GONE
    after = replace(
        watched,
        state=WatchState.GONE if gone else WatchState.FAILING,
        failing_since=watched.failing_since or watched.checked,
        failures=watched.failures + 1,
        code=error.code.value,
        detail=error.detail,
    )
    if gone:
        told = [] if watched.state is WatchState.GONE else _whole(visit, NewsKind.GONE, why)
    else:
        first_miss = error.code is Reason.MISSING
        told = [] if first_miss or _told_failing(watched) else _whole(visit, NewsKind.FAILED, why)
    return after, told


def _told_failing(watched: Watched) -> bool:
    failing = watched.state is WatchState.FAILING and watched.code != Reason.MISSING
    return failing or watched.state is WatchState.GONE


def _whole(visit: Visit, kind: NewsKind, about: Mapping[str, str]) -> list[News]:
    """News of a feed or folder as a whole; a page is its own one document, of which all is told already."""
    watched = visit.watched
    unread = about.get("code") == Reason.INTERNAL
    if watched.kind is WatchKind.PAGE and not unread:
        return []
    return [News(kind, visit.list.now(), watched.name, watched.name, watched.address, "", dict(about))]
