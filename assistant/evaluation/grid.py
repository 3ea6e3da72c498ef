"""A table before its columns are known, and which of its rows names them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.evaluation import columns

HEADER_ROWS = 10
MOST_COLUMNS = 100
BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that holds no value to read; `code` is a key of prompts/*/sets.md."""

    code: str
    value: str


Cell = str | BadCell


@dataclass(frozen=True, slots=True)
class Line:
    """A row by its number, with the cells that hold something by column, counted from 1."""

    row: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells of one column that are merged over the rows `first` to `last`; only the first holds a value."""

    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table that hold anything, and the name on its tab if it is a sheet."""

    lines: Sequence[Line]
    merged: Sequence[Merged] = ()
    title: str = ""


def make_line(row: int, cells: Iterable[tuple[int, Cell]]) -> Line:
    """A row without its blank cells; non-breaking blanks become plain ones."""
    kept = ((column, cell.translate(BLANKS) if isinstance(cell, str) else cell) for column, cell in cells)
    return Line(row, {column: cell for column, cell in kept if isinstance(cell, BadCell) or cell.strip()})


def find_header(lines: Sequence[Line]) -> Line | None:
    """The row among the first ten with the most known columns, rows with a question column first."""
    first = [line for line in lines if line.row <= HEADER_ROWS]
    return max(first, key=_likeness, default=None)


def has_question(line: Line) -> bool:
    """Whether the row has a question column."""
    return any(found[0] == "question" for found in _matched(line))


def known(line: Line) -> int:
    """How many cells of the row name a column."""
    return len(_matched(line))


def _matched(line: Line) -> list[tuple[str, int]]:
    matches = (
        columns.match(cell) for cell in islice(line.cells.values(), MOST_COLUMNS) if isinstance(cell, str)
    )
    return [found for found in matches if found]


def _likeness(line: Line) -> tuple[bool, int]:
    return has_question(line), known(line)


def column_letters(number: int) -> str:
    """A spreadsheet's name for a column: 1 is A, 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
