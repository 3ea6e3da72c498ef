"""Which place each passage has in each leg of a search, for explaining its ranking."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vectorstore.token_vectors import Floats

Places = dict[str, int]


def places(ids: Sequence[str], legs: Mapping[str, Floats]) -> dict[str, Places]:
    """For each of the passages its place, from 1, in each leg; those with equal scores share the better one.

    A leg holds the scores (m,) of the first m passages. One with a score of 0 or less has no place in it.
    """
    found: dict[str, Places] = {one: {} for one in ids}
    for leg, scores in legs.items():
        ahead = np.searchsorted(np.sort(-scores), -scores, side="left")
        for one, score, before in zip(ids, scores, ahead, strict=False):
            if score > 0:
                found[one][leg] = int(before) + 1
    return found


def ranked(scored: Sequence[tuple[str, float]], places: Mapping[str, Places]) -> dict[str, dict[str, Any]]:
    """Passage id -> {"score", "places"}, best first, for the trace of a search."""
    return {one: {"score": score, "places": places[one]} for one, score in scored}
