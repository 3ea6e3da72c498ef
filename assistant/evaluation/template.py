"""An empty question set to fill in with Excel: columns, choices, two examples and a sheet that explains."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import prompts
from assistant.evaluation.columns import COLUMNS, header
from assistant.evaluation.drafts import MOST_QUESTIONS

_EXAMPLES = (1, 2)
_WIDTHS = {"question": 50, "gold_answer": 50, "quote": 50, "notes": 28, "must_include": 32, "source": 24}
_WIDTH = 18
_FILL, _EXAMPLE_FILL = "1F3864", "FFF2CC"
# The moment that the file bears: the same content is the same bytes.
_MADE = datetime(2000, 1, 1)
# Excel reads _x0041_ as A.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def template(language: str) -> bytes:
    """The Excel file in Swedish ("sv"), English ("en") or Norwegian ("no"); the same bytes every time."""
    examples = [[_example(key, number, language) for key in COLUMNS] for number in _EXAMPLES]
    return question_file([(key, 1) for key in COLUMNS], examples, language, _EXAMPLE_FILL)


def question_file(
    columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]], language: str, fill: str = ""
) -> bytes:
    """An Excel file with these columns (a key of COLUMNS and a number), rows on `fill`, and the help sheet.

    The columns begin in the order of COLUMNS, so that the lists to choose from are where they belong.
    """
    from openpyxl import Workbook

    texts = prompts.phrases("sets", language)
    book = Workbook()
    book.properties.created, book.properties.creator = _MADE, "Utblick"
    sheet = book.active
    sheet.title = texts["questions_sheet"]
    _add_row(sheet, [header(key, language, number) for key, number in columns], _FILL)
    for row in rows:
        _add_row(sheet, row, fill)
    _set_widths(sheet, [_WIDTHS.get(key, _WIDTH) for key, _ in columns])
    for key in ("persona", "language", "answerable"):
        _offer(sheet, key, texts[f"choices_{key}"])
    _explain(book.create_sheet(texts["help_sheet"]), language)
    return _written(book)


def _example(key: str, number: int, language: str) -> str:
    """What an example has in a column."""
    texts = prompts.phrases("sets", language)
    if choices := texts.get(f"choices_{key}", "").split(", "):
        chosen = {"persona": 0, "language": prompts.LANGUAGES.index(language), "answerable": number - 1}
        if key in chosen:
            return choices[chosen[key]]
    return texts.get(f"example_{key}") or texts.get(f"example_{number}_{key}", "")


def _add_row(sheet: Any, values: Sequence[str], fill: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.append([_ESCAPED.sub("_x005F_", value) or None for value in values])
    for cell in sheet[sheet.max_row]:
        if cell.value is not None:
            cell.data_type = "s"  # a text that begins with = is no formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if fill == _FILL:
            cell.font = Font(bold=True, color="FFFFFF")


def _set_widths(sheet: Any, widths: Sequence[int]) -> None:
    """Column widths in characters; the header stays in view, and rows to come are wrapped too."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width, column.alignment = width, Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _offer(sheet: Any, key: str, choices: str) -> None:
    """A list to choose from in a column, for as many rows as a set may have."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(list(COLUMNS).index(key) + 1)
    offered = DataValidation(type="list", formula1=f'"{choices.replace(", ", ",")}"', allow_blank=True)
    offered.add(f"{letter}2:{letter}{MOST_QUESTIONS + 1}")
    sheet.add_data_validation(offered)


def _explain(sheet: Any, language: str) -> None:
    """The second sheet: every column and what goes there."""
    texts = prompts.phrases("sets", language)
    _add_row(sheet, [texts["help_column"], texts["help_meaning"]], _FILL)
    _add_row(sheet, ["", texts["help_general"]], "")
    for key in COLUMNS:
        _add_row(sheet, [header(key, language), texts[f"column_{key}"]], "")
    _set_widths(sheet, [24, 100])


def _written(book: Any) -> bytes:
    """The workbook's file, with the moment of writing taken out."""
    raw, fixed = BytesIO(), BytesIO()
    book.save(raw)
    with ZipFile(raw) as source, ZipFile(fixed, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            info = ZipInfo(entry.filename, _MADE.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, content)
    return fixed.getvalue()
