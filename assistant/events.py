"""What an assistant tells a channel while it works; the Answer comes after these."""

from dataclasses import dataclass

STEPS = ("route", "rephrase", "retrieve", "compose", "write", "check")
"""The steps of `Assistant.stream`, in order; "write" is left out where no language model is set."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done now: one of `STEPS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer's text."""

    text: str
