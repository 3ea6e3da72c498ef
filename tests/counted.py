"""Sentences of few words, so that they share many, and a comparison of what was counted in them."""

import random

import numpy as np

from vectorstore.postings import Postings

WORDS = "näringsliv export stöd Värmland företagsstöd råd län checkar i och åäö x export".split()
ARRAYS = ("starts", "passages", "counts", "lengths")


def sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(6)))


def assert_same(found: Postings, expected: Postings) -> None:
    assert found.vocabulary.all() == expected.vocabulary.all()
    for name in ARRAYS:
        one, other = getattr(found, name), getattr(expected, name)
        assert one.dtype == other.dtype and np.array_equal(one, other), name
