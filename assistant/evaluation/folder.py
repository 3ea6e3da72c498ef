"""A run's folder: what was asked of whom, every result, and the figures; a kill loses nothing kept."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from assistant.evaluation.cases import QuestionSet, from_row, to_jsonl
from assistant.evaluation.errors import RunError
from assistant.evaluation.results import Result, Timing, from_result_row, to_result_row
from assistant.evaluation.run_files import About, CaseRow, ResultRow, Summary, TimingRow, checked, parsed

FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run.

    run.json       who was asked and how: set, digest, settings, model, started, finished, state
    set.jsonl      the questions as they were asked
    results.jsonl  one result a line (see results.py), in the order of the set once the run is done
    timings.jsonl  seconds, apart from the results, since they differ every time
    results.csv    the results for a spreadsheet
    summary.json   the figures (see summary.py)
    report.html    all of it to read
    verdicts.jsonl what people decided, apart from what was computed (see verdicts.py)
    """

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, which is also the run's id."""
        return self.path.name

    @classmethod
    def create(
        cls, runs: Path, questions: QuestionSet, about: Mapping[str, Any], at: datetime
    ) -> "RunFolder":
        """A new folder under `runs`, named after the time and the set; never one that exists."""
        stem = f"{at:%Y-%m-%dT%H%M%S}_{questions.name}"
        runs.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = runs / (stem if number == 1 else f"{stem}_{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            folder = cls(path)
            folder.write("set.jsonl", to_jsonl(questions.cases))
            named = {"format": FORMAT, "set": questions.name, "digest": questions.digest}
            counted = {"questions": len(questions.cases), "started": at.isoformat(), "finished": None}
            folder.write_about({**named, **counted, **about})
            return folder
        raise RunError(f"{runs} holds 1000 runs of this second already")

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """The run in `path`; RunError when there is none."""
        folder = cls(path)
        if not (path / "run.json").is_file():
            raise RunError(f"{path} is not the folder of a run: it has no run.json")
        folder.about()
        return folder

    def about(self) -> dict[str, Any]:
        """What run.json says; RunError when it is not what this program writes."""
        found = self._json("run.json")
        if isinstance(found, dict) and found.get("format") != FORMAT:
            raise RunError(
                f"{self.path}/run.json has format {found.get('format')!r}; this program reads {FORMAT}"
            )
        return checked(found, About, self.path / "run.json")

    def write_about(self, about: Mapping[str, Any]) -> None:
        """Replace run.json."""
        self.write("run.json", json.dumps(about, ensure_ascii=False, indent=2) + "\n")

    @property
    def finished(self) -> bool:
        """Whether every question was asked and the figures written."""
        return bool(self.about()["finished"]) and (self.path / "summary.json").is_file()

    def questions(self) -> QuestionSet:
        """The set as it was asked; RunError when it is not all there."""
        about, path = self.about(), self.path / "set.jsonl"
        try:
            rows = (checked(parsed(line, path), CaseRow, path) for line in self._lines("set.jsonl"))
            cases = [from_row(row) for row in rows]
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise RunError(f"{path} is damaged: {error!r}") from error
        self._check_all("set.jsonl", len(cases), about["questions"])
        return QuestionSet.of(about["set"], cases)

    def results(self) -> list[Result]:
        """What has been answered so far; a line that a kill cut short is not there.

        RunError when a line is no result, or when a finished run lacks some.
        """
        about, path = self.about(), self.path / "results.jsonl"
        try:
            rows = (checked(row, ResultRow, path) for row in self._rows("results.jsonl"))
            found = [from_result_row(row) for row in rows]
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise RunError(f"{path} is damaged: {error!r}") from error
        if about["finished"]:
            self._check_all("results.jsonl", len(found), about["questions"])
        return found

    def timings(self) -> list[Timing]:
        """How long each took; RunError when a line does not say."""
        path = self.path / "timings.jsonl"
        rows = (checked(row, TimingRow, path) for row in self._rows("timings.jsonl"))
        return [Timing(row["id"], row["total"], row["steps"]) for row in rows]

    def summary(self) -> dict[str, Any]:
        """The figures; RunError while the run is not finished."""
        return checked(self._json("summary.json"), Summary, self.path / "summary.json")

    def add(self, result: Result, timing: Timing) -> None:
        """Keep one more result; it is on disk when this returns."""
        row = {"id": timing.id, "total": timing.total, "steps": timing.steps}
        self._append("timings.jsonl", row)
        self._append("results.jsonl", to_result_row(result))

    def sort(self, results: Iterable[Result], timings: Iterable[Timing]) -> None:
        """Replace what was appended in the order of finishing by the order given."""
        self.write("results.jsonl", "".join(_line(to_result_row(each)) for each in results))
        rows = ({"id": each.id, "total": each.total, "steps": each.steps} for each in timings)
        self.write("timings.jsonl", "".join(_line(row) for row in rows))

    def write(self, name: str, text: str) -> None:
        """Put `text` into the file, whole or not at all."""
        target, fresh = self.path / name, self.path / f".{name}.{uuid4().hex}"
        try:
            with fresh.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)

    def _append(self, name: str, row: Mapping[str, Any]) -> None:
        with (self.path / name).open("ab") as file:
            file.write(_line(row).encode())
            file.flush()
            os.fsync(file.fileno())

    def _rows(self, name: str) -> Iterator[Any]:
        for line in self._lines(name):
            try:
                yield parsed(line, self.path / name)
            except ValueError:
                return

    def _lines(self, name: str) -> list[str]:
        path = self.path / name
        try:
            text = path.read_text("utf-8", "replace") if path.exists() else ""
        except OSError as error:
            raise RunError(f"{path} cannot be read: {error.strerror}") from error
        return [line for line in text.split("\n") if line.strip()]

    def _json(self, name: str) -> Any:
        try:
            return parsed((self.path / name).read_text("utf-8"), self.path / name)
        except (OSError, ValueError) as error:
            raise RunError(f"{self.path / name} cannot be read: {error}") from error

    def _check_all(self, name: str, found: int, asked: int) -> None:
        if found != asked:
            raise RunError(f"{self.path / name} is damaged: it holds {found} questions of {asked}")


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def list_runs(runs: Path) -> list[RunFolder]:
    """The runs under `runs`, newest first."""
    found = [RunFolder(path.parent) for path in runs.glob("*/run.json")]
    return sorted(found, key=lambda folder: folder.name, reverse=True)
