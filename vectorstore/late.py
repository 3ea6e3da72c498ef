"""Late interaction: each token of the question is held against each token of a passage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.flat import Flat
from vectorstore.stored_rows import HEADERS, TOKENS
from vectorstore.token_codes import similarities
from vectorstore.token_vectors import EmbeddedPassages, Floats

Positions = Sequence[int] | NDArray[np.intp]
MOST = np.iinfo(np.uint16).max
# Tokens: half a window. An answer stands in a sentence or two, so the best place in a passage counts, not
# what the whole of it has somewhere. nDCG@10 on swequad_train, late interaction alone, a third of the
# questions: whole passages .860, windows of 48 tokens .872.
BLOCK = 24


def token_rows(embedded: EmbeddedPassages) -> dict[str, list[NDArray[Any]]]:
    """The codes and header lengths of n passages as rows for the catalogue; see stored_rows.py."""
    return {
        TOKENS.name: [codes.reshape(-1, 1) for codes in embedded.codes],
        HEADERS.name: [np.array([[min(one, MOST)]], HEADERS.dtype) for one in embedded.headers],
    }


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the blocks of some passages begin among their tokens, put one after the other.

    Passage i has blocks[first[i]:first[i + 1]]; if `has_header[i]`, the first of them is its header.
    """

    blocks: NDArray[np.intp]
    first: NDArray[np.intp]
    has_header: NDArray[np.bool_]


class LateIndex:
    """Scores passages by their stored tokens (MaxSim of ColBERT, Khattab and Zaharia 2020, by windows)."""

    def __init__(self, rows: Mapping[str, Flat], dimension: int) -> None:
        self._tokens = rows.get(TOKENS.name)
        self._headers = rows.get(HEADERS.name)
        self._dimension = dimension
        self._width = -(-dimension // 4)

    def scores(self, question: Floats, weights: Floats, positions: Positions) -> Floats:
        """For each position, the similarity of the question to the best window of that passage.

        `question` are directions (n, dimension) with `weights` (n,) that sum to 1. A window is two blocks and
        the header. A score is in [-1, 1]; it is 0 where a passage has no tokens stored.
        """
        scores = np.zeros(len(positions), np.float32)
        parts = [self._of(position) for position in positions]
        known = [number for number, (codes, _) in enumerate(parts) if len(codes)]
        if not known or not len(question):
            return scores
        cut = _cut([(len(parts[n][0]), parts[n][1]) for n in known])
        # One passage at a time, so that what is decoded stays in the processor's cache.
        found = np.concatenate([similarities(parts[n][0], question) for n in known])
        blocks = np.maximum.reduceat(found, cut.blocks, axis=0)
        scores[known] = [(window @ weights).max() for window in _windows(blocks, cut)]
        return scores

    def _of(self, position: int) -> tuple[NDArray[np.uint8], int]:
        """The codes (n, bytes) of a passage's tokens, and how many of them are the header's."""
        if self._tokens is None or self._headers is None:
            return np.zeros((0, self._width), np.uint8), 0
        codes = self._tokens.of(position).reshape(-1, self._width)
        counted = self._headers.of(position)
        return codes, min(int(counted[0, 0]), len(codes)) if len(counted) else 0


def _cut(lengths: Sequence[tuple[int, int]]) -> Cut:
    """The blocks of passages of so many tokens, so many of them the header's."""
    starts: list[int] = []
    first = [0]
    at = 0
    for length, header in lengths:
        starts += [at] if header else []
        starts += range(at + header, at + length, BLOCK)
        first.append(len(starts))
        at += length
    has_header = np.array([header > 0 for _, header in lengths])
    return Cut(np.array(starts, np.intp), np.array(first, np.intp), has_header)


def _windows(blocks: Floats, cut: Cut) -> Iterator[Floats]:
    """Of each passage, the best similarity of each token of the question in each window (windows, n)."""
    for start, end, has_header in zip(cut.first, cut.first[1:], cut.has_header, strict=False):
        body = blocks[start + has_header : end]
        if not len(body):
            yield blocks[start:end]
            continue
        pairs = np.maximum(body[:-1], body[1:]) if len(body) > 1 else body
        yield np.maximum(pairs, blocks[start]) if has_header else pairs
