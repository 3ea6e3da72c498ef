"""How well each sentence of the passages found answers a question."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.bare import bare_question
from assistant.cues import KINDS, cues, is_wanted, tells
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
LONG = 400
"""Characters from which a sentence gains nothing more by being longer."""
# Logistic weights of the features below, fitted by scripts/tune_answers.py; see docs/answers.md.
WEIGHTS: Mapping[str, float] = {
    "similarity": 5.0,
    "bare": 25.0,
    "shared": 0.3,
    "dense": 8.0,
    "rank": 0.7,
    "length": 1.2,
    "name": 2.0,
    "number": 2.2,
    "date": 1.2,
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with what speaks for it.

    `similarity` is the cosine between question and sentence; `coverage` the share of the
    question's terms, weighted by rarity, that the sentence or its headings hold; `score` compares
    within one question only.
    """

    sentence: Sentence
    hit: Hit
    similarity: float
    coverage: float
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence before it is weighed.

    `bare` is its cosine with the question without names (see bare.py), `held` its terms and its headings'.
    """

    sentence: Sentence
    hit: Hit
    rank: int
    similarity: float
    bare: float
    held: frozenset[str]


class SentenceScorer:
    """Scores sentences; keeps their vectors, since the same passages are found again and again."""

    def __init__(self, embedder: Embedder, rarity: Rarity, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._embedder = embedder
        self._rarity = rarity
        self._weights = weights
        self._kept: OrderedDict[str, tuple[list[Sentence], Vectors]] = OrderedDict()
        self._lock = Lock()

    def score(self, asked: str, hits: Sequence[Hit]) -> list[Scored]:
        """Every sentence of `hits`, best first, for a question or one part of it."""
        found = self.candidates(asked, hits)
        wanted = sorted(set(terms(asked)))
        rarity = self._rarity(wanted)
        features = sentence_features(asked, wanted, found)
        scored = [
            Scored(
                one.sentence,
                one.hit,
                one.similarity,
                coverage(rarity, one.held),
                sum(self._weights[name] * value for name, value in row.items()),
            )
            for one, row in zip(found, features, strict=True)
        ]
        return sorted(scored, key=lambda item: -item.score)

    def candidates(self, asked: str, hits: Sequence[Hit]) -> list[Candidate]:
        """The sentences of the hits in their order."""
        found = self._sentences([hit.passage for hit in hits])
        question = self._embedder.embed_query(asked)
        stripped = bare_question(asked, hits)
        bare = self._embedder.embed_query(stripped) if stripped != asked else question
        made = []
        for rank, hit in enumerate(hits):
            cut, vectors = found[hit.passage.id]
            headings = " ".join(hit.passage.headings)
            for sentence, vector in zip(cut, vectors, strict=True):
                if not is_wanted(sentence.text, asked):
                    continue
                held = frozenset(terms(f"{sentence.text} {headings}"))
                made.append(
                    Candidate(sentence, hit, rank, float(vector @ question), float(vector @ bare), held)
                )
        return made

    def _sentences(self, passages: Sequence[Passage]) -> dict[str, tuple[list[Sentence], Vectors]]:
        with self._lock:
            found = {one.id: self._kept[one.id] for one in passages if one.id in self._kept}
        new = [(one, sentences(one)) for one in passages if one.id not in found]
        vectors = self._embedder.embed_documents([sentence.text for _, cut in new for sentence in cut])
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


def sentence_features(
    asked: str, wanted: Sequence[str], found: Sequence[Candidate]
) -> list[dict[str, float]]:
    """For each candidate the features that WEIGHTS weigh.

    `shared` counts a term by how few of the candidates have it, so that what the whole passage is
    about (a project's name in every sentence) does not drown what was asked of it.
    """
    among = {term: sum(term in one.held for one in found) for term in wanted}
    local = {term: math.log(1 + len(found) / (0.5 + count)) for term, count in among.items() if count}
    signs = cues(asked)
    rows = []
    for one in found:
        row = {
            "similarity": one.similarity,
            "bare": one.bare,
            "shared": coverage(local, one.held),
            "dense": one.hit.legs.get("dense", 0.0),
            "rank": 1 / (1 + one.rank),
            "length": min(len(one.sentence.text), LONG) / LONG,
        }
        for kind in KINDS:
            row[kind] = float(kind in signs and tells(signs[kind], one.sentence.text, asked))
        rows.append(row)
    return rows


def coverage(weights: Mapping[str, float], held: frozenset[str]) -> float:
    """The share of the weighted terms that are held, 0 to 1; 0 when there are none."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
