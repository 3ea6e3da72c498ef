"""A chat model behind a real OpenAI-compatible address, which answers or misbehaves as told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import serving


@dataclass(slots=True)
class ChatServer:
    """What it answers with, how, and what it was asked.

    `reply` makes the text of what was asked. `status` other than 200 makes an error of `text`; `raw` is sent
    in the place of a completion; `drips` are bytes sent one every tenth of a second before the answer. When
    asked to stream it sends `letters` of the text at a time, `pause` seconds apart: all of it, or only the
    first `cut` pieces, after which the line goes dead (`abrupt`) or is closed as if all were said.
    """

    address: str = ""
    text: str = ""
    status: int = 200
    raw: bytes = b""
    drips: int = 0
    reply: Callable[[dict[str, Any]], str] | None = None
    letters: int = 12
    pause: float = 0.0
    cut: int | None = None
    abrupt: bool = False
    gone: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A server on a free port of this machine."""
    state = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers["Authorization"])
            text = state.reply(state.asked[-1]) if state.reply else state.text
            if state.asked[-1].get("stream") and state.status == 200 and not (state.raw or state.drips):
                return self.stream(text)
            data = state.raw or _completion(state, text)
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data) + state.drips))
            self.end_headers()
            try:
                for _ in range(state.drips):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
                self.wfile.write(data)
            except OSError:
                pass  # who asked has gone

        def stream(self, text: str) -> None:
            pieces = [text[at : at + state.letters] for at in range(0, len(text), state.letters)]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            if state.abrupt:
                self.send_header("Content-Length", "10000000")
            self.end_headers()
            self.close_connection = True
            try:
                for piece in pieces[: state.cut]:
                    self.event(_chunk({"content": piece}))
                    time.sleep(state.pause)
                if state.cut is None:
                    self.event(_chunk({}, "stop"))
                    self.event(b"[DONE]")
            except OSError:
                state.gone += 1  # who asked has gone

        def event(self, data: bytes) -> None:
            self.wfile.write(b"data: " + data + b"\n\n")
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Handler) as state.address:
        yield state


ABOUT = {"id": "x", "created": 0, "model": "small"}


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "delta": delta}
    return json.dumps({**ABOUT, "object": "chat.completion.chunk", "choices": [choice]}).encode()


def _completion(state: ChatServer, text: str) -> bytes:
    if state.status != 200:
        return json.dumps({"error": {"message": state.text}}).encode()
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    about = {**ABOUT, "object": "chat.completion"}
    return json.dumps({**about, "choices": [choice], "usage": usage}).encode()
