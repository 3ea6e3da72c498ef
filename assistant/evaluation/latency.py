"""How long two runs took over the same questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds over the `n` questions timed in both runs; no verdict, since machines and load differ."""

    n: int
    before_median: float
    after_median: float
    before_p90: float
    after_p90: float

    def __str__(self) -> str:
        median = f"median {self.before_median:.2f} s in A, {self.after_median:.2f} s in B"
        p90 = f"90 % within {self.before_p90:.2f} s in A, {self.after_p90:.2f} s in B"
        return f"Seconds ({self.n} questions; for information, no verdict): {median}; {p90}."


def latency(before: Mapping[str, float], after: Mapping[str, float], ids: Iterable[str]) -> Latency | None:
    """Of the questions `ids`, seconds by id; None when none of them was timed twice."""
    timed = [id for id in ids if id in before and id in after]
    if not timed:
        return None
    first, second = (np.percentile([seconds[id] for id in timed], (50, 90)) for seconds in (before, after))
    return Latency(len(timed), float(first[0]), float(second[0]), float(first[1]), float(second[1]))
