"""Which words of a question a passage holds, as it is written or in part."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.passages import Passage
from vectorstore.queries import Expansion
from vectorstore.terms import WORD, pieces, terms, words

PART = 0.5
"""Share of a word's letter groups that a passage must have to hold part of it: in a compound, say."""


@dataclass(frozen=True, slots=True)
class HeldWords:
    """`words` of the question, as it writes them; those held in `parts`; other `names` of what it names."""

    words: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def held_words(question: str, expansions: Sequence[Expansion], passage: Passage) -> HeldWords:
    """What the passage or its header has of the question; stop words do not count."""
    held, groups = words(passage.indexed_text), set(terms(passage.indexed_text))
    known = set(held)
    asked = {word: words(word) for word in WORD.findall(unicodedata.normalize("NFC", question))}
    whole = [word for word, folded in asked.items() if folded and folded[0] in known]
    parts = [
        word
        for word, folded in asked.items()
        if folded and folded[0] not in known and _share(folded[0], groups) >= PART
    ]
    text = f" {' '.join(held)} "
    names = [name for one in expansions for name in one.others if _stands_in(name, text)]
    return HeldWords(tuple(whole), tuple(parts), tuple(dict.fromkeys(names)))


def _share(word: str, groups: set[str]) -> float:
    own = pieces(word)
    return sum(piece in groups for piece in own) / len(own)


def _stands_in(name: str, text: str) -> bool:
    folded = " ".join(words(name))
    return bool(folded) and f" {folded} " in text
