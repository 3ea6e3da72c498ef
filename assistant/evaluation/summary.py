"""The figures of a run: each score with n and interval, for all and by category, language and persona."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.answers import AnswerStatus
from assistant.evaluation.results import Result, Timing
from assistant.evaluation.scores import SCORES
from assistant.evaluation.statistics import Figure, figure

Scores = dict[str, Figure]
GROUPINGS: Mapping[str, Callable[[Result], str]] = {
    "category": lambda result: result.case.category,
    "language": lambda result: result.case.language,
    "persona": lambda result: result.case.persona.value if result.case.persona else "",
    "turn": lambda result: "follow_up" if result.case.history else "first",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """`groups[grouping][group]` has the same scores as `scores`, for the questions of the group.

    `decisions[kind][status]` counts answers, kind being "answerable", "unanswerable" or "unknown".
    `ranks` counts questions with evidence by the rank of the first passage that holds some ("1", "2", ...,
    "none"). `latency` (seconds) and `length` (words of answered questions) hold percentiles, mean and n.
    """

    n: int
    passed: int
    failed: int
    scores: Scores
    groups: dict[str, dict[str, Scores]]
    decisions: dict[str, dict[str, int]]
    ranks: dict[str, int]
    latency: dict[str, float]
    length: dict[str, float]
    rules: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As summary.json keeps it."""
        return asdict(self)


def summarise(results: Sequence[Result], timings: Sequence[Timing]) -> Summary:
    """The figures of `results`; a score nobody could get is left out, never shown as 0."""
    rules: dict[str, int] = defaultdict(int)
    for result in results:
        for rule in {failure.rule for failure in result.failures}:
            rules[rule.value] += 1
    words = [result.scores["words"] for result in results if "words" in result.scores]
    return Summary(
        n=len(results),
        passed=sum(result.passed is True for result in results),
        failed=sum(result.passed is False for result in results),
        scores=_scores(results),
        groups={name: _grouped(results, group) for name, group in GROUPINGS.items()},
        decisions=_decisions(results),
        ranks=_ranks(results),
        latency=_spread([timing.total for timing in timings], (50, 90, 95)),
        length=_spread(words, (50, 90)),
        rules=dict(sorted(rules.items(), key=lambda item: (-item[1], item[0]))),
    )


def _scores(results: Sequence[Result]) -> Scores:
    values = {name: [r.scores[name] for r in results if name in r.scores] for name in SCORES}
    return {name: figure(found) for name, found in values.items() if found}


def _grouped(results: Sequence[Result], group: Callable[[Result], str]) -> dict[str, Scores]:
    members: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        members[group(result)].append(result)
    return {name: _scores(found) for name, found in sorted(members.items()) if name}


def _decisions(results: Sequence[Result]) -> dict[str, dict[str, int]]:
    kinds = {True: "answerable", False: "unanswerable", None: "unknown"}
    counts = {kind: dict.fromkeys((status.value for status in AnswerStatus), 0) for kind in kinds.values()}
    for result in results:
        counts[kinds[result.case.expects_answer]][result.answer.status.value] += 1
    return counts


def _ranks(results: Sequence[Result]) -> dict[str, int]:
    asked = [result for result in results if "evidence_any@1" in result.scores]
    longest = max((len(result.hits) for result in asked), default=0)
    counts = {str(rank): 0 for rank in range(1, longest + 1)} | {"none": 0}
    for result in asked:
        first = next((str(n) for n, hit in enumerate(result.hits, start=1) if hit.evidence), "none")
        counts[first] += 1
    return counts


def _spread(values: Sequence[float], percentiles: Sequence[int]) -> dict[str, float]:
    if not values:
        return {"n": 0}
    spread = {f"p{each}": float(np.percentile(values, each)) for each in percentiles}
    return {"n": len(values), "mean": float(np.mean(values)), **spread, "max": float(max(values))}
