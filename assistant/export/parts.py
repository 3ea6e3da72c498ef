"""What an exported conversation is made of, whatever the file is."""

import unicodedata
from dataclasses import dataclass

from assistant.personal import visible


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; with a `link` it leads there."""

    text: str
    link: str = ""
    strong: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is the whole conversation, 2 a question, 3 a part of its answer."""

    level: int
    text: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`kind` is "", "label", "notice", "quote" or "small"; `spoken` is its language where that is known."""

    runs: Runs
    kind: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Items, each at a depth from 0; `numbered` lists count from 1."""

    items: tuple[tuple[int, Runs], ...]
    numbered: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose first row names the columns."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered source; `link` is empty where it can no longer be read."""

    number: int
    title: str
    link: str
    facts: str
    validity: str
    standing: str
    quote: str
    spoken: str = ""


Part = Heading | Paragraph | Listed | Grid | Source


def plain(text: str) -> str:
    """`text` without signs that do not show or that no XML can hold."""
    shown = visible(text)
    # Nothing that is printable is of these categories, and most texts are.
    if shown.isprintable():
        return shown
    return "".join(sign for sign in shown if unicodedata.category(sign) not in ("Cs", "Cn", "Co"))


def in_a_line(text: str) -> str:
    """`plain` text in one line."""
    return " ".join(plain(text).split())
