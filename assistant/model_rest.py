"""Leaving a model alone for a while that has not answered several times in a row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

FAILURES = 3
"""In a row, after which it is left alone."""
SECONDS = 60.0
"""How long; the first failure after it begins the next rest."""


@dataclass(slots=True)
class Rest:
    """One model's rest, shared by all that ask it: people do not wait in turn for one that hangs."""

    now: Callable[[], float] = monotonic
    _failed: int = 0
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def is_on(self) -> bool:
        """Whether the model is to be left alone now."""
        with self._lock:
            return self.now() < self._until

    def worked(self) -> None:
        """It answered."""
        with self._lock:
            self._failed, self._until = 0, 0.0

    def failed(self) -> None:
        """It was down, or did not answer in time."""
        with self._lock:
            self._failed += 1
            if self._failed >= FAILURES:
                self._until = self.now() + SECONDS
