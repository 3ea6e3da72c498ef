"""What later runs of a set are held against: the scores of each question, none of its texts."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from assistant.answers import AnswerStatus
from assistant.evaluation.compare import check_finished
from assistant.evaluation.differences import scored
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Result

FORMAT: Literal[1] = 1
IDENTITY = ("version", "model", "documents", "corpus")
"""What is kept of what run.json says of the assistant that was asked; neither addresses nor settings."""


class Baseline(BaseModel):
    """The file: `scores[question id][score]`, the set they belong to, and who was asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    set: str
    digest: str = Field(min_length=1)
    run: str
    made: datetime
    identity: dict[str, Any] = {}
    scores: dict[str, dict[str, FiniteFloat]] = Field(min_length=1)


def make_baseline(folder: RunFolder) -> Baseline:
    """The baseline of a finished run.

    EvaluationError when it is not finished, when questions ended in an error (their scores would
    excuse any later drop), or when nothing could be scored, since no later run could fail then.
    """
    check_finished(folder)
    about, results = folder.about(), folder.results()
    if broken := failed_questions(results):
        raise EvaluationError(
            f"in the run {folder.name}, questions ended in an error ({len(broken)}): "
            f"{', '.join(broken[:10])}. "
            "Find out why, run the set again, and make the baseline of that run."
        )
    scores = scored(results)
    if not any(scores.values()):
        raise EvaluationError(
            f"nothing in the run {folder.name} could be scored, so no later run could fail. "
            "Say in the set which questions are answerable, and what a good answer holds."
        )
    return Baseline(
        set=about["set"],
        digest=about["digest"],
        run=folder.name,
        made=datetime.now(UTC).replace(microsecond=0),
        identity=identity(folder),
        scores=scores,
    )


def failed_questions(results: list[Result]) -> list[str]:
    """The ids of the questions that ended in an error."""
    return [result.case.id for result in results if result.answer.status is AnswerStatus.ERROR]


def identity(folder: RunFolder) -> dict[str, Any]:
    """Which assistant was asked: what the target in run.json says under the names of IDENTITY."""
    target = folder.about().get("target", {})
    return {name: target[name] for name in IDENTITY if name in target}


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Put the baseline into the file, whole or not at all; EvaluationError when that cannot be done."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(baseline.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}") from error


def read_baseline(path: Path) -> Baseline:
    """The baseline in the file; EvaluationError when it is none."""
    way_out = "Give the file that `utblick eval gate --save` made, or make it anew from a finished run."
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}. {way_out}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise EvaluationError(f"{path} is not a baseline: {field}: {first['msg']}. {way_out}") from error
