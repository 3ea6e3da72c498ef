"""The command that works: `utblick work`."""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Iterator
from threading import Event
from typing import Annotated

import typer

from vectorstore.settings import Settings, read_settings

LOCK = "worker.lock"
WAIT_SECONDS = 2.0
ENDING_SECONDS = 20.0
"""Time that a job under way gets to end in; one that does not is done again by the next worker."""
NICE = 5


def work(
    attached: Annotated[
        bool, typer.Option(help="Stop when standard input closes, so that it ends with its starter.")
    ] = False,
) -> None:
    """Do the jobs that the desk asks for, and watch what is to be watched, until it is stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if attached:
        # Answers come before the reading of documents.
        os.nice(NICE)
        threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
    threading.Thread(target=_end_at_last, args=(stop,), daemon=True).start()
    settings = read_settings()
    with _alone(settings, stop):
        if not stop.is_set():
            _work(settings, stop)


def _work(settings: Settings, stop: Event) -> None:
    from ingest.watching import due
    from ingest.working.handlers import HANDLERS
    from ingest.working.loop import work_through
    from ingest.workshop import open_workshop

    with open_workshop(settings) as workshop:
        work_through(workshop, HANDLERS, due, stop)


@contextlib.contextmanager
def _alone(settings: Settings, stop: Event) -> Iterator[None]:
    """Wait until no other worker has the data folder, or until told to stop."""
    from vectorstore.errors import StoreError
    from vectorstore.locks import locked

    with contextlib.ExitStack() as stack:
        while not stop.is_set():
            try:
                stack.enter_context(locked(settings.data_dir / LOCK, wait_seconds=0))
                break
            except StoreError:
                stop.wait(WAIT_SECONDS)
        yield


def _until_closed(stop: Event) -> None:
    # Not through sys.stdin, whose lock a thread that waits would keep at the end of the process.
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    stop.set()


def _end_at_last(stop: Event) -> None:
    stop.wait()
    threading.Event().wait(ENDING_SECONDS)
    os._exit(1)
