"""Reading a watched page: fetched, compared with what it said, and stored when it says something else."""

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ingest.loaded import LoadedFile
from ingest.report import Outcome as Stored
from ingest.sources import Source
from ingest.statuses import FileStatus
from ingest.watching.comparing import differences, text_digest
from ingest.watching.fetching import PAGES, Got
from ingest.watching.reasons import NotRead, Reason
from ingest.watching.visit import (
    Outcome,
    Visit,
    changes,
    document_id,
    failed,
    good,
    is_taken_away,
    news_of,
)
from vectorstore.watch_news import News
from vectorstore.watched import Item, ItemState

LONGEST_NAME = 200


def read_watched_page(visit: Visit) -> Outcome:
    """The page that is watched."""
    address = visit.watched.address
    item = next((each for each in visit.list.items(visit.watched.id) if each.uri == address), Item(address))
    return read_page(visit, item)


def read_page(visit: Visit, item: Item, published: str = "") -> Outcome:
    """One page, and what became of it; raises NotRead only when its host must be left alone for now."""
    stored = visit.workshop.catalogue.digests()
    if is_taken_away(visit, item, stored):
        visit.keep([replace(item, state=ItemState.REMOVED, code="", detail="")])
        return Outcome(title=item.title)
    failure = None
    try:
        after, news = _read(visit, item, published)
        visit.keep([after], news)
        visit.copies.told(item.uri)
    except NotRead as error:
        if error.code is Reason.WAIT:
            raise
        failure = error
        after, news = failed(visit, item, error)
        visit.keep([after], news)
    return Outcome(changes(news), failure.retry if failure else 0, title=after.title, failure=failure)


def source_name(address: str, suffix: str) -> str:
    """What readers see as the source: the address without its scheme, with the ending of its file."""
    parts = urlsplit(address)
    name = f"{parts.netloc}{parts.path}".rstrip("/")[: LONGEST_NAME - len(suffix)]
    return name if PurePosixPath(parts.path).suffix.lower() == suffix else name + suffix


def _read(visit: Visit, item: Item, published: str) -> tuple[Item, list[News]]:
    # The twin of a duplicate may be gone by now, so that is stored anew each time.
    settled = item.digest and item.code != Reason.DUPLICATE and visit.copies.find(item.uri)
    known = item if settled else Item(item.uri)
    got = visit.fetcher.get(item.uri, PAGES, known.etag, known.modified)
    if got.unchanged:
        after = good(visit, item)
        return after, news_of(visit, item, after, None)
    loaded = _loaded(visit, item.uri, got)
    digest = text_digest(loaded.text)
    told = {"etag": got.etag, "modified": got.modified, "digest": digest}
    if known.digest == digest:
        after = good(visit, item, **told)
        return after, news_of(visit, item, after, None)
    old = _text_before(visit, item)
    stored: Any = _store(visit, item, got, published)
    after = good(visit, item, **told, **stored)
    change = differences(old or "", visit.text(item.uri) or loaded.text)
    return after, news_of(visit, item, after, change if item.digest != digest else None)


def _loaded(visit: Visit, uri: str, got: Got) -> LoadedFile:
    read = visit.workshop.reader.read(source_name(uri, got.suffix), got.data)
    if read.file is None or not read.file.text.strip():
        empty = read.status in (FileStatus.EMPTY, FileStatus.NO_TEXT) or read.file is not None
        raise NotRead(Reason.NO_TEXT if empty else Reason.UNREADABLE, read.status.value)
    return read.file


def _text_before(visit: Visit, item: Item) -> str | None:
    """The text that readers have had so far, also when a reading was killed after it was replaced."""
    old = visit.copies.before(item.uri)
    if old is None and item.digest and (old := visit.text(item.uri)) is not None:
        visit.copies.remember(item.uri, old)
    return old


def _store(visit: Visit, item: Item, got: Got, published: str) -> dict[str, str]:
    """Put the page into the catalogue; the former version stays unless this one can be read."""
    arrived = visit.copies.arrive(item.uri, got.suffix, got.data, published)
    source = Source(arrived, item.uri, source_name(item.uri, got.suffix))
    report = visit.workshop.read([source]).files[0]
    if report.outcome is Stored.FAILED:
        raise NotRead(Reason.UNREADABLE, report.status)
    visit.copies.keep(item.uri, arrived)
    if report.outcome is Stored.DUPLICATE:
        return {"document_id": report.document_id, "code": Reason.DUPLICATE.value}
    title = report.title or _title(visit, item.uri)
    return {"document_id": document_id(item.uri), "title": title or item.title, "code": ""}


def _title(visit: Visit, uri: str) -> str:
    document = visit.workshop.catalogue.document(document_id(uri))
    return document.metadata.title if document else ""
