"""The vectors of a text's tokens in their context, and what text each of them stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Spans = Sequence[tuple[int, int]]
"""Where each token of a text begins and ends, in characters; (0, 0) for marks that the model adds."""
# Letters may come with their marks apart ("a" and a ring), as in names of files from a Mac.
WORD = re.compile(r"(?:\w[\u0300-\u036f]*)+")


@dataclass(frozen=True, slots=True)
class EmbeddedPassages:
    """Of n passages: `vectors` (n, dimension) of length 1, and for each of them its tokens' `codes`.

    The latter are (tokens, bytes), see token_codes.py; the first `headers[i]` of them are the header's.
    """

    vectors: Floats
    codes: Sequence[NDArray[np.uint8]]
    headers: Sequence[int]


@dataclass(frozen=True, slots=True)
class EmbeddedQuestion:
    """A question's `vector` (dimension,) of length 1, its tokens' `directions` (tokens, dimension), see
    token_codes.py, and the word that each token is a part of ("" for signs).
    """

    vector: Floats
    directions: Floats
    words: Sequence[str]


def own(spans: Spans, prefix: int, length: int) -> list[int]:
    """Which of the first `length` tokens belong to the text itself, not to prefix or marks."""
    # A text that is cut off still ends with the mark of the end, in the place of one of its tokens.
    cut = length < len(spans) and spans[-1] == (0, 0)
    return [n for n, (start, end) in enumerate(spans[: length - cut]) if end > max(start, prefix)]


def header_tokens(spans: Spans, kept: Sequence[int], prefix: int, header: str) -> int:
    """How many of the tokens kept begin within the header that follows the prefix."""
    return sum(spans[n][0] < prefix + len(header) for n in kept) if header else 0


def words_of(text: str, spans: Spans, kept: Sequence[int]) -> list[str]:
    """The word of `text` that each token kept is a part of; "" where it is part of none."""
    words = [(match.start(), match.end(), match.group()) for match in WORD.finditer(text)]
    return [_word(words, *spans[n]) for n in kept]


def _word(words: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    return next((word for first, last, word in words if first < end and start < last), "")
