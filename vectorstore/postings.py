"""Which passages hold which pieces, and how often: counts only, so that a change touches what it changed."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.carried import Carried
from vectorstore.terms import pieces, words
from vectorstore.vocabulary import Vocabulary, load_vocabulary, vocabulary

ARRAYS = ("starts", "passages", "counts", "lengths")
MOST = np.iinfo(np.uint16).max
# Passages counted in one piece of work: bounds the memory that takes.
BLOCK = 5000


@dataclass(frozen=True, slots=True)
class Postings:
    """Piece n is in passages[starts[n]:starts[n + 1]], ascending, as often as `counts` says there.

    `lengths` is the number of pieces of each passage, repetitions included. No piece is without a passage.
    """

    vocabulary: Vocabulary
    starts: NDArray[np.int64]
    passages: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]

    def save(self, folder: Path) -> None:
        """Write arrays and text into the folder, no pickles."""
        self.vocabulary.save(folder)
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)


def load_postings(folder: Path) -> Postings:
    """Postings as saved; their arrays stay on disk and are mapped."""
    arrays = [np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS]
    # A plain array reads faster than numpy's class for mapped ones.
    return Postings(load_vocabulary(folder), *(np.asarray(one) for one in arrays))


def count(texts: Iterable[str]) -> Postings:
    """The postings of the texts in their order."""
    tally = Tally()
    for text in texts:
        tally.add(text)
    return tally.postings()


def carry(base: Postings, carried: Carried, texts: Iterable[str]) -> Postings:
    """The base's postings with the new passages' `texts` (in order) put in and what is gone taken out."""
    fresh = count(texts)
    rest = _remaining(base, carried)
    known = base.vocabulary.all()
    columns = [bisect_left(known, piece) for piece in fresh.vocabulary]
    held = carried.new.astype(np.int32)[fresh.passages]
    places = _places(rest, fresh, held, known, columns)
    found, frequencies = _merged(known, np.diff(rest.starts), fresh)
    return Postings(
        vocabulary(found),
        np.concatenate(([0], np.cumsum(frequencies))),
        np.insert(rest.passages, places, held),
        np.insert(rest.counts, places, fresh.counts),
        _lengths(base, carried, fresh),
    )


def _remaining(base: Postings, carried: Carried) -> Postings:
    """The postings carried over, with the passages' new positions; some pieces may be left without any."""
    passages = carried.moved[base.passages]
    gone = np.flatnonzero(passages < 0)
    starts = base.starts - np.searchsorted(gone, base.starts)
    counts = np.delete(base.counts, gone)
    return replace(base, starts=starts, passages=np.delete(passages, gone), counts=counts)


def _places(
    rest: Postings, fresh: Postings, held: NDArray[np.int32], known: list[bytes], columns: list[int]
) -> NDArray[np.int64]:
    """Where in the remaining postings each fresh one, of passages `held`, goes."""
    places = np.empty(len(held), np.int64)
    bounds = zip(fresh.starts.tolist(), fresh.starts[1:].tolist(), strict=False)
    for piece, column, (start, end) in zip(fresh.vocabulary, columns, bounds, strict=True):
        first = last = rest.starts[column]
        if column < len(known) and known[column] == piece:
            last = rest.starts[column + 1]
        places[start:end] = first + np.searchsorted(rest.passages[first:last], held[start:end])
    return places


def _merged(
    known: list[bytes], remaining: NDArray[np.int64], fresh: Postings
) -> tuple[list[bytes], NDArray[np.int64]]:
    """All pieces that are held by a passage, sorted, and by how many.

    A piece that no passage holds any more goes: it may be a part of an erased text.
    """
    frequencies = dict(zip(known, remaining.tolist(), strict=True))
    for piece, added in zip(fresh.vocabulary, np.diff(fresh.starts).tolist(), strict=True):
        frequencies[piece] = frequencies.get(piece, 0) + added
    found = sorted(piece for piece, held in frequencies.items() if held)
    return found, np.array([frequencies[piece] for piece in found], np.int64)


def _lengths(base: Postings, carried: Carried, fresh: Postings) -> NDArray[np.int32]:
    lengths = np.empty(len(carried.origin), np.int32)
    lengths[carried.kept] = base.lengths[carried.origin[carried.kept]]
    lengths[carried.new] = fresh.lengths
    return lengths


@dataclass(slots=True)
class Tally:
    """Counts words text by text, then pieces by way of the words; a word is cut once."""

    numbers: dict[str, int] = field(default_factory=dict)
    held: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("q", [0]))

    def add(self, text: str) -> None:
        """Count the text's words."""
        numbers = self.numbers
        self.held.extend([numbers.setdefault(word, len(numbers)) for word in words(text)])
        self.ends.append(len(self.held))

    def postings(self) -> Postings:
        """What was counted."""
        from scipy.sparse import csc_array, csr_array, vstack

        known, cut = self._cut()
        ends, held = np.frombuffer(self.ends, np.int64), np.frombuffer(self.held, np.int32)
        blocks, lengths = [csr_array((0, len(known)), dtype=np.uint16)], [np.zeros(0, np.int64)]
        for first in range(0, len(ends) - 1, BLOCK):
            bounds = ends[first : first + BLOCK + 1]
            row = held[bounds[0] : bounds[-1]]
            shape = (len(bounds) - 1, len(self.numbers))
            counted = csr_array((np.ones(len(row), np.int32), row, bounds - bounds[0]), shape) @ cut
            lengths.append(counted.sum(axis=1))
            counted.data = np.minimum(counted.data, MOST).astype(np.uint16)
            blocks.append(counted)
        by_passage = vstack(blocks)
        blocks.clear()
        by_piece = csc_array(by_passage)
        by_piece.sort_indices()
        return Postings(
            vocabulary(known),
            by_piece.indptr.astype(np.int64),
            by_piece.indices.astype(np.int32, copy=False),
            by_piece.data.astype(np.uint16, copy=False),
            np.concatenate(lengths).astype(np.int32),
        )

    def _cut(self) -> tuple[list[bytes], Any]:
        """All pieces, sorted, and how often each word (row) holds each of them (column)."""
        from scipy.sparse import csr_array

        parts = [[piece.encode() for piece in pieces(word)] for word in self.numbers]
        known = sorted({piece for part in parts for piece in part})
        columns = {piece: column for column, piece in enumerate(known)}
        found = np.fromiter((columns[piece] for part in parts for piece in part), np.int32)
        bounds = np.cumsum([0, *map(len, parts)])
        shape = (len(parts), len(known))
        return known, csr_array((np.ones(len(found), np.int32), found, bounds), shape)
