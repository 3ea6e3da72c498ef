"""Manners towards a host: one request at a time, a pause between them, and leaving it alone when it asks."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.watching.reasons import NotRead, Reason
from vectorstore.errors import StoreError
from vectorstore.locks import locked

PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds that are waited for on the spot; what has to wait longer is read another time."""
LONGEST_REST = 7 * 86400.0
_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Notes:
    """What is remembered of a host: when it was last asked, until when it wants no more, its rules."""

    last: float = 0
    until: float = 0
    robots: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manners:
    """Kept in files of `folder`, so that several processes keep to them together."""

    folder: Path
    pause: float = PAUSE
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def visit(self, host: str, pause: float = 0) -> Iterator[None]:
        """The turn to ask `host` once; raises NotRead when it must be left alone for longer."""
        try:
            with locked(self._file(host, "lock"), _TURN):
                self._wait(host, max(pause, self.pause))
                try:
                    yield
                finally:
                    self._write(host, replace(self.notes(host), last=time.time()))
        except StoreError as error:
            raise NotRead(Reason.WAIT, host, _TURN) from error

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        until = time.time() + min(seconds, LONGEST_REST)
        self._write(host, replace(self.notes(host), until=until))

    def notes(self, host: str) -> Notes:
        """What is remembered of `host`; nothing where the file is not there or makes no sense."""
        try:
            return Notes(**json.loads(self._file(host, "json").read_bytes()))
        except (OSError, ValueError, TypeError):
            return Notes()

    def remember(self, host: str, origin: str, robots: dict[str, Any]) -> None:
        """Keep the rules of one of the host's origins."""
        notes = self.notes(host)
        self._write(host, replace(notes, robots={**notes.robots, origin: robots}))

    def _wait(self, host: str, pause: float) -> None:
        notes, now = self.notes(host), time.time()
        since_last = max(0.0, now - notes.last)  # a clock may have been set back
        seconds = max(pause - since_last, min(notes.until - now, LONGEST_REST), 0.0)
        if seconds > LONGEST_PAUSE:
            raise NotRead(Reason.WAIT, host, seconds)
        if seconds:
            self.sleep(seconds)

    def _file(self, host: str, suffix: str) -> Path:
        return self.folder / f"{sha256(host.encode()).hexdigest()[:16]}.{suffix}"

    def _write(self, host: str, notes: Notes) -> None:
        file = self._file(host, "json")
        new = file.with_suffix(f".{os.getpid()}.new")
        new.write_text(json.dumps(asdict(notes)), "utf-8")
        new.replace(file)
