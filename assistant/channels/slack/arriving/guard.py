"""What Slack sent over HTTP: verified over its raw bytes before anything in it is read."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from assistant.channels.problems import Problem

SECONDS = 300
"""How far Slack's clock and ours may be apart; an older request is a copy."""
MOST_FIELDS = 50
_TIME = re.compile(rb"[0-9]{1,12}")
_JSON, _FORM = b"application/json", b"application/x-www-form-urlencoded"

Headers = Iterable[tuple[bytes, bytes]]
"""Names in lower case and values, as they came."""


def checked(headers: Headers, body: bytes, secret: str, now: float) -> Mapping[str, Any]:
    """What a request that Slack signed with `secret` says; `now` in seconds since 1970.

    Raises Problem: 401 for one that Slack did not sign or that is older than SECONDS, 400 for a signed one
    that cannot be read.
    """
    given = list(headers)
    if not _is_signed(given, body, secret, now):
        raise Problem(401, "unsigned")
    try:
        return _read(_only(given, b"content-type"), body)
    except (ValueError, RecursionError) as error:
        # Their texts hold pieces of the body.
        raise Problem(400, "bad_body") from error.with_traceback(None)


def _is_signed(headers: Iterable[tuple[bytes, bytes]], body: bytes, secret: str, now: float) -> bool:
    at, signature = _only(headers, b"x-slack-request-timestamp"), _only(headers, b"x-slack-signature")
    if not secret or not _TIME.fullmatch(at) or abs(now - int(at)) > SECONDS:
        return False
    signed = hmac.new(secret.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(b"v0=" + signed.encode(), signature)


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The header's value, empty where it is missing or came more than once."""
    found = [value for given, value in headers if given == name]
    return found[0] if len(found) == 1 else b""


def _read(content_type: bytes, body: bytes) -> Mapping[str, Any]:
    kind = content_type.partition(b";")[0].strip().lower()
    if kind not in (_JSON, _FORM):
        raise ValueError("neither JSON nor a form")
    text = body.decode("utf-8")
    said: object = json.loads(text) if kind == _JSON else _form(text)
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _form(text: str) -> object:
    fields = dict(
        parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    )
    return json.loads(fields["payload"]) if "payload" in fields else fields
