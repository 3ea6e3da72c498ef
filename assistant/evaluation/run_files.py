"""What a run's files must hold; a file that was damaged or made by something else is told, never trusted."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.evaluation.errors import RunError

Count = Annotated[int, Field(ge=0)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class About(_Shape):
    """run.json; what else it holds is told as it stands."""

    set: str
    digest: str
    questions: Count
    started: str
    finished: str | None
    target: dict[str, Any] = {}
    misplaced: list[dict[str, Any]] = []


class _Figure(_Shape):
    value: Number
    low: Number
    high: Number
    n: Count


class Summary(_Shape):
    """summary.json (see summary.py)."""

    n: Count
    passed: Count
    failed: Count
    scores: dict[str, _Figure]
    groups: dict[str, dict[str, dict[str, _Figure]]]
    decisions: dict[str, dict[str, Count]]
    ranks: dict[str, Count]
    latency: dict[str, Number]
    length: dict[str, Number]
    rules: dict[str, Count]


class TimingRow(_Shape):
    """A line of timings.jsonl."""

    id: str
    total: Number
    steps: dict[str, Number]


class CaseRow(_Shape):
    """A line of set.jsonl."""

    id: str
    question: str
    lang: str
    persona: str
    category: str
    region: str
    history: list[dict[str, str]]
    answerable: bool | None
    gold_answer: str
    must_include: list[list[str]]
    must_not_include: list[str]
    evidence: list[dict[str, str]]
    notes: str


class _Hit(_Shape):
    passage_id: str
    document_id: str
    score: Number
    source: str
    title: str
    page: int | None
    heading: list[str]
    text: str
    evidence: list[int]


class ResultRow(_Shape):
    """A line of results.jsonl; the answer is checked where it is made."""

    id: str
    scores: dict[str, Number]
    failures: list[dict[str, str | list[str]]]
    case: CaseRow
    answer: dict[str, Any]
    hits: list[_Hit]


class VerdictRow(_Shape):
    """A line of verdicts.jsonl; `right` is None where a verdict was taken back."""

    id: str
    right: bool | None
    note: str
    at: str


def parsed(text: str, where: Path | str) -> Any:
    """The JSON of `text`; ValueError when it is none, RunError when it is nested too deeply to be read."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise RunError(f"{where} cannot be read: it is nested too deeply") from error


def checked(found: object, shape: type[BaseModel], where: Path | str) -> dict[str, Any]:
    """`found` as it is; RunError, with the first thing that is wrong, unless it has the shape."""
    try:
        shape.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise RunError(f"{where} is damaged: {f'{field}: ' if field else ''}{first['msg']}") from error
    assert isinstance(found, Mapping)
    return dict(found)
