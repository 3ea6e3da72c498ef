"""One wish, from the table to Slack and back into the table."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import OperationalError

from assistant.channels.slack.answering.composing import compose, gave_up, undelivered
from assistant.channels.slack.answering.delivery import Dead, Delivery, Later
from assistant.channels.slack.answering.outcomes import Sent
from assistant.channels.slack.answering.pace import Pace
from assistant.channels.slack.answering.progress import Progress
from assistant.channels.slack.answering.sending import send
from assistant.channels.slack.answering.status import shown_working
from assistant.channels.slack.messages import Message
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Wish
from assistant.channels.slack.wordless import wordless
from vectorstore.jobs import Job, JobState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """How a job is done. `write` calls until the database takes it."""

    parts: SlackParts
    pace: Pace
    delivery: Delivery
    write: Callable[[Callable[[], None]], None]

    def do(self, job: Job) -> bool:
        """Compose the reply, send it, end the job; False where it is put back to be gone on with."""
        try:
            wish, progress = Wish.of(job.about), Progress.of(job.result)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("job %s cannot be read: %s", job.id, wordless(error))
            self._end(job, JobState.FAILED, {"error": "unreadable"})
            return True
        with shown_working(self.parts, wish, resumed=job.tries > 1):
            after: Progress | Later | Dead = self._composed(job, wish, progress)
            if isinstance(after, Progress):
                after = self.delivery.deliver(job, wish, after)
        return self._ended(job, wish, after)

    def apologise(self, job: Job) -> None:
        """Tell the asker that the job was given up, if that is possible."""
        try:
            wish = Wish.of(job.about)
            for message in gave_up(self.parts, wish).messages:
                self._told(job, wish, message)
        except (ValueError, KeyError, TypeError) as error:
            log.error("job %s cannot be read: %s", job.id, wordless(error))

    def _composed(self, job: Job, wish: Wish, progress: Progress) -> Progress | Later:
        """The progress with the reply that is to be sent; composed only once, however often it is tried."""
        if progress.messages:
            return progress
        try:
            return Progress.begun(compose(self.parts, wish))
        except Exception as error:
            log.error("job %s: no reply could be composed: %s", job.id, wordless(error))
            now = datetime.now(UTC)
            if isinstance(error, OperationalError) and progress.waited(now) < self.pace.longest:
                return Later(progress.again(False, 0, now), self.pace.database)
            if progress.faults < len(self.pace.faults):
                return Later(progress.again(False, 1, now), self.pace.faults[progress.faults])
            return Progress.begun(gave_up(self.parts, wish), failed=type(error).__name__)

    def _ended(self, job: Job, wish: Wish, after: Progress | Later | Dead) -> bool:
        if isinstance(after, Later):
            pause, kept = timedelta(seconds=after.seconds), after.progress.kept()
            self.write(lambda: self.parts.service.jobs.put_back(job.id, kept, pause))
            return False
        if isinstance(after, Dead):
            self._bury(job, wish, after)
        elif after.failed:
            self._end(job, JobState.FAILED, after.dead(after.failed))
        else:
            done, about = after.ended(), wish.wordless()
            self.write(lambda: self.parts.service.jobs.end(job.id, JobState.DONE, done, about))
        return True

    def _bury(self, job: Job, wish: Wish, dead: Dead) -> None:
        log.error("job %s: the reply cannot be delivered (%s)", job.id, dead.code)
        message = dead.progress.next
        ways = undelivered(self.parts, wish, message, dead.code) if message else ()
        for word in ways:
            if self._told(job, wish, word):
                break
        self._end(job, JobState.FAILED, dead.progress.dead(dead.code))

    def _told(self, job: Job, wish: Wish, word: Message) -> bool:
        came = send(self.parts, replace(wish, ts=""), word, f"{job.id}:word")
        log.info("job %s: the asker was told: %s", job.id, type(came).__name__)
        return isinstance(came, Sent)

    def _end(self, job: Job, state: JobState, result: dict[str, object]) -> None:
        self.write(lambda: self.parts.service.jobs.end(job.id, state, result))
