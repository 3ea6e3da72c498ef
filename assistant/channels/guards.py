"""The layer around every request: its id, its size, where it may come from, and the one catch-all."""

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import uuid4

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.channels.embedding import (
    embedded_headers,
    embedded_methods,
    is_preflight,
    may_embed,
    preflight,
)
from assistant.channels.local_guard import body_limit, check_local
from assistant.channels.origins import Origins
from assistant.channels.problems import Problem, respond

log = logging.getLogger(__name__)

BODY_BYTES = 64 * 1024
CSP = "Content-Security-Policy"
HEADERS: Mapping[str, str] = {
    CSP: (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types utblick"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Pure ASGI: wraps an app and is one, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self.app, self.origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, pass it on, and put the headers on whatever comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = uuid4().hex
        response = _Response(scope, send, embedded_headers(scope, self.origins.embedding))
        try:
            check_host(Headers(scope=scope), self.origins.hosts)
            check_local(scope)
            check_origin(scope, self.origins)
            check_characters(scope)
            if is_preflight(scope):
                await preflight(scope, response.send)
                return
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
    """Sends on, with our headers and those in `further`."""

    def __init__(self, scope: Scope, send: Send, further: Mapping[str, str]) -> None:
        self._scope, self._send, self._further, self.started = scope, send, further, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            # A report brings a stricter policy of its own.
            own = {CSP: headers[CSP]} if CSP in headers else {}
            headers.update({**HEADERS, **own, **self._further})
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


def check_origin(scope: Scope, origins: Origins) -> None:
    """Refuse what a page from somewhere else sent, and to unlisted ones what listed ones may fetch.

    Under our own no-referrer policy browsers send `Origin: null` with plain form posts;
    `Sec-Fetch-Site`, which pages cannot forge, tells those from foreign ones.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if may_embed(scope, origins.embedding):
        return
    if scope["method"] in ("GET", "HEAD"):
        if origin is None or not embedded_methods(scope["path"]):
            return
    elif site not in (None, "same-origin", "none"):
        raise Problem(403, "foreign_origin")
    own = {f"http://{headers['host']}", f"https://{headers['host']}"} | origins.own
    if origin is not None and origin not in own and not (origin == "null" and site == "same-origin"):
        raise Problem(403, "foreign_origin")


def check_characters(scope: Scope) -> None:
    """Find nothing at a path with a NUL, which PostgreSQL does not take; refuse forms that are not in UTF-8.

    Some encodings that a form may name make texts that can be neither kept nor shown.
    """
    if "\0" in scope["path"]:
        raise Problem(404, "not_found")
    form, options = parse_options_header(Headers(scope=scope).get("content-type", ""))
    if form == b"multipart/form-data" and options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise Problem(422, "bad_body")


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
