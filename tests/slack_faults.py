"""What can go wrong between an app and Slack's Web API, to be planned by a test."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RateLimited:
    """429 with Retry-After; nothing is done."""

    seconds: int = 1


@dataclass(frozen=True)
class ServerError:
    """A page of HTML with a 5xx; the call was carried out unless `before`."""

    before: bool = True
    status: int = 500


@dataclass(frozen=True)
class Reset:
    """The connection is cut, before the call was carried out or when it was."""

    before: bool = True


@dataclass(frozen=True)
class Slow:
    """The answer takes `seconds`; with `before` the call itself is carried out that late too."""

    seconds: float
    before: bool = False


@dataclass(frozen=True)
class Refused:
    """Slack's own refusal, by its name."""

    error: str


Fault = RateLimited | ServerError | Reset | Slow | Refused
Deciding = Callable[[str, Mapping[str, Any]], Fault | None]
SENDING = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url")


@dataclass
class Faults:
    """Decides for each call: a callable is asked about all, a sequence is used up by those that send."""

    plan: Deciding | Sequence[Fault | None] = ()
    _used: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self, plan: Deciding | Sequence[Fault | None]) -> None:
        """From now on it goes by `plan`."""
        with self._lock:
            self.plan, self._used = plan, 0

    def of(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """What goes wrong with this call."""
        if callable(self.plan):
            return self.plan(method, arguments)
        if method not in SENDING:
            return None
        with self._lock:
            self._used += 1
            return self.plan[self._used - 1] if self._used <= len(self.plan) else None
