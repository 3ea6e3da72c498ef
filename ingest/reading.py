"""Reads files in a process that may hang, crash or use up its memory without harm to ours."""

import signal
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock
from types import TracebackType

from ingest.filetypes import SUFFIXES
from ingest.loaded import LoadedFile
from ingest.statuses import FileStatus, reason
from ingest.wire import WireError, decode_file, decode_reply
from ingest.worker import Worker, WorkerDied
from vectorstore.settings import Settings

FILE_BYTES = 50 * 2**20  # as the upload limit; the longest reports with pictures stay below
_RECYCLE_BYTES = 5 * 2**20  # after a file this big the worker's memory is scattered
_RECYCLE_MB = 400  # resident; a worker that has read small files holds about 150
_RECYCLE_FILES = 500
_DYING_SECONDS = 2.0
_TRIES = 2  # a worker that something else killed, such as the system short of memory, is tried again


@dataclass(frozen=True, slots=True)
class ReadResult:
    """How reading one file ended; `file` is there when the status is "read", `reason` always."""

    status: FileStatus
    file: LoadedFile | None
    reason: str


class Reader:
    """Reads one file after another in a sandbox process, started when needed; use as a context manager.

    Safe for several threads, one file at a time. A file never makes `read` raise; SandboxError
    says that the sandbox itself cannot run.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._worker: Worker | None = None
        self._files = 0
        self._lock = Lock()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the current sandbox, if one runs."""
        return self._worker.pid if self._worker else None

    def close(self) -> None:
        """Stop the sandbox; `read` would start another."""
        with self._lock:
            self._stop()

    def read(self, name: str, data: bytes) -> ReadResult:
        """What the file holds, or why it cannot be read; `name` (with its suffix) is as a person knows it."""
        suffix = PurePath(name).suffix.lower()
        if suffix not in SUFFIXES:
            return _failed(FileStatus.UNSUPPORTED, name, suffix or "its name has no ending")
        if not data:
            return _failed(FileStatus.EMPTY, name)
        if len(data) > FILE_BYTES:
            return ReadResult(FileStatus.TOO_LARGE, None, too_large(name, len(data)))
        with self._lock:
            try:
                return self._tried(name, suffix, data)
            except BaseException:  # an interrupt: the worker is in the middle of something
                self._stop()
                raise

    def _tried(self, name: str, suffix: str, data: bytes) -> ReadResult:
        for _ in range(_TRIES):
            worker = self._started()
            try:
                return self._result(name, len(data), worker.ask(suffix, data, self._settings.parse_seconds))
            except TimeoutError:
                self._stop()
                return _failed(FileStatus.TIMEOUT, name, f"{self._settings.parse_seconds:g} seconds")
            except (WorkerDied, WireError) as error:
                code, peak_mb = self._stop(_DYING_SECONDS)
                if code != -signal.SIGKILL or isinstance(error, WireError):
                    return self._died(name, code, peak_mb)
        return _failed(FileStatus.CRASHED, name, "it was killed twice; this machine may lack memory")

    def _started(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(self._settings.parse_memory_mb, self._settings.parse_cpu_seconds)
            self._files = 0
        return self._worker

    def _stop(self, grace: float = 0) -> tuple[int, int]:
        worker, self._worker = self._worker, None
        return worker.stop(grace) if worker else (0, 0)

    def _result(self, name: str, size: int, payload: bytes) -> ReadResult:
        reply = decode_reply(payload)
        try:
            status = FileStatus(reply.get("status", ""))
        except ValueError as error:
            raise WireError(f"no status: {error}") from error
        loaded = decode_file(reply.get("file")) if status is FileStatus.READ else None
        self._files += 1
        worn = self._files >= _RECYCLE_FILES or size > _RECYCLE_BYTES
        if worn or status is FileStatus.OUT_OF_MEMORY or reply.get("resident_mb", 0) > _RECYCLE_MB:
            self._stop()
        if status is FileStatus.OUT_OF_MEMORY:
            return self._over_memory(name)
        return ReadResult(status, loaded, reason(status, name, str(reply.get("detail", ""))))

    def _died(self, name: str, code: int, peak_mb: int) -> ReadResult:
        """What a worker's end means; C code that gets no memory ends by a signal."""
        if code == -signal.SIGXCPU:
            seconds = f"{self._settings.parse_cpu_seconds} seconds of processor time"
            return _failed(FileStatus.TIMEOUT, name, seconds)
        if code < 0 and peak_mb > self._settings.parse_memory_mb / 2:
            return self._over_memory(name)
        ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return _failed(FileStatus.CRASHED, name, ended)

    def _over_memory(self, name: str) -> ReadResult:
        return _failed(FileStatus.OUT_OF_MEMORY, name, f"{self._settings.parse_memory_mb} MB")


def _failed(status: FileStatus, name: str, detail: str = "") -> ReadResult:
    return ReadResult(status, None, reason(status, name, detail))


def too_large(name: str, size: int) -> str:
    """What to say of a file over FILE_BYTES, which need not be opened to know it."""
    sizes = f"{size / 2**20:.0f} MB, and {FILE_BYTES // 2**20} MB are allowed"
    return reason(FileStatus.TOO_LARGE, name, sizes)
