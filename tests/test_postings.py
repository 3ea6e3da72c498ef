"""Counting pieces: by difference as anew, and scores as a known library gives them."""

import random
from pathlib import Path

import bm25s
import numpy as np
import pytest
from counted import assert_same, sentence

from vectorstore.carried import Carried, carried
from vectorstore.errors import StoreError
from vectorstore.lexical import build_lexical
from vectorstore.postings import carry, count, load_postings
from vectorstore.terms import terms


@pytest.mark.parametrize("seed", range(20))
def test_postings_by_difference_are_those_counted_anew(seed: int) -> None:
    chance = random.Random(seed)
    former = [sentence(chance) for _ in range(chance.randrange(9))]
    kept = [n for n in range(len(former)) if chance.random() < 0.7]
    origin = [one for n in kept for one in [*[-1] * chance.randrange(3), n]] + [-1] * chance.randrange(2)
    now = [former[n] if n >= 0 else f"nytt{seed} {sentence(chance)}" for n in origin]
    follows = Carried(np.array(origin, np.int64), len(former))
    fresh = [text for text, n in zip(now, origin, strict=True) if n < 0]
    assert_same(carry(count(former), follows, fresh), count(now))


def test_postings_are_the_same_after_saving(tmp_path: Path) -> None:
    for number, content in enumerate(([], [""], ["Åäö och export", "export export"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        count(content).save(folder)
        assert_same(load_postings(folder), count(content))


def test_scores_are_those_of_a_known_library() -> None:
    chance = random.Random(1)
    content = [sentence(chance) or "export" for _ in range(60)]
    library = bm25s.BM25(k1=1.2, b=0.75)
    library.index([terms(text) for text in content], show_progress=False)
    ours = build_lexical(content)
    for text in ("export till Värmland", "företagsstöd", "råd och checkar i län", "okänt"):
        known = [term for term in sorted(set(terms(text))) if term in library.vocab_dict]
        expected = library.get_scores(known) if known else np.zeros(len(content))
        assert ours.scores(text) == pytest.approx(expected, rel=1e-5)


def test_what_the_base_does_not_hold_is_not_carried() -> None:
    before = [("a1", "a"), ("a2", "a"), ("b1", "b")]
    follows = carried(before, [("a1", "a"), ("a2", "a"), ("b9", "b"), ("c1", "c")], {"b", "c"})
    assert follows.origin.tolist() == [0, 1, -1, -1]
    assert (follows.moved.tolist(), follows.runs()) == ([0, 1, -1], [(0, 2), (2, 4)])
    for now in ([("a1", "a"), ("a3", "a")], [("a2", "a"), ("a1", "a")]):
        with pytest.raises(StoreError, match="has not changed"):
            carried(before, now, {"b"})
