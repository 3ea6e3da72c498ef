"""BM25 over the letter groups of `terms`."""

import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bm25s
import numpy as np

from vectorstore.catalogue import Floats
from vectorstore.exact import Found, best
from vectorstore.facets import Selection
from vectorstore.terms import pieces, terms, words

COUNT = "count.json"
# nDCG@10 on swequad_train (962 questions) / swefaq_dev (110): k1 1.2 b .75 .869/.758,
# 1.5/.75 .866/.755, 0.9/.4 .872/.737, 2.0/.75 .863/.741.
K1 = 1.2
B = 0.75


class LexicalIndex:
    """Scores passages, named by their position in the snapshot, by the words they share with a text."""

    def __init__(self, index: bm25s.BM25 | None, count: int) -> None:
        self._index = index
        self._count = count

    def scores(self, text: str) -> Floats:
        """The BM25 score of every passage (n,); 0 where no term is shared."""
        known = self._index.get_tokens_ids(sorted(set(terms(text)))) if self._index else []
        if self._index is None or not known:
            return np.zeros(self._count, np.float32)
        scores: Floats = self._index.get_scores_from_ids(known)
        return scores

    def rarity(self, wanted: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term (BM25's: ln(1 + (n - df + 0.5) / (df + 0.5)))."""
        return {
            term: math.log(1 + (self._count - df + 0.5) / (df + 0.5)) for term, df in self._counted(wanted)
        }

    def _counted(self, wanted: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Each term with the number of passages that hold it."""
        for term in wanted:
            column = self._index.vocab_dict.get(term) if self._index else None
            if column is None or self._index is None:
                yield term, 0
            else:
                bounds = self._index.scores["indptr"]
                yield term, int(bounds[column + 1] - bounds[column])

    def nearest(self, scores: Floats, count: int, chosen: Selection) -> Found:
        """The `count` best chosen positions that share a term, best first."""
        held = scores if chosen.mask is None else np.where(chosen.mask, scores, np.float32(0))
        return [(position, score) for position, score in best(held, count) if score > 0]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON, no pickles."""
        folder.mkdir(parents=True)
        (folder / COUNT).write_text(json.dumps(self._count))
        if self._index:
            self._index.save(folder, show_progress=False)


def build_lexical(texts: Sequence[str]) -> LexicalIndex:
    """An index of the texts in their order."""
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    numbering = Numbering()
    rows = [numbering.row(text) for text in texts]
    if not numbering.pieces:
        return LexicalIndex(None, len(texts))
    index = bm25s.BM25(k1=K1, b=B)
    index.index(bm25s.tokenization.Tokenized(rows, numbering.pieces), show_progress=False)
    return LexicalIndex(index, len(texts))


def load_lexical(folder: Path) -> LexicalIndex:
    """An index as saved; its arrays stay on disk and are mapped."""
    count = json.loads((folder / COUNT).read_text())
    if not (folder / "params.index.json").exists():
        return LexicalIndex(None, count)
    return LexicalIndex(bm25s.BM25.load(folder, mmap=True, show_progress=False), count)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers for pieces; a word is cut only the first time it is seen."""

    pieces: dict[str, int] = field(default_factory=dict)
    words: dict[str, list[int]] = field(default_factory=dict)

    def row(self, text: str) -> list[int]:
        """The numbers of the text's pieces, in order."""
        numbers: list[int] = []
        for word in words(text):
            if word not in self.words:
                self.words[word] = [self.pieces.setdefault(one, len(self.pieces)) for one in pieces(word)]
            numbers += self.words[word]
        return numbers
