"""The question sets that are kept in the data folder, each a JSONL file written whole or not at all."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from assistant.evaluation.cases import Case, QuestionSet, to_jsonl
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.set_errors import Fault, SetError, shorten
from assistant.evaluation.sets import read_bytes, read_set, set_name


class SetExists(EvaluationError):
    """There is a set of that name already, and nobody said that it may be replaced."""


class NoSuchSet(EvaluationError):
    """There is no set of that name."""


class NoSuchCase(EvaluationError):
    """The set has no question of that id."""


class LastCase(EvaluationError):
    """The set's only question cannot be removed; the whole set can."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The sets in `folder`, one `<name>.jsonl` each, in the form that cases.to_jsonl writes."""

    folder: Path
    _writing: Lock = field(default_factory=Lock, compare=False)

    def names(self) -> list[str]:
        """The sets' names in alphabetical order."""
        return sorted(
            (path.stem for path in self.folder.glob("[!.]*.jsonl") if path.is_file()), key=str.casefold
        )

    def read(self, name: str) -> QuestionSet:
        """The set called `name`; NoSuchSet when there is none, SetError when its file was damaged."""
        return QuestionSet.of(name, read_set(self._path(name)).cases)

    def data(self, name: str) -> bytes:
        """The set's file."""
        return self._path(name).read_bytes()

    def keep(self, name: str, cases: Sequence[Case], over: bool = False) -> str:
        """Store the cases under a file name made of `name`, which is returned; SetExists if it is taken."""
        name = set_name(f"{name}.jsonl")
        with self._writing:
            if name in self.names() and not over:
                raise SetExists(f"there is a set called {name!r} already; choose another name, or replace it")
            self._write_checked(name, cases)
        return name

    def add(self, name: str, case: Case) -> None:
        """Put one more case last in a set, under the next free id if it has none; SetError for a used id."""
        with self._writing:
            cases = self.read(name).cases
            _check_id(name, case.id, cases)
            self._write_checked(name, [*cases, case])

    def change(self, name: str, id: str, case: Case) -> None:
        """Put `case` where the question `id` stands, which keeps its id if `case` has none; see `add`."""
        with self._writing:
            cases = list(self.read(name).cases)
            at = _place(name, id, cases)
            case = case if case.id else replace(case, id=id)
            _check_id(name, case.id, [*cases[:at], *cases[at + 1 :]])
            self._write_checked(name, [*cases[:at], case, *cases[at + 1 :]])

    def drop(self, name: str, id: str) -> None:
        """Remove one question from a set; LastCase when there is no other."""
        with self._writing:
            cases = list(self.read(name).cases)
            del cases[_place(name, id, cases)]
            if not cases:
                raise LastCase(f"{id!r} is the only question in {name!r}; remove the whole set instead")
            self._write_checked(name, cases)

    def remove(self, name: str) -> None:
        """Remove the set; runs that asked it keep their own copy."""
        with self._writing:
            self._path(name).unlink()

    def _write_checked(self, name: str, cases: Sequence[Case]) -> None:
        settled = read_bytes(f"{name}.jsonl", to_jsonl(cases).encode()).cases
        self._write(name, to_jsonl(settled))

    def _write(self, name: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.new"
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / f"{name}.jsonl")

    def _path(self, name: str) -> Path:
        # Only what the listing holds is opened, so that no name leads out of the folder.
        if name not in self.names():
            raise NoSuchSet(f"there is no question set called {name!r}")
        return self.folder / f"{name}.jsonl"


def _place(name: str, id: str, cases: Sequence[Case]) -> int:
    for at, case in enumerate(cases):
        if case.id == id:
            return at
    raise NoSuchCase(f"the question set {name!r} has no question {id!r}")


def _check_id(name: str, id: str, others: Sequence[Case]) -> None:
    for row, case in enumerate(others, start=1):
        if id and case.id == id:
            names = {"value": shorten(id), "other": row}
            raise SetError([Fault(f"{name}.jsonl", len(others) + 1, "id", "duplicate_id", names)])
