"""The layer around every request: its id, its size, where it may come from, and the one catch-all."""

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.channels.evaluation_guard import body_limit, check_local
from assistant.channels.problems import Problem, respond

log = logging.getLogger(__name__)

BODY_BYTES = 64 * 1024
HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
CSP = "Content-Security-Policy"
HEADERS: Mapping[str, str] = {
    CSP: (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Pure ASGI: wraps an app and is one, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = HOSTS) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, pass it on, and put the headers on whatever comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = uuid4().hex
        response = _Response(scope, send)
        try:
            check_host(Headers(scope=scope), self.hosts)
            check_local(scope)
            if scope["method"] not in ("GET", "HEAD"):
                check_origin(Headers(scope=scope))
            body = await read_body(receive, body_limit(scope, BODY_BYTES))
            await self.app(scope, body, response.send)
        except Problem as problem:
            await respond(Request(scope), problem)(scope, receive, response.send)
        except Exception:
            log.exception("request %s failed", scope["request_id"])
            if response.started:
                raise
            await respond(Request(scope), Problem(500, "internal"))(scope, receive, response.send)


class _Response:
    """Sends on, with our headers."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self.started = scope, send, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            # A report brings a stricter policy of its own.
            own = {CSP: headers[CSP]} if CSP in headers else {}
            headers.update({**HEADERS, **own})
            headers["X-Request-ID"] = self._scope["request_id"]
            headers.setdefault("Cache-Control", "no-store")
            self._scope["app"].state.service.metrics.responded(message["status"])
        await self._send(message)


def check_host(headers: Headers, hosts: frozenset[str]) -> None:
    """Refuse a request for a host we are not: a foreign name that was pointed at this machine."""
    try:
        name = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        name = None
    if name not in hosts:
        raise Problem(400, "unknown_host")


def check_origin(headers: Headers) -> None:
    """Refuse what a page from somewhere else sent.

    Under our own no-referrer policy browsers send `Origin: null` with plain form posts;
    `Sec-Fetch-Site`, which pages cannot forge, tells those from foreign ones.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise Problem(403, "foreign_origin")
    own = (f"http://{headers['host']}", f"https://{headers['host']}")
    if origin is not None and origin not in own and not (origin == "null" and site == "same-origin"):
        raise Problem(403, "foreign_origin")


async def read_body(receive: Receive, most: int = BODY_BYTES) -> Receive:
    """Read the whole body, refusing one over `most` bytes; returns a `receive` that hands it out."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise Problem(413, "large_body", kilobytes=most // 1024, megabytes=most // 1024**2)
    whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
    waiting = [] if more else [whole]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
