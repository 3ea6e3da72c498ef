"""The worker beside the server: started with it, started again when it dies, stopped with it."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "ingest.working", "--attached")
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
LIVED_WELL = 60.0
"""Seconds; a worker that lived so long had no fault that would end the next one at once."""
ENDING_SECONDS = 25.0


@contextmanager
def working(command: Sequence[str] = COMMAND, first_pause: float = FIRST_PAUSE) -> Iterator[None]:
    """Keep a worker running beside the block. It ends when we do, however we end: its input is our pipe."""
    keeper = _Keeper(command, first_pause)
    thread = threading.Thread(target=keeper.keep, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join()


class _Keeper:
    def __init__(self, command: Sequence[str], first_pause: float) -> None:
        self._command, self._first_pause = command, first_pause
        self._stop, self._changing = threading.Event(), threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start the worker, and again when it has died, after pauses that grow."""
        pause = self._first_pause
        while not self._stop.is_set():
            began = time.monotonic()
            code = self._run()
            if self._stop.is_set():
                return
            pause = self._first_pause if time.monotonic() - began > LIVED_WELL else pause
            log.warning("the worker ended with %s and is started again in %.0f s", code, pause)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def end(self) -> None:
        """Have the worker end what it is at, and do not start it again."""
        with self._changing:
            self._stop.set()
            process = self._process
        if process and process.stdin:
            process.stdin.close()

    def _run(self) -> int | str:
        with self._changing:
            if self._stop.is_set():
                return 0
            try:
                # A session of its own: a Ctrl-C at the server's terminal is for the server to pass on.
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                return str(error)
        return self._wait(self._process)

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        with process:
            while (code := process.poll()) is None and not self._stop.wait(0.5):
                pass
            if code is not None:
                return code
            try:
                return process.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait()
