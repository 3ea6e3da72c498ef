"""What an assistant tells a channel while it works; the Answer comes after these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done now: "retrieve" or "compose"."""

    name: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer's text."""

    text: str
