"""Who may see the desk and the evaluators' pages while there is no sign-in: a browser on this machine."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from assistant.channels.evaluation.address import is_evaluation
from assistant.channels.problems import Problem

UPLOAD_BYTES = 10 * 1024 * 1024
DOCUMENT_BYTES = 51 * 1024 * 1024
"""A document of 50 MB, the most that is read (ingest/reading.py), and the form around it."""
DESK = "/desk"
SLACK = "/slack/events"
SLACK_BYTES = 1024 * 1024
# A proxy on this machine comes from loopback too, and most tell whom they speak for.
_FORWARDED = frozenset(
    "forwarded via x-real-ip x-client-ip x-cluster-client-ip true-client-ip cf-connecting-ip".split()
)


def is_local(scope: Scope) -> bool:
    """Whether the request comes from this machine, asks for this machine, and came without a proxy."""
    client, headers = scope.get("client"), Headers(scope=scope)
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    forwarded = any(name in _FORWARDED or name.startswith("x-forwarded") for name in headers)
    if client is None or forwarded:
        return False
    return _is_loopback(client[0]) and _is_loopback(host)


def is_desk(path: str) -> bool:
    """Whether `path` is one of the desk's pages."""
    return path == DESK or path.startswith(f"{DESK}/")


def check_local(scope: Scope) -> None:
    """Refuse a request for the desk or the evaluators' pages that is not local."""
    if (is_evaluation(scope["path"]) or is_desk(scope["path"])) and not is_local(scope):
        raise Problem(403, "local_only")


def body_limit(scope: Scope, usual: int) -> int:
    """Bytes that a request's body may have: `usual`, more for uploads and for what Slack sends."""
    if is_desk(scope["path"]):
        return DOCUMENT_BYTES
    if scope["path"] == SLACK:
        return SLACK_BYTES
    return UPLOAD_BYTES if is_evaluation(scope["path"]) else usual


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
