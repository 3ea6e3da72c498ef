"""Lanes: the wishes of one conversation are done one at a time, in the order they came."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from threading import Lock

from assistant.channels.slack.wishes import Wish
from vectorstore.jobs import Job

MOST_PARKED = 32


class Place(Enum):
    """Where a job that was taken stands."""

    FIRST = auto()
    BEHIND = auto()
    NOWHERE = auto()


def lane(job: Job) -> str:
    """What a job must be done in order with; its own id where that is nothing."""
    about = job.about
    try:
        wish = Wish.of(about)
    except (ValueError, KeyError, TypeError):
        return job.id
    place = f"{wish.team}:{wish.channel}"
    if wish.thread:
        return f"{place}:{wish.thread}"
    return wish.conversation or (f"{place}:{wish.user}" if wish.user else job.id)


@dataclass(frozen=True, slots=True)
class Lanes:
    """Which job each lane is held by, and the taken ones that stand behind it."""

    _holder: dict[str, str] = field(default_factory=dict)
    _parked: dict[str, deque[Job]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def hold(self, jobs: Iterable[Job]) -> None:
        """Keep each lane for the first of these, which comes later than others may."""
        with self._lock:
            for job in jobs:
                self._holder.setdefault(lane(job), job.id)

    def enter(self, job: Job) -> Place:
        """FIRST may be done now, BEHIND comes out of `leave`; for NOWHERE there is no room to stand."""
        name = lane(job)
        with self._lock:
            if self._holder.setdefault(name, job.id) == job.id:
                return Place.FIRST
            if sum(map(len, self._parked.values())) >= MOST_PARKED:
                return Place.NOWHERE
            self._parked.setdefault(name, deque()).append(job)
            return Place.BEHIND

    def leave(self, job: Job) -> Job | None:
        """`job` has ended; the one that is to be done now in its stead, if there is any."""
        name = lane(job)
        with self._lock:
            behind = self._parked.get(name)
            if not behind:
                self._holder.pop(name, None)
                return None
            following = behind.popleft()
            if not behind:
                del self._parked[name]
            self._holder[name] = following.id
            return following

    def parked(self) -> list[Job]:
        """All that are parked."""
        with self._lock:
            return [job for jobs in self._parked.values() for job in jobs]
