"""Exact search over all vectors: the measure of the index, and what answers while there is none."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.catalogue import Floats
from vectorstore.facets import Selection

Found = list[tuple[int, float]]
# Below this share of all vectors, copying the chosen ones costs less than comparing with every one.
GATHER_SHARE = 0.1


class VectorIndex(Protocol):
    """Finds passages by vector. Passages are named by their position in the snapshot."""

    def nearest(self, vector: Floats, count: int, chosen: Selection) -> Found:
        """The `count` positions of highest cosine similarity among the chosen, best first."""
        ...


class ExactIndex:
    """Compares with every vector (n, dimension), which are normalised; about 1 ms for 10,000 of 384."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def nearest(self, vector: Floats, count: int, chosen: Selection) -> Found:
        """See VectorIndex."""
        if not len(self._vectors):
            return []
        positions = chosen.positions
        if positions is None:
            return best(self._vectors @ vector, count)
        if len(positions) < GATHER_SHARE * len(self._vectors):
            scores = self._vectors[positions] @ vector
        else:
            scores = (self._vectors @ vector)[positions]
        found = best(scores, count)
        return [(int(positions[row]), score) for row, score in found]

    def similarities(self, vector: Floats, positions: Sequence[int] | NDArray[np.intp]) -> list[float]:
        """Cosine similarity of the passages at these positions."""
        if not len(positions):
            return []
        return [float(score) for score in self._vectors[np.asarray(positions)] @ vector]


def best(scores: Floats, count: int) -> Found:
    """The `count` highest scores with their positions, best first; ties by position."""
    if count < len(scores):
        # Everything that ties with the last one stays in, so that ties break the same way everywhere.
        limit = np.partition(scores, len(scores) - count)[len(scores) - count]
        candidates = np.flatnonzero(scores >= limit)
    else:
        candidates = np.arange(len(scores))
    order = candidates[np.argsort(-scores[candidates], kind="stable")]
    return [(int(row), float(scores[row])) for row in order[:count]]
