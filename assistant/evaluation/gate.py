"""Whether a run is worse than its baseline by more than noise, for a build to stop at."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.baseline import Baseline, failed_questions, identity
from assistant.evaluation.compare import check_finished
from assistant.evaluation.differences import Difference, Scored, differences, lost_scores, scored, table
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.scores import HIGHER_IS_BETTER
from assistant.evaluation.statistics import LEVEL

UNGATED = {f"evidence_{kind}@{k}" for kind in ("any", "all") for k in (1, 3, 8)}
"""They tell nearly the same as evidence at 5, and every further score is one more chance of a false alarm."""
GATED = tuple(name for name in HIGHER_IS_BETTER if name not in UNGATED)
GUARANTEED = ("citation_exactness", "clean")
"""What must hold of every answer: one question that breaks it and did not before is no chance."""
FEWEST = 5
"""Questions that must change, one-sided, for p < 0.05: 2 ** -5 is 0.03."""
LONGER = 1.10
"""Answers may grow to so many times as many words: length is judged by readers, not by a test."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A run held against a baseline.

    `differences` are the gated scores, `drops` those of them that are worse beyond noise, `vanished`
    gated scores that no question has any more, with how many had it, `broken` the questions that break
    a promise which they kept or had no part in, `errors` those that ended in an error. `moved`
    names what of the assistant's identity is not as it was (for
    information). `untold` are scores of too few questions for any drop to be told from noise.
    """

    run: str
    baseline: str
    set: str
    questions: int
    differences: tuple[Difference, ...]
    drops: tuple[Difference, ...]
    vanished: tuple[tuple[str, int], ...]
    broken: tuple[tuple[str, tuple[str, ...]], ...]
    errors: tuple[str, ...]
    moved: tuple[str, ...]
    untold: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the run."""
        return not (self.drops or self.vanished or self.broken or self.errors)


def gate(folder: RunFolder, baseline: Baseline) -> Gate:
    """The run in `folder` held against the baseline.

    EvaluationError when the two cannot be compared: another set, an unfinished run, questions missing.
    Each score is tested by itself. The gate asks only whether a score is worse, so its test is
    one-sided: half the p of statistics.paired, beside the same interval.
    """
    check_finished(folder)
    about, results = folder.about(), folder.results()
    if about["digest"] != baseline.digest:
        raise EvaluationError(
            f"the run {folder.name} asked the set {about['set']} ({about['digest'][:12]}), the baseline is "
            f"of {baseline.set} ({baseline.digest[:12]}). Run that set, or make a new baseline."
        )
    now = scored(results)
    if missing := [id for id in baseline.scores if id not in now]:
        raise EvaluationError(
            f"the run {folder.name} lacks questions of the baseline ({len(missing)}): "
            f"{', '.join(missing[:10])}. Its results are not whole: run the set again."
        )
    found = tuple(each for each in differences(baseline.scores, now) if each.name in GATED)
    return Gate(
        run=folder.name,
        baseline=baseline.run,
        set=baseline.set,
        questions=len(baseline.scores),
        differences=found,
        drops=tuple(each for each in found if _is_drop(each)),
        vanished=tuple(
            (name, sum(name in scores for scores in baseline.scores.values()))
            for name in lost_scores(baseline.scores, now)
            if name in GATED
        ),
        broken=tuple((name, ids) for name in GUARANTEED if (ids := _broken(name, baseline.scores, now))),
        errors=tuple(failed_questions(results)),
        moved=_moved(baseline.identity, identity(folder)),
        untold=tuple(each.name for each in found if each.n < FEWEST),
    )


def to_dict(gate: Gate) -> dict[str, Any]:
    """The gate as JSON types."""
    return {"passed": gate.passed, **asdict(gate)}


def to_text(gate: Gate) -> str:
    """The gate for a terminal: the verdict, its reasons, the figures (A is the baseline, B the run)."""
    verdict = "PASSED" if gate.passed else "FAILED"
    head = (
        f"{verdict}: {gate.run} against the baseline {gate.baseline} ({gate.set}, {gate.questions} questions)"
    )
    notes = []
    if gate.moved:
        notes.append(f"Not as in the baseline: {', '.join(gate.moved)}.")
    if gate.untold:
        notes.append(f"Fewer than {FEWEST} questions, so no drop can be told: {', '.join(gate.untold)}.")
    return "\n".join([head, *_reasons(gate), "", *table(gate.differences), *notes])


def _reasons(gate: Gate) -> Iterator[str]:
    for drop in gate.drops:
        way = "fell" if drop.difference < 0 else "rose"
        interval = f"{drop.difference:+.3f} [{drop.low:+.3f}, {drop.high:+.3f}]"
        means = f"from {drop.before:.3f} to {drop.after:.3f}"
        yield f"- {drop.name} {way} {means}: {interval}, p {drop.p / 2:.4f}"
    for name, ids in gate.broken:
        yield f"- {name} is a promise, and is broken for questions ({len(ids)}): {_ids(ids)}"
    for name, n in gate.vanished:
        yield f"- {name} is not scored for any question any more; the baseline has it for {n}"
    if gate.errors:
        yield f"- questions that ended in an error ({len(gate.errors)}): {_ids(gate.errors)}"


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(ids[:10]) + (" …" if len(ids) > 10 else "")


def _broken(name: str, before: Scored, now: Scored) -> tuple[str, ...]:
    """The questions whose score is lower than it was, or than 1 where there was none."""
    return tuple(id for id in now if name in now[id] and now[id][name] < before.get(id, {}).get(name, 1.0))


def _is_drop(difference: Difference) -> bool:
    change = difference.difference if HIGHER_IS_BETTER[difference.name] else -difference.difference
    if change >= 0:
        return False
    if difference.low <= 0 <= difference.high or difference.p / 2 >= 1 - LEVEL:
        return False
    return difference.name != "words" or difference.after > LONGER * difference.before


def _moved(before: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name))
