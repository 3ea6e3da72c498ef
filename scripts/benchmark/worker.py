"""One system in a process of its own, so that its memory is its own: `Worker` here, `main` there.

Requests are lines of JSON on standard input, replies on a pipe of their own; what libraries print goes
to standard error.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

REPLIES = "BENCHMARK_REPLIES"
"""The variable with the number of the pipe that replies go to."""
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "true",
    "TQDM_DISABLE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "OPENBLAS_NUM_THREADS": "1",  # as the product sets it; torch, which the peers run on, has its own
}


class Worker:
    """The other end of the pipe. `seconds` is how long the process took until it answered a question.

    SystemExit with what it printed when the process ends before it should.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        began = time.perf_counter()
        folder = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join([folder, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._name = " ".join([module, *arguments])
        read, write = os.pipe()
        self._replies = os.fdopen(read, encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=2,
            env={**os.environ, **QUIET, "PYTHONPATH": path, REPLIES: str(write)},
            pass_fds=[write],
            text=True,
            encoding="utf-8",
        )
        os.close(write)
        self.ask("ready")
        self.seconds = time.perf_counter() - began

    def ask(self, do: str, **given: Any) -> Any:
        """The reply to one request."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps({"do": do, **given}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise SystemExit(self._ended()) from None
        line = self._replies.readline()
        if not line:
            raise SystemExit(self._ended())
        return json.loads(line)

    def _ended(self) -> str:
        status = self._process.wait()
        self._close()
        return f"{self._name} ended with {status}; what it told is above"

    def _close(self) -> None:
        """Let go of both pipes; a request that was never read is lost with them."""
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._replies.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def serve(actions: Mapping[str, Any]) -> None:
    """Answer requests until there are no more; "ready" and "memory" are known to all."""
    known = {"ready": lambda: True, "memory": memory, **actions}
    with os.fdopen(int(os.environ[REPLIES]), "w", encoding="utf-8") as replies:
        for line in sys.stdin:
            request = json.loads(line)
            print(json.dumps(known[request.pop("do")](**request)), file=replies, flush=True)


def memory() -> dict[str, float]:
    """MB of this process: resident now, and at most so far."""
    import resource

    import psutil

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rss": psutil.Process().memory_info().rss / 2**20, "peak": peak}


def timed(texts: Sequence[str], do: Any) -> tuple[list[Any], list[float]]:
    """What `do` gives for each text, and its milliseconds."""
    given, spent = [], []
    for text in texts:
        began = time.perf_counter()
        given.append(do(text))
        spent.append((time.perf_counter() - began) * 1000)
    return given, spent
