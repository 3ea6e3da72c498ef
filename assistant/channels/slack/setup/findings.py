"""What `utblick slack check` found: one thing each, in words."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """MISSING is needed for Slack to work; a NOTE is worth knowing."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, how it stands, and in `text` what is so and what to do. Never holds a secret."""

    what: str
    state: State
    text: str

    def line(self) -> str:
        """As it is told at the command line."""
        return f"{self.state:<8} {self.what}: {self.text}"


def ok(what: str, text: str) -> Finding:
    """It is as it should be."""
    return Finding(what, State.OK, text)


def note(what: str, text: str) -> Finding:
    """Somebody may want to know."""
    return Finding(what, State.NOTE, text)


def missing(what: str, text: str) -> Finding:
    """Something does not work until somebody does what `text` says."""
    return Finding(what, State.MISSING, text)
