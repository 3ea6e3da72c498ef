"""Which passages of a generation were carried over from the one before, and from which place there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import StoreError

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Carried:
    """`origin` (n,) is each passage's position in the base, -1 where it is new.

    Both generations are in the order of document and number, so what is carried keeps its order.
    `before` counts the base's passages.
    """

    origin: NDArray[np.int64]
    before: int

    @property
    def new(self) -> NDArray[np.int64]:
        """The positions of the new passages, in order."""
        return np.flatnonzero(self.origin < 0)

    @property
    def kept(self) -> NDArray[np.int64]:
        """The positions of the passages carried over, in order."""
        return np.flatnonzero(self.origin >= 0)

    @property
    def moved(self) -> NDArray[np.int32]:
        """Where each passage of the base is now (before,), -1 where it is gone."""
        places = np.full(self.before, -1, np.int32)
        places[self.origin[self.kept]] = self.kept
        return places

    def runs(self) -> list[tuple[int, int]]:
        """Stretches [start, stop) of positions that are all new, or consecutive in the base as well."""
        if not len(self.origin):
            return []
        step = np.diff(self.origin)
        # A new passage before the first of the base is a step of one, too.
        follows = (step == 1) & (self.origin[:-1] >= 0)
        together = follows | ((self.origin[1:] < 0) & (step == 0))
        cuts = [0, *(np.flatnonzero(~together) + 1).tolist(), len(self.origin)]
        return list(zip(cuts, cuts[1:], strict=False))


def all_new(count: int) -> Carried:
    """Nothing is carried over."""
    return Carried(np.full(count, -1, np.int64), 0)


def carried(before: Sequence[Key], now: Sequence[Key], changed: Collection[str]) -> Carried:
    """Compare two generations' passages, given as (passage id, document id) in their order.

    All passages of documents in `changed` count as new. Raises StoreError if one of another document
    is not in the base, or not in the same order there.
    """
    known = {one: position for position, (one, document) in enumerate(before) if document not in changed}
    origin = np.fromiter(
        (-1 if document in changed else known.get(one, -2) for one, document in now), np.int64, len(now)
    )
    kept = origin[origin >= 0]
    if (origin == -2).any() or (np.diff(kept) <= 0).any():
        raise StoreError("the former generation does not hold what the catalogue says has not changed")
    return Carried(origin, len(before))
