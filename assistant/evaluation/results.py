"""What came of one question: the answer, the passages behind it, the scores and the rules that failed."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from assistant.answers import Answer
from assistant.evaluation.cases import Case, from_row, to_row


class Rule(StrEnum):
    """What an answer can be at fault for; the texts are `rule_*` in prompts/*/report.md."""

    ERROR = "error"
    REFUSED = "refused"
    ANSWERED = "answered"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    NOT_EXACT = "not_exact"
    OFF_EVIDENCE = "off_evidence"
    MISATTRIBUTED = "misattributed"
    NOT_RETRIEVED = "not_retrieved"
    LANGUAGE = "language"
    VALIDITY = "validity"


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that the answer broke; `details` are what it was broken by (words, citation numbers, quotes)."""

    rule: Rule
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A passage the answer's search put forward; `evidence` numbers (from 0) the case's quotes it holds."""

    passage_id: str
    document_id: str
    score: float
    source: str
    title: str
    page: int | None
    heading: tuple[str, ...]
    text: str
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One case answered and scored.

    `answer` has neither id nor seconds, so that two runs of the same thing are equal byte for byte.
    `scores` holds only what could be scored for this case; the names are those of scores.SCORES.
    """

    case: Case
    answer: Answer
    hits: tuple[Found, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool | None:
        """Whether no rule failed; None where the case says nothing of what the answer should hold."""
        if self.failures:
            return False
        judged = set(self.scores) & {"correct", "clean", "abstention", "citation_precision"}
        return True if judged else None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a case took, in seconds: `total` as the asker saw it, the steps as the answer tells."""

    id: str
    total: float
    steps: dict[str, float] = field(default_factory=dict)


def to_result_row(result: Result) -> dict[str, Any]:
    """The result as JSON keeps it."""
    return {
        "id": result.case.id,
        "passed": result.passed,
        "scores": result.scores,
        "failures": [{"rule": each.rule.value, "details": list(each.details)} for each in result.failures],
        "case": to_row(result.case),
        "answer": result.answer.model_dump(mode="json"),
        "hits": [asdict(hit) for hit in result.hits],
    }


def from_result_row(row: dict[str, Any]) -> Result:
    """The result of a row that `to_result_row` made."""
    hits = (
        Found(**hit | {name: tuple(hit[name]) for name in ("heading", "evidence")}) for hit in row["hits"]
    )
    failures = (Failure(Rule(each["rule"]), tuple(each["details"])) for each in row["failures"])
    return Result(
        case=from_row(row["case"]),
        answer=Answer.model_validate(row["answer"]),
        hits=tuple(hits),
        scores=row["scores"],
        failures=tuple(failures),
    )
