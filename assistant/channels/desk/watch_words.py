"""What is watched, and what was found there, put into words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import prompts
from assistant.web_address import web_address
from vectorstore.watch_news import News
from vectorstore.watched import Item, ItemState, Watched, WatchState

BAD = frozenset({"failing", "gone"})
_COUNTED = (ItemState.PRESENT, ItemState.WAITING, ItemState.FAILING, ItemState.GONE, ItemState.REFUSED)


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """One thing on the list. `state` names its pill, `why` is empty unless the latest reading failed."""

    id: str
    name: str
    kind: str
    address: str
    url: str
    state: str
    text: str
    why: str
    counts: Sequence[str]
    hours: int
    removes: bool
    paused: bool
    busy: bool
    checked: datetime | None
    good: datetime | None
    failing_since: datetime | None
    due: datetime


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One document of what is watched; `document_id` is empty where none is stored."""

    title: str
    uri: str
    url: str
    state: str
    text: str
    why: str
    document_id: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One piece of news; `lines` are (sign, text), "-" for what went and "+" for what came."""

    id: str
    kind: str
    at: datetime
    title: str
    watched: str
    url: str
    uri: str
    document_id: str
    text: str
    lines: Sequence[tuple[str, str]]


def watched_line(
    watched: Watched, counts: Counter[ItemState], busy: bool, x: Mapping[str, str], language: str
) -> WatchedLine:
    """The thing that is watched, in words."""
    state = "paused" if watched.paused else watched.state.value
    told = [
        prompts.fill(x[f"count_{each.value}_{'one' if counts[each] == 1 else 'many'}"], n=counts[each])
        for each in _COUNTED
        if counts[each]
    ]
    return WatchedLine(
        id=watched.id,
        name=watched.name,
        kind=watched.kind.value,
        address=watched.address,
        url=web_address(watched.address),
        state=state,
        text=x[f"state_{state}"],
        why=reason(watched.code, watched.detail, x, language) if watched.state in _FAILED else "",
        counts=[] if watched.kind.value == "page" else told,
        hours=watched.hours,
        removes=watched.removes,
        paused=watched.paused,
        busy=busy,
        checked=watched.checked,
        good=watched.good,
        failing_since=watched.failing_since,
        due=watched.due,
    )


_FAILED = (WatchState.FAILING, WatchState.GONE)


def item_line(item: Item, stored: frozenset[str], x: Mapping[str, str], language: str) -> ItemLine:
    """One document, in words; `stored` are the ids of all that is in the corpus."""
    return ItemLine(
        title=item.title or item.uri,
        uri=item.uri,
        url=web_address(item.uri),
        state=item.state.value,
        text=x[f"item_{item.state.value}"],
        why=reason(item.code, item.detail, x, language) if item.code else "",
        document_id=item.document_id if item.document_id in stored else "",
        since=item.failing_since,
    )


def marked(items: Mapping[str, Item], language: str) -> dict[str, ItemLine]:
    """The same documents, by URI, in the words of the pages on what is watched."""
    x = prompts.phrases("watching", language)
    return {uri: item_line(item, frozenset(), x, language) for uri, item in items.items()}


def news_line(news: News, stored: frozenset[str], x: Mapping[str, str], language: str) -> NewsLine:
    """One piece of news, in words."""
    about = news.about
    lines = [(str(sign), str(text)) for sign, text in about.get("lines", [])]
    return NewsLine(
        id=news.id,
        kind=news.kind.value,
        at=news.at,
        title=news.title,
        watched=news.watched if news.watched not in (news.title, news.uri) else "",
        url=web_address(news.uri),
        uri=news.uri,
        document_id=news.document_id if news.document_id in stored else "",
        text=_told(news, x, language),
        lines=lines,
    )


def reason(code: str, detail: str, x: Mapping[str, str], language: str) -> str:
    """Why something could not be read, in a sentence; the code itself where there are no words for it."""
    if code == "unreadable":
        faults = prompts.phrases("desk_documents", language)
        if known := faults.get(f"fault_{detail}"):
            return known
    text = x.get(f"reason_{code}")
    return prompts.fill(text, detail=detail).strip() if text else code


def _told(news: News, x: Mapping[str, str], language: str) -> str:
    about = news.about
    if count := about.get("count"):
        return prompts.fill(x["news_count"], n=count)
    if code := about.get("code"):
        return reason(str(code), str(about.get("detail", "")), x, language)
    if "added" in about:
        return prompts.fill(x["news_lines"], added=about["added"], removed=about["removed"])
    return ""
