"""What is wrong with a question set: every fault with its file, row and field, told in three languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import NoReturn

import prompts
from assistant.evaluation.errors import EvaluationError

MOST_FAULTS = 50
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that cannot be read as a question.

    `row` is the row as a spreadsheet or text editor numbers it, 0 where the whole file is meant. `field` is
    the field or the column as the file writes it, empty where the whole row is meant. `code` is a key of
    prompts/*/sets.md; `names` are what its text has filled in.
    """

    file: str
    row: int
    field: str
    code: str
    names: Mapping[str, object] = made(default_factory=dict)


class SetError(EvaluationError):
    """A question set that cannot be used; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(told(self.faults, "en")))


class Faults:
    """The faults of a file as they are found; the first MOST_FAULTS are kept, the others counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._kept: list[Fault] = []
        self._more = 0

    def add(self, row: int, field: str, code: str, **names: object) -> None:
        """Note a fault and go on reading."""
        if self.full:
            self._more += 1
        else:
            self._kept.append(Fault(self.file, row, field, code, names))

    def stop(self, code: str, row: int = 0, **names: object) -> NoReturn:
        """Note a fault after which nothing more can be read, and raise SetError."""
        self.add(row, "", code, **names)
        raise SetError(self.found())

    @property
    def full(self) -> bool:
        """Whether more faults will only be counted."""
        return len(self._kept) == MOST_FAULTS

    def found(self) -> tuple[Fault, ...]:
        """The faults so far; a last one says how many more there are."""
        more = (Fault(self.file, 0, "", "more", {"count": self._more}),) if self._more else ()
        return (*self._kept, *more)

    def at(self, row: int) -> "RowFaults":
        """The same, for the faults of one row."""
        return RowFaults(self, row)


@dataclass(frozen=True, slots=True)
class RowFaults:
    """The faults of one row."""

    faults: Faults
    row: int

    def add(self, field: str, code: str, **names: object) -> None:
        """Note a fault and go on reading."""
        self.faults.add(self.row, field, code, **names)


def told(faults: Iterable[Fault], language: str) -> list[str]:
    """A sentence for each fault: the file, the row, the field, what is wrong and what would be right."""
    texts = prompts.phrases("sets", language)
    return [f"{_place(fault, texts)}: {prompts.fill(texts[fault.code], **fault.names)}" for fault in faults]


def _place(fault: Fault, texts: Mapping[str, str]) -> str:
    key = "place_field" if fault.field else "place_row" if fault.row else "place_file"
    return prompts.fill(texts[key], file=fault.file, row=fault.row, field=shorten(fault.field))


def shorten(text: str) -> str:
    """`text` on one line, at most 60 characters, with what does not show written as an escape."""
    line = " ".join(text[: 4 * _SHORT].split())
    cut = line if len(line) <= _SHORT and len(text) <= 4 * _SHORT else line[: _SHORT - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in cut)
