"""How well each sentence of the passages found answers a question."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.sentences import Sentence, sentences
from vectorstore.embedder import Embedder
from vectorstore.passages import Passage
from vectorstore.queries import Hit
from vectorstore.terms import terms

Vectors = NDArray[np.float32]
Rarity = Callable[[Iterable[str]], Mapping[str, float]]
"""The inverse document frequency of terms; one that no passage has gets the highest."""
REMEMBERED = 4000
"""Passages whose sentence vectors stay in memory: about 30 MB at five sentences of 384 numbers."""
# Weights from scripts/tune_answers.py on the development questions; figures in docs/answers.md.
COVERAGE = 0.12
CONTEXT = 0.25
PASSAGE = 0.03


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with what speaks for it.

    `similarity` is the cosine between question and sentence, `coverage` the share of the
    question's terms, weighted by rarity, that the sentence (with its headings) holds.
    """

    sentence: Sentence
    hit: Hit
    rank: int
    similarity: float
    coverage: float
    score: float


class SentenceScorer:
    """Scores sentences; keeps their vectors, since the same passages are found again and again."""

    def __init__(self, embedder: Embedder, rarity: Rarity) -> None:
        self._embedder = embedder
        self._rarity = rarity
        self._kept: OrderedDict[str, tuple[list[Sentence], Vectors]] = OrderedDict()
        self._lock = Lock()

    def score(self, asked: str, whole: str, hits: Sequence[Hit]) -> list[Scored]:
        """Every sentence of `hits`, best first, for the part `asked` of the `whole` question."""
        found = self._sentences([hit.passage for hit in hits])
        question = self._embedder.embed_query(asked)
        context = self._embedder.embed_query(whole) if whole != asked else question
        weights = self._weights(asked)
        scored = []
        for rank, hit in enumerate(hits):
            cut, vectors = found[hit.passage.id]
            near = vectors @ question if len(cut) else []
            around = vectors @ context if len(cut) else []
            headings = " ".join(hit.passage.headings)
            for sentence, similarity, contextual in zip(cut, near, around, strict=True):
                covered = coverage(weights, f"{sentence.text} {headings}")
                score = (
                    (1 - CONTEXT) * float(similarity)
                    + CONTEXT * float(contextual)
                    + COVERAGE * covered
                    + PASSAGE / (1 + rank)
                )
                scored.append(Scored(sentence, hit, rank, float(similarity), covered, score))
        return sorted(scored, key=lambda item: -item.score)

    def _weights(self, text: str) -> Mapping[str, float]:
        return self._rarity(sorted(set(terms(text))))

    def _sentences(self, passages: Sequence[Passage]) -> dict[str, tuple[list[Sentence], Vectors]]:
        with self._lock:
            found = {one.id: self._kept[one.id] for one in passages if one.id in self._kept}
        new = [(one, sentences(one)) for one in passages if one.id not in found]
        texts = [sentence.text for _, cut in new for sentence in cut]
        vectors = self._embedder.embed_documents(texts)
        start = 0
        for passage, cut in new:
            found[passage.id] = (cut, vectors[start : start + len(cut)])
            start += len(cut)
        with self._lock:
            for one in passages:
                self._kept[one.id] = found[one.id]
                self._kept.move_to_end(one.id)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return found


def coverage(weights: Mapping[str, float], text: str) -> float:
    """The share of the weighted terms that `text` holds, 0 to 1; 0 when there are none."""
    total = sum(weights.values())
    held = set(terms(text))
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
