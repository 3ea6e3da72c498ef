"""Requests as Slack never sends them: seeded, signed and not, garbled in every place."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from slack_server import SlackServer

from assistant.channels.slack.actions import OPINION_MODAL, SETTINGS_MODAL, Action

SECRET_WORD = "hemligheten"
"""Stands in every text that is sent, so that it can be looked for where it must not be."""
FORGED_CHANNEL, TRUE_CHANNEL = "C0FORFALSKAD", "C0OMVARLD"
MB = 1024 * 1024
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PRESSED = (*(action.value for action in Action), "unknown")
Pair = tuple[bytes, bytes]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**300, 1.5, float("nan"), float("inf"), "", " ", "\0", "a\0b"),
    *(
        "\ud800",
        "x\udfff",
        "\u202e",
        "é",
        "C" * 33,
        "C0 X",
        "<script>",
        "${x}",
        "'; DROP TABLE jobs; --",
        "../..",
    ),
    *(
        "x" * 5000,
        [],
        [[]],
        [None],
        ["x"],
        {},
        {"": ""},
        {"id": 1},
        {"id": "T0"},
        {"type": {}},
        "1.2",
        "9" * 40,
    ),
    *(
        "1795343529.000004\n",
        "٣.٤",
        "file_share",
        "http://evil.example/x",
        "https://hooks.slack.com.evil.example/",
    ),
)


@dataclass(frozen=True)
class Request:
    """What is sent; `fate` says what may come of it: "kept", "refused" (not Slack's) or "odd" (signed)."""

    kind: str
    fate: str
    headers: tuple[Pair, ...]
    body: bytes
    chunked: bool = False
    ts: str = ""

    def content(self) -> bytes | Iterator[bytes]:
        """The body as httpx takes it."""
        return (
            (self.body[at : at + 65536] for at in range(0, len(self.body), 65536))
            if self.chunked
            else self.body
        )


class Garbling:
    """Makes requests, always the same for one seed."""

    def __init__(self, slack: SlackServer, seed: int) -> None:
        self.slack, self.random = slack, Random(seed)
        self._payloads: tuple[Callable[[], Any], ...] = (
            self._mention,
            lambda: slack.direct("U0ANNA", SECRET_WORD),
            lambda: slack.said(TRUE_CHANNEL, "U0ANNA", SECRET_WORD, "1700000000.000001"),
            lambda: slack.command(TRUE_CHANNEL, "U0ANNA", SECRET_WORD),
            lambda: slack.shortcut(TRUE_CHANNEL, "U0ANNA", {"text": SECRET_WORD, "user": "U0ANNA"}),
            lambda: slack.pane_opened("U0ANNA"),
            self._press,
            self._submit,
        )

    def requests(self, number: int) -> list[Request]:
        """So many, of every kind; one in twenty is as Slack sends it."""
        kinds = (self._forged, self._signed_junk, self._mutated, self._mutated)
        whole = [self._whole() if n % 20 == 0 else kinds[n % 4]() for n in range(number - 6)]
        return [*whole, *self._large()]

    def _large(self) -> list[Request]:
        body = b'{"type": "event_callback", "x": "' + b"x" * (5 * MB) + b'"}'
        deep = b"[" * 3000 + b"]" * 3000
        unsigned: tuple[Pair, ...] = ((b"Content-Type", JSON.encode()),)
        return [
            Request("5 MB, not signed", "refused", unsigned, body),
            Request("5 MB, not signed, in chunks", "refused", unsigned, body, chunked=True),
            Request("5 MB, signed", "odd", self._signed(body), body),
            Request(
                "1 MB and a byte, signed, in chunks",
                "odd",
                self._signed(body[: MB + 1]),
                body[: MB + 1],
                True,
            ),
            Request("3 000 deep, not signed", "refused", unsigned, deep),
            Request("1 MB of junk, signed", "odd", self._signed(body[:MB]), body[:MB]),
        ]

    def _whole(self) -> Request:
        payload = self._mention()
        body, kind = self.slack.wire(payload)
        return Request("whole", "kept", self._signed(body, kind), body, ts=payload["event"]["ts"])

    def _mention(self) -> Any:
        return self.slack.mention(TRUE_CHANNEL, "U0ANNA", f"{SECRET_WORD} {self.random.random()}")

    def _press(self) -> Any:
        more = {
            "container": {"type": "message", "message_ts": "1700000000.000001", "channel_id": TRUE_CHANNEL}
        }
        more |= {"channel": {"id": TRUE_CHANNEL}, "response_url": self.slack.response_url(), "actions": []}
        more["message"] = {"ts": "1700000000.000001", "text": SECRET_WORD, "bot_id": "B0UTBLICK"}
        more["actions"] = [
            {
                "action_id": self.random.choice(PRESSED),
                "block_id": "b",
                "type": "button",
                "value": SECRET_WORD,
            }
        ]
        return {**self.slack.shortcut(TRUE_CHANNEL, "U0ANNA", {}), "type": "block_actions", **more}

    def _submit(self) -> Any:
        callback = self.random.choice((OPINION_MODAL, SETTINGS_MODAL, "unknown"))
        values = {"b": {"a": {"type": "plain_text_input", "value": SECRET_WORD}}}
        view = {
            "id": "V0",
            "type": "modal",
            "callback_id": callback,
            "state": {"values": values},
            "private_metadata": "{}",
        }
        return {**self.slack.shortcut(TRUE_CHANNEL, "U0ANNA", {}), "type": "view_submission", "view": view}

    def _forged(self) -> Request:
        payload = self.slack.mention(FORGED_CHANNEL, "U0ANNA", SECRET_WORD)
        body, kind = self.slack.wire(payload)
        name, forge = self.random.choice(tuple(FORGERIES.items()))
        headers, body = forge(self.slack.signing_secret, body)
        return Request(name, "refused", ((b"Content-Type", kind.encode()), *headers), body)

    def _signed_junk(self) -> Request:
        name, (body, kind) = self.random.choice(tuple(JUNK.items()))
        more = self.random.randbytes(self.random.randrange(40)) if "random" in name else b""
        headers = self._signed(body + more, kind)
        return Request(name, "odd", headers, body + more, chunked=self.random.random() < 0.1)

    def _mutated(self) -> Request:
        payload = deepcopy(self.random.choice(self._payloads)())
        places = list(_places(payload))
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            holder, key = self.random.choice(places)
            if not isinstance(holder, dict | list):
                continue
            try:
                self._change(holder, key)
            except (KeyError, IndexError):
                continue
        body, kind = _wire(payload)
        return Request("mutated", "odd", self._signed(body, kind), body)

    def _change(self, holder: Any, key: Any) -> None:
        chance = self.random.random()
        if chance < 0.2:
            del holder[key]
        elif chance < 0.4 and isinstance(holder[key], str):
            cut = self.random.randrange(len(holder[key]) + 1)
            holder[key] = holder[key][:cut] + self.random.choice(
                ("\0", "\ud83d", "é", " ", "<!channel>", "\n")
            )
        else:
            holder[key] = deepcopy(self.random.choice(ODD))

    def _signed(self, body: bytes, kind: str = JSON) -> tuple[Pair, ...]:
        hands = [(name.encode(), value.encode()) for name, value in self.slack.sign(body).items()]
        return (*([(b"Content-Type", kind.encode())] if kind else []), *hands)


def unknown_opinion(slack: SlackServer) -> Any:
    """A modal about an answer that nobody has; its errors are told in the response."""
    view = {"id": "V0", "type": "modal", "callback_id": OPINION_MODAL, "private_metadata": "{}"}
    return {**slack.shortcut(TRUE_CHANNEL, "U0ANNA", {}), "type": "view_submission", "view": view}


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _wire(payload: Any) -> tuple[bytes, str]:
    if isinstance(payload, dict) and "command" in payload and "type" not in payload:
        fields = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()
        }
        return urlencode(fields, errors="surrogatepass").encode(), FORM
    text = json.dumps(payload)
    if "event" in payload:
        return text.encode(), JSON
    return urlencode({"payload": text}).encode(), FORM


AT, HAND = b"X-Slack-Request-Timestamp", b"X-Slack-Signature"
Forging = Callable[[str, bytes], tuple[list[Pair], bytes]]
"""From the true secret and a body to headers that must not pass, and the body that goes with them."""


def hand(secret: str, at: bytes, body: bytes) -> bytes:
    """Slack's signature."""
    return b"v0=" + hmac.new(secret.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest().encode()


def _now() -> bytes:
    return str(int(time.time())).encode()


def _at(stamp: Callable[[], bytes]) -> Forging:
    # Signed with the true secret over the odd time itself, so that only the time can give it away.
    return lambda secret, body: ([(AT, stamp()), (HAND, hand(secret, stamp(), body))], body)


def _as(change: Callable[[bytes], bytes]) -> Forging:
    return lambda secret, body: ([(AT, _now()), (HAND, change(hand(secret, _now(), body)))], body)


def _with(*headers: tuple[bytes, Callable[[bytes], bytes]]) -> Forging:
    def forge(secret: str, body: bytes) -> tuple[list[Pair], bytes]:
        true = {AT: _now(), HAND: hand(secret, _now(), body)}
        return [(name, change(true[name])) for name, change in headers], body

    return forge


def _other_body(secret: str, body: bytes) -> tuple[list[Pair], bytes]:
    return [(AT, _now()), (HAND, hand(secret, _now(), body))], body + b" "


def _other_secret(secret: str, body: bytes) -> tuple[list[Pair], bytes]:
    return [(AT, _now()), (HAND, hand(secret[::-1], _now(), body))], body


def _no_secret(secret: str, body: bytes) -> tuple[list[Pair], bytes]:
    return [(AT, _now()), (HAND, hand("", _now(), body))], body


def _not_utf8(secret: str, body: bytes) -> tuple[list[Pair], bytes]:
    return [(AT, _now()), (HAND, hand(secret, _now(), body))], b"\xff\xfe" + body


def _same(value: bytes) -> bytes:
    return value


def _aside(seconds: int) -> Callable[[], bytes]:
    return lambda: str(int(time.time()) + seconds).encode()


FORGERIES: Mapping[str, Forging] = {
    "no headers": lambda secret, body: ([], body),
    "no signature": _with((AT, _same)),
    "no time": _with((HAND, _same)),
    "two signatures": _with((AT, _same), (HAND, _same), (HAND, _same)),
    "a wrong and a right signature": _with((AT, _same), (HAND, lambda true: true[::-1]), (HAND, _same)),
    "two times": _with((AT, _same), (AT, _same), (HAND, _same)),
    "time in letters": _at(lambda: b"abc"),
    "no whole second": _at(lambda: b"123.5"),
    "no whole second now": _at(lambda: _now() + b".5"),
    "5 000 digits": _at(lambda: b"1" * 5000),
    "13 digits": _at(lambda: b"000" + _now()),
    "minus": _at(lambda: b"-" + _now()),
    "plus": _at(lambda: b"+" + _now()),
    "underscored": _at(lambda: _now()[:5] + b"_" + _now()[5:]),
    "no time in it": _at(lambda: b""),
    "Arabic digits": _at(lambda: "١٧٩٥٣٤٣٥٢٩".encode()),
    "a byte beyond ASCII": _at(lambda: _now() + b"\xb2"),
    "six minutes old": _at(_aside(-360)),
    "six minutes ahead": _at(_aside(360)),
    "of 1970": _at(lambda: b"0"),
    "signature beyond ASCII": _as(lambda true: true[:-1] + b"\xe9"),
    "signature in UTF-8": _as(lambda true: "v0=åäö".encode()),
    "empty signature": _as(lambda true: b""),
    "only the version": _as(lambda true: b"v0="),
    "another version": _as(lambda true: b"v1=" + true[3:]),
    "no version": _as(lambda true: true[3:]),
    "in capitals": _as(lambda true: b"v0=" + true[3:].upper()),
    "cut short": _as(lambda true: true[:-1]),
    "too long": _as(lambda true: true + b"0"),
    "two in one": _as(lambda true: true + b", " + true),
    "all zeros": _as(lambda true: b"v0=" + b"0" * 64),
    "body changed": _other_body,
    "another secret": _other_secret,
    "empty secret": _no_secret,
    "body not UTF-8": _not_utf8,
}

_EVENT = '{"type": "event_callback", "team_id": "T0PAHITT", "event_id": "Ev1", "event": %s}'
JUNK: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", JSON),
    "not JSON": (b"hemligheten", JSON),
    "cut JSON": (b'{"type": "event_callback", "event": {"text": "hemlighet', JSON),
    "random bytes as JSON": (b"", JSON),
    "random bytes as a form": (b"payload=", FORM),
    "array": (b'["hemligheten"]', JSON),
    "text": (b'"hemligheten"', JSON),
    "number": (b"7", JSON),
    "null": (b"null", JSON),
    "3 000 deep arrays": (b"[" * 3000 + b"]" * 3000, JSON),
    "3 000 deep objects": (b'{"a":' * 3000 + b"1" + b"}" * 3000, JSON),
    "900 deep in an event": ((_EVENT % ("[" * 900 + "]" * 900)).encode(), JSON),
    "3 000 deep in a form": (b"payload=" + b"[" * 3000 + b"]" * 3000, FORM),
    "a number of 5 000 digits": (b'{"type": ' + b"9" * 5000 + b"}", JSON),
    "not UTF-8": (b'{"type": "event_callback", "x": "\xff"}', JSON),
    "UTF-16": ('{"type": "event_callback"}'.encode("utf-16"), JSON),
    "with a mark before": (b"\xef\xbb\xbf{}", JSON),
    "empty object": (b"{}", JSON),
    "a type that is none": (b'{"type": ["hemligheten"]}', JSON),
    "an unknown type": (b'{"type": "hemligheten"}', JSON),
    "event without event": ((_EVENT % "null").encode(), JSON),
    "event in a list": ((_EVENT % '[{"type": "message"}]').encode(), JSON),
    "a type in the event that is none": ((_EVENT % '{"type": {}}').encode(), JSON),
    "an empty mention": ((_EVENT % '{"type": "app_mention"}').encode(), JSON),
    "JSON called a form": ((_EVENT % "{}").encode(), FORM),
    "a form called JSON": (b"payload=%7B%7D", JSON),
    "JSON called text": ((_EVENT % "{}").encode(), "text/plain"),
    "JSON called nothing": ((_EVENT % "{}").encode(), ""),
    "in a charset": (b"{}", "application/json; charset=utf-7"),
    "form in parts": (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x; charset=cp037"),
    "an empty payload": (b"payload=", FORM),
    "payload twice": (b"payload={}&payload=[]", FORM),
    "payload not an object": (b"payload=7", FORM),
    "bad percents": (b"ssl_check=1&token=%ff%zz%", FORM),
    "a thousand fields": (b"ssl_check=1&" + b"&".join(b"a%d=1" % n for n in range(1000)), FORM),
    "a form called text": (b"ssl_check=1&token=abc", "text/plain"),
    "only signs": (b"&&&===&&", FORM),
    "command alone": (b"command=/utblick", FORM),
    "another command": (b"command=/weather&text=94070", FORM),
    "ssl_check": (b"ssl_check=1&token=abc", FORM),
    "a bad challenge": (json.dumps({"type": "url_verification", "challenge": "x" * 9999}).encode(), JSON),
    "a challenge of another type": (b'{"type": "url_verification", "challenge": {"a": 1}}', JSON),
}
