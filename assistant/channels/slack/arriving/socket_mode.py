"""Socket Mode: Slack's deliveries over connections that we open, where none can be opened to us."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from slack_bolt import App
from slack_sdk.errors import SlackApiError, SlackClientError
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from assistant.channels.slack.arriving.bolt import bolt_app, close, taken_in
from assistant.channels.slack.arriving.payloads import BadPayload, read
from assistant.channels.slack.parts import SlackParts
from vectorstore.errors import UtblickError
from vectorstore.settings import PREFIX

AT_ONCE = 4
PAUSES = (0, 1, 2, 4, 8, 16)
"""Seconds before each try to connect again; then LONG_PAUSE."""
LONG_PAUSE = 30
SILENT_PAUSE = 10
"""Seconds before the next connection, where Slack ended one without having greeted."""
FRAME_BYTES = 4 * 1024 * 1024

log = logging.getLogger(__name__)

Heard = Callable[[ClientConnection, Mapping[str, Any]], None]


class NotConnected(UtblickError):
    """Slack cannot be reached or does not let us in."""


@contextmanager
def connected(parts: SlackParts) -> Iterator[None]:
    """Take in over Socket Mode what Slack delivers, beside the block; lost connections are opened again.

    Raises NotConnected when the first connection is refused or there is no way to Slack.
    """
    if not parts.settings.slack_app_token.get_secret_value():
        raise NotConnected(f"{PREFIX}SLACK_APP_TOKEN is empty: Socket Mode needs it. See docs/slack.md.")
    first = _open(parts)
    app = bolt_app(parts)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="slack-socket") as workers:
        line = _Line(parts, first, _Listener(app, parts.settings.slack_url).heard, workers)
        thread = threading.Thread(target=line.follow, name="slack-line")
        thread.start()
        try:
            yield
        finally:
            line.end()
            thread.join()
    close(app)


class _Line:
    """The connection to Slack, replaced by a new one whenever it ends or Slack says that it will."""

    def __init__(self, parts: SlackParts, first: ClientConnection, heard: Heard, workers: Executor) -> None:
        self._parts, self._now, self._heard, self._workers = parts, first, heard, workers
        self._ended = threading.Event()

    def follow(self) -> None:
        """Hand on what comes, until `end`."""
        while not self._ended.is_set():
            greeted = self._listen(self._now)
            old = self._now
            following = self._again(0 if greeted else SILENT_PAUSE)
            if following is not None:
                self._now = following
            # What the old one still delivers and is not heard, Slack delivers again.
            self._workers.submit(old.close)
        self._now.close()

    def end(self) -> None:
        """No more is heard."""
        self._ended.set()
        self._now.close()

    def _listen(self, connection: ClientConnection) -> bool:
        """Hand on what comes until the connection is over; whether Slack greeted."""
        greeted = False
        try:
            for frame in connection:
                message = _message(frame)
                if message.get("type") == "disconnect":
                    break
                greeted = greeted or message.get("type") == "hello"
                self._workers.submit(self._heard, connection, message)
        except (WebSocketException, OSError) as error:
            log.info("the connection to Slack broke: %s", type(error).__name__)
        return greeted

    def _again(self, pause: int) -> ClientConnection | None:
        for seconds in chain([pause + PAUSES[0]], PAUSES[1:], repeat(LONG_PAUSE)):
            if self._ended.wait(seconds):
                return None
            try:
                return _open(self._parts)
            except NotConnected as error:
                log.warning("%s", error)
        return None


@dataclass(frozen=True, slots=True)
class _Listener:
    """Takes in what comes over a connection. What is not acknowledged, Slack delivers again."""

    app: App
    slack_url: str

    def heard(self, connection: ClientConnection, message: Mapping[str, Any]) -> None:
        """Store what a message holds and acknowledge it, unless it could not be stored."""
        envelope = message.get("envelope_id")
        if message.get("type") == "hello":
            log.info("connected to Slack")
        if not isinstance(envelope, str):
            return
        answer = self._answer(message)
        if answer is None:
            return
        told = {"envelope_id": envelope, **({"payload": answer} if answer else {})}
        try:
            connection.send(json.dumps(told))
        except (ConnectionClosed, OSError):
            log.info("an acknowledgement was lost with its connection; Slack delivers again what is stored")

    def _answer(self, message: Mapping[str, Any]) -> dict[str, Any] | None:
        """What Slack is answered, None when what came was not stored."""
        payload = message.get("payload")
        try:
            if not isinstance(payload, dict):
                raise BadPayload("payload")
            wanted = read(payload, self.slack_url)
        except BadPayload as error:
            log.warning("Slack sent what is not in Slack's form: %s", error)
            return {}
        if wanted is None:
            return {}
        done = taken_in(self.app, wanted)
        if done.status != 200:
            return None
        if not done.body or message.get("accepts_response_payload") is not True:
            return {}
        is_json = done.headers.get("content-type", [""])[0].startswith("application/json")
        told: dict[str, Any] = json.loads(done.body) if is_json else {"text": done.body}
        return told


def _message(frame: str | bytes) -> Mapping[str, Any]:
    """What a frame holds, empty where it is no message."""
    try:
        message: object = json.loads(frame)
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict):
        return message
    log.warning("Slack sent what is not in Slack's form: a frame")
    return {}


def _open(parts: SlackParts) -> ClientConnection:
    token = parts.settings.slack_app_token.get_secret_value()
    try:
        address = str(parts.client.apps_connections_open(app_token=token)["url"])
        # Entered at once, as the library wants it; it is left by close().
        return connect(address, max_size=FRAME_BYTES, close_timeout=2).__enter__()
    except SlackApiError as error:
        name = error.response.get("error") or "no reason given"
        raise NotConnected(
            f"Slack does not let Utblick connect ({name}). Check that {PREFIX}SLACK_APP_TOKEN is the "
            "app's token (xapp-...) with connections:write, and that Socket Mode is on. See docs/slack.md."
        ) from error
    except (SlackClientError, WebSocketException, OSError) as error:
        raise NotConnected(f"no way to {parts.client.base_url}: {type(error).__name__}: {error}") from error
