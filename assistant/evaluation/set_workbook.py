"""A question set as an Excel file that reads back as the same set."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest

import prompts
from assistant.evaluation.cases import Case, QuestionSet, to_jsonl
from assistant.evaluation.cell_values import groups_cell, items_cell
from assistant.evaluation.columns import COLUMNS, LANGUAGE, REPEATABLE
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.grid import BLANKS
from assistant.evaluation.set_errors import SetError
from assistant.evaluation.sets import read_bytes
from assistant.evaluation.template import question_file
from assistant.questions import Persona

Column = tuple[str, int]


class NotForExcel(EvaluationError):
    """Questions, by their ids, that say something a spreadsheet would not give back."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(f"an Excel file cannot hold the questions {', '.join(ids)}; use JSONL instead")


def to_xlsx(questions: QuestionSet, language: str) -> bytes:
    """The set in the template's columns, as many sources and earlier turns as it needs, told in `language`.

    NotForExcel where the file would read back as another set. That is so for an earlier turn without its
    other half, for a required text with line breaks or with both quotation marks and separators, and for a
    text longer than a cell. Non-breaking blanks read back as plain ones, as in every spreadsheet.
    """
    rows = [_cells(case, language) for case in questions.cases]
    columns = _columns(rows)
    data = question_file(columns, ([row.get(column, "") for column in columns] for row in rows), language)
    if changed := _changed(questions, data):
        raise NotForExcel(changed)
    return data


def _changed(questions: QuestionSet, data: bytes) -> list[str]:
    """The ids of the questions that do not read back as they are."""
    try:
        found = read_bytes("set.xlsx", data)
    except SetError as error:
        rows = {fault.row - 2 for fault in error.faults if fault.row > 1}
        return [case.id for at, case in enumerate(questions.cases) if at in rows or not rows]
    pairs = zip_longest(questions.cases, found.cases)
    return [case.id for case, other in pairs if case and _plain(case) != (other and _plain(other))]


def _plain(case: Case) -> str:
    return to_jsonl([case]).translate(BLANKS)


def _columns(rows: Sequence[Mapping[Column, str]]) -> list[Column]:
    """The template's columns; what is numbered comes in pairs, as often as any row needs."""
    most = {
        key: max((number for row in rows for name, number in row if name == key), default=1)
        for key in REPEATABLE
    }
    pairs = [REPEATABLE[:2], REPEATABLE[2:]]
    numbered = {
        pair[0]: [(key, number + 1) for number in range(most[pair[0]]) for key in pair] for pair in pairs
    }
    return list(
        chain.from_iterable(numbered.get(key, [] if key in REPEATABLE else [(key, 1)]) for key in COLUMNS)
    )


def _cells(case: Case, language: str) -> dict[Column, str]:
    single = {
        "id": case.id,
        "question": case.question,
        LANGUAGE: _choice("language", prompts.LANGUAGES, case.language, language),
        "persona": _choice("persona", list(Persona), case.persona, language),
        "category": case.category,
        "region": case.region,
        "answerable": _choice("answerable", [True, False], case.answerable, language),
        "gold_answer": case.gold_answer,
        "must_include": groups_cell(case.must_include),
        "must_not_include": items_cell(case.must_not_include),
        "notes": case.notes,
    }
    return {(key, 1): text for key, text in single.items()} | dict(_numbered(case))


def _numbered(case: Case) -> Iterator[tuple[Column, str]]:
    for number, each in enumerate(case.evidence, start=1):
        yield from ((("source", number), each.source), (("quote", number), each.quote))
    for at, turn in enumerate(case.history):
        key = "earlier_answer" if at % 2 else "earlier_question"
        yield (key, at // 2 + 1), turn.text


def _choice(key: str, values: Sequence[object], value: object, language: str) -> str:
    """The value as the template's list of choices has it."""
    choices = prompts.phrases("sets", language)[f"choices_{key}"].split(", ")
    return choices[values.index(value)] if value in values else ""
