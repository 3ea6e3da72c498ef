"""Two runs against each other, in rows of marks whose outcome is plain to see."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from run_builder import build_run
from scored_runs import run_of

from assistant.evaluation.compare import Comparison, compare, to_dict, to_text
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder


def compared(tmp_path: Path, before: str, after: str, score: str = "correct") -> Comparison:
    """A run with `before` against one with `after`."""
    return compare(run_of(tmp_path, **{score: before}), run_of(tmp_path, **{score: after}))


@pytest.mark.parametrize(
    ("score", "before", "after", "verdict"),
    [
        ("correct", "1111111111", "1111111111", "same"),
        ("correct", "1111111111", "0111111111", "same"),
        ("correct", "1111111111", "0000011111", "same"),
        ("correct", "1111111111", "0000001111", "worse"),
        ("correct", "0000001111", "1111111111", "better"),
        ("correct", "1111111111", "0000000000", "worse"),
        ("over_refusal", "0000000000", "1111111111", "worse"),
        ("over_refusal", "1111111111", "0000000000", "better"),
        ("abstention", "0000000000", "1111111111", "better"),
        ("words", [40] * 10, [60] * 10, "worse"),
        ("words", [40] * 10, [30] * 10, "better"),
        ("correct", "1", "0", "same"),
    ],
)
def test_verdicts(tmp_path: Path, score: str, before: str, after: str, verdict: str) -> None:
    (difference,) = compared(tmp_path, before, after, score).differences
    assert (difference.name, difference.verdict, difference.n) == (score, verdict, len(before))


def test_figures_are_over_questions_scored_in_both(tmp_path: Path) -> None:
    # q01, q02 and q05 are scored in both.
    found = compared(tmp_path, "11.01", "101.0")
    (difference,) = found.differences
    assert difference.n == 3
    assert (difference.before, difference.after) == pytest.approx((1.0, 1 / 3))
    assert difference.difference == pytest.approx(-2 / 3)


def test_flips_name_the_rules(tmp_path: Path) -> None:
    found = compare(
        run_of(tmp_path, correct="1100", broken="...."), run_of(tmp_path, correct="1011", broken="...x")
    )
    #                     q02 fails now, q03 no longer, q04 failed before and is broken now
    assert [(flip.id, flip.gained, flip.lost) for flip in found.worse] == [("q02", ("missing",), ())]
    assert [(flip.id, flip.gained, flip.lost) for flip in found.better] == [("q03", (), ("missing",))]
    assert (found.worse[0].before, found.worse[0].after) == (True, False)
    assert (found.worse[0].question, found.worse[0].category) == ("Fråga q02?", "stöd")


def test_an_error_where_nothing_was_expected_is_worse(tmp_path: Path) -> None:
    found = compare(run_of(tmp_path, words=[9, 9]), run_of(tmp_path, words=[9, 9], broken=".x"))
    assert [(flip.id, flip.before, flip.after, flip.gained) for flip in found.worse] == [
        ("q02", None, False, ("error",))
    ]


def test_other_words_without_a_flip(tmp_path: Path) -> None:
    found = compare(
        run_of(tmp_path, correct="110", text="Högst 10."), run_of(tmp_path, correct="100", text="10.")
    )
    assert found.changed == ("q01", "q03")


def test_runs_of_different_sets(tmp_path: Path) -> None:
    before, after = run_of(tmp_path, correct="1110"), run_of(tmp_path, correct="0111", first=3)
    found = compare(before, after)
    # q01 q02 [q03 q04] q05 q06: q03 goes from 1 to 0, q04 from 0 to 1
    assert not found.same_set
    assert (found.only_before, found.only_after) == (("q01", "q02"), ("q05", "q06"))
    assert ([flip.id for flip in found.worse], [flip.id for flip in found.better]) == (["q03"], ["q04"])
    assert found.compared == found.differences[0].n == 2
    text = to_text(found)
    assert "The sets are not the same" in text
    assert "Only in A (2): q01, q02" in text and "Only in B (2): q05, q06" in text


def test_a_question_that_was_edited_is_not_compared(tmp_path: Path) -> None:
    first = run_of(tmp_path, correct="111")
    results = run_of(tmp_path, correct="000").results()
    results[0] = replace(results[0], case=replace(results[0].case, must_include=(("ord",),)))
    results[1] = replace(results[1], case=replace(results[1].case, notes="Läst igenom."))
    found = compare(first, build_run(tmp_path, results=results))
    assert found.edited == ("q01",)
    assert [flip.id for flip in found.worse] == ["q02", "q03"]
    assert "Edited between the runs, so not compared (1): q01" in to_text(found)


def test_runs_without_a_common_question_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no question in common"):
        compare(run_of(tmp_path, correct="11"), run_of(tmp_path, correct="11", first=3))


def unfinished(folder: RunFolder) -> RunFolder:
    """The run as if it had been stopped before its figures."""
    folder.write_about(folder.about() | {"finished": None, "questions": 5})
    return folder


@pytest.mark.parametrize("which", [0, 1])
def test_an_unfinished_run_is_refused(tmp_path: Path, which: int) -> None:
    runs = [run_of(tmp_path, correct="11"), run_of(tmp_path, correct="11")]
    unfinished(runs[which])
    with pytest.raises(RunError, match=r"not finished \(2 of 5 questions.*Ask the same set again"):
        compare(*runs)


def test_scores_that_came_and_went(tmp_path: Path) -> None:
    found = compare(
        run_of(tmp_path, correct="11", attribution="1."), run_of(tmp_path, correct="11", language_match=".1")
    )
    assert (found.vanished, found.appeared) == (("attribution",), ("language_match",))
    assert "Only A has anything scored for: attribution." in to_text(found)


def test_latency_has_no_verdict(tmp_path: Path) -> None:
    runs = [run_of(tmp_path, correct="111"), run_of(tmp_path, correct="111")]
    for run, seconds in zip(runs, ((1, 2, 9), (2, 4, 9)), strict=True):
        rows = (f'{{"id": "q0{n}", "total": {each}, "steps": {{}}}}\n' for n, each in enumerate(seconds, 1))
        run.write("timings.jsonl", "".join(rows))
    found = compare(*runs).latency
    assert found is not None
    # 90 % of the way from the first to the third: 0.8 of the step from the second to the third
    assert (found.n, found.before_median, found.after_median) == (3, 2, 4)
    assert (found.before_p90, found.after_p90) == pytest.approx((2 + 0.8 * 7, 4 + 0.8 * 5))
    assert "latency" not in {each.name for each in compare(*runs).differences}


def test_a_comparison_is_json_and_always_the_same(tmp_path: Path) -> None:
    runs = build_run(tmp_path, 20, 0), build_run(tmp_path, 20, 1, right=0.3)
    found = to_dict(compare(*runs))
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(to_dict(compare(*runs))))
    assert found["before"]["run"] == runs[0].name
    assert {"differences", "worse", "better", "changed", "same_set"} <= found.keys()


def test_a_run_is_the_same_as_itself(tmp_path: Path) -> None:
    run = build_run(tmp_path, 20)
    found = compare(run, run)
    assert {each.verdict for each in found.differences} == {"same"}
    assert not (found.worse or found.better or found.changed)
