"""A sign that an answer is on its way, while it takes more than a moment."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from slack_sdk.web import SlackResponse

from assistant.channels.slack.answering.outcomes import Sent, outcome
from assistant.channels.slack.answering.worker_words import words
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import Way, What, Wish

log = logging.getLogger(__name__)

AFTER_SECONDS = 1.0
EYES = "eyes"


@contextmanager
def shown_working(parts: SlackParts, wish: Wish, resumed: bool) -> Iterator[None]:
    """Show the asker that Utblick works on it: in the assistant's pane a status, elsewhere a reaction.

    Shown beside the block when that takes long, and removed after it. With `resumed` a sign may stand there
    from before. Nothing waits for it, and nothing fails by it.
    """
    done = Event()
    if wish.what is What.ANSWER and wish.ts and wish.way in (Way.MENTION, Way.DIRECT, Way.FOLLOW_UP):
        show = Thread(target=_show, args=(parts, wish, resumed, done), name="slack-status", daemon=True)
        show.start()
    try:
        yield
    finally:
        done.set()


def _show(parts: SlackParts, wish: Wish, resumed: bool, done: Event) -> None:
    quick = done.wait(AFTER_SECONDS)
    if quick and not resumed:
        return
    pane = wish.way is Way.DIRECT and bool(wish.thread)
    if not quick:
        pane = pane and _did(lambda: _status(parts, wish, words(parts, wish)["working"]))
        if not pane:
            _did(lambda: _react(parts.client.reactions_add, wish))
        done.wait()
    if pane:
        _did(lambda: _status(parts, wish, ""))
    else:
        _did(lambda: _react(parts.client.reactions_remove, wish))


def _status(parts: SlackParts, wish: Wish, status: str) -> SlackResponse:
    set_status = parts.client.assistant_threads_setStatus
    return set_status(channel_id=wish.channel, thread_ts=wish.thread, status=status)


def _react(call: Callable[..., SlackResponse], wish: Wish) -> SlackResponse:
    return call(channel=wish.channel, timestamp=wish.ts, name=EYES)


def _did(call: Callable[[], SlackResponse]) -> bool:
    told = outcome(call)
    if not isinstance(told, Sent):
        log.info("no sign of work: %s", told)
    return isinstance(told, Sent)
