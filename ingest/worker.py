"""The parent's end of one sandbox process: start it, ask it, stop it."""

import os
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ingest.wire import LENGTH_BYTES, REPLY_LIMIT, frame
from vectorstore.errors import UtblickError

_START_SECONDS = 60  # imports take about one second; a machine short of everything takes longer
_CHUNK = 2**20
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")  # no keys or tokens for the child


class SandboxError(UtblickError):
    """The sandbox cannot be started at all, which is no file's fault; the person who runs it sees this."""


class WorkerDied(Exception):
    """The process ended, or said what no sandbox says, before it answered."""


class Worker:
    """One sandbox process; not for use by several threads at a time."""

    def __init__(self, memory_mb: int, cpu_seconds: int) -> None:
        """Starts the process and waits until it is ready; raises SandboxError when it never is."""
        root = str(Path(__file__).resolve().parents[1])
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        options = [str(memory_mb), str(cpu_seconds), str(os.getpid())]
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "ingest.sandbox", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                env={**kept, "PYTHONPATH": root, "PYTHONUTF8": "1"},
                start_new_session=True,  # Ctrl-C in the terminal is for the parent
            )
            try:
                self.answer(b"", _START_SECONDS)
            except (WorkerDied, TimeoutError) as error:
                self.stop()
                errors.seek(0)
                lines = errors.read().decode("utf-8", "replace").strip().splitlines()
                raise SandboxError(f"the parsing process did not start: {lines[-1:] or error}") from error
            except BaseException:
                self.stop()
                raise

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, suffix: str, data: bytes, seconds: float) -> bytes:
        """The reply to one file; raises TimeoutError or WorkerDied, and the worker is then of no more use."""
        return self.answer(frame(suffix.encode("ascii")) + frame(data), seconds)

    def answer(self, request: bytes, seconds: float) -> bytes:
        """Send the request and read one frame, whichever way the process is willing first."""
        assert self._process.stdin and self._process.stdout
        ends, waiting, reply = time.monotonic() + seconds, memoryview(request), bytearray()
        source, sink = self._process.stdout.fileno(), self._process.stdin.fileno()
        os.set_blocking(sink, False)
        with selectors.DefaultSelector() as ready:
            ready.register(source, selectors.EVENT_READ)
            if waiting:
                ready.register(sink, selectors.EVENT_WRITE)
            while not _is_whole(reply):
                left = ends - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                for key, _ in ready.select(left):
                    if key.fd == source:
                        reply += _received(source)
                        continue
                    waiting = waiting[_sent(sink, waiting) :]
                    if not waiting:
                        ready.unregister(sink)
        return bytes(reply[LENGTH_BYTES:])

    def stop(self, grace: float = 0) -> tuple[int, int]:
        """Kill the process; returns its exit code (a negative signal number) and peak memory in MB.

        A process that has ended by itself, or does within `grace` seconds, keeps the code it ended
        with: one that is dying closes its pipe before it is gone.
        """
        process = self._process
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        if process.returncode is not None:
            return process.returncode, 0
        patience = time.monotonic() + grace
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        while not ended and time.monotonic() < patience:
            time.sleep(0.01)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if not ended:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_maxrss // 1024


def _is_whole(reply: bytearray) -> bool:
    if len(reply) < LENGTH_BYTES:
        return False
    size = int.from_bytes(reply[:LENGTH_BYTES], "big")
    if size > REPLY_LIMIT or len(reply) > LENGTH_BYTES + size:
        raise WorkerDied("it sent more than a reply")
    return len(reply) == LENGTH_BYTES + size


def _received(source: int) -> bytes:
    if not (chunk := os.read(source, _CHUNK)):
        raise WorkerDied("it ended")
    return chunk


def _sent(sink: int, waiting: memoryview) -> int:
    try:
        return os.write(sink, waiting[:_CHUNK])
    except BrokenPipeError as error:
        raise WorkerDied("it closed its input") from error
