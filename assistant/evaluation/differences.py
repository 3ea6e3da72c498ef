"""Each score of two runs over the questions that both have, and whether they differ beyond noise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from assistant.evaluation.results import Result
from assistant.evaluation.scores import HIGHER_IS_BETTER
from assistant.evaluation.statistics import paired

Verdict = Literal["better", "worse", "same"]
Scored = Mapping[str, Mapping[str, float]]
"""The scores of each question, by its id."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A score's means over the `n` questions that have it in both runs, and after - before with its 95 %
    interval and p (see statistics.paired); the verdict is "same" unless that is beyond noise.
    """

    name: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    p: float
    n: int
    verdict: Verdict


def scored(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """The scores of each question, by its id."""
    return {result.case.id: result.scores for result in results}


def differences(before: Scored, after: Scored) -> tuple[Difference, ...]:
    """Every score that some question has in both, in the order of scores.SCORES."""
    found = (_difference(name, before, after) for name in HIGHER_IS_BETTER)
    return tuple(difference for difference in found if difference)


def lost_scores(before: Scored, after: Scored) -> tuple[str, ...]:
    """The scores that some question has before and none after."""
    lost = _names(before) - _names(after)
    return tuple(name for name in HIGHER_IS_BETTER if name in lost)


def table(found: Iterable[Difference]) -> list[str]:
    """Lines of text: a head, then one for each difference."""
    lines = [f"{'score':<20}{'n':>5}{'A':>9}{'B':>9}{'B - A':>9}   {'95 % interval':<19}{'p':>7}  verdict"]
    for each in found:
        numbers = f"{each.before:>9.3f}{each.after:>9.3f}{each.difference:>+9.3f}"
        interval = f"[{each.low:+.3f}, {each.high:+.3f}]"
        lines.append(f"{each.name:<20}{each.n:>5}{numbers}   {interval:<19}{each.p:>7.4f}  {each.verdict}")
    return lines


def _names(scores: Scored) -> set[str]:
    return {name for each in scores.values() for name in each}


def _difference(name: str, before: Scored, after: Scored) -> Difference | None:
    ids = [id for id in before if name in before[id] and name in after.get(id, {})]
    if not ids:
        return None
    found = paired([before[id][name] for id in ids], [after[id][name] for id in ids])
    verdict: Verdict = "same"
    if found.beyond_noise:
        verdict = "better" if (found.difference > 0) is HIGHER_IS_BETTER[name] else "worse"
    return Difference(name, **asdict(found), verdict=verdict)
