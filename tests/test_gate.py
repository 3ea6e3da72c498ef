"""What stops a build and what does not, in rows of marks whose outcome is plain to see."""

import json
from pathlib import Path
from typing import Any

import pytest
from run_builder import build_run
from scored_runs import Row, run_of

from assistant.evaluation.baseline import Baseline, make_baseline, read_baseline, write_baseline
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.gate import Gate, gate, to_dict, to_text
from assistant.evaluation.results import Rule

THIRTY = "1" * 30


def gated(tmp_path: Path, before: dict[str, Row], after: dict[str, Row], broken: str = "") -> Gate:
    """A run with the rows `after` held against the baseline of one with the rows `before`."""
    return gate(run_of(tmp_path, **after, broken=broken), make_baseline(run_of(tmp_path, **before)))


@pytest.mark.parametrize(
    ("score", "before", "after", "passed"),
    [
        ("correct", THIRTY, THIRTY, True),
        ("correct", THIRTY, "0" + "1" * 29, True),  # one flip of 30 is noise
        ("correct", THIRTY, "0" * 4 + "1" * 26, True),
        ("correct", THIRTY, "0" * 5 + "1" * 25, False),
        ("correct", THIRTY, "0" * 15 + "1" * 15, False),
        ("correct", "0" * 15 + "1" * 15, THIRTY, True),  # better is no fault
        ("correct", "0" * 6 + "1" * 24, "1" * 24 + "0" * 6, True),  # as many won as lost
        ("over_refusal", "0" * 30, "1" * 10 + "0" * 20, False),
        ("over_refusal", "1" * 10 + "0" * 20, "0" * 30, True),
        ("abstention", "1" * 30, "0" * 10 + "1" * 20, False),
        ("evidence_any@5", THIRTY, "0" * 10 + "1" * 20, False),
        ("evidence_all@5", THIRTY, "0" * 10 + "1" * 20, False),
        ("coverage", [1.0] * 10, [0.5] * 10, False),
        ("words", [100] * 10, [109] * 10, True),  # beyond noise, but not by 10 %
        ("words", [100] * 10, [120] * 10, False),
        ("words", [100] * 10, [400] + [100] * 9, True),  # by 30 %, but it is one answer
        ("words", [100] * 10, [50] * 10, True),
        ("correct", "1", "0", True),  # one question never tells
        ("correct", "11", "00", True),
        ("correct", "1" * 4, "0" * 4, True),
        ("correct", "1" * 5, "0" * 5, False),
    ],
)
def test_what_passes(tmp_path: Path, score: str, before: Row, after: Row, passed: bool) -> None:
    found = gated(tmp_path, {score: before}, {score: after})
    assert found.passed is passed
    assert [drop.name for drop in found.drops] == ([] if passed else [score])
    assert to_text(found).startswith("PASSED" if passed else "FAILED")


@pytest.mark.parametrize("score", ["citation_exactness", "clean"])
@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("111", "111", ()),
        ("111", "011", ("q01",)),
        ("011", "011", ()),  # no worse than it was
        ("011", "101", ("q02",)),  # one mended does not make up for one broken
        (".11", "011", ("q01",)),  # refused before, answered with a made-up quote now
    ],
)
def test_a_promise_is_kept_for_every_question(
    tmp_path: Path, score: str, before: Row, after: Row, broken: tuple[str, ...]
) -> None:
    found = gated(tmp_path, {score: before, "correct": "111"}, {score: after, "correct": "111"})
    assert (found.passed, dict(found.broken)) == (not broken, {score: broken} if broken else {})
    assert not broken or f"{score} is a promise, and is broken for questions (1): {broken[0]}" in to_text(
        found
    )


@pytest.mark.parametrize("score", [f"evidence_{kind}@{k}" for kind in ("any", "all") for k in (1, 3, 8)])
def test_scores_that_are_not_gated(tmp_path: Path, score: str) -> None:
    found = gated(tmp_path, {score: "1" * 10, "correct": "1" * 10}, {score: "0" * 10, "correct": "1" * 10})
    assert found.passed
    assert [each.name for each in found.differences] == ["correct"]


def test_refusing_everything_fails(tmp_path: Path) -> None:
    before = {"correct": "1" * 10, "over_refusal": "0" * 10, "citation_precision": "1" * 10}
    after = {"correct": "0" * 10, "over_refusal": "1" * 10}
    found = gated(tmp_path, before, after)
    assert [drop.name for drop in found.drops] == ["correct", "over_refusal"]
    assert found.vanished == (("citation_precision", 10),)
    text = to_text(found)
    assert "correct fell from 1.000 to 0.000" in text
    assert "over_refusal rose from 0.000 to 1.000" in text
    assert "citation_precision is not scored for any question any more; the baseline has it for 10" in text


def test_a_vanished_score_fails_by_itself(tmp_path: Path) -> None:
    before = {"correct": "1" * 10, "attribution": "11........"}
    found = gated(tmp_path, before, {"correct": "1" * 10})
    assert (found.passed, found.drops, found.vanished) == (False, (), (("attribution", 2),))


def test_a_vanished_score_that_is_not_gated_passes(tmp_path: Path) -> None:
    assert gated(tmp_path, {"correct": "11", "evidence_any@1": "11"}, {"correct": "11"}).passed


def test_an_error_fails(tmp_path: Path) -> None:
    found = gated(tmp_path, {"correct": THIRTY}, {"correct": THIRTY}, broken="x" + "." * 29)
    assert (found.passed, found.drops, found.errors) == (False, (), ("q01",))
    assert "- questions that ended in an error (1): q01" in to_text(found)


def test_too_few_questions_are_told(tmp_path: Path) -> None:
    found = gated(
        tmp_path, {"correct": "1" * 6, "abstention": "1111.."}, {"correct": "1" * 6, "abstention": "0000.."}
    )
    assert (found.passed, found.untold) == (True, ("abstention",))
    assert "Fewer than 5 questions, so no drop can be told: abstention." in to_text(found)


def test_another_set_is_refused(tmp_path: Path) -> None:
    baseline = make_baseline(run_of(tmp_path, correct="11"))
    with pytest.raises(EvaluationError, match="Run that set, or make a new baseline"):
        gate(run_of(tmp_path, correct="111"), baseline)


def test_missing_questions_are_refused(tmp_path: Path) -> None:
    baseline = make_baseline(run_of(tmp_path, correct="111"))
    cut = run_of(tmp_path, correct="111")
    cut.sort(cut.results()[:2], cut.timings())
    cut.write_about(cut.about() | {"questions": 2})
    with pytest.raises(EvaluationError, match=r"lacks questions of the baseline \(1\): q03\."):
        gate(cut, baseline)


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    whole, cut = run_of(tmp_path, correct="11"), run_of(tmp_path, correct="11")
    cut.write_about(cut.about() | {"finished": None})
    with pytest.raises(EvaluationError, match="is not finished"):
        gate(cut, make_baseline(whole))
    with pytest.raises(EvaluationError, match="is not finished"):
        make_baseline(cut)


def test_no_baseline_of_a_run_with_errors(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"ended in an error \(1\): q02\."):
        make_baseline(run_of(tmp_path, correct="11", broken=".x"))


def test_no_baseline_of_a_run_that_nothing_is_scored_in(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no later run could fail"):
        make_baseline(run_of(tmp_path, correct=".."))


def whole_run(tmp_path: Path, **changes: Any) -> RunFolder:
    """A run of the made-up set without questions that ended in an error."""
    run = build_run(tmp_path, 40, **changes)
    sound = [each for each in run.results() if Rule.ERROR not in {failure.rule for failure in each.failures}]
    return build_run(tmp_path, results=sound, **changes)


def test_a_baseline_holds_no_texts_and_reads_back(tmp_path: Path) -> None:
    run, path = whole_run(tmp_path), tmp_path / "baseline.json"
    write_baseline(make_baseline(run), path)
    written = path.read_text("utf-8")
    for result in run.results():
        for text in (result.case.question, result.case.gold_answer, result.answer.text):
            assert not text or json.dumps(text, ensure_ascii=False)[1:-1] not in written
        for evidence in result.case.evidence:
            assert evidence.quote not in written
    found = read_baseline(path)
    assert found.scores == {result.case.id: result.scores for result in run.results()}
    assert (found.run, found.digest) == (run.name, run.about()["digest"])
    assert {"model", "corpus"} <= found.identity.keys() and "settings" not in found.identity
    assert gate(run, found).passed
    assert not list(tmp_path.glob(".baseline*"))


def test_what_was_asked_is_told_when_it_changed(tmp_path: Path) -> None:
    before = whole_run(tmp_path)
    other = before.about()["target"] | {"version": "9.9.9"}
    found = gate(whole_run(tmp_path, target=other), make_baseline(before))
    assert (found.passed, found.moved) == (True, ("version",))
    assert "Not as in the baseline: version." in to_text(found)


def test_a_gate_is_json(tmp_path: Path) -> None:
    found = to_dict(gated(tmp_path, {"correct": THIRTY}, {"correct": "0" * 30}))
    assert json.loads(json.dumps(found, allow_nan=False))["passed"] is False


SOUND = {
    "format": 1,
    "set": "s",
    "digest": "d",
    "run": "r",
    "made": "2030-01-02T09:00:00Z",
    "identity": {},
    "scores": {"q01": {"correct": 1.0}},
}


def test_a_sound_baseline_is_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(SOUND), "utf-8")
    assert read_baseline(path) == Baseline.model_validate(SOUND)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 2}, "format"),
        ({"digest": ""}, "digest"),
        ({"scores": {}}, "scores"),
        ({"scores": {"q01": {"correct": "much"}}}, "scores.q01.correct"),
        ({"scores": {"q01": {"correct": float("nan")}}}, "scores.q01.correct"),
        ({"made": "today"}, "made"),
        ({"questions": ["Varför?"]}, "questions"),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(SOUND | change), "utf-8")
    with pytest.raises(EvaluationError, match=f"baseline.json is not a baseline: {told}: .* Give the file"):
        read_baseline(path)


def test_a_file_that_is_not_there_or_not_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read: No such file"):
        read_baseline(tmp_path / "none.json")
    (tmp_path / "torn.json").write_text('{"format": 1,')
    with pytest.raises(EvaluationError, match="torn.json is not a baseline: file: "):
        read_baseline(tmp_path / "torn.json")
    with pytest.raises(EvaluationError, match="cannot be written: No such file"):
        write_baseline(Baseline.model_validate(SOUND), tmp_path / "none" / "baseline.json")
