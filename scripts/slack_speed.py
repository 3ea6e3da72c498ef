"""Measure how fast what Slack sends is acknowledged: a real `utblick serve`, real sockets, real signatures.

    python scripts/slack_speed.py [--data FOLDER] [--seconds 60] [--rate 50] [--no-model] [--after 60]
                                  [--json FILE]

Mentions come at an even pace while the language model that the server is set up with hangs, so that answers
wait for it; with --no-model there is none, and answers are written from the documents as fast as they can
be. An acknowledgement's time is counted from the moment when Slack was due to send, whoever was late; how
late the sending itself was is told beside it. When all are sent the model says no at once, and what is
answered is counted for --after seconds. Without --data the fact sheets are read into a folder of its own
first. Nothing else should be at work on the machine.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from chat_speed import QUESTIONS, UTBLICK, percentile, read_questions, serving

SECRET = "measured"
CHANNELS = 20
CONNECTIONS = 64
WARMING = 10
"""Events before those that count: a server that has just started has other things to do."""
PATIENCE = 30.0
"""Seconds that Slack would never wait, after which an acknowledgement counts as missing."""


@dataclass(slots=True)
class Model:
    """A language model that hangs until it is told to say no."""

    asked: int = 0
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_server(answer: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, status: int, told: Mapping[str, Any]) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *told: object) -> None:
        pass


@contextmanager
def hanging_model() -> Iterator[tuple[str, Model]]:
    """A model behind OpenAI's API, which says nothing."""
    model = Model()

    class Handler(_Quiet):
        def do_POST(self) -> None:
            self.body()
            model.asked += 1
            model.over.wait()
            self.close_connection = True
            with suppress(OSError):
                self.say(400, {"error": {"message": "no"}})

    with http_server(Handler) as address:
        try:
            yield f"{address}/v1", model
        finally:
            model.over.set()


@contextmanager
def slack_api() -> Iterator[tuple[str, Counter[str]]]:
    """Slack's Web API, which takes everything, and how much was posted by channel and thread."""
    posted, lock = Counter[str](), threading.Lock()

    class Handler(_Quiet):
        def do_POST(self) -> None:
            body = self.body()
            if self.path.endswith("/chat.postMessage"):
                said = json.loads(body)
                with lock:
                    posted[f"{said['channel']} {said.get('thread_ts', '')}"] += 1
            user = {"user_id": "U0UTBLICK", "bot_id": "B0UTBLICK", "team_id": "T0", "messages": []}
            self.say(200, {"ok": True, "ts": f"{time.time():.6f}", **user})

        do_GET = do_POST

    with http_server(Handler) as address:
        yield f"{address}/api/", posted


def mention(number: int, question: str) -> bytes:
    """A mention as Slack's Events API tells it."""
    ts, channel = f"{1_700_000_000 + number}.000100", f"C{number % CHANNELS:04d}"
    text = f"<@U0UTBLICK> {question}"
    said = {"type": "app_mention", "user": "U0ANNA", "text": text, "ts": ts, "channel": channel}
    team = {"team_id": "T0", "user_id": "U0UTBLICK", "is_bot": True, "enterprise_id": None}
    told = {
        "token": "unused",
        "team_id": "T0",
        "api_app_id": "A0",
        "event": {**said, "team": "T0", "event_ts": ts},
        "type": "event_callback",
        "event_id": f"Ev{number:08d}",
        "event_time": int(time.time()),
        "authorizations": [{**team, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }
    return json.dumps(told).encode()


def signed(body: bytes) -> dict[str, str]:
    """The headers that Slack would send with `body` now."""
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }


class Sender:
    """Sends each event when it is due, over connections that stay open."""

    def __init__(self, address: str, questions: Sequence[str]) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port
        self._questions = questions
        self._own = threading.local()

    def send(self, events: range, rate: float) -> list[tuple[int, float, float]]:
        """Of every acknowledgement its status (0: none), its seconds, and those that it was sent too late."""
        began = time.monotonic() + 0.5
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            due = [began + number / rate for number in range(len(events))]
            return list(threads.map(self._one, events, due))

    def _one(self, number: int, due: float) -> tuple[int, float, float]:
        time.sleep(max(0.0, due - time.monotonic()))
        body = mention(number, self._questions[number % len(self._questions)])
        late = time.monotonic() - due
        return self._status(body), time.monotonic() - due, late

    def _status(self, body: bytes) -> int:
        for _ in range(2):
            try:
                kept = self._connection()
                kept.request("POST", "/slack/events", body, signed(body))
                reply = kept.getresponse()
                reply.read()
                return reply.status
            except (OSError, http.client.HTTPException):
                # The server closes what was not used for a while; Slack would connect again.
                self._own.kept = None
        return 0

    def _connection(self) -> http.client.HTTPConnection:
        kept: http.client.HTTPConnection | None = getattr(self._own, "kept", None)
        if kept is None:
            kept = self._own.kept = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE)
        return kept


def kept_in(data: Path) -> int:
    """How many wishes are on disk."""
    with sqlite3.connect(data / "catalogue.sqlite3", timeout=PATIENCE) as catalogue:
        row = catalogue.execute("SELECT count(*) FROM jobs WHERE kind = 'slack'").fetchone()
    catalogue.close()
    return int(row[0])


def measure(data: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Serve, send, and count."""
    events = int(given.seconds * given.rate)
    with ExitStack() as open_now:
        api, posted = open_now.enter_context(slack_api())
        settings = {"SLACK_URL": api, "SLACK_BOT_TOKEN": "xoxb-measured", "SLACK_SIGNING_SECRET": SECRET}
        model = Model()
        if given.model:
            url, model = open_now.enter_context(hanging_model())
            settings |= {"CHAT_MODEL": "openai:hangs", "CHAT_URL": url, "CHAT_KEY": "measured"}
        os.environ.update({f"UTBLICK_{name}": value for name, value in settings.items()})
        address = open_now.enter_context(serving(data))
        sender = Sender(address, read_questions(QUESTIONS, 40))
        sender.send(range(WARMING), 2)
        acknowledged = sender.send(range(WARMING, WARMING + events), given.rate)
        load, meanwhile = os.getloadavg()[0], sum(posted.values())
        model.over.set()
        time.sleep(given.after)
        kept = kept_in(data)
        answered = Counter(posted)
    seconds = [taken for status, taken, _ in acknowledged if status == 200]
    return {
        "events": events,
        "statuses": dict(Counter(status for status, *_ in acknowledged)),
        "kept": kept - WARMING,
        "ms": {name: 1000 * percentile(seconds, share) for name, share in SHARES.items()} if seconds else {},
        "sent_late_ms": 1000 * percentile([late for *_, late in acknowledged], SHARES["p99"]),
        "model_asked": model.asked,
        "answered_meanwhile": meanwhile,
        "answered": len(answered),
        "answered_twice": sum(count > 1 for count in answered.values()),
        "load_average": load,
    }


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def table(found: Mapping[str, Any]) -> str:
    """The figures for people."""
    times = "  ".join(f"{name} {value:.0f}" for name, value in found["ms"].items())
    return (
        f"{found['events']} events, answered with {found['statuses']}, kept {found['kept']}\n"
        f"acknowledged, ms: {times}  (99 % were sent at most {found['sent_late_ms']:.0f} late)\n"
        f"the model was asked {found['model_asked']} times; replies meanwhile {found['answered_meanwhile']}, "
        f"afterwards {found['answered']} threads have one ({found['answered_twice']} more than one)\n"
        f"load average {found['load_average']:.1f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a data folder that is ready; it is copied")
    parser.add_argument("--seconds", type=float, default=60, help="how long events come")
    parser.add_argument("--rate", type=float, default=50, help="how many each second")
    parser.add_argument("--no-model", dest="model", action="store_false", help="answer without a model")
    parser.add_argument("--after", type=float, default=60, help="seconds in which answers are counted then")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    given = parser.parse_args()
    if given.model and not find_spec("langchain_openai"):
        sys.exit("a model that hangs takes langchain-openai (pip install 'utblick[openai]'), or --no-model")
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        if given.data:
            shutil.copytree(given.data, data)
        else:
            environment = os.environ | {"UTBLICK_DATA_DIR": str(data)}
            subprocess.run([UTBLICK, "ingest", "--starter"], env=environment, check=True)
        found = measure(data, given)
    print(table(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    if found["kept"] != found["events"]:
        sys.exit("not everything that was sent was kept")


if __name__ == "__main__":
    main()
