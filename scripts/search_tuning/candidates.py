"""Every leg's score of every passage put forward, told once by the product's search; weights rank them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from search_tuning.measures import PASSAGES, Seen, judge, seen
from search_tuning.prepared import Asked, Prepared
from vectorstore.embedder import Embedder
from vectorstore.expansion import Expanded
from vectorstore.fusion import Weights
from vectorstore.queries import Hit, Query
from vectorstore.question_terms import highest
from vectorstore.retrieval import CANDIDATES, Fused
from vectorstore.store import Store

LEGS = tuple(field.name for field in fields(Weights))
DEPTH = 2 * CANDIDATES
"""Passages kept of each question: as many as two legs put forward when nothing else widens the search."""
DEEP_ENOUGH = 40
"""Passages of a ranking that are judged; ten texts stand among them but where a few texts have them all."""
Shares = NDArray[np.float32]
Scores = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Of one question, what was put forward: `shares` (n, legs) are what weights multiply, see Weights."""

    asked: Asked
    passages: tuple[Seen, ...]
    shares: Shares

    def order(self, weights: Sequence[float], count: int) -> list[int]:
        """The rows of the best `count` by the weighted sum, best first; weights in the order of LEGS."""
        scores = self.shares @ np.asarray(weights, np.float32)
        return [int(row) for row in np.argsort(-scores, kind="stable")[:count]]


def collect(given: Prepared, embedder: Embedder) -> list[Candidates]:
    """The candidates of all questions, with the register's names and without the wrappers around Fused."""
    fused = Fused(given.store.live, embedder)
    search = Expanded(fused, given.store.names)
    known: dict[str, Seen] = {}  # else every question would hold texts of its own
    found = []
    for asked in given.questions:
        hits = search.retrieve(Query(asked.text, DEPTH))
        passages = [known.setdefault(hit.passage.id, one) for hit, one in zip(hits, seen(hits), strict=True)]
        found.append(Candidates(asked, tuple(passages), shares(given.store, asked.text, hits)))
    return found


def shares(store: Store, text: str, hits: Sequence[Hit]) -> Shares:
    """The legs' scores (n, legs) on the scales of Weights."""
    with store.live.view() as view:
        most = highest(view.lexical, text)
    factors = Weights(**dict.fromkeys(LEGS, 1.0)).factors(most)
    scale = np.array([factors[leg] for leg in LEGS])
    rows = [[hit.legs.get(leg, 0.0) for leg in LEGS] for hit in hits]
    return np.asarray(np.array(rows).reshape(-1, len(LEGS)) * scale, np.float32)


class Measured:
    """A set's measures under any weights; what was asked once is remembered."""

    def __init__(self, given: Prepared, candidates: Sequence[Candidates]) -> None:
        self.name = given.name
        self.size = len(candidates)
        self._ids = given.ids
        self._candidates = candidates
        self._scores: dict[tuple[float, ...], Scores] = {}
        # Other weights often leave the first passages as they were.
        self._judged: dict[tuple[int, ...], dict[str, float]] = {}

    def scores(self, weights: tuple[float, ...]) -> Scores:
        """Each measure of every question (questions,), by name."""
        if weights not in self._scores:
            rows = [self._judge(number, weights) for number in range(self.size)]
            self._scores[weights] = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        return self._scores[weights]

    def _judge(self, number: int, weights: tuple[float, ...]) -> dict[str, float]:
        one = self._candidates[number]
        order = one.order(weights, PASSAGES if one.asked.evidence else DEEP_ENOUGH)
        key = (number, *order)
        if key not in self._judged:
            ranked = [one.passages[row] for row in order]
            self._judged[key] = judge(one.asked, ranked, self._ids)
        return self._judged[key]
