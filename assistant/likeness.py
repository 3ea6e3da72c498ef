"""How much of what a claim says its quotes say too, by their words."""

import re

from assistant.names import functional, names
from vectorstore.terms import pieces, words

ALIKE = 0.45
"""Dice coefficient of two words' letter groups from which they count as forms of one word."""
LETTERS = re.compile(r"[^\W\d_]{3,}")


def shared(claim: str, held: str) -> tuple[int, float]:
    """How many words of meaning the claim has outside its names, and the share that `held` has too."""
    for name in sorted(names(claim), key=lambda one: -one.start):
        claim = claim[: name.start] + " " + claim[name.end :]
    said = {word for word in _content(claim) if word not in functional()}
    quoted = [frozenset(pieces(word)) for word in _content(held)]
    found = sum(any(_dice(frozenset(pieces(word)), one) >= ALIKE for one in quoted) for word in said)
    return len(said), found / len(said) if said else 1.0


def _content(text: str) -> set[str]:
    return {word for word in words(text) if LETTERS.fullmatch(word)}


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
