"""The results as tables: results.csv for programs, results.xlsx for people with a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence

from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Result
from assistant.evaluation.scores import SCORES

COLUMNS = (
    *("id", "category", "language", "persona", "question", "answerable", "status", "passed", "failed_rules"),
    *("answer", "notices", "citations", "gold_answer", "notes"),
)
LEADS_TO_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_CHARACTERS = 32_000
"""A cell of a spreadsheet takes 32 767."""

Cell = str | float | bool | None


def write_tables(folder: RunFolder, results: Sequence[Result]) -> None:
    """Write results.csv and results.xlsx into the run's folder."""
    rows = list(table(results))
    folder.write("results.csv", _csv(rows))
    (folder.path / "results.xlsx").write_bytes(_xlsx(rows))


def table(results: Sequence[Result]) -> Iterator[list[Cell]]:
    """A header and a row for each result; a score that was not given is None."""
    yield [*COLUMNS, *SCORES]
    for result in results:
        yield [*_row(result), *(result.scores.get(name) for name in SCORES)]


def _row(result: Result) -> list[Cell]:
    case, answer = result.case, result.answer
    cited = (
        " ".join(filter(None, [f"[{each.number}] {each.source}", f"s. {each.page}" if each.page else ""]))
        + f": {each.quote}"
        for each in answer.citations
    )
    return [
        *(case.id, case.category, case.language, case.persona.value if case.persona else "", case.question),
        *(case.answerable, answer.status.value, result.passed),
        " ".join(dict.fromkeys(failure.rule.value for failure in result.failures)),
        *(answer.text, "\n".join(answer.notices), "\n".join(cited), case.gold_answer, case.notes),
    ]


def _csv(rows: Sequence[Sequence[Cell]]) -> str:
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return made.getvalue()


def _inert(cell: Cell) -> Cell:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula."""
    risky = isinstance(cell, str) and cell.startswith(LEADS_TO_FORMULA)
    return f"'{cell}" if risky else cell


def _xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("results")
    sheet.freeze_panes = "B2"
    for row in rows:
        cells = []
        for value in row:
            text = isinstance(value, str)
            shown = ILLEGAL_CHARACTERS_RE.sub(" ", str(value))[:MOST_CHARACTERS] if text else value
            cell = WriteOnlyCell(sheet, shown)
            if text:
                cell.data_type = "s"  # never a formula, whatever the text begins with
            cells.append(cell)
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
