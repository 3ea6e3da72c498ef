"""Question sets as tables, from CSV or Excel: finds the columns, and reads a question from each row."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.evaluation import columns, csv_rows, spreadsheets
from assistant.evaluation.drafts import Draft, check_count
from assistant.evaluation.grid import (
    MOST_COLUMNS,
    BadCell,
    Cell,
    Grid,
    Line,
    column_letters,
    find_header,
    has_question,
    known,
)
from assistant.evaluation.set_errors import Faults, RowFaults, shorten
from assistant.evaluation.table_rows import Key, Row, to_case

_NONE: Key = ("", 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table: what it is (_NONE where that has a fault), and what the file calls it."""

    key: Key
    written: str


def read_csv(data: bytes, faults: Faults) -> list[Draft]:
    """The questions of a CSV file."""
    return _read(csv_rows.read_grid(data, faults), faults)


def read_xlsx(data: bytes, faults: Faults) -> list[Draft]:
    """The questions of the first sheet of an Excel file that has some; another one that has is a fault."""
    grids = [grid for grid in spreadsheets.read_grids(data, faults) if grid.lines]
    headed = [grid for grid in grids if (header := find_header(grid.lines)) and has_question(header)]
    asking = [grid for grid in headed if grid.lines[-1] is not find_header(grid.lines)]
    for other in asking[1:]:
        faults.add(0, "", "second_sheet", first=shorten(asking[0].title), second=shorten(other.title))
    return _read(next(iter(asking or headed or grids), Grid([])), faults)


def _read(grid: Grid, faults: Faults) -> list[Draft]:
    for line in grid.lines:
        if len(line.cells) > MOST_COLUMNS:
            faults.stop("wide", line.row, most=MOST_COLUMNS)
    header = find_header(grid.lines)
    if not header:
        if grid.lines:
            faults.stop("no_question_column", grid.lines[0].row, value=_sample(grid.lines[0]))
        return []
    headings = _headings(header, faults.at(header.row))
    if not has_question(header):
        faults.stop("no_question_column", header.row, value=_sample(header))
    body = [line for line in grid.lines if line.row > header.row]
    check_count(len(body), faults)
    written = {heading.key: heading.written for heading in headings.values() if heading.key != _NONE}
    language = columns.language_of(written.values())
    drafts = []
    for line in _filled(body, grid, headings, faults):
        row = Row(_cells(line, headings, faults.at(line.row)), written, language, faults.at(line.row))
        drafts.append(Draft(line.row, to_case(row), row.name("id")))
    return drafts


def _sample(line: Line) -> str:
    cells = (cell.value if isinstance(cell, BadCell) else cell for cell in line.cells.values())
    return shorten(" | ".join(cells))


def _headings(header: Line, faults: RowFaults) -> dict[int, Heading]:
    """The columns that are known; the others, and those that stand twice, are faults."""
    found: dict[int, Heading] = {}
    first: dict[Key, str] = {}
    if not known(header):
        return found
    for column, cell in header.cells.items():
        written = shorten(cell.value if isinstance(cell, BadCell) else cell)
        key = columns.match(written)
        if not key:
            _tell_unknown(written, faults)
        elif key in first:
            faults.add(written, "column_twice", other=first[key])
        else:
            first[key] = written
        found[column] = Heading(key if key and first[key] == written else _NONE, written)
    return found


def _tell_unknown(written: str, faults: RowFaults) -> None:
    if not faults.faults.full and (near := columns.suggestion(written)):
        faults.add(written, "unknown_column_near", near=near)
    else:
        faults.add(written, "unknown_column")


def _filled(body: list[Line], grid: Grid, headings: Mapping[int, Heading], faults: Faults) -> Iterator[Line]:
    """The rows, with the value of a merged cell in every row it is merged over."""
    rows = [line.row for line in body]
    values: dict[int, dict[int, Cell]] = {line.row: dict(line.cells) for line in body}
    for merged in grid.merged:
        heading = headings.get(merged.column)
        value = values.get(merged.first, {}).get(merged.column)
        if not heading or value is None:
            continue
        for row in rows[bisect_right(rows, merged.first) : bisect_left(rows, merged.last + 1)]:
            if heading.key[0] == "question":
                faults.add(row, heading.written, "merged_question", first=merged.first)
            values[row].setdefault(merged.column, value)
    return (Line(row, values[row]) for row in rows)


def _cells(line: Line, headings: Mapping[int, Heading], faults: RowFaults) -> dict[Key, str]:
    """The texts of a row by column; one that cannot be read, or has no column, is a fault."""
    cells: dict[Key, str] = {}
    for column, cell in line.cells.items():
        heading = headings.get(column)
        name = heading.written if heading else column_letters(column)
        if isinstance(cell, BadCell):
            faults.add(name, cell.code, value=shorten(cell.value))
            cell = ""
        elif not heading:
            faults.add(name, "no_header", value=shorten(cell))
        if heading:
            cells[heading.key] = cell
    return cells
