"""A small site of ours on a free port, whose pages a test changes, and a workshop to read it with."""

import gzip
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fakes import HashedEmbedder
from loopback import serving

from ingest.reading import Reader
from ingest.watching.fetching import Fetcher
from ingest.watching.handling import watch
from ingest.watching.manners import Manners
from ingest.working.loop import do
from ingest.workshop import Workshop, open_workshop
from vectorstore.jobs import Job
from vectorstore.settings import Settings
from vectorstore.watch_news import News, WatchNews
from vectorstore.watched import Watched, WatchKind, WatchList

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"


@dataclass
class Reply:
    """What the site answers; `slowly` is the pause after each byte, `endless` repeats the body for ever."""

    body: bytes = b""
    status: int = 200
    type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    slowly: float = 0
    endless: bool = False
    packed: bool = False


@dataclass
class Site:
    """What is at each path, and what was asked for."""

    url: str = ""
    pages: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    sent: int = 0

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def site(**pages: Reply) -> Iterator[Site]:
    """A site with these pages, at /<name>."""
    told = Site(pages={f"/{name}": reply for name, reply in pages.items()})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            reply = told.pages.get(self.path, Reply(b"nothing here", 404))
            etag = reply.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                reply = replace(reply, status=304, body=b"")
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.type:
                self.send_header("Content-Type", reply.type)
            if reply.packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.send(reply)

        def send(self, reply: Reply) -> None:
            try:
                for number in range(0, len(reply.body), 1 if reply.slowly else 1 << 16):
                    piece = reply.body[number : number + (1 if reply.slowly else 1 << 16)]
                    self.wfile.write(piece)
                    told.sent += len(piece)
                    time.sleep(reply.slowly)
                while reply.endless:
                    self.wfile.write(reply.body)
                    told.sent += len(reply.body)
            except OSError:
                pass  # the reader has had enough

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with serving(Handler) as address:
        told.url = address.removesuffix("/v1")
        yield told


def page(text: str, title: str = "Stöd till export", around: str = "Annons 1") -> Reply:
    """A page with a main text, and things around it that come and go."""
    body = f"""<!doctype html><html lang="sv"><head><title>{title}</title></head><body>
<nav><a href="/">Start</a><a href="/om">Om oss</a></nav><aside class="ad">{around}</aside>
<main><h1>{title}</h1><p>{text}</p>
<p>Regionen ger checkar till små företag som vill prova en ny marknad i ett annat land.</p></main>
<footer>Senast besökt {around}</footer></body></html>"""
    return Reply(body.encode())


def bomb(megabytes: int) -> Reply:
    """A small reply that unpacks to so much."""
    return Reply(gzip.compress(b"\0" * megabytes * 2**20), packed=True)


def feed(*entries: tuple[str, str], title: str = "Nyheter") -> Reply:
    """A feed with these links and titles, newest first."""
    items = "".join(
        f"<item><title>{name}</title><link>{link}</link>"
        f"<pubDate>{28 - n:02} Feb 2026 10:00:00 GMT</pubDate></item>"
        for n, (link, name) in enumerate(entries)
    )
    whole = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return Reply(whole.encode(), type=RSS)


def allowing(folder: Path, *hosts: str, **values: Any) -> Settings:
    """Settings that let these hosts of this machine be watched."""
    given = {"watch_networks": "127.0.0.0/8", "watch_seconds": 10, "watch_mb": 1} | values
    return Settings(_env_file=None, data_dir=folder, watch_hosts=" ".join(hosts), **given)  # type: ignore[call-arg]


def fetcher(
    settings: Settings, resolve: Callable[[str, int], Sequence[str]] | None = None, pause: float = 0
) -> Fetcher:
    """One that need not wait between two requests."""
    folder = settings.data_dir / "watched" / "hosts"
    more = {"resolve": resolve} if resolve else {}
    return Fetcher(settings, folder, manners=Manners(folder, pause), **more)


@dataclass
class Watching:
    """A workshop with a list, where a test reads what it wants read."""

    workshop: Workshop
    list: WatchList
    settings: Settings

    def add(self, kind: WatchKind, address: str, **values: Any) -> Watched:
        return self.list.add(kind, address, **values)

    def read(self, watched: Watched) -> Watched:
        """One reading, as the worker does it; what is on the list afterwards."""
        job = self.list.ask(self.workshop.jobs, watched.id)
        assert job and self.workshop.jobs.take(["watch"])
        do(self.workshop, job, self._watch)
        ended = self.workshop.jobs.find(job.id)
        assert ended and ended.result.get("status") != "unexpected", ended
        found = self.list.find(watched.id)
        assert found
        return found

    def _watch(self, workshop: Workshop, job: Job) -> Mapping[str, Any]:
        return watch(workshop, job, fetcher(self.settings))

    def news(self) -> Sequence[News]:
        """Oldest first."""
        return WatchNews(self.list.engine).newest()[::-1]

    def told(self) -> list[str]:
        """What has been told, and forgotten with that."""
        kinds = [each.kind.value for each in self.news()]
        self.forget()
        return kinds

    def forget(self) -> None:
        from sqlalchemy import delete

        from vectorstore.tables import watch_news

        with self.list.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(watch_news))

    def texts(self) -> dict[str, str]:
        """The stored documents' texts by URI."""
        catalogue = self.workshop.catalogue
        found = [catalogue.document(each.id) for each in catalogue.documents()]
        return {each.uri: each.text for each in found if each}


@contextmanager
def watching(settings: Settings, reader: Reader) -> Iterator[Watching]:
    """A workshop over `settings`, with an embedder that needs no model; publishing is tested elsewhere."""
    embedder = HashedEmbedder()
    with open_workshop(settings) as opened:
        opened.catalogue.check_model(embedder.identity)
        own = {"reader": reader, "embedder": lambda: embedder}
        workshop = replace(opened, **own, register=lambda: None, publishing=nullcontext)  # type: ignore[arg-type]
        yield Watching(workshop, WatchList(workshop.catalogue.engine), settings)
