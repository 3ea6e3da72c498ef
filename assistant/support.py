"""Whether the sentences found support an answer at all; if not, the assistant says so."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.scoring import Scored

# Logistic weights from scripts/tune_answers.py: answerable questions of the development set against
# questions that the same documents do not answer; figures in docs/answers.md.
BIAS = -52.5
SIMILARITY = 27.0
COVERAGE = 4.0
DENSE = 33.3
ACROSS = 2.5
ENOUGH = 0.25
"""Support from which a question is answered."""
ENOUGH_BESIDE = 0.15
"""Support from which a part is answered when another part of the same question has ENOUGH."""
NEAR = frozenset({"sv", "no", "da"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """The strongest sign of each kind among the sentences and their passages.

    `across` is true when the question and the best passage are in languages so far apart that
    similarities come out lower and words are not shared.
    """

    similarity: float
    coverage: float
    dense: float
    across: bool


def evidence(scored: Sequence[Scored], language: str, is_part: bool = False) -> Evidence:
    """What speaks for an answer in `scored` (best first) to a question in `language`.

    The passages were found for the whole question; to a part of it they are no nearer than their
    sentences are.
    """
    spoken = scored[0].hit.document.metadata.language if scored else language
    similarity = max((item.similarity for item in scored), default=0.0)
    dense = max((item.hit.legs.get("dense", 0.0) for item in scored), default=0.0)
    return Evidence(
        similarity=similarity,
        coverage=max((item.coverage for item in scored), default=0.0),
        dense=min(dense, similarity) if is_part else dense,
        across=bool(spoken) and spoken != language and not {spoken, language} <= NEAR,
    )


def support(found: Evidence) -> float:
    """The probability that the sources answer the question, 0 to 1."""
    weight = (
        BIAS
        + SIMILARITY * found.similarity
        + COVERAGE * found.coverage
        + DENSE * found.dense
        + ACROSS * found.across
    )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, weight))))
