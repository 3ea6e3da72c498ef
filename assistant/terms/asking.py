"""Which word a question wants explained, and how it asks."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from vectorstore.plain_text import plain

MOST_WORDS = 6
"""Words beyond which what is asked about is no term."""
KINDS = ("translation", "meaning", "thing")


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """`word` as the question writes it; `kind` is translation, meaning or thing (see words.yaml)."""

    word: str
    kind: str


def asked_term(question: str) -> AskedTerm | None:
    """The word that the question asks about; None where it asks for something else."""
    text = re.sub(r"[\s?!.]+$", "", plain(question))
    for kind in KINDS:
        for asks in _patterns(kind):
            if match := asks.match(text):
                word = _bare(match["term"])
                return AskedTerm(word, kind) if word and len(word.split()) <= MOST_WORDS else None
    return None


def sign(key: str) -> re.Pattern[str]:
    """The pattern under `key` of words.yaml."""
    return re.compile(_table()[key], re.IGNORECASE)


def _bare(word: str) -> str:
    """The word without articles and marks around it."""
    while (shorter := sign("around").sub("", word).strip()) != word:
        word = shorter
    return word


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each, re.IGNORECASE) for each in _table()[kind])


@cache
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        files("assistant.terms").joinpath("words.yaml").read_text("utf-8")
    )
    return loaded
