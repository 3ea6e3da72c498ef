"""The small assistant with Slack in front of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from slack_server import SlackServer, slack_server
from small_service import Running, running

Seen = TypeVar("Seen")


def waiting(look: Callable[[], Seen], seconds: float = 15) -> Seen:
    """What `look` finds, as soon as that is something; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.02)
    return found


@contextmanager
def slack_service(folder: Path, **given: Any) -> Iterator[tuple[Running, SlackServer]]:
    """A service set up for a Slack of our own; `given` as for small_service.running."""
    with slack_server() as slack, running(folder, **{**slack.settings(), **given}) as service:
        yield service, slack
