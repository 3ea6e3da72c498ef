"""What a page of another site may fetch: the few addresses that the chat inside it needs (CORS)."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import Scope, Send

_READ, _SENT = frozenset({"GET", "HEAD"}), frozenset({"POST"})
_ADDRESSES = {"/widget.js": _READ, "/widget/answers": _SENT, "/api/feedback": _SENT}
_KEPT = "7200"


def embedded_methods(path: str) -> frozenset[str]:
    """The methods with which a page of another site may fetch `path`; none for most."""
    if path in _ADDRESSES:
        return _ADDRESSES[path]
    return _READ if path.startswith("/widget/") and ".." not in path else frozenset()


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks what it may send to one of those addresses."""
    asked = Headers(scope=scope).get("access-control-request-method")
    return scope["method"] == "OPTIONS" and asked in embedded_methods(scope["path"])


def may_embed(scope: Scope, embedding: frozenset[str]) -> bool:
    """Whether the request comes from the page of a listed site and to an address that those may fetch."""
    listed = Headers(scope=scope).get("origin") in embedding
    return listed and (scope["method"] in embedded_methods(scope["path"]) or is_preflight(scope))


def embedded_headers(scope: Scope, embedding: frozenset[str]) -> Mapping[str, str]:
    """The headers by which the browser hands the response to such a page, and to no other."""
    methods = embedded_methods(scope["path"])
    if not methods:
        return {}
    headers = {"Vary": "Origin"}
    if methods is _READ:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if may_embed(scope, embedding):
        headers["Access-Control-Allow-Origin"] = Headers(scope=scope)["origin"]
    return headers


async def preflight(scope: Scope, send: Send) -> None:
    """Answer a browser that asks before it sends."""
    headers = {
        "access-control-allow-methods": ", ".join(sorted(embedded_methods(scope["path"]))),
        "access-control-allow-headers": "content-type",
        "access-control-max-age": _KEPT,
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
