"""A Slack of our own, over real HTTP and WebSockets, for an app to be tested against."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import slack_reading
from slack_faults import Deciding, Fault, Faults
from slack_payloads import Payloads
from slack_socket import Sockets, sockets
from slack_web import web
from slack_workspace import Json

DELIVERIES = 4


@dataclass(frozen=True)
class Call:
    """A call of the app's: when it was done (monotonic seconds), its HTTP status, 0 for a cut connection."""

    method: str
    arguments: Mapping[str, Any]
    at: float
    status: int


class SlackServer(Payloads):
    """The workspace, what the app called, and the way to send it something."""

    sockets: Sockets

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._faults = Faults()
        self._http = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=200))
        self._noting = threading.Lock()

    @property
    def api_url(self) -> str:
        """Where the Web API is, as the setting slack_url has it."""
        return self.base + "/api/"

    @property
    def faults(self) -> Deciding | list[Fault | None]:
        """What goes wrong: asked for each call, or used up one by one by those that send something."""
        return self._faults.plan  # type: ignore[return-value]

    @faults.setter
    def faults(self, plan: Deciding | list[Fault | None]) -> None:
        self._faults.reset(plan)

    def settings(self) -> dict[str, str]:
        """Settings of an app that belongs to this workspace."""
        return {
            "slack_url": self.api_url,
            "slack_bot_token": self.bot_token,
            "slack_app_token": self.app_token,
            "slack_signing_secret": self.signing_secret,
            "public_url": "https://utblick.example",
        }

    def called(self, method: str) -> list[Call]:
        """The calls of one method so far; `response_url` are the replies over those."""
        with self._noting:
            return [call for call in self.calls if call.method == method]

    def note(self, method: str, arguments: Mapping[str, Any], status: int) -> None:
        """For the server: a call was made."""
        with self._noting:
            self.calls.append(Call(method, arguments, time.monotonic(), status))

    def sign(self, body: bytes, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers by which Slack signs `body` at a time (seconds since 1970, now when None)."""
        stamp = str(int(time.time() if at is None else at))
        key = (secret or self.signing_secret).encode()
        digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def wire(self, payload: Json) -> tuple[bytes, str]:
        """Body and content type, as Slack sends this kind of payload."""
        if "command" in payload and "type" not in payload:
            return urlencode(payload).encode(), "application/x-www-form-urlencoded"
        if payload.get("type") in ("event_callback", "url_verification", "app_rate_limited"):
            return json.dumps(payload).encode(), "application/json"
        return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"

    def post(self, url: str, payload: Json, **headers: str) -> httpx.Response:
        """Send it signed over HTTP; further headers with _ for -."""
        body, kind = self.wire(payload)
        known = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **self.sign(body),
        }
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        self.sent_now(payload)
        return self._http.post(url, content=body, headers={**known, **more})

    def deliver(self, url: str, payload: Json, pause: float = 0) -> httpx.Response | None:
        """Send an event as Slack does, up to four times until it is acknowledged; the last response."""
        retry: dict[str, str] = {}
        response = None
        for attempt in range(DELIVERIES):
            reason = "http_timeout"
            try:
                response = self.post(url, payload, **retry)
                if response.is_success:
                    break
                reason = "http_error"
            except httpx.TransportError:
                reason = "connection_failed"
            retry = {"X_Slack_Retry_Num": str(attempt + 1), "X_Slack_Retry_Reason": reason}
            time.sleep(pause)
        return response

    def socket_send(self, payload: Json, seconds: float = 30) -> Json | None:
        """Send it over one of the WebSockets until it is acknowledged; the acknowledgement or None."""
        self.sent_now(payload)
        return self.sockets.send(payload, seconds)

    def mentions(self, message: Json) -> list[str]:
        """Who is mentioned in it, as slack_reading has it."""
        return slack_reading.mentions(message)

    def links(self, message: Json) -> list[str]:
        """The addresses in it that can be opened, those of buttons too."""
        return slack_reading.links(message)

    def unfurled(self, message: Json) -> list[str]:
        """The addresses in it that Slack would fetch and show."""
        return slack_reading.unfurled(message)

    def close(self) -> None:
        """The client that sends."""
        self._http.close()


@contextmanager
def slack_server() -> Iterator[SlackServer]:
    """A workspace with a few people and channels, served until the block ends."""
    slack = SlackServer()
    try:
        with (
            sockets(slack) as slack.sockets,
            web(slack, slack._faults, slack.note, slack.sockets.invite) as slack.base,
        ):
            yield slack
    finally:
        slack.close()
