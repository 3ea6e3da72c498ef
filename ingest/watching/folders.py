"""Reading a watched folder: its new and changed files are read, and those that are gone are marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.reading import FILE_BYTES
from ingest.report import FileReport
from ingest.report import Outcome as Stored
from ingest.sources import IngestError, Source, digest, find_roots
from ingest.watching.comparing import differences
from ingest.watching.reasons import NotRead, Reason
from ingest.watching.visit import Outcome, Visit, changes, document_id, failed, good, is_taken_away, news_of
from vectorstore.watch_news import News, NewsKind
from vectorstore.watchable import NotWatchable, check_folder
from vectorstore.watched import Item, ItemState

MOST_FILES = 5000
FEW_GONE = 5
"""More files than these, and more than half of all, do not go at once: then nothing is removed."""
MOST_NEWS = 20
"""More news of one kind than these are told as one."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder, what is known of it, and a digest of it as it is now."""

    source: Source
    item: Item
    stamp: str
    digest: str

    @property
    def is_changed(self) -> bool:
        """Whether it is to be read; the twin of a duplicate may be gone, so that is read each time."""
        known = (self.item.digest, self.item.etag)
        return self.digest not in known or self.item.code == Reason.DUPLICATE


def read_watched_folder(visit: Visit) -> Outcome:
    """The folder; raises NotRead when it is not there, is empty, or cannot be opened."""
    known = {item.uri: item for item in visit.list.items(visit.watched.id)}
    sources = _sources(visit)
    stored = visit.workshop.catalogue.digests()
    files = [_file(source, known.get(source.uri, Item(source.uri, source.name))) for source in sources]
    taken = [each for each in files if is_taken_away(visit, each.item, stored)]
    left = [each for each in files if each not in taken]
    changed = [each for each in left if each.is_changed]
    as_it_was = [each for each in left if not each.is_changed]
    for each in changed:
        _remember(visit, each.item)
    reports = _reports(visit, changed)
    items = [replace(each.item, state=ItemState.REMOVED, code="", detail="") for each in taken]
    news: list[News] = []
    for each in as_it_was:
        after, told = _unchanged(visit, each)
        items, news = [*items, after], [*news, *told]
    for each in changed:
        after, told = _changed(visit, each, reports[each.source.uri])
        items, news = [*items, after], [*news, *told]
    there = {source.uri for source in sources}
    gone, dropped, told = _gone(visit, [item for item in known.values() if item.uri not in there], len(known))
    news = [*news, *told]
    visit.keep([*items, *gone], _gathered(visit, news), dropped)
    for each in changed:
        visit.copies.told(each.source.uri)
    return Outcome(changes(news))


def _sources(visit: Visit) -> Sequence[Source]:
    """The folder's files; raises NotRead."""
    address = visit.watched.address
    try:
        check_folder(address, visit.workshop.settings)
        found = find_roots([Path(address)])[0].sources
    except NotWatchable as error:
        raise NotRead(error.code, error.detail) from error
    except IngestError as error:
        raise NotRead(Reason.FOLDER_CLOSED, address) from error
    if not found:
        raise NotRead(Reason.FOLDER_EMPTY, address)
    if len(found) > MOST_FILES:
        raise NotRead(Reason.FOLDER_LARGE, MOST_FILES)
    return found


def _file(source: Source, item: Item) -> _File:
    """A file whose size and times are as they were is not read to tell that."""
    sidecar = source.sidecar()
    try:
        states = [file.stat() for file in (source.path, sidecar) if file.is_file()]
        stamp = " ".join(f"{state.st_size}:{state.st_mtime_ns}" for state in states)
        if item.modified == stamp:
            return _File(source, item, stamp, item.etag or item.digest)
        if source.size > FILE_BYTES:
            return _File(source, item, stamp, stamp[:64])
        stated = sidecar.read_bytes() if sidecar.is_file() else b""
        return _File(source, item, stamp, digest(source.path.read_bytes(), stated))
    except OSError:
        return _File(source, item, "", "unreadable")


def _remember(visit: Visit, item: Item) -> None:
    if item.digest and visit.copies.before(item.uri) is None and (text := visit.text(item.uri)) is not None:
        visit.copies.remember(item.uri, text)


def _reports(visit: Visit, changed: Sequence[_File]) -> Mapping[str, FileReport]:
    if not changed:
        return {}
    report = visit.workshop.read([each.source for each in changed])
    return {each.uri: each for each in report.files}


def _unchanged(visit: Visit, file: _File) -> tuple[Item, list[News]]:
    """A file that was there before; one that could not be read then is not tried again."""
    if file.digest == file.item.etag and file.item.state is ItemState.FAILING:
        return replace(file.item, modified=file.stamp), []
    after = good(visit, file.item, modified=file.stamp, etag="")
    return after, news_of(visit, file.item, after, None)


def _changed(visit: Visit, file: _File, report: FileReport) -> tuple[Item, list[News]]:
    """A file that is new or other than it was. `etag` holds the digest of a version that cannot be read."""
    if report.outcome is Stored.FAILED:
        after, news = failed(visit, file.item, NotRead(Reason.UNREADABLE, report.status))
        return replace(after, etag=file.digest, modified=file.stamp), news
    told = {"digest": file.digest, "etag": "", "modified": file.stamp}
    if report.outcome is Stored.DUPLICATE:
        told |= {"code": Reason.DUPLICATE.value, "document_id": report.document_id}
    else:
        told |= {"document_id": document_id(file.source.uri), "title": report.title or file.item.title}
    after = good(visit, file.item, **told)
    old, new = visit.copies.before(file.source.uri), visit.text(file.source.uri)
    change = differences(old or "", new or "") if file.digest != file.item.digest else None
    return after, news_of(visit, file.item, after, change)


def _gone(visit: Visit, missing: Sequence[Item], known: int) -> tuple[list[Item], list[str], list[News]]:
    """The files that are not there any more: what is marked, what is forgotten, and what is told."""
    fresh = [item for item in missing if item.state is not ItemState.GONE]
    lost = [item for item in fresh if item.digest and item.state is not ItemState.REMOVED]
    never = [item.uri for item in fresh if item not in lost]
    many = len(lost) > FEW_GONE and len(lost) * 2 > known
    news = [visit.news(NewsKind.GONE, item) for item in lost]
    if visit.watched.removes and not many:
        return [], never + _removed(visit, missing), news
    held = many and visit.watched.removes
    why = (Reason.MANY_GONE if held else Reason.MISSING).value
    now = visit.list.now()
    marked = [
        replace(item, state=ItemState.GONE, code=why, failing_since=item.failing_since or now)
        for item in lost
    ]
    return marked, never, news


def _removed(visit: Visit, missing: Sequence[Item]) -> list[str]:
    """Remove the documents of files that are gone, but for those that went with very many others."""
    own = [item.uri for item in missing if item.code != Reason.MANY_GONE]
    elsewhere = visit.list.shared(visit.watched.id)
    if ids := [document_id(uri) for uri in own if uri not in elsewhere]:
        visit.workshop.remove(ids)
    return own


def _gathered(visit: Visit, news: Sequence[News]) -> list[News]:
    """The news, with one in place of very many of the same kind."""
    told: list[News] = []
    for kind in NewsKind:
        same = [each for each in news if each.kind is kind]
        if len(same) > MOST_NEWS:
            whole = Item(visit.watched.address, visit.watched.name)
            same = [visit.news(kind, whole, {"count": len(same)})]
        told += same
    return told
