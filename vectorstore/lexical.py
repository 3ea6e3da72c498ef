"""BM25 over the letter groups of `terms`."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.carried import Carried
from vectorstore.catalogue import Floats
from vectorstore.exact import Found, best
from vectorstore.facets import Selection
from vectorstore.postings import Postings, carry, count, load_postings
from vectorstore.terms import terms

Positions = NDArray[np.intp]
# nDCG@10 on swequad_train (962 questions) / swefaq_dev (110): k1 1.2 b .75 .869/.758,
# 1.5/.75 .866/.755, 0.9/.4 .872/.737, 2.0/.75 .863/.741.
K1 = 1.2
B = 0.75


class LexicalIndex:
    """Scores passages, named by their position in the snapshot, by the words they share with a text."""

    def __init__(self, postings: Postings) -> None:
        self.postings = postings
        lengths = postings.lengths
        relative = lengths / (lengths.mean() or 1) if len(lengths) else lengths
        self._damping: Floats = (K1 * (1 - B + B * relative)).astype(np.float32)

    def scores(self, text: str) -> Floats:
        """The BM25 score of every passage (n,); 0 where no term is shared.

        A term that is in a passage f times gives it idf * f / (f + k1 * (1 - b + b * length / mean length))
        (Robertson and Zaragoza 2009, as Lucene computes it).
        """
        scores = np.zeros(len(self._damping), np.float32)
        for term in sorted(set(terms(text))):
            held = self._held(term)
            passages = self.postings.passages[held]
            shares = self.postings.counts[held].astype(np.float32)
            shares /= shares + self._damping[passages]
            # Faster than scores[passages] += ..., which reads and writes in two passes.
            np.add.at(scores, passages, shares * np.float32(self._idf(len(passages))))
        return scores

    def whole_scores(self, text: str, starts: Positions, ends: Positions, length: float) -> Floats:
        """The BM25 score of runs of passages, each run taken as one text, such as a document: (runs,).

        Run n is the passages starts[n] to ends[n]; `length` is the mean length of such a text, in pieces.
        A term is as rare as among passages, so that it can be told apart also where documents are few.
        """
        sums = np.concatenate([[0], np.cumsum(self.postings.lengths, dtype=np.int64)])
        damping = K1 * (1 - B + B * (sums[ends] - sums[starts]) / (length or 1))
        scores = np.zeros(len(starts), np.float32)
        for term in sorted(set(terms(text))):
            held = self._held(term)
            counts = _within(self.postings.passages[held], self.postings.counts[held], starts, ends)
            scores += self._idf(held.stop - held.start) * counts / (counts + damping)
        return scores

    def rarity(self, wanted: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term (BM25's: ln(1 + (n - df + 0.5) / (df + 0.5)))."""
        held = {term: self._held(term) for term in wanted}
        return {term: self._idf(one.stop - one.start) for term, one in held.items()}

    def nearest(self, scores: Floats, count: int, chosen: Selection) -> Found:
        """The `count` best chosen positions that share a term, best first."""
        held = scores if chosen.mask is None else np.where(chosen.mask, scores, np.float32(0))
        return [(position, score) for position, score in best(held, count) if score > 0]

    def save(self, folder: Path) -> None:
        """Write arrays and text, no pickles."""
        folder.mkdir(parents=True)
        self.postings.save(folder)

    def _held(self, term: str) -> slice:
        """Where the term's postings are."""
        number = self.postings.vocabulary.find(term)
        if number is None:
            return slice(0, 0)
        return slice(int(self.postings.starts[number]), int(self.postings.starts[number + 1]))

    def _idf(self, frequency: int) -> float:
        return math.log(1 + (len(self._damping) - frequency + 0.5) / (frequency + 0.5))


def _within(
    passages: NDArray[np.int32], counts: NDArray[np.uint16], starts: Positions, ends: Positions
) -> NDArray[np.int64]:
    """The sum of the counts of the passages (ascending) in each run."""
    bounds = np.searchsorted(passages, np.stack([starts, ends], axis=1).ravel())
    # reduceat needs every bound to be a place, and gives what is at the bound for an empty run.
    sums = np.add.reduceat(np.append(counts, np.uint16(0)), bounds, dtype=np.int64)[::2]
    return np.where(bounds[::2] < bounds[1::2], sums, 0)


def build_lexical(texts: Iterable[str]) -> LexicalIndex:
    """An index of the texts in their order."""
    return LexicalIndex(count(texts))


def carry_lexical(base: LexicalIndex, carried: Carried, texts: Iterable[str]) -> LexicalIndex:
    """The index that the base becomes with the new passages' `texts`, in order."""
    return LexicalIndex(carry(base.postings, carried, texts))


def load_lexical(folder: Path) -> LexicalIndex:
    """An index as saved; its arrays stay on disk and are mapped."""
    return LexicalIndex(load_postings(folder))
