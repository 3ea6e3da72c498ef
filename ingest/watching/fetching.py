"""One safe GET: allowed hosts at public addresses only, robots.txt obeyed, bounded in time, size and type."""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import httpcore

from ingest.watching.agent import user_agent
from ingest.watching.body import read_body
from ingest.watching.connecting import Deadline, Pinned
from ingest.watching.manners import Manners
from ingest.watching.networks import Resolve, ask_system, networks, resolved
from ingest.watching.reasons import NotRead, Reason
from ingest.watching.robots import ROBOTS_BYTES, check_rules, is_fresh, rules_of
from vectorstore.settings import Settings
from vectorstore.watchable import NotWatchable, Place, check_address

MOST_REDIRECTS = 5
REST_SECONDS = 3600.0
"""How long a host that is overloaded is left alone when it does not say."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OVERLOADED = frozenset({429, 503})
_GONE = frozenset({404, 410})
_FORBIDDEN = frozenset({401, 403, 451})

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGES: Mapping[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    _WORD: ".docx",
}
"""Media types of pages, and the endings of the files they are kept in."""
FEEDS: Mapping[str, str] = {
    f"{kind}/{name}": ".xml"
    for kind in ("application", "text")
    for name in ("rss+xml", "atom+xml", "rdf+xml", "xml")
}


@dataclass(frozen=True, slots=True)
class Got:
    """What came: nothing but `unchanged` where it is as it was, else the body and its file's ending."""

    unchanged: bool
    data: bytes = b""
    suffix: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: where to, with which headers, for how long, and how much of the answer is wanted."""

    place: Place
    headers: Mapping[str, str]
    seconds: float
    most: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Fetcher:
    """Fetches pages and feeds. `resolve` answers which addresses a host has."""

    def __init__(
        self, settings: Settings, folder: Path, resolve: Resolve = ask_system, manners: Manners | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._settings, self._resolve = settings, resolve
        self._within = networks(settings.watch_networks)
        self._manners = manners or Manners(folder)
        self._agent = user_agent(settings)

    def get(self, address: str, types: Mapping[str, str], etag: str = "", modified: str = "") -> Got:
        """What is at `address`, if it is one of `types`; raises NotRead.

        With `etag` or `modified` of an earlier answer, the host need not send what has not changed.
        """
        _trust()  # loading the certificates counts on nobody's time
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in known.items() if value} | {"Accept": ", ".join(types)}
        answer = self._follow(address, headers, self._settings.watch_mb * 2**20, checked=True, types=types)
        if answer.status == 304 and (etag or modified):
            return Got(unchanged=True)
        self._check_status(answer)
        suffix = types[_media_type(answer)]
        told = (_printable(answer.headers.get(name, "")) for name in ("etag", "last-modified"))
        return Got(False, answer.body, suffix, *told)

    def _follow(
        self,
        address: str,
        headers: Mapping[str, str],
        most: int,
        checked: bool,
        types: Mapping[str, str] | None = None,
    ) -> _Answer:
        """The answer at the end of the redirects, each of which is checked as if it had been given."""
        left = self._settings.watch_seconds
        for _ in range(MOST_REDIRECTS + 1):
            place = self._place(address)
            pause = self._allowed(place) if checked else 0
            with self._manners.visit(place.host, pause):
                began = time.monotonic()
                asked = _Asked(place, headers, left, most, cut=not checked)
                answer = self._ask(asked, types)
                left -= time.monotonic() - began
            if answer.status in _OVERLOADED:
                seconds = _retry_after(answer)
                self._manners.rest(place.host, seconds)
                raise NotRead(Reason.LATER, answer.status, seconds)
            if answer.status not in _REDIRECTS:
                return answer
            address = urljoin(place.address, answer.headers.get("location", ""))
        raise NotRead(Reason.REDIRECTS, MOST_REDIRECTS)

    def _place(self, address: str) -> Place:
        try:
            return check_address(address, self._settings)
        except (NotWatchable, ValueError) as error:
            code, detail = getattr(error, "code", Reason.ADDRESS), getattr(error, "detail", "")
            raise NotRead(code, detail) from error

    def _allowed(self, place: Place) -> float:
        """The pause that the site's rules ask for; raises NotRead when they forbid the page."""
        rules = self._manners.notes(place.host).robots.get(place.origin, {})
        if not is_fresh(rules):
            rules = rules_of(lambda: self._robots(place))
            self._manners.remember(place.host, place.origin, rules)
        return check_rules(rules, place)

    def _robots(self, place: Place) -> tuple[int, bytes]:
        answer = self._follow(f"{place.origin}/robots.txt", {}, ROBOTS_BYTES, checked=False)
        return answer.status, answer.body

    def _ask(self, asked: _Asked, types: Mapping[str, str] | None) -> _Answer:
        """One request and its answer; a body that is not wanted is not read."""
        place, deadline = asked.place, Deadline(asked.seconds)
        with _told():
            addresses = resolved(place.host, place.port, deadline.left(), self._within, self._resolve)
            sent = {"User-Agent": self._agent, "Accept-Encoding": "gzip", "Connection": "close"}
            with (
                httpcore.ConnectionPool(
                    _trust(), max_connections=1, network_backend=Pinned(addresses, deadline)
                ) as pool,
                pool.stream("GET", place.address, headers=list({**sent, **asked.headers}.items())) as reply,
            ):
                headers = {name.decode("latin-1").lower(): _text(value) for name, value in reply.headers}
                head = _Answer(reply.status, headers)
                if reply.status != 200:
                    return head
                if types is not None and _media_type(head) not in types:
                    raise NotRead(Reason.TYPE, _media_type(head))
                if not asked.cut and int(_digits(headers.get("content-length", ""))) > asked.most:
                    raise NotRead(Reason.SIZE, asked.most // 2**20)
                encoding = headers.get("content-encoding", "")
                body = read_body(reply.iter_stream(), encoding, asked.most, asked.cut)
                return _Answer(reply.status, headers, body)

    def _check_status(self, answer: _Answer) -> None:
        if answer.status == 200:
            return
        if answer.status in _GONE:
            raise NotRead(Reason.MISSING, answer.status)
        raise NotRead(Reason.FORBIDDEN if answer.status in _FORBIDDEN else Reason.STATUS, answer.status)


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong on the way as NotRead."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise NotRead(Reason.TIME) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        if cause := _tls_error(error):
            raise NotRead(Reason.TLS, getattr(cause, "verify_message", "")) from error
        raise NotRead(Reason.CONNECTION, type(error).__name__) from error


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """The one that `error` was made from, if it was."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


@cache
def _trust() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _media_type(answer: _Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()[:100]


def _text(value: bytes) -> str:
    return value.decode("latin-1").strip()


def _printable(value: str) -> str:
    """A header that can be sent back as it came; one that cannot is not kept."""
    return value if value.isascii() and value.isprintable() and len(value) <= 300 else ""


def _digits(value: str) -> str:
    return value if value.isdecimal() and value.isascii() and len(value) < 16 else "0"


def _retry_after(answer: _Answer) -> float:
    """Seconds that the host wants to be left alone for."""
    stated = answer.headers.get("retry-after", "")
    if seconds := int(_digits(stated)):
        return float(seconds)
    try:
        return max(60.0, parsedate_to_datetime(stated).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return REST_SECONDS
