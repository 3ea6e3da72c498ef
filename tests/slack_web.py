"""Slack's Web API over HTTP, as far as an app like ours calls it."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from slack_chat import respond
from slack_faults import Faults, RateLimited, Refused, Reset, ServerError, Slow
from slack_methods import METHODS
from slack_workspace import Json, Refusal, Workspace

Called = Callable[[str, Mapping[str, Any], int], None]
Open = Callable[[], str]


class Server(ThreadingHTTPServer):
    """Takes as many callers at once as a busy minute brings."""

    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""


def parsed(content_type: str, body: bytes, query: str) -> Json:
    """The arguments of a call: a JSON object, or a form whose structured values are JSON."""
    if content_type.startswith("application/json"):
        found = json.loads(body or b"{}")
        return found if isinstance(found, dict) else {}
    pairs: Json = dict(parse_qsl(query) + parse_qsl(body.decode(), keep_blank_values=True))
    for name in ("blocks", "metadata", "view", "prompts", "attachments"):
        if name in pairs:
            try:
                pairs[name] = json.loads(pairs[name])
            except ValueError:
                raise Refusal(f"invalid_{name}_format" if name == "blocks" else "invalid_arguments") from None
    return pairs


def handler(
    space: Workspace, faults: Faults, called: Called, open_socket: Open
) -> type[BaseHTTPRequestHandler]:
    """Answers calls on `space`, each told to `called` with its HTTP status (0 for a cut connection)."""

    class Web(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            if address.path.startswith("/actions/"):
                method, carry_out = "response_url", self._reply
            elif address.path.startswith("/api/"):
                method, carry_out = address.path.removeprefix("/api/"), self._method
            else:
                return self._send(404, {"ok": False, "error": "unknown_method"})
            try:
                arguments = parsed(self.headers.get("Content-Type", ""), body, address.query)
            except (Refusal, ValueError) as refusal:
                answer = getattr(refusal, "answer", {"ok": False, "error": "invalid_json"})
                called(method, {}, 200)
                return self._send(200, answer)
            self._answer(method, arguments, carry_out)

        def _answer(
            self, method: str, arguments: Json, carry_out: Callable[[str, Json], tuple[int, Json]]
        ) -> None:
            fault = faults.of(method, arguments)
            if isinstance(fault, RateLimited):
                called(method, arguments, 429)
                headers = {"Retry-After": str(fault.seconds)}
                return self._send(429, {"ok": False, "error": "ratelimited"}, headers)
            if isinstance(fault, Slow) and fault.before:
                time.sleep(fault.seconds)
            if isinstance(fault, Refused):
                status, answer = 200, Refusal(fault.error).answer
            elif isinstance(fault, Reset | ServerError) and fault.before:
                status, answer = 0, {}
            else:
                status, answer = carry_out(method, arguments)
            if isinstance(fault, Reset):
                called(method, arguments, 0)
                return self._cut()
            if isinstance(fault, ServerError):
                called(method, arguments, fault.status)
                return self._send(fault.status, "<!DOCTYPE html><html><title>Server Error</title></html>")
            called(method, arguments, status)
            if isinstance(fault, Slow) and not fault.before:
                time.sleep(fault.seconds)
            self._send(status, answer, {"X-OAuth-Scopes": ",".join(space.scopes)})

        def _method(self, method: str, arguments: Json) -> tuple[int, Json]:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.get(
                "token", ""
            )
            try:
                if method == "apps.connections.open":
                    _allow(token, space.app_token, space.bot_token)
                    return 200, {"ok": True, "url": open_socket()}
                known = METHODS.get(method)
                if known is None:
                    raise Refusal("unknown_method", req_method=method)
                _allow(token, space.bot_token, space.app_token)
                if known.scopes and not known.scopes & set(space.scopes):
                    needed, provided = ",".join(sorted(known.scopes)), ",".join(space.scopes)
                    raise Refusal("missing_scope", needed=needed, provided=provided)
                with space.lock:
                    return 200, {"ok": True, **known.done(space, arguments)}
            except Refusal as refusal:
                return 200, refusal.answer

        def _reply(self, method: str, arguments: Json) -> tuple[int, Json]:
            try:
                with space.lock:
                    respond(space, space.use_url(self.path.rsplit("/", 1)[-1]), arguments)
                return 200, {"ok": True}
            except Refusal as refusal:
                gone = refusal.answer["error"] in ("expired_url", "used_url")
                return 404 if gone else 400, refusal.answer

        def _cut(self) -> None:
            """Reset, as a proxy that dies does it."""
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        def _send(self, status: int, answer: Json | str, headers: Mapping[str, str] | None = None) -> None:
            kind = "application/json; charset=utf-8" if isinstance(answer, dict) else "text/html"
            body = (json.dumps(answer) if isinstance(answer, dict) else answer).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

    return Web


def _allow(token: str, wanted: str, other: str) -> None:
    if not token:
        raise Refusal("not_authed")
    if token == other:
        raise Refusal("not_allowed_token_type")
    if token != wanted:
        raise Refusal("invalid_auth")


@contextmanager
def web(space: Workspace, faults: Faults, called: Called, open_socket: Open) -> Iterator[str]:
    """The address of the server."""
    server = Server(("127.0.0.1", 0), handler(space, faults, called, open_socket))
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
