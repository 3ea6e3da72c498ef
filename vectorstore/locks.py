"""Locks between processes: a flock ends with the process that held it, however it ended."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import StoreError

POLL_SECONDS = 0.05


@contextmanager
def locked(path: Path, wait_seconds: float, shared: bool = False) -> Iterator[None]:
    """Hold the lock at `path`; raises StoreError if others keep it for longer than `wait_seconds`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait(descriptor, path, wait_seconds, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        if not shared:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether anyone holds the lock at `path` now."""
    try:
        with locked(path, wait_seconds=0):
            return False
    except StoreError:
        return True


def _wait(descriptor: int, path: Path, seconds: float, kind: int) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 20, 0).decode("ascii", "replace") or "unknown"
                raise StoreError(
                    f"{path} is held by process {holder}; waited {seconds:.0f} s. "
                    "Let it finish, or end it, and try again."
                ) from None
        time.sleep(POLL_SECONDS)
