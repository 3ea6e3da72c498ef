"""Runs made of rows of marks: one character a question, 1 and 0 its score, a dot where it has none."""

from collections.abc import Sequence
from pathlib import Path

from run_builder import build_run

from assistant.answers import Answer, AnswerStatus
from assistant.evaluation.cases import Case
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Failure, Result, Rule

MARKS = {"1": 1.0, "0": 0.0}
Row = str | Sequence[float]


def run_of(folder: Path, *, broken: str = "", text: str = "Svar.", first: int = 1, **rows: Row) -> RunFolder:
    """A finished run of questions q01, q02, ... (from `first` on); a question with correct 0 has failed.

    `rows` are by score; where `broken` has an x, the question ended in an error and has no score.
    """
    count = len(next(iter(rows.values())))
    assert all(len(row) == count for row in rows.values())
    broken = broken or "." * count
    results = [
        _result(f"q{first + at:02}", {name: row[at] for name, row in rows.items()}, broken[at] == "x", text)
        for at in range(count)
    ]
    return build_run(folder, results=results)


def _result(id: str, marks: dict[str, str | float], is_broken: bool, text: str) -> Result:
    status = AnswerStatus.ERROR if is_broken else AnswerStatus.ANSWERED
    answer = Answer(id="", status=status, language="sv", text=text)
    case = Case(id=id, question=f"Fråga {id}?", category="stöd")
    if is_broken:
        return Result(case, answer, failures=(Failure(Rule.ERROR),))
    scores = {name: MARKS.get(mark, mark) for name, mark in marks.items() if mark != "."}  # type: ignore[call-overload]
    failures = (Failure(Rule.MISSING, ("ord",)),) if scores.get("correct") == 0 else ()
    return Result(case, answer, scores=scores, failures=failures)
