"""How fast the worker goes: its pauses, and Slack's one message a second in a channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic

GAP_SECONDS = 1.0
BURST = 3
MOST_CHANNELS = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds.

    `grace` is what a message that was under way at a death gets to arrive. `doubts` are the pauses after a
    message that perhaps arrived, `faults` those after a reply that could not be composed; after the last one
    it is given up. `longest` bounds the waiting for Slack, or for the database, to take more. `poll` and
    `database` are the pauses between looking for new wishes and between asking a database that fails.
    `stopping` is what those under way get to end in. `gap` is between two messages in a channel.
    """

    grace: timedelta = timedelta(seconds=5)
    poll: float = 0.1
    doubts: tuple[float, ...] = (3, 5, 10, 30, 120, 300, 900, 1800)
    faults: tuple[float, ...] = (2, 10, 30)
    longest: float = 3600
    database: float = 1.0
    stopping: float = 2.0
    gap: float = GAP_SECONDS


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class Turns:
    """When each channel may have its next message; a few may come at once."""

    gap: float = GAP_SECONDS
    clock: Callable[[], float] = field(default=monotonic)
    _next: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def due(self, channel: str, most: float) -> float:
        """Seconds until the channel's next turn, which is taken unless that is more than `most`."""
        with self._lock:
            now = self.clock()
            if len(self._next) > MOST_CHANNELS:
                for old in [one for one, at in self._next.items() if at < now]:
                    del self._next[old]
            turn = max(self._next.get(channel, now), now)
            wait = max(0.0, turn - now - (BURST - 1) * self.gap)
            if wait <= most:
                self._next[channel] = turn + self.gap
            return wait

    def hold(self, channel: str, seconds: float) -> None:
        """Slack takes nothing more in the channel for so long."""
        with self._lock:
            until = self.clock() + seconds + (BURST - 1) * self.gap
            self._next[channel] = max(self._next.get(channel, 0.0), until)
