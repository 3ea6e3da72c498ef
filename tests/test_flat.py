"""Rows of flat arrays beside passages: kept with them, refused where they do not fit."""

from pathlib import Path

import numpy as np
import pytest
from rowed import TOY, reopened, toy, toys
from shelf import EMBEDDER, document, passages, texts

from vectorstore.carried import Carried, all_new
from vectorstore.errors import StoreError
from vectorstore.flat import collect_flat, load_flat, write_flat


def test_rows_are_kept_with_their_passages(tmp_path: Path) -> None:
    parts = [toy(str(n), n % 3) for n in range(7)]
    write_flat(tmp_path / "one", parts, TOY.width, TOY.dtype, all_new(7))
    one = load_flat(tmp_path / "one")
    follows = Carried(np.array([0, 1, -1, 4, 5, -1, 6]), 7)
    fresh = [toy("x", 2), toy("y", 0)]
    write_flat(tmp_path / "two", fresh, TOY.width, TOY.dtype, follows, one)
    two = load_flat(tmp_path / "two")
    expected = [parts[0], parts[1], fresh[0], parts[4], parts[5], fresh[1], parts[6]]
    assert [two.of(n).tolist() for n in range(len(two))] == [rows.tolist() for rows in expected]
    held = collect_flat(expected, TOY.width, TOY.dtype)
    assert np.array_equal(held.rows, two.rows) and np.array_equal(held.starts, two.starts)


def test_a_new_passage_before_the_first_of_the_base_is_not_carried_over() -> None:
    assert Carried(np.array([-1, 0, 1, -1, -1, 3]), 4).runs() == [(0, 1), (1, 3), (3, 5), (5, 6)]


def test_rows_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    parts = [toy("a", 2)]
    cases = {
        "fewer rows": ([], all_new(1), None),
        "more rows": (parts * 2, all_new(1), None),
        "no such rows": ([], Carried(np.array([0]), 1), None),
        "not have": ([], Carried(np.array([0]), 2), collect_flat(parts, TOY.width, TOY.dtype)),
        "expected": ([parts[0].astype(np.int16)], all_new(1), None),
    }
    for number, (fresh, follows, base) in enumerate(cases.values()):
        with pytest.raises(StoreError):
            write_flat(tmp_path / str(number), fresh, TOY.width, TOY.dtype, follows, base)
    with pytest.raises(StoreError, match="cannot be read"):
        load_flat(tmp_path / "4")
    catalogue = reopened(tmp_path / "data")
    catalogue.check_model(EMBEDDER.identity)
    one = document("dalarna")
    cut = passages(one)
    embedded = EMBEDDER.embed_documents(texts(cut))
    for rows in ({"other": toys(cut)}, {"toy": toys(cut)[:1]}, {"toy": [np.zeros((1, 9), TOY.dtype)] * 2}):
        with pytest.raises(StoreError, match="expected"):
            catalogue.replace(one, cut, embedded, rows)
    assert catalogue.documents() == []
