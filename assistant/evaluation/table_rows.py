"""One row of a question table as a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from assistant.evaluation.cases import Case, Evidence
from assistant.evaluation.cell_values import LANGUAGES, PERSONAS, YES_NO, among, groups, items
from assistant.evaluation.columns import LANGUAGE, header
from assistant.evaluation.field_texts import MOST_TURNS, asked, label, trimmed
from assistant.evaluation.set_errors import RowFaults, shorten
from assistant.questions import Turn

Key = tuple[str, int]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column and number, what the file calls its columns, and in which language.

    A cell that is in `cells` though empty has its own fault already.
    """

    cells: Mapping[Key, str]
    written: Mapping[Key, str]
    language: str
    faults: RowFaults

    def name(self, key: str, number: int = 1) -> str:
        """What the file calls the column; what it could where there is no such column."""
        return self.written.get((key, number)) or header(key, self.language, number)

    def text(self, key: str, number: int = 1) -> str:
        """The text of a cell, empty where there is none."""
        return trimmed(self.cells.get((key, number), ""), self.name(key, number), self.faults)

    def label(self, key: str) -> str:
        """The short text of a cell."""
        return label(self.cells.get((key, 1), ""), self.name(key), self.faults)

    def question(self) -> str:
        """The question, which must be there."""
        text = self.cells.get(("question", 1), None)
        return "" if text == "" else asked(text or "", self.name("question"), self.faults)

    def choice(self, key: str, values: Mapping[str, Value], code: str) -> Value | None:
        """The value that the cell names; another word is a fault."""
        text = self.text(key)
        found = among(text, values)
        if text and found is None:
            self.faults.add(self.name(key), code, value=shorten(text))
        return found

    def pairs(self, first: str, second: str) -> Iterator[tuple[str, str]]:
        """The texts of two columns that belong together, by number; one without the other is a fault."""
        for number in sorted({number for key, number in self.written if key in (first, second)}):
            one, other = self.text(first, number), self.text(second, number)
            if one and other:
                yield one, other
            elif one and (second, number) not in self.cells:
                self._tell_half(second, number, first, one)
            elif other and (first, number) not in self.cells:
                self._tell_half(first, number, second, other)

    def _tell_half(self, missing: str, number: int, given: str, value: str) -> None:
        name = self.name(missing, number)
        self.faults.add(name, "half_pair", other=self.name(given, number), value=shorten(value))


def to_case(row: Row) -> Case:
    """The case in a row; what is wrong with it has gone to the row's faults."""
    return Case(
        id=row.label("id"),
        question=row.question(),
        language=row.choice(LANGUAGE, LANGUAGES, "language") or "",
        persona=row.choice("persona", PERSONAS, "persona"),
        category=row.label("category"),
        region=row.label("region"),
        history=_history(row),
        answerable=row.choice("answerable", YES_NO, "answerable"),
        gold_answer=row.text("gold_answer"),
        must_include=groups(row.text("must_include")),
        must_not_include=items(row.text("must_not_include")),
        evidence=tuple(Evidence(*pair) for pair in row.pairs("source", "quote")),
        notes=row.text("notes"),
    )


def _history(row: Row) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for question, answer in row.pairs("earlier_question", "earlier_answer"):
        turns += [Turn("user", question), Turn("assistant", answer)]
    if len(turns) > MOST_TURNS:
        row.faults.add(row.name("earlier_question"), "long_history", count=len(turns), most=MOST_TURNS)
    return tuple(turns)
