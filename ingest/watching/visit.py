"""One reading of one thing that is watched: what it works with, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ingest.watching.copies import Copies
from ingest.watching.fetching import Fetcher
from ingest.watching.reasons import REFUSALS, NotRead, Reason
from ingest.workshop import Workshop
from vectorstore.watch_news import News, NewsKind
from vectorstore.watched import Item, ItemState, Watched, WatchKind, WatchList

MISSES = 2
"""So many times in a row a page must be missing before it is gone."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a reading works with."""

    workshop: Workshop
    fetcher: Fetcher
    watched: Watched
    list: WatchList
    copies: Copies

    def keep(self, items: Sequence[Item], news: Sequence[News] = (), dropped: Sequence[str] = ()) -> None:
        """Store what became of documents."""
        self.list.keep(self.watched.id, items, news, dropped)

    def text(self, uri: str) -> str | None:
        """The text of the stored document, None where there is none."""
        document = self.workshop.catalogue.document(document_id(uri))
        return document.text if document else None

    def news(self, kind: NewsKind, item: Item, about: Mapping[str, Any] | None = None) -> News:
        """News of one document."""
        title = item.title or item.uri
        return News(kind, self.list.now(), self.watched.name, title, item.uri, item.document_id, about or {})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reading went: how much was found to be other than it was, how long a host is to be left alone."""

    changes: int = 0
    wait: float = 0
    etag: str = ""
    modified: str = ""
    title: str = ""
    failure: NotRead | None = None


def document_id(uri: str) -> str:
    """The id of the document made from `uri`, as ingest gives it."""
    return str(uuid5(NAMESPACE_URL, uri))


def changes(news: Sequence[News]) -> int:
    """How many of the news tell that something is other than it was, not only that it fails or works."""
    return sum(each.kind in (NewsKind.NEW, NewsKind.CHANGED, NewsKind.GONE) for each in news)


def is_taken_away(visit: Visit, item: Item, stored: Mapping[str, str]) -> bool:
    """Whether a person has removed the document since it was read; then it is left out."""
    own = item.document_id == document_id(item.uri)
    return bool(item.digest) and own and item.uri not in stored


def good(visit: Visit, item: Item, **changes: Any) -> Item:
    """The item after a reading that went well."""
    return replace(
        item,
        state=ItemState.PRESENT,
        good=visit.list.now(),
        failing_since=None,
        misses=0,
        **{"code": "", "detail": "", **changes},
    )


def news_of(visit: Visit, before: Item, after: Item, change: Mapping[str, Any] | None) -> list[News]:
    """What there is to tell of a document that was read: it is new, back, changed; or nothing."""
    if not before.digest:
        return [visit.news(NewsKind.NEW, after)]
    told = before.state is ItemState.GONE or _told_failing(before)
    found = [visit.news(NewsKind.BACK, after)] if told else []
    return found + ([visit.news(NewsKind.CHANGED, after, change)] if change is not None else [])


def failed(visit: Visit, item: Item, error: NotRead) -> tuple[Item, list[News]]:
    """The item after a reading that failed; its document stays as it is."""
    missing = error.code is Reason.MISSING
    misses = item.misses + 1 if missing else 0
    why = {"code": error.code.value, "detail": error.detail}
    since = item.failing_since or visit.list.now()
    after = replace(item, misses=misses, failing_since=since, code=error.code.value, detail=error.detail)
    if error.code in REFUSALS and not item.digest and visit.watched.kind is WatchKind.FEED:
        return replace(after, state=ItemState.REFUSED), []
    if item.state is ItemState.GONE or misses >= MISSES:
        gone = replace(after, state=ItemState.GONE)
        return gone, [] if item.state is ItemState.GONE else [visit.news(NewsKind.GONE, gone, why)]
    # A page that is missing for the first time is told of when it is gone.
    tell = not missing and not _told_failing(item)
    after = replace(after, state=ItemState.FAILING)
    return after, [visit.news(NewsKind.FAILED, after, why)] if tell else []


def _told_failing(item: Item) -> bool:
    return item.state is ItemState.FAILING and item.code != Reason.MISSING
