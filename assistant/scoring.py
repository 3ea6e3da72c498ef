"""How well each sentence of the passages found answers a question."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.bare import bare_question
from assistant.concepts import asked_for
from assistant.cues import KINDS, cues, is_wanted, tells
from assistant.parts import asking
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
# Weights of the features below, fitted by scripts/tune_answers.py; see docs/answers.md.
WEIGHTS: Mapping[str, float] = {
    "similarity": 5.6,
    "bare": 21.5,
    "shared": 3.2,
    "concept": 1.35,
    "rank": 1.5,
    "behind": 4.1,
    "late": 5.3,
    "name": 0.6,
    "number": 2.5,
    "date": 1.7,
    "lacking": -0.5,
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
    about (a project's name in every sentence) does not drown what was asked of it; `concept` does the
    same with what the question is after. `behind` is how far the passage is behind the best one.
    `lacking` is 1 where the question word asks for a kind of answer that the sentence has not.
    """
    local = _rarity_among(wanted, [one.held for one in found])
    sought = {concept.name: concept for concept in asked_for(asking(asked))}
    told = [
        frozenset(name for name, one in sought.items() if one.tells.search(candidate.sentence.text))
        for candidate in found
    ]
    telling = _rarity_among(sought, told)
    signs = cues(asked)
    best = max((one.hit.score for one in found), default=0.0)
    rows = []
    for one, concepts in zip(found, told, strict=True):
        kinds = {
            kind: float(kind in signs and tells(signs[kind], one.sentence.text, asked)) for kind in KINDS
        }
        rows.append(
            {
                "similarity": one.similarity,
                "bare": one.bare,
                "shared": coverage(local, one.held),
                "concept": coverage(telling, concepts),
                "rank": 1 / (1 + one.rank),
                "behind": one.hit.score - best,
                "late": one.hit.legs.get("late", 0.0),
                "lacking": float(bool(signs) and not any(kinds.values())),
                **kinds,
            }
        )
    return rows


def _rarity_among(wanted: Iterable[str], held: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much each of `wanted` tells the candidates apart, by how few of them hold it."""
    counts = {one: sum(one in each for each in held) for one in wanted}
    return {one: math.log(1 + len(held) / (0.5 + count)) for one, count in counts.items() if count}


def coverage(weights: Mapping[str, float], held: frozenset[str]) -> float:
    """The share of the weighted terms that are held, 0 to 1; 0 when there are none."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0
