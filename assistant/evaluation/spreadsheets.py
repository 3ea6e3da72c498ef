"""The sheets of an Excel file as grids of text."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import prompts
from assistant.evaluation.drafts import MOST_QUESTIONS
from assistant.evaluation.grid import BadCell, Cell, Grid, Merged, make_line
from assistant.evaluation.part_filter import too_large
from assistant.evaluation.set_errors import Faults, shorten
from assistant.evaluation.workbook import cells_only

MOST_CELLS = 100 * MOST_QUESTIONS
MOST_CHARACTERS = 20 * 10**6
CELL_CHARACTERS = 32_767  # Excel's own limit
_LARGEST = 1e300  # a little less than Excel's limit, and so is 100 times it


def read_grids(data: bytes, faults: Faults) -> list[Grid]:
    """The sheets that show, but not the help sheet of a template."""
    book = _opened(cells_only(data, faults), faults)
    help_titles = {prompts.phrases("sets", language)["help_sheet"] for language in prompts.LANGUAGES}
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    budget = _Budget(faults)
    return [_grid(sheet, budget) for sheet in sheets if sheet.title not in help_titles]


def _opened(file: BytesIO, faults: Faults) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            return load_workbook(file, data_only=True, keep_links=False)
        except Exception as error:  # of any type, on files that it did not foresee
            faults.stop("damaged", reason=shorten(str(error.__cause__ or error) or type(error).__name__))


class _Budget:
    """Counts what the cells of a workbook hold."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._cells = self._characters = 0

    def spend(self, cell: Cell) -> None:
        """Count a cell; SetError when all hold more than a question set can."""
        self._cells += 1
        self._characters += len(cell) if isinstance(cell, str) else 0
        if self._cells > MOST_CELLS or self._characters > MOST_CHARACTERS:
            too_large(self._faults)


def _grid(sheet: Any, budget: _Budget) -> Grid:
    lines: dict[int, list[tuple[int, Cell]]] = {}
    # iter_rows would make a cell for every place up to the last row and column.
    for row, column in sorted(sheet._cells):
        if cell := _text(sheet._cells[row, column]):
            budget.spend(cell)
            lines.setdefault(row, []).append((column, cell))
    return Grid([make_line(row, cells) for row, cells in lines.items()], list(_merged(sheet)), sheet.title)


def _merged(sheet: Any) -> Iterator[Merged]:
    for each in sorted(sheet.merged_cells.ranges, key=lambda each: (each.min_row, each.min_col)):
        if each.max_row > each.min_row:
            yield Merged(each.min_col, each.min_row, each.max_row)


def _text(cell: Any) -> Cell:
    """What a cell holds as text; empty for nothing."""
    from openpyxl.utils.escape import unescape

    value = cell.value
    if cell.data_type == "e":
        return BadCell("formula" if str(value).startswith("=") else "cell_error", str(value or ""))
    if isinstance(value, str):
        text = unescape(value)
        return text if len(text) <= CELL_CHARACTERS else BadCell("long_cell", text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if abs(value) > _LARGEST:
            return BadCell("cell_error", str(value))
        return f"{_plain(value * 100)}%" if "%" in cell.number_format else _plain(value)
    return "" if value is None else _moment(value)


def _moment(value: date | time | timedelta) -> str:
    """2021-03-05, with the time where it is not midnight: 2021-03-05 14:30; a length of time as 36:00."""
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%H:%M}" if isinstance(value, time) else f"{value:%Y-%m-%d}"


def _plain(value: float) -> str:
    """Whole numbers without .0 or exponent; others with 15 digits, as many as Excel holds."""
    whole = isinstance(value, int) or (value == round(value, 0) and abs(value) < 1e15)
    return str(int(value)) if whole else f"{value:.15g}"
