"""Tuning and taking apart the search: what computes, on a small store."""

from collections.abc import Iterator
from pathlib import Path

import ablate_search
import numpy as np
import pytest
import tune_search
from search_tuning.ablation import ablate
from search_tuning.candidates import LEGS, Measured, collect
from search_tuning.measures import ALL, ANY, FIRST, NDCG, Seen, judge
from search_tuning.prepared import Asked, Prepared, behead
from search_tuning.variants import FULL, VARIANTS, Ranking, without_vectors, without_windows
from search_tuning.weighing import GRID, WORTH, climb, climb_from, halves, objective
from shelf import EMBEDDER, TEXTS, document, many, settings_for
from tokened import put_with_tokens

from assistant.evaluation.cases import Evidence
from assistant.evaluation.ranking import score
from vectorstore.catalogue import open_catalogue
from vectorstore.fusion import Weights
from vectorstore.late import LateIndex
from vectorstore.publish import publish
from vectorstore.queries import Query
from vectorstore.retrieval import DENSE, LEXICAL, Fused
from vectorstore.store import open_store
from vectorstore.view import read_catalogue

QUESTIONS = ("stöd för export nummer 3", "Region Värmland och Norge", "näringsliv i dokument 7", "xyzzy")
WEIGHTS = (1.0, 0.15, 0.2, 0.2)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("tuned")
    catalogue = open_catalogue(settings_for(folder))
    put_with_tokens(catalogue, *map(document, TEXTS), *many(30))
    publish(catalogue, folder)
    catalogue.close()
    store = open_store(settings_for(folder), EMBEDDER)
    asked = tuple(Asked(text, relevant={"t3": 1, "t7": 1}) for text in QUESTIONS)
    yield Prepared("small", folder, store, asked, {f"doc-{n}.txt": (f"t{n}",) for n in range(30)})
    store.close()


def perfect() -> dict[str, dict[str, list[float]]]:
    return {name: dict.fromkeys(measures, [1.0, 1.0]) for name, measures in WORTH.items()}


def test_the_objective_is_the_sum_of_means_by_their_worth() -> None:
    found = perfect()
    assert objective(found) == pytest.approx(2 + 0.7 + 1 + 1)
    found["swequad_train"] = {NDCG: [0.5, 0.0]}
    found["dev"] = found["dev"] | {FIRST: [0.0, 0.0], ALL: [1.0, 0.0]}
    assert objective(found) == pytest.approx(2 * 0.25 + 0.7 + (0.3 + 0.4 * 0.5) + 1)


def test_a_planted_best_is_found_and_what_is_held_stays() -> None:
    best = (1.0, 0.3, 0.05, 0.7)

    def value(weights: tuple[float, ...]) -> float:
        off = np.subtract(weights, best)
        return -float(off @ off + 0.5 * off[1] * off[2])  # one turn for each is not enough

    assert climb(value, (1.0, 0.2, 0.2, 0.2), (1, 2, 3)) == best
    assert climb(value, (0.5, 0.2, 0.2, 0.2), (1, 2, 3)) == (0.5, *best[1:])
    assert set(best) <= set(GRID)


def test_where_all_is_as_good_nothing_changes_and_the_best_start_wins() -> None:
    assert climb(lambda weights: 1.0, (1.0, 0.17), (1,)) == (1.0, 0.17)
    # Two hills: from the lower one no single step leads up.
    hills = {(0.0, 0.0): 1.0, (1.0, 1.0): 2.0}
    found = climb_from(lambda at: hills.get(at, 0.0), [(0.0, 0.0), (1.0, 1.0)], (0, 1), (0.0, 1.0))
    assert found == (1.0, 1.0)


@pytest.mark.parametrize("size", [2, 7, 962])
def test_halves_share_no_question_and_leave_none_out(size: int) -> None:
    even, odd = halves(size)
    assert not set(even) & set(odd)
    assert sorted([*even, *odd]) == list(range(size))
    assert abs(len(even) - len(odd)) <= 1


def test_texts_are_measured_as_the_evaluation_does() -> None:
    chance = np.random.default_rng(3)
    ids = {f"{n}.txt": (f"t{n}", f"copy of t{n}") if n % 5 == 0 else (f"t{n}",) for n in range(30)}
    for _ in range(20):
        relevant = {f"t{n}": 1 for n in chance.choice(30, chance.integers(1, 14), replace=False)}
        ranked = [Seen(f"{n}.txt", "") for n in chance.integers(0, 30, 40)]
        texts = [id for source in dict.fromkeys(one.source for one in ranked) for id in ids[source]]
        expected = score({"q": relevant}, {"q": texts})["q"][NDCG]
        assert judge(Asked("?", relevant), ranked, ids)[NDCG] == pytest.approx(expected)


def test_evidence_is_looked_for_in_the_first_and_the_first_five() -> None:
    asked = Asked(
        "?", evidence=(Evidence("a.txt", "femton procent"), Evidence("b.txt", "högst 40 000 kronor"))
    )
    other = Seen("c.txt", "femton procent, högst 40 000 kronor")
    ranked = [other, Seen("a.txt", "Stödet är femton procent."), other, other, other]
    late = Seen("b.txt", "Det är högst 40 000 kronor.")
    assert judge(asked, [*ranked, late], {}) == {FIRST: 0.0, ANY: 1.0, ALL: 0.0}
    assert judge(asked, [*ranked[1:], late], {}) == {FIRST: 1.0, ANY: 1.0, ALL: 1.0}


@pytest.mark.parametrize("weights", [WEIGHTS, (0.0, 1.0, 0.0, 0.0), (0.0, 0.3, 1.0, 0.1)])
def test_weights_rank_the_candidates_as_the_search_does(given: Prepared, weights: tuple[float, ...]) -> None:
    search = Fused(given.store.live, EMBEDDER, Weights(**dict(zip(LEGS, weights, strict=True))))
    for one in collect(given, EMBEDDER):
        hits = search.retrieve(Query(one.asked.text, 20))
        shares = np.array([one.shares[row] @ np.array(weights) for row in one.order(weights, 20)])
        assert shares == pytest.approx([hit.score for hit in hits], abs=1e-5)


def test_weights_found_on_a_half_know_nothing_of_the_other(given: Prepared) -> None:
    sets = {"small": Measured(given, collect(given, EMBEDDER))}
    own, other = tune_search.parts(sets, 0), tune_search.parts(sets, 1)
    whole = tune_search.scores(sets, WEIGHTS)
    joined = {"small": {NDCG: np.full(len(QUESTIONS), -1.0)}}
    tune_search.put(joined, own, tune_search.of(own, whole))
    assert joined["small"][NDCG].tolist()[1::2] == [-1.0, -1.0]
    tune_search.put(joined, other, tune_search.of(other, whole))
    assert joined["small"][NDCG].tolist() == whole["small"][NDCG].tolist()


def test_with_nothing_taken_away_it_is_the_store_s_own_search(given: Prepared) -> None:
    assert FULL.search(Fused(given.store.live, EMBEDDER), given.store) == given.store.retriever


def test_each_variant_lacks_what_it_names(given: Prepared) -> None:
    query = Query("stöd för export nummer 3", 5)
    views = given.store.live
    wordless = next(one.ranking for one in VARIANTS if one.ranking.mute == (LEXICAL,))
    for ranking, leg in ((Ranking((DENSE,), without_vectors), DENSE), (wordless, LEXICAL)):
        assert {hit.legs[leg] for hit in ranking.of(views, EMBEDDER).retrieve(query)} == {0.0}
    assert Ranking((DENSE,), without_vectors).of(views, EMBEDDER).retrieve(Query("xyzzy")) == []
    assert wordless.of(views, EMBEDDER).retrieve(Query("xyzzy"))
    for name, wrapper in (
        ("EachRegion", "EachRegion("),
        ("Distinct", "Distinct("),
        ("register", "Expanded("),
    ):
        variant = next(one for one in VARIANTS if name in one.name)
        assert wrapper not in repr(variant.search(Fused(views, EMBEDDER), given.store))


def test_without_windows_a_passage_is_one_window(tmp_path: Path) -> None:
    # What is asked for stands at both ends of a long passage: no window has all of it.
    words = ["norge", *(f"ord{n}" for n in range(100)), "export"]
    catalogue = open_catalogue(settings_for(tmp_path))
    put_with_tokens(catalogue, document("lång", " ".join(words)))
    asked, weights = EMBEDDER.embed_question("norge export"), np.full(2, 0.5, np.float32)
    view = read_catalogue(catalogue)
    by_window, whole = (
        LateIndex(one.rows, 64).scores(asked.directions, weights, [0])[0]
        for one in (view, without_windows(view))
    )
    assert by_window < 0.7 < whole


def test_without_headers_their_words_are_no_longer_found(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put_with_tokens(catalogue, document("värmland"), document("dalarna"))
    assert read_catalogue(catalogue).lexical.scores("Inriktning").any()
    behead(catalogue, EMBEDDER)
    view = read_catalogue(catalogue)
    assert not view.lexical.scores("Inriktning").any()
    assert {int(view.rows["headers"].of(one)[0, 0]) for one in range(len(view.snapshot.ids))} == {0}


def test_the_table_has_a_row_for_each_thing_taken_away(given: Prepared, tmp_path: Path) -> None:
    variants = [one for one in VARIANTS if one.headers]
    found = {"small": ablate(given, variants, tmp_path, EMBEDDER)}
    part = ablate_search.part(found)
    lines = part.table.splitlines()
    assert lines[0] == f"| taken away | small, nDCG@10 (n = {len(QUESTIONS)}) |"
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == [one.name for one in variants]


def test_a_star_marks_what_is_beyond_chance() -> None:
    full = {"nothing": {NDCG: [1.0] * 30 + [0.5] * 10}, "late": {NDCG: [0.2] * 30 + [0.5] * 10}}
    found = {"a": full | {"words": {NDCG: [1.0] * 29 + [0.9] + [0.6] + [0.5] * 9}}}
    rows = ablate_search.part(found).table.splitlines()
    assert rows[3].endswith("* |") and not rows[4].endswith("* |")
    notes = " ".join(ablate_search.part(found).notes)
    assert "No figure falls (with a *) without: words." in notes
