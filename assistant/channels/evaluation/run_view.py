"""A run as pages show it: its state, its key figures, and its questions with what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Result
from assistant.evaluation.run import LOCK
from assistant.evaluation.verdicts import Verdict, decided, newest
from vectorstore.locks import is_locked

KEY_FIGURES = ("correct", "evidence_any@5", "abstention", "over_refusal")


@dataclass(frozen=True, slots=True)
class Listed:
    """`state` is "finished", "running", "interrupted" or "broken", and then `fault` says why;
    `figures` are those of KEY_FIGURES.
    """

    name: str
    state: str
    about: Mapping[str, Any]
    answered: int = 0
    passed: int = 0
    failed: int = 0
    reviewed: int = 0
    figures: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A question of a run; `number` counts from 1 in the order of the set."""

    number: int
    result: Result
    verdict: Verdict | None

    @property
    def right(self) -> bool | None:
        """What stands: the person's view, else the computed one."""
        return decided(self.result, self.verdict)


def listed(folder: RunFolder) -> Listed:
    """The run for a list; one whose files cannot be read is "broken"."""
    try:
        about = folder.about()
        if folder.finished:
            return _finished(folder, about)
        state = "running" if is_locked(folder.path / LOCK) else "interrupted"
        return Listed(folder.name, state, about, len(folder.results()))
    except (EvaluationError, OSError) as error:
        return broken(folder, error)


def broken(folder: RunFolder, error: Exception) -> Listed:
    """A run of which not even the set's name is sure."""
    return Listed(folder.name, "broken", {}, fault=str(error))


def rows(folder: RunFolder) -> list[Row]:
    """The questions that have an answer, in the order of the set."""
    verdicts = newest(folder)
    results = {result.case.id: result for result in folder.results()}
    ids = [case.id for case in folder.questions().cases]
    return [
        Row(number, results[id], verdicts.get(id)) for number, id in enumerate(ids, start=1) if id in results
    ]


def _finished(folder: RunFolder, about: Mapping[str, Any]) -> Listed:
    summary = folder.summary()
    scores = summary["scores"]
    figures = tuple((name, scores[name]) for name in KEY_FIGURES if name in scores)
    counts = (summary["n"], summary["passed"], summary["failed"], len(newest(folder)))
    return Listed(folder.name, "finished", about, *counts, figures)
