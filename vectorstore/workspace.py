"""Folders that belong to one process, such as its copy of a Chroma index, and go when it has gone."""

import fcntl
import os
import shutil
import uuid
from pathlib import Path


class Workspace:
    """A new folder below `root`, guarded by a lock that the process holds as long as it lives."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        name = uuid.uuid4().hex
        self._guard = root / f"{name}.lock"
        self._descriptor = _hold(self._guard)
        self.path = root / name
        self.path.mkdir()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._guard.unlink(missing_ok=True)
        os.close(self._descriptor)


def sweep(root: Path) -> None:
    """Remove the folders whose processes ended without doing so."""
    for guard in root.glob("*.lock"):
        descriptor = os.open(guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(guard.with_suffix(""), ignore_errors=True)
            guard.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def _hold(guard: Path) -> int:
    while True:
        descriptor = os.open(guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # A sweep may have taken the file away before it was locked.
        if guard.exists() and os.fstat(descriptor).st_ino == guard.stat().st_ino:
            return descriptor
        os.close(descriptor)
