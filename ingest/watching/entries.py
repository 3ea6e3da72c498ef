"""Reading a watched feed: its newest entries are read as pages are; those that may not be are listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ingest.watching.feeds import NEWEST, Entry, read_feed
from ingest.watching.fetching import FEEDS
from ingest.watching.pages import read_page
from ingest.watching.reasons import NotRead, Reason
from ingest.watching.visit import Outcome, Visit
from vectorstore.watchable import LONGEST, NotWatchable, check_address
from vectorstore.watched import Item, ItemState

_HOST_FAULTS = frozenset(
    {Reason.CONNECTION, Reason.TIME, Reason.TLS, Reason.UNRESOLVED, Reason.LATER, Reason.ROBOTS_UNKNOWN}
)
_MOST_FAULTS = 2
"""After so many entries that their host fails to give, its others wait for another time."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    item: Item
    published: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.item.uri).netloc


def read_watched_feed(visit: Visit) -> Outcome:
    """The feed and its newest entries; raises NotRead when the feed itself cannot be read."""
    watched, known = visit.watched, {item.uri: item for item in visit.list.items(visit.watched.id)}
    etag, modified = (watched.etag, watched.modified) if known else ("", "")
    got = visit.fetcher.get(watched.address, FEEDS, etag, modified)
    if got.unchanged:
        wanted = _listed_before(list(known.values()))
        told = Outcome(etag=etag, modified=modified)
    else:
        feed = read_feed(got.data, watched.address)
        wanted = [_wanted(visit, entry, known) for entry in feed.entries]
        told = Outcome(etag=got.etag, modified=got.modified, title=feed.title)
    changes, wait = _read_entries(visit, list({each.item.uri: each for each in wanted}.values()))
    return replace(told, changes=changes, wait=wait)


def _read_entries(visit: Visit, wanted: Sequence[_Wanted]) -> tuple[int, float]:
    """How much in the entries is other than it was, and how long a host wants to be left alone for."""
    visit.keep([each.item for each in wanted])
    changes, wait, faults = 0, 0.0, Counter[str]()
    for each in wanted:
        if each.item.state is ItemState.REFUSED or faults[each.host] >= _MOST_FAULTS:
            continue
        try:
            outcome = read_page(visit, each.item, each.published)
        except NotRead as error:
            wait, faults[each.host] = max(wait, error.retry), _MOST_FAULTS
            continue
        changes, wait = changes + outcome.changes, max(wait, outcome.wait)
        if outcome.failure and outcome.failure.code in _HOST_FAULTS:
            faults[each.host] += 1
    return changes, wait


def _wanted(visit: Visit, entry: Entry, known: dict[str, Item]) -> _Wanted:
    """The entry's document as it stands; one that may not be read says why."""
    link = entry.link[:LONGEST]
    try:
        uri = check_address(link, visit.workshop.settings).address
    except NotWatchable as error:
        refused = known.get(link, Item(link, entry.title))
        state = ItemState.FAILING if refused.digest else ItemState.REFUSED
        return _Wanted(replace(refused, state=state, code=error.code, detail=error.detail))
    item = known.get(uri, Item(uri, entry.title))
    if item.state is ItemState.REFUSED:  # it may be allowed by now
        item = replace(item, state=ItemState.WAITING)
    return _Wanted(item, entry.published)


def _listed_before(items: Sequence[Item]) -> list[_Wanted]:
    readable = [item for item in items if item.state is not ItemState.REFUSED]
    newest = sorted(readable, key=lambda item: str(item.first_seen), reverse=True)
    return [_Wanted(item) for item in newest[:NEWEST]]
