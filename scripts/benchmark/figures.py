"""Percentiles, ratios of runs side by side, and how a cost grows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio in rounds side by side: the median of the rounds, the least and the greatest."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.least:.2f} to {self.most:.2f})"


@dataclass(frozen=True, slots=True)
class Growth:
    """How a cost grows with the size n: `start` + `slope` * n, and about n to the power of `exponent`."""

    start: float
    slope: float
    exponent: float

    def at(self, size: float) -> float:
        """The cost of that size, by the line."""
        return self.start + self.slope * size

    def reaches(self, cost: float) -> float:
        """The size at which the line comes to `cost`; infinite when it never does."""
        return (cost - self.start) / self.slope if self.slope > 0 else float("inf")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed, interpolated."""
    return float(np.quantile(values, share))


def ratio(first: Sequence[float], second: Sequence[float]) -> Ratio:
    """The first in terms of the second, round by round; ValueError when the rounds are not as many."""
    rounds = [one / other for one, other in zip(first, second, strict=True)]
    return Ratio(float(np.median(rounds)), min(rounds), max(rounds))


def growth(sizes: Sequence[float], costs: Sequence[float]) -> Growth:
    """Fitted to positive sizes and costs, at least two: the line with weights of 1 / cost, so that each
    measurement counts by its relative error, the power by least squares of the logarithms.
    """
    if len(sizes) < 2:
        raise ValueError(f"no growth can be told from {len(sizes)} size")
    slope, start = np.polyfit(sizes, costs, 1, w=1 / np.asarray(costs))
    exponent = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return Growth(float(start), float(slope), float(exponent))
