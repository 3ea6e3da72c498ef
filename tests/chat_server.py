"""A chat model behind a real OpenAI-compatible address, which answers or misbehaves as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class ChatServer:
    """What it answers with, how, and what it was asked.

    `status` other than 200 makes an error of `text`; `raw` is sent in the place of a completion;
    `drips` are bytes sent one every tenth of a second before the answer.
    """

    address: str = ""
    text: str = ""
    status: int = 200
    raw: bytes = b""
    drips: int = 0
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
            data = state.raw or _completion(state)
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

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(state: ChatServer) -> bytes:
    if state.status != 200:
        return json.dumps({"error": {"message": state.text}}).encode()
    message = {"role": "assistant", "content": state.text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    about = {"id": "x", "object": "chat.completion", "created": 0, "model": "small"}
    return json.dumps({**about, "choices": [choice], "usage": usage}).encode()
