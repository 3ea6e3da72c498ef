"""Intervals and tests, by scipy; every one is seeded, so that the same scores give the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

RESAMPLES = 9999
SEED = 20090129
LEVEL = 0.95
_Z = 1.959964
Changes = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `n` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Paired:
    """Means of the same `n` questions twice, their difference (after - before) with its 95 % interval,
    and the `p` of as large a difference if before and after were drawn by lot for each question.
    """

    before: float
    after: float
    difference: float
    low: float
    high: float
    p: float
    n: int

    @property
    def beyond_noise(self) -> bool:
        """Whether both tests say so: the interval leaves out 0, and p is below 1 - LEVEL."""
        return not self.low <= 0 <= self.high and self.p < 1 - LEVEL


def figure(values: Sequence[float]) -> Figure:
    """The mean of `values` with its bootstrap interval (percentiles of RESAMPLES means; Efron 1979).

    Where all values are equal a bootstrap would claim certainty. If they lie between 0 and 1,
    Wilson's interval (1927) stands in, which is wide enough for them; otherwise it is the value itself.
    Raises ValueError for no values at all.
    """
    if not values:
        raise ValueError("no values to take a mean of")
    mean = float(np.mean(values))
    if min(values) == max(values):
        low, high = _wilson(mean, len(values)) if 0 <= mean <= 1 else (mean, mean)
    else:
        low, high = _bootstrap(tuple(sorted(values)))
    return Figure(mean, low, high, len(values))


def paired(before: Sequence[float], after: Sequence[float]) -> Paired:
    """The difference of two means over the same questions, in the same order.

    The interval is a bootstrap of the differences (percentiles of RESAMPLES means; Efron 1979), p that
    of a paired sign-flip permutation test, two-sided (Fisher 1935): exact where few questions differ,
    else by RESAMPLES draws. Questions are the sampling unit. At least six must differ for
    p < 0.05, so one or two questions never tell. Where all differences are equal nothing varies to resample:
    a whole shift of shares (-1 or 1) has Wilson's interval, any other is its own.
    Raises ValueError for no questions, or when the two are not as many.
    """
    if not before or len(before) != len(after):
        raise ValueError(f"not pairs of values: {len(before)} and {len(after)}")
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    changes = np.round(second - first, 12)  # what is left of 0.3 - 0.1 - 0.2 is no difference
    low, high = _range(changes)
    means = (float(first.mean()), float(second.mean()), float(changes.mean()))
    return Paired(*means, low, high, _flipped(changes[changes != 0]), len(changes))


def _range(changes: Changes) -> tuple[float, float]:
    shift = float(changes[0])
    if changes.min() < changes.max():
        return _bootstrap(tuple(sorted(changes.tolist())))
    if abs(shift) != 1:
        return shift, shift
    low, high = sorted(shift * bound for bound in _wilson(1.0, len(changes)))
    return low, high


@lru_cache(maxsize=4096)  # groups and repeated runs ask for the same again and again
def _bootstrap(values: tuple[float, ...]) -> tuple[float, float]:
    from scipy.stats import bootstrap  # takes a second to import

    found = bootstrap(
        (values,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, method="percentile", rng=SEED
    ).confidence_interval
    return float(found.low), float(found.high)


def _flipped(changes: Changes) -> float:
    """The p of the changes that are not 0: flipping the sign of a 0 changes nothing."""
    if len(changes) < 2:
        return 1.0
    from scipy.stats import permutation_test

    found = permutation_test(
        (changes,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=1000,
        rng=SEED,
    )
    return float(found.pvalue)


def _wilson(share: float, n: int) -> tuple[float, float]:
    centre = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z / (1 + _Z * _Z / n) * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    # Rounding must not leave the share itself outside.
    return min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half))
