"""Sentences that give orders to whoever answers, instead of telling something."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from vectorstore.plain_text import plain

INSTRUCTIONS = ("role", "overrule", "persona", "addressed", "answering")
REMEMBERED = 10_000
"""Sentences whose verdict stays in memory: the same passages are found again and again."""
WORD = re.compile(r"[^\W\d_]{5,}|\w*\d\w*")


@lru_cache(REMEMBERED)
def is_instruction(text: str) -> bool:
    """Whether any part of `text` (Swedish, English or Norwegian) tells an assistant what to do or say.

    Such a sentence is no statement of a document's: it is not quoted, and no model gets to read it. About a
    millisecond for a sentence that is seen the first time.
    """
    seen = {text.lower(), plain(text).lower()}
    return any(pattern.search(one) for one in seen for pattern in map(_pattern, INSTRUCTIONS))


def is_verdict(text: str) -> bool:
    """Whether `text` promises its reader money, or says that the reader may have it."""
    return bool(_pattern("verdict").search(plain(text).lower()))


def only_ordered(ordered: Iterable[str], told: Iterable[str]) -> frozenset[str]:
    """The longer words and numbers that instructions hold and nothing else does: what they want said."""
    return _words(ordered) - _words(told)


def words_of(text: str) -> frozenset[str]:
    """The longer words and the numbers of `text`, in lower case."""
    return frozenset(word.casefold() for word in WORD.findall(text))


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words_of(text))


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    listed = yaml.safe_load(files(__package__).joinpath("steering.yaml").read_text("utf-8"))[kind]
    return re.compile("|".join(f"(?:{one})" for one in listed), re.MULTILINE)
