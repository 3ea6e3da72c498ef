"""What weights are worth on all sets together, and the search for better ones."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from benchmark.sets import BEIR_SETS, EVIDENCE_SET
from numpy.typing import NDArray

from search_tuning.measures import ALL, ANY, FIRST, NDCG
from search_tuning.prepared import STARTER

Rows = NDArray[np.intp]
Values = NDArray[np.float64] | Sequence[float]
Weighed = tuple[float, ...]
SWEQUAD, SWEFAQ = BEIR_SETS
# What is asked for most, official texts in Swedish, counts most; the sets with evidence are small.
WORTH: Mapping[str, Mapping[str, float]] = {
    SWEQUAD: {NDCG: 2.0},
    SWEFAQ: {NDCG: 0.7},
    EVIDENCE_SET: {FIRST: 0.3, ANY: 0.3, ALL: 0.4},
    STARTER: {FIRST: 0.3, ANY: 0.3, ALL: 0.4},
}
GRID = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0)
ROUNDS = 10


def objective(scores: Mapping[str, Mapping[str, Values]]) -> float:
    """The sum of the means of all measures, each times its WORTH; `scores[set][measure]` of each question."""
    return sum(
        worth * float(np.mean(scores[name][measure]))
        for name, measures in WORTH.items()
        for measure, worth in measures.items()
    )


def climb(
    value: Callable[[Weighed], float], start: Weighed, free: Sequence[int], grid: Sequence[float] = GRID
) -> Weighed:
    """Weights that no other grid value of one free coordinate makes better, found by climbing from `start`.

    Coordinates take turns, at most ROUNDS times each; where several values are as good the present one stays.
    """
    best, most = start, value(start)
    for _ in range(ROUNDS):
        before = best
        for number in free:
            for weight in grid:
                tried = (*best[:number], weight, *best[number + 1 :])
                if (found := value(tried)) > most:
                    best, most = tried, found
        if best == before:
            break
    return best


def climb_from(
    value: Callable[[Weighed], float],
    starts: Sequence[Weighed],
    free: Sequence[int],
    grid: Sequence[float] = GRID,
) -> Weighed:
    """The best of what `climb` comes to from each start."""
    return max((climb(value, start, free, grid) for start in starts), key=value)


def halves(size: int) -> tuple[Rows, Rows]:
    """The questions with even and with odd numbers."""
    return np.arange(0, size, 2), np.arange(1, size, 2)
