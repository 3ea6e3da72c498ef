"""Answering in Slack from a process of its own, without a server that Slack could reach."""

import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from assistant.channels.service import open_service
from assistant.channels.slack.answering.working import answering
from assistant.channels.slack.arriving.socket_mode import connected
from assistant.channels.slack.parts import SlackParts, slack_parts, wants_slack
from assistant.channels.slack.setup.workspace import check_app_token, identity
from assistant.wiring import Parts, build
from vectorstore.settings import PREFIX, Settings, SettingsError

ANSWERS_AT_ONCE = 8


def answer_until_stopped(settings: Settings) -> None:
    """Answer over Socket Mode until SIGTERM or SIGINT.

    Raises SettingsError where a token is missing or refused, NotReached or NotConnected where Slack cannot
    be reached.
    """
    if not wants_slack(settings) or not settings.slack_app_token.get_secret_value():
        raise SettingsError(
            f"{PREFIX}SLACK_BOT_TOKEN and {PREFIX}SLACK_APP_TOKEN are needed for Socket Mode: docs/slack.md, "
            "and `utblick slack check` tells what is missing."
        )
    who = identity(settings)
    check_app_token(settings)
    with built(settings) as parts, opened(parts) as slack:
        _tell_what_lacks(parts)
        with _stopped() as stop, answering(slack), connected(slack):
            print(f"Connected to Slack as @{who['user']} in {who['team']}. Ctrl-C stops it.", flush=True)
            stop.wait()
            print("Stopping.", flush=True)


@contextmanager
def opened(parts: Parts) -> Iterator[SlackParts]:
    """The Slack channel over an assistant, for the block."""
    with ThreadPoolExecutor(ANSWERS_AT_ONCE, thread_name_prefix="answer") as workers:
        given = (parts.assistant, parts.store, parts.settings, parts.feedback, parts.log)
        yield slack_parts(open_service(*given, workers))


@contextmanager
def built(settings: Settings) -> Iterator[Parts]:
    """The assistant and what it works with, for the block."""
    parts = build(settings)
    try:
        parts.forget()
        yield parts
    finally:
        parts.close()


@contextmanager
def _stopped() -> Iterator[threading.Event]:
    """Set when the process is told to end; a signal does not cut off what is under way."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(one, lambda *_: stop.set()) for one in signals]
    try:
        yield stop
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _tell_what_lacks(parts: Parts) -> None:
    if not parts.store.documents():
        _tell("no document is stored, so nothing can be answered yet. See `utblick ingest --help`.")
    if not parts.settings.public_url:
        _tell(f"{PREFIX}PUBLIC_URL is empty: answers carry no links to documents and the web chat.")


def _tell(said: str) -> None:
    print(f"utblick: {said}", file=sys.stderr, flush=True)
