"""RSS and Atom feeds, read in a process of their own: `python -m ingest.watching.feeds PARENT_PID`."""

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from ingest.watching.reasons import NotRead, Reason

NEWEST = 20
"""So many entries of a feed are read, the newest."""
SECONDS = 20
MEMORY_MB = 600
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: the address it links to as written there, made whole; its title and date."""

    link: str
    title: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title and its newest entries."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(data: bytes, address: str) -> Feed:
    """The feed that `data` is; raises NotRead when it is none."""
    command = [sys.executable, "-m", "ingest.watching.feeds", str(os.getpid())]
    handed = json.dumps({"address": address}).encode() + b"\n" + data
    try:
        done = subprocess.run(command, input=handed, capture_output=True, timeout=SECONDS + 10)
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise NotRead(Reason.FEED) from error
    if not found["is_feed"]:
        raise NotRead(Reason.FEED)
    return Feed(found["title"], tuple(Entry(**each) for each in found["entries"]))


def parse(data: bytes, address: str) -> dict[str, Any]:
    """What feedparser makes of the bytes; it is never given anything it could open by itself."""
    import feedparser  # type: ignore[import-untyped]

    found = feedparser.parse(io.BytesIO(data), response_headers={"content-location": address})
    entries = sorted(found.entries, key=_published, reverse=True)[:NEWEST]
    return {
        "is_feed": bool(found.version) and not (found.bozo and not found.entries),
        "title": _line(found.feed.get("title", "")),
        "entries": [_entry(each, address) for each in entries if each.get("link")],
    }


def main() -> None:
    """Read what the parent hands over, with no network and within limits, and print what was found."""
    from ingest.confinement import allow_seconds, cut_network, die_with, limit

    cut_network()
    die_with(int(sys.argv[1]))
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    limit(MEMORY_MB)
    allow_seconds(SECONDS)
    print(json.dumps(parse(data, json.loads(head)["address"])))


def _entry(entry: Any, address: str) -> dict[str, str]:
    link = str(entry.get("link", ""))[:_LONGEST]
    with suppress(ValueError):
        link = urljoin(address, link)
    return {"link": link, "title": _line(entry.get("title", "")), "published": _published(entry)}


def _published(entry: Any) -> str:
    """The day in ISO form; empty where the feed does not tell."""
    day = entry.get("published_parsed") or entry.get("updated_parsed")
    return f"{day[0]:04}-{day[1]:02}-{day[2]:02}" if day and 1990 <= day[0] < 2100 else ""


def _line(text: object) -> str:
    """One line without markup; feedparser has taken away what could run."""
    from lxml import html  # type: ignore[import-untyped]

    try:
        plain = html.fromstring(f"<p>{text}</p>").text_content() if "<" in str(text) else str(text)
    except (ValueError, html.etree.ParserError):
        plain = ""
    return " ".join(str(plain).split())[:300]


if __name__ == "__main__":
    main()
