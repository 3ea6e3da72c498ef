"""One process's time at work: it takes wishes, does them on several threads, and leaves none half done."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from time import monotonic
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.slack.answering.delivery import Delivery
from assistant.channels.slack.answering.lanes import Lanes, Place
from assistant.channels.slack.answering.pace import Pace, Turns
from assistant.channels.slack.answering.progress import Progress
from assistant.channels.slack.answering.task import Task
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import KIND
from assistant.channels.slack.wordless import wordless
from vectorstore.jobs import Job, Jobs, JobState

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Threads that answer. More of them only fight for the interpreter, and delay what is to be acknowledged."""
AT_ONCE_WITH_MODEL = 3
"""Where they wait for a language model most of the time."""
MOST_TRIES = 8
MOST_WAITING = 1000
FULL_PAUSE = timedelta(seconds=2)
Written = TypeVar("Written")


class Abandoned(Exception):
    """The time at work is over: whoever works now may have the job already."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Works from `worked` on, until `stop`. After `over` nothing more is written."""

    parts: SlackParts
    pace: Pace
    stop: Event
    turns: Turns
    at_once: int
    over: Event = field(default_factory=Event)
    lanes: Lanes = field(default_factory=Lanes)
    todo: SimpleQueue[Job | None] = field(default_factory=SimpleQueue)
    free: Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", Semaphore(self.at_once))

    @property
    def jobs(self) -> Jobs:
        """The table of wishes."""
        return self.parts.service.jobs

    @contextmanager
    def worked(self) -> Iterator[None]:
        """Work beside the block; after it those under way get a moment to end."""
        taking = Thread(target=self._take, name="slack-taking", daemon=True)
        threads = [Thread(target=self._work, name="slack-answer", daemon=True) for _ in range(self.at_once)]
        try:
            given_up = self._begin()
        except Abandoned:
            return
        for thread in (taking, *threads):
            thread.start()
        try:
            for job in given_up:
                log.error("job %s was under way at %d deaths and is given up", job.id, MOST_TRIES)
                self._task().apologise(job)
            yield
        finally:
            self._finish(taking, threads)

    def write(self, write: Callable[[], Written]) -> Written:
        """What `write` gives as soon as the database takes it; raises Abandoned when that is too late."""
        while not self.over.is_set():
            try:
                return write()
            except SQLAlchemyError as error:
                log.warning("the database does not take it now: %s", type(error).__name__)
                if self.stop.wait(self.pace.database):
                    break
        raise Abandoned

    def keep(self, job: Job, progress: Progress) -> None:
        """Write down how far the job has come."""
        self.write(lambda: self.jobs.tell(job.id, progress.kept()))

    def _begin(self) -> list[Job]:
        """Take over from a worker that died, and keep the lanes of what comes later; what is given up."""
        given_up = self.write(lambda: self.jobs.resume([KIND], MOST_TRIES, self.pace.grace))
        waiting = self.write(lambda: self.jobs.newest(MOST_WAITING, [KIND]))
        self.lanes.hold(job for job in reversed(waiting) if job.due and job.state is JobState.WAITING)
        return given_up

    def _take(self) -> None:
        while not self.stop.is_set():
            if not self.free.acquire(timeout=self.pace.poll):
                continue
            try:
                job = self.write(lambda: self.jobs.take([KIND]))
                if job and self._placed(job):
                    continue
            except Abandoned:
                return
            self.free.release()
            if job is None:
                self.stop.wait(self.pace.poll)

    def _placed(self, job: Job) -> bool:
        """Whether the job is being done now; otherwise it stands behind another, or is put back."""
        place = self.lanes.enter(job)
        if place is Place.FIRST:
            self.todo.put(job)
        elif place is Place.NOWHERE:
            self._put_back(job, FULL_PAUSE)
        return place is Place.FIRST

    def _work(self) -> None:
        while job := self.todo.get():
            following: Job | None = job
            while following and self._ended(following):
                following = self.lanes.leave(following)
            self.free.release()

    def _ended(self, job: Job) -> bool:
        """Whether the job came to its end; otherwise it keeps its lane, and is taken again later."""
        try:
            if self.stop.is_set():
                self._put_back(job, timedelta(0))
                return False
            return self._done(job)
        except Abandoned:
            return False

    def _done(self, job: Job) -> bool:
        try:
            return self._task().do(job)
        except Abandoned:
            raise
        except Exception as error:
            # A fault of ours must not cost the others their worker, nor the asker a word.
            log.error("job %s failed: %s", job.id, wordless(error))
            failed = {**job.result, "error": type(error).__name__}
        self.write(lambda: self.jobs.end(job.id, JobState.FAILED, failed))
        self._task().apologise(job)
        return True

    def _task(self) -> Task:
        delivery = Delivery(self.parts, self.pace, self.turns, self.keep, self.stop.wait)
        return Task(self.parts, self.pace, delivery, self.write)

    def _put_back(self, job: Job, pause: timedelta) -> None:
        self.write(lambda: self.jobs.put_back(job.id, job.result, pause))

    def _finish(self, taking: Thread, threads: list[Thread]) -> None:
        self.stop.set()
        deadline = monotonic() + self.pace.stopping
        taking.join(self.pace.stopping)
        for _ in threads:
            self.todo.put(None)
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        try:
            for job in self.lanes.parked():
                self._put_back(job, timedelta(0))
        except Abandoned:
            log.warning("what was taken is left to whoever works next")
        self.over.set()
