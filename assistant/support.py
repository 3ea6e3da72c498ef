"""Whether the sentences found support an answer at all; if not, the assistant says so."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.scoring import Scored

# Logistic weights from scripts/tune_answers.py: answerable questions of the development sets
# against questions that the same documents do not answer; figures in docs/answers.md.
BIAS = -60.0
SIMILARITY = 65.0
COVERAGE = 6.0
DENSE = 5.0
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """The strongest sign of each kind among the sentences and their passages."""

    similarity: float
    coverage: float
    dense: float


def evidence(scored: Sequence[Scored]) -> Evidence:
    """What speaks for an answer in `scored` (best first); zeros when it is empty."""
    return Evidence(
        similarity=max((item.similarity for item in scored), default=0.0),
        coverage=max((item.coverage for item in scored), default=0.0),
        dense=max((item.hit.legs.get("dense", 0.0) for item in scored), default=0.0),
    )


def support(found: Evidence) -> float:
    """The probability that the sources answer the question, 0 to 1."""
    weight = BIAS + SIMILARITY * found.similarity + COVERAGE * found.coverage + DENSE * found.dense
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, weight))))
