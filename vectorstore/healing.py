"""Rebuilding the generation in a process of its own, so that a server goes on answering."""

import logging
import subprocess
import threading
import time

from vectorstore.publish import command, handover
from vectorstore.settings import Settings

log = logging.getLogger(__name__)

# After a failure the next attempt waits this long, then twice as long, up to the longest.
RETRY_SECONDS = 10.0
LONGEST_RETRY_SECONDS = 600.0


class Healer:
    """Starts one rebuild at a time. The process outlives this one if it has to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread: threading.Thread | None = None
        self._pause = RETRY_SECONDS
        self._not_before = 0.0
        self.failure = ""

    def start(self, distrusted: int | None) -> None:
        """Publish anew, unless that is under way or failed a moment ago."""
        if (self._thread and self._thread.is_alive()) or time.monotonic() < self._not_before:
            return
        self._thread = threading.Thread(
            target=self._run, args=(distrusted,), name="store-healer", daemon=True
        )
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for a rebuild that is under way."""
        if self._thread:
            self._thread.join(seconds)

    def _run(self, distrusted: int | None) -> None:
        log.warning("rebuilding the search index from the catalogue")
        ended = subprocess.run(
            command(distrusted),
            input=handover(self._settings),
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if ended.returncode == 0:
            self.failure, self._pause = "", RETRY_SECONDS
            return
        self.failure = (ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"])[-1]
        log.error("rebuilding the search index failed: %s", self.failure)
        self._not_before = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_RETRY_SECONDS)
