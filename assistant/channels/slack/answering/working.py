"""Answering what has come in: one process works, on several wishes at once, until it is told to stop."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.slack.answering.pace import USUAL, Pace, Turns
from assistant.channels.slack.answering.shift import AT_ONCE, AT_ONCE_WITH_MODEL, Shift
from assistant.channels.slack.digest.digest import due_digests
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import KIND
from assistant.channels.slack.wordless import wordless
from vectorstore.errors import StoreError
from vectorstore.locks import locked

log = logging.getLogger(__name__)

LOCK = "slack.lock"
WAITING_SECONDS = 0.3
"""Between two looks whether the process that works has ended."""
TICK_SECONDS = 60.0
FORGETTING_TICKS = 60
MOST_DAYS = 30
"""Days that a wish which came to nothing is kept at most, with its words."""


@contextmanager
def answering(parts: SlackParts, pace: Pace = USUAL) -> Iterator[None]:
    """Do the wishes of the table `jobs` beside the block, as soon as no other process does.

    Ends within about `pace.stopping`; what was under way then is done by whoever works next.
    """
    stop = Event()
    thread = Thread(target=_wait_and_work, args=(parts, pace, stop), name="slack-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2 * pace.stopping)


def _wait_and_work(parts: SlackParts, pace: Pace, stop: Event) -> None:
    with ExitStack() as held:
        while not stop.is_set():
            try:
                held.enter_context(locked(parts.settings.data_dir / LOCK, wait_seconds=0))
                break
            except (StoreError, OSError):
                stop.wait(WAITING_SECONDS)
        if not stop.is_set():
            at_once = AT_ONCE_WITH_MODEL if parts.settings.chat_model else AT_ONCE
            with Shift(parts, pace, stop, Turns(pace.gap), at_once).worked():
                _keep_house(parts, stop)


def _keep_house(parts: SlackParts, stop: Event) -> None:
    """About every minute the digests that are due, about every hour what is to be forgotten."""
    ticks = 0
    while not stop.wait(TICK_SECONDS):
        try:
            due_digests(parts, datetime.now(UTC))
            if ticks % FORGETTING_TICKS == 0:
                forget(parts)
        except SQLAlchemyError as error:
            log.warning("the database does not take it now: %s", type(error).__name__)
        except Exception as error:
            log.error("the digests or the forgetting failed: %s", wordless(error))
        ticks += 1


def forget(parts: SlackParts) -> None:
    """Delete the keys, threads and ended wishes that are too old."""
    parts.inbox.forget()
    parts.threads.forget()
    parts.service.jobs.forget(min(parts.settings.history_days, MOST_DAYS), [KIND])
