"""What is asked of each of the things compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.comparison.items import Item
from assistant.comparison.signs import pattern
from assistant.comparison.themes import FALLBACK, ITSELF, Theme, asked_themes, theme
from assistant.names import subject_words

MOST = 3
"""Columns of matters: more are unreadable beside the thing and its source."""
LISTED = re.compile(r",\s*|\s+(?:och|samt|and|og)\s+", re.IGNORECASE)
LONGEST_MATTER = 4
SENTENCE = re.compile(r"[?!.]\s*$")


@dataclass(frozen=True, slots=True)
class Aspect:
    """A matter that is compared: `text` in the user's words, and the themes these belong to."""

    text: str
    themes: tuple[Theme, ...] = ()

    def title(self, language: str) -> str:
        """The head of its column."""
        return (self.themes[0] if self.themes else theme(FALLBACK)).name[language]

    @property
    def search(self) -> str:
        """The user's words and those that documents use."""
        return " ".join([self.text, *(one.search for one in self.themes[:2])]).strip()


def aspects(text: str, items: Sequence[Item]) -> list[Aspect]:
    """The matters, at least one; its text is empty where the question names none."""
    bare = _without(text, items)
    listed = _listed(bare)
    if len(listed) > 1:
        return [Aspect(one, tuple(asked_themes(one))) for one in listed[:MOST]]
    left = " ".join(pattern("asking").sub(" ", SENTENCE.sub("", bare)).split()).strip(" ,.?!:;–-")
    words, found = subject_words(left, common=True), tuple(asked_themes(bare))
    if not words and not found:
        return [Aspect("", (theme(ITSELF),))]
    return [Aspect(left if words else "", found)]


def _without(text: str, items: Sequence[Item]) -> str:
    for item in sorted(items, key=lambda one: -one.start):
        text = text[: item.start] + " " + re.sub(r"^(?:'s|’s|s)(?=\W|$)", "", text[item.end :])
    return text


def _listed(text: str) -> list[str]:
    """The matters that are listed side by side, each of a theme of its own."""
    for one in pattern("matters").finditer(text):
        pieces = [piece.strip(" ?.!") for piece in LISTED.split(text[one.end() :])]
        pieces = [piece for piece in pieces if piece]
        if len(pieces) > 1 and all(
            len(piece.split()) <= LONGEST_MATTER and asked_themes(piece) for piece in pieces
        ):
            return pieces
    return []


def _is_matter(piece: str) -> bool:
    return len(piece.split()) <= LONGEST_MATTER and bool(asked_themes(piece))
