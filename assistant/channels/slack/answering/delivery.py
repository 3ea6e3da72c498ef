"""Sending a reply: every message once, whatever Slack answers and however often we died on the way."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from assistant.channels.slack.answering.lookup import arrived
from assistant.channels.slack.answering.outcomes import Doubt, Outcome, Refused, Sent, Wait
from assistant.channels.slack.answering.pace import Pace, Turns
from assistant.channels.slack.answering.progress import Progress
from assistant.channels.slack.answering.sending import send
from assistant.channels.slack.answering.wording import in_words
from assistant.channels.slack.messages import How, Message
from assistant.channels.slack.parts import CALL_SECONDS, SlackParts
from assistant.channels.slack.wishes import Way, Wish
from vectorstore.jobs import Job

log = logging.getLogger(__name__)

BAD_BLOCKS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_blocks"}
)
EXPIRED = frozenset({"expired_url", "used_url", "foreign_response_url"})
NO_THREAD = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})
SHORT_WAIT = 2.0
"""Seconds of waiting for a channel's turn that are not worth giving the job back for."""
AT_ONCE = 0.01


@dataclass(frozen=True, slots=True)
class Later:
    """To be gone on with after `seconds`."""

    progress: Progress
    seconds: float


@dataclass(frozen=True, slots=True)
class Dead:
    """Given up; `code` is what Slack said last."""

    progress: Progress
    code: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How replies of one worker are sent. `keep` writes to disk how far a job has come.

    `stopped` waits so many seconds and tells whether the worker is to stop.
    """

    parts: SlackParts
    pace: Pace
    turns: Turns
    keep: Callable[[Job, Progress], None]
    stopped: Callable[[float], bool]

    def deliver(self, job: Job, wish: Wish, progress: Progress) -> Progress | Later | Dead:
        """Send what is not sent yet; the Progress when all has arrived.

        Before each attempt it is on disk that the message may have arrived, so that after a death, as after
        an unclear answer, it is looked for before it is sent again. What only one person sees cannot be
        looked for: in doubt that is sent again, for to be seen twice is better than never.
        """
        while message := progress.next:
            key = f"{job.id}:{len(progress.sent)}"
            told = self._looked(job, message, key) if progress.doubt else Sent()
            if isinstance(told, Sent) and not told.ts:
                if wait := self._turn(message):
                    return Later(replace(progress, doubt=False), wait)
                self.keep(job, replace(progress, doubt=True))
                told = send(self.parts, wish, message, key)
            after = self._after(job, wish, progress, message, told)
            if not isinstance(after, Progress):
                return after
            progress = after
        return progress

    def _looked(self, job: Job, message: Message, key: str) -> Outcome:
        return arrived(self.parts, message, key, job.at) if message.how is How.POST else Sent()

    def _turn(self, message: Message) -> float:
        """Wait for the channel's turn; seconds to come back after where that is long, or when we stop."""
        wait = self.turns.due(message.channel, SHORT_WAIT)
        if wait > SHORT_WAIT:
            return wait
        return AT_ONCE if self.stopped(wait) else 0.0

    def _after(
        self, job: Job, wish: Wish, progress: Progress, message: Message, told: Outcome
    ) -> Progress | Later | Dead:
        now = datetime.now(UTC)
        if isinstance(told, Sent):
            kept = progress.arrived(told.ts)
            if kept.next:
                self.keep(job, kept)
            return kept
        if isinstance(told, Refused):
            return self._refused(job, wish, progress, message, told.code)
        if isinstance(told, Wait):
            self.turns.hold(message.channel, told.seconds)
            later = progress.again(progress.doubt, 0, now)
            if later.waited(now) > self.pace.longest:
                return Dead(progress, "ratelimited")
            return Later(later, told.seconds)
        return self._doubted(job, progress.again(True, 1, now), told)

    def _doubted(self, job: Job, progress: Progress, told: Doubt) -> Later | Dead:
        log.warning("job %s: it is not known whether a message arrived (%s)", job.id, told.why)
        if progress.faults > len(self.pace.doubts):
            return Dead(progress, told.why)
        pause = self.pace.doubts[progress.faults - 1]
        return Later(progress, pause + (CALL_SECONDS if told.late else 0))

    def _refused(
        self, job: Job, wish: Wish, progress: Progress, message: Message, code: str
    ) -> Progress | Dead:
        log.warning("job %s: Slack refused a message (%s)", job.id, code)
        other = instead(wish, message, code)
        return progress.instead(other) if other else Dead(progress, code)


def instead(wish: Wish, message: Message, code: str) -> Message | None:
    """How the message is said after Slack refused it as it was; None where there is no other way."""
    if code in BAD_BLOCKS and message.body.blocks:
        return replace(message, body=in_words(message.body))
    if message.how is How.RESPOND and code in EXPIRED:
        how = How.EPHEMERAL if wish.user and not message.open else How.POST
        return replace(message, how=how, user=wish.user, response_url="")
    if message.thread and code in NO_THREAD:
        # What was asked is gone: the asker is answered, and nobody else bothered.
        alone = message.how is How.POST and wish.user and wish.way is not Way.DIRECT
        return replace(message, how=How.EPHEMERAL if alone else message.how, thread="", user=wish.user)
    return None
