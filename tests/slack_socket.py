"""Socket Mode as Slack speaks it: envelopes over WebSockets, each to one connection, again until received."""

import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from slack_workspace import Json, Workspace
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

MOST_CONNECTIONS, ACKNOWLEDGE_SECONDS, DELIVERIES = 10, 3.0, 4
KINDS = {"event_callback": "events_api", "slash_command": "slash_commands"}
QUIET = logging.getLogger("mock-slack")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class Sockets:
    """The open connections, and what is on its way over them."""

    def __init__(self, space: Workspace) -> None:
        self.address = ""
        self.acknowledge_seconds = ACKNOWLEDGE_SECONDS
        self.delivered: list[tuple[str, int]] = []
        self.others: list[Json] = []
        self._space = space
        self._changed = threading.Condition()
        self._tickets: set[str] = set()
        self._open: list[ServerConnection] = []
        self._answers: dict[str, Json] = {}

    def invite(self) -> str:
        """An address that can be connected to once."""
        ticket = secrets.token_hex(8)
        with self._changed:
            self._tickets.add(ticket)
        return f"{self.address}/link/?ticket={ticket}&app_id={self._space.app_id}"

    def connections(self) -> int:
        """How many apps are connected now."""
        with self._changed:
            return len(self._open)

    def wait_connected(self, number: int = 1, seconds: float = 10) -> None:
        """Until as many are connected."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._open) >= number, seconds), "nobody connected"

    def serve(self, connection: ServerConnection) -> None:
        """One connection, from hello to its end."""
        asked = parse_qs(urlsplit(connection.request.path).query if connection.request else "")
        ticket = asked.get("ticket", [""])[0]
        with self._changed:
            if ticket not in self._tickets:
                return connection.close(1008, "invalid ticket")
            self._tickets.remove(ticket)
            full = len(self._open) >= MOST_CONNECTIONS
        if full:
            return connection.send(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 3600}
        info = {"app_id": self._space.app_id}
        hello = {"type": "hello", "num_connections": 1, "connection_info": info, "debug_info": debug}
        connection.send(json.dumps(hello))
        with self._changed:
            self._open.append(connection)
            self._changed.notify_all()
        try:
            for text in connection:
                self._heard(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self._lost(connection)

    def send(self, payload: Json, seconds: float = 30) -> Json | None:
        """Deliver it up to four times until it is acknowledged; the acknowledgement, None when there is none.

        An envelope goes out again when three seconds have passed, or at once when its connection ends.
        """
        id = secrets.token_hex(16)
        kind = KINDS.get(payload.get("type", "slash_command"), "interactive")
        end = time.monotonic() + seconds
        for attempt in range(DELIVERIES):
            envelope = {"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": True}
            if kind == "events_api":
                reason = "timeout" if attempt else ""
                envelope |= {
                    "accepts_response_payload": False,
                    "retry_attempt": attempt,
                    "retry_reason": reason,
                }
            connection = self._somebody(end - time.monotonic())
            if connection is None:
                return None
            try:
                connection.send(json.dumps(envelope))
            except ConnectionClosed:
                self._lost(connection)
                continue
            self.delivered.append((id, attempt))
            if answer := self._answer(id, connection):
                return answer
        return None

    def disconnect(self, reason: str = "refresh_requested", number: int | None = None) -> None:
        """Tell the connected that it is over; only a `warning` leaves the connection open for now."""
        with self._changed:
            told = self._open[:number]
        for connection in told:
            try:
                connection.send(
                    json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
                )
                if reason != "warning":
                    connection.close()
            except ConnectionClosed:
                self._lost(connection)

    def break_off(self, number: int | None = None) -> None:
        """Connections cut without a word."""
        with self._changed:
            cut = self._open[:number]
        for connection in cut:
            connection.socket.close()
            self._lost(connection)

    def _somebody(self, seconds: float) -> ServerConnection | None:
        with self._changed:
            self._changed.wait_for(lambda: self._open, max(0.0, seconds))
            return random.choice(self._open) if self._open else None

    def _answer(self, id: str, connection: ServerConnection) -> Json | None:
        with self._changed:
            done = lambda: id in self._answers or connection not in self._open  # noqa: E731
            self._changed.wait_for(done, self.acknowledge_seconds)
            return self._answers.pop(id, None)

    def _heard(self, message: Any) -> None:
        with self._changed:
            if "envelope_id" in message:
                self._answers[message["envelope_id"]] = message
            else:
                self.others.append(message)
            self._changed.notify_all()

    def _lost(self, connection: ServerConnection) -> None:
        with self._changed:
            if connection in self._open:
                self._open.remove(connection)
            self._changed.notify_all()


@contextmanager
def sockets(space: Workspace) -> Iterator[Sockets]:
    """Socket Mode's server on a free port."""
    hub = Sockets(space)
    with serve(hub.serve, "127.0.0.1", 0, logger=QUIET, compression=None, close_timeout=1) as server:
        hub.address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield hub
        finally:
            hub.disconnect("link_disabled")
            server.shutdown()
            thread.join()
