"""The Excel file to fill in: what it shows, and that it is read."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from question_files import csv_file, faults

import prompts
from assistant.evaluation.columns import COLUMNS, header
from assistant.evaluation.sets import read_bytes
from assistant.evaluation.template import template


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_the_template_is_read_and_explains_every_column(language: str) -> None:
    data = template(language)
    assert data == template(language)
    first, second = read_bytes("mall.xlsx", data).cases
    assert first.evidence and first.must_include and first.persona and first.answerable is True
    assert second.history and second.answerable is False
    assert {first.language, second.language} == {language}
    assert first.notes == second.notes == prompts.phrases("sets", language)["example_notes"]
    with ZipFile(BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
    book = opened(data)
    assert book.properties.created == book.properties.modified == datetime(2000, 1, 1)
    shown, explained = book.worksheets
    assert [cell.value for cell in shown[1]] == [header(key, language) for key in COLUMNS]
    assert [row[0].value for row in explained.iter_rows(min_row=3)] == [
        header(key, language) for key in COLUMNS
    ]
    assert all(row[1].value for row in explained.iter_rows())
    assert shown.freeze_panes == "A2"
    assert shown["B2"].alignment.wrap_text
    assert len(shown.data_validations.dataValidation) == 3


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_every_choice_of_the_template_is_read(language: str) -> None:
    for key, field in (("persona", "persona"), ("language", "language"), ("answerable", "answerable")):
        choices = prompts.phrases("sets", language)[f"choices_{key}"].split(", ")
        table = csv_file(("fråga", header(key, language)), *[("Hur?", choice) for choice in choices])
        values = {getattr(case, field) for case in read_bytes("a.csv", table).cases}
        assert len(values) == len(choices)


def test_an_empty_template_says_that_there_are_no_questions() -> None:
    book = opened(template("sv"))
    book.worksheets[0].delete_rows(2, 2)
    assert faults("a.xlsx", saved(book)) == [(0, "", "empty")]


def test_the_help_sheet_is_not_taken_for_questions() -> None:
    book = opened(template("sv"))
    book.worksheets[0]["B1"] = "Frgåa"
    assert faults("a.xlsx", saved(book)) == [
        (1, "Frgåa", "unknown_column_near"),
        (1, "", "no_question_column"),
    ]


def opened(data: bytes) -> Any:
    """The workbook as openpyxl sees it."""
    from openpyxl import load_workbook

    return load_workbook(BytesIO(data))


def saved(book: Any) -> bytes:
    """The workbook's file."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_the_documentation_lists_every_name_of_a_column() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "evaluation.md").read_text("utf-8")
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    documented = {language: set[str]() for language in prompts.LANGUAGES}
    for _, *cells in (row for row in rows if len(row) == 4):
        for language, cell in zip(prompts.LANGUAGES, cells, strict=True):
            documented[language] |= set(cell.split(", "))
    for language in prompts.LANGUAGES:
        assert {name for names in COLUMNS.values() for name in names[language]} <= documented[language]
