"""A question set as an Excel file is the same set when it is read back, or is refused."""

import json
from typing import Any

import pytest

import prompts
from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.columns import COLUMNS, header
from assistant.evaluation.set_workbook import NotForExcel, to_xlsx
from assistant.evaluation.sets import read_bytes

FULL = {
    "id": "=1+1",
    "lang": "en",
    "persona": "officer",
    "category": "tid",
    "region": "Sjöbygden",
    "question": "Vad gäller\nför _x0041_ stöd?",
    "history": [
        {"role": "user", "content": "Finns stöd?"},
        {"role": "assistant", "content": "Ja."},
        {"role": "user", "content": "Säkert?"},
        {"role": "assistant", "content": "=SUM(A1)"},
    ],
    "answerable": False,
    "gold_answer": "#N/A",
    "must_include": [["40 000", " 10 "], ["a;b", 'kallat "stöd"'], ["001"]],
    "must_not_include": ["x|y", "lån"],
    "evidence": [{"source": f"{n}.pdf", "quote": f"Stöd {n} %."} for n in range(3)],
    "notes": "2030-01-02",
}
PLAIN = {"id": "enkel", "question": "Hur mycket?", "answerable": True, "persona": "evaluator", "lang": "no"}


def made(*rows: dict[str, Any]) -> QuestionSet:
    return read_bytes("prov.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


@pytest.mark.parametrize("language", prompts.LANGUAGES)
def test_a_set_reads_back_as_the_same(language: str) -> None:
    questions = made(FULL, PLAIN, {"question": "Utan allt?"})
    data = to_xlsx(questions, language)
    assert read_bytes("prov.xlsx", data) == questions
    assert data == to_xlsx(questions, language)


def test_the_columns_are_those_of_the_template() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(to_xlsx(made(PLAIN), "sv"))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [header(key, "sv") for key in COLUMNS]
    longer = load_workbook(BytesIO(to_xlsx(made(FULL), "sv"))).worksheets[0]
    names = [cell.value for cell in longer[1]]
    assert [name for name in names if name.startswith(("käl", "cit"))][2:4] == ["källa 2", "citat 2"]
    assert {cell.data_type for row in longer.iter_rows() for cell in row if cell.value} == {"s"}


def test_non_breaking_blanks_become_plain() -> None:
    questions = made({**PLAIN, "gold_answer": "40\u00a0000"})
    (case,) = read_bytes("prov.xlsx", to_xlsx(questions, "sv")).cases
    assert case.gold_answer == "40 000"


@pytest.mark.parametrize(
    "changed",
    [
        {"history": [{"role": "user", "content": "Hej!"}]},
        {"history": [{"role": "assistant", "content": "Hej!"}, {"role": "user", "content": "Hej!"}]},
        {"must_include": [["två\nrader"]]},
        {"must_not_include": ['"citat"']},
        {"gold_answer": "x" * 32_768},
        {"evidence": [{"source": "a.pdf", "quote": "Stöd."}] * 60},
    ],
)
def test_what_a_spreadsheet_would_change_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(NotForExcel) as caught:
        to_xlsx(made(PLAIN, {**PLAIN, "id": "svår", **changed}), "sv")
    assert "svår" in caught.value.ids
    assert caught.value.ids == ("svår",) or len(changed.get("evidence", [])) > 50
