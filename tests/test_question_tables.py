"""Question sets as spreadsheet programs save them, and spreadsheets that mean harm."""

import codecs
import tracemalloc
from datetime import date, datetime
from time import monotonic
from typing import Any

import pytest
from question_files import (
    HEADER,
    csv_file,
    faults,
    inline,
    questions,
    raw_sheet,
    text_cells,
    with_texts,
    xlsx,
)

from assistant.evaluation.sets import SetError, read_bytes
from assistant.questions import Persona

TABLE = 'Fråga;Persona;Rätt svar\r\n"Hur stor är checken?";företag;3,5 och mer\r\n'
HABITS = {
    "UTF-8": TABLE.encode(),
    "byte order mark": codecs.BOM_UTF8 + TABLE.encode(),
    "Windows-1252": TABLE.encode("cp1252"),
    "MS-DOS": TABLE.encode("cp850"),
    "Macintosh": TABLE.encode("mac_roman"),
    "Unicode text": TABLE.replace(";", "\t").encode("utf-16"),
    "Unicode text without a mark": TABLE.replace(";", "\t").encode("utf-16-le"),
    "sep line": b"sep=;\r\n" + TABLE.encode(),
    "tabs": TABLE.replace(";", "\t").encode(),
    "commas": TABLE.replace("3,5 och mer", '"3,5 och mer"').replace(";", ",").encode(),
    "LF": TABLE.replace("\r", "").encode(),
    "CR": TABLE.replace("\n", "").encode(),
    "no last line break": TABLE.rstrip().encode(),
    "blank rows": TABLE.replace("\r\n", "\r\n;;\r\n\r\n").encode(),
    "trailing columns": TABLE.replace("\r\n", ";;;;\r\n").encode(),
    "non-breaking blanks": TABLE.replace("Rätt svar", "Rätt\u00a0svar")
    .replace(" stor", "\u00a0stor")
    .encode(),
    "title above": ("Frågor från Ekhamn;;\r\n;;\r\n" + TABLE).encode(),
}


@pytest.mark.parametrize("habit", HABITS)
def test_csv_as_programs_save_it(habit: str) -> None:
    (case,) = read_bytes("a.csv", HABITS[habit]).cases
    assert (case.question, case.persona, case.gold_answer) == (
        *("Hur stor är checken?", Persona.SME, "3,5 och mer"),
    )


def test_english_with_curly_marks_is_windows_1252() -> None:
    data = "question\r\nWhat is an “export voucher”? I don’t know – really.\r\n".encode("cp1252")
    assert questions("a.csv", data) == ["What is an “export voucher”? I don’t know – really."]


def test_a_cell_with_line_breaks_is_one_row_as_excel_counts() -> None:
    data = csv_file(HEADER, ("1", '"Hur\r\nstor?"'), ("2", ""))
    assert faults("a.csv", data) == [(3, "Fråga", "missing_question")]
    assert faults("a.csv", b"sep=;\r\n" + data) == [(3, "Fråga", "missing_question")]
    good = csv_file(("Fråga", "Måste nämnas"), ('"Hur\r\nstor?"', '"a|b\r\nc; d;"'))
    (case,) = read_bytes("a.csv", good).cases
    assert (case.question, case.must_include) == ("Hur\nstor?", (("a", "b"), ("c",), ("d",)))


def test_a_list_of_questions_may_hold_any_delimiter() -> None:
    assert questions("a.txt", "Fråga\nVad, när; och hur?\n".encode()) == ["Vad, när; och hur?"]


def test_what_looks_like_a_formula_is_text() -> None:
    dangerous = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2")
    assert questions("a.csv", csv_file(("Fråga",), *[(each,) for each in dangerous])) == list(dangerous)
    rows = [("Fråga",), *[(each,) for each in dangerous]]
    assert questions("a.xlsx", xlsx(*rows, change=text_cells)) == list(dangerous)


def test_values_in_the_words_people_use() -> None:
    yes = ("ja", "JA", "Yes", "true", "SANT", "1", "Sann")
    no = ("nej", "No", "nei", "FALSE", "falskt", "0", "usann")
    for words, value in ((yes, True), (no, False)):
        rows = [("Hur?", word) for word in words]
        read = read_bytes("a.csv", csv_file(("fråga", "Kan besvares"), *rows))
        assert [case.answerable for case in read.cases] == [value] * len(words)
    table = (
        ("spørsmål", "rolle", "lang"),
        ("Hur?", "utvarderare", "NORSKA"),
        ("Hur?", "saksbehandler", "engelsk"),
    )
    read = read_bytes("a.csv", csv_file(*table))
    found = [(case.persona, case.language) for case in read.cases]
    assert found == [(Persona.EVALUATOR, "no"), (Persona.OFFICER, "en")]


def test_cells_become_the_text_that_is_meant() -> None:
    values = [
        date(2021, 3, 5),
        datetime(2021, 3, 5, 14, 30),
        2021.0,
        3.5,
        True,
        10**12,
        0.1 + 0.2,
        "1\u00a0000",
    ]

    def per_cent(book: Any) -> None:
        book.active["C10"] = 0.25
        book.active["C10"].number_format = "0.0%"

    rows = [(number, "Hur?", value) for number, value in enumerate(values, start=1)]
    read = read_bytes("a.xlsx", xlsx(("id", "fråga", "facit"), *rows, (9, "Hur?"), change=per_cent))
    assert [case.id for case in read.cases] == list("123456789")
    expected = [
        "2021-03-05",
        "2021-03-05 14:30",
        "2021",
        "3.5",
        "true",
        "1000000000000",
        "0.3",
        "1 000",
        "25%",
    ]
    assert [case.gold_answer for case in read.cases] == expected


def test_a_formula_counts_as_the_value_it_was_saved_with() -> None:
    cell = b'<c r="A2" t="str"><f>"Hur"&amp;"?"</f><v>Hur?</v></c>'
    number = b'<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c>'
    titles = inline("A1", "Fråga") + inline("B1", "Facit") + inline("C1", "Anteckningar")
    sheet = b'<row r="1">' + titles + b'</row><row r="2">' + cell + number + b"</row>"
    (case,) = read_bytes("a.xlsx", raw_sheet(sheet)).cases
    assert (case.question, case.gold_answer, case.notes) == ("Hur?", "2", "")


def test_texts_that_excel_keeps_apart_from_the_cells() -> None:
    cells = b'<c t="s"><v>2</v></c>', b'<c t="s"><v>1</v></c>'
    data = raw_sheet(b"".join(b"<row>" + cell + b"</row>" for cell in cells))
    runs = "<r><rPr><b/></rPr><t>Hur </t></r><r><t>stor?</t></r><rPh><t>ki</t></rPh>"
    assert questions("a.xlsx", with_texts(data, "<t/>", runs, "<t>Fråga</t>")) == ["Hur stor?"]
    assert faults("a.xlsx", data) == [(0, "", "damaged")]


def test_cells_without_references_stand_one_after_the_other() -> None:
    titles = inline("A1", "Fråga") + inline("B1", "Facit")
    sheet = b"<row>" + titles + b"</row><row>" + inline("A2", "Hur?") + inline("B2", "Så.") + b"</row>"
    bare = sheet
    for reference in (b"A1", b"B1", b"A2", b"B2"):
        bare = bare.replace(b' r="' + reference + b'"', b"")
    (case,) = read_bytes("a.xlsx", raw_sheet(bare)).cases
    assert (case.question, case.gold_answer) == ("Hur?", "Så.")


def test_a_merged_title_and_header_are_found() -> None:
    def merge(book: Any) -> None:
        for cells in ("A1:C1", "A3:A4", "B3:B4"):
            book.active.merge_cells(cells)

    rows = [("Frågor från Ekhamn",), (), ("Fråga", "Kategori", None), (None, None, None), ("Hur?", "stöd")]
    (case,) = read_bytes("a.xlsx", xlsx(*rows, change=merge)).cases
    assert (case.question, case.category) == ("Hur?", "stöd")


def test_a_merged_value_holds_for_all_its_rows() -> None:
    def merge(book: Any) -> None:
        book.active.merge_cells("B2:B3")

    rows = [("Fråga", "Kategori"), ("Hur?", "stöd"), ("Var?", None), ("När?", None)]
    read = read_bytes("a.xlsx", xlsx(*rows, change=merge))
    assert [case.category for case in read.cases] == ["stöd", "stöd", ""]


def test_the_first_sheet_that_shows_and_has_questions_is_read() -> None:
    def add(book: Any) -> None:
        hidden, other, right = (book.create_sheet(name) for name in ("Gömd", "Annat", "Rätt"))
        hidden.append(("Fråga",)), hidden.append(("Fel?",))
        hidden.sheet_state = "hidden"
        other.append(("Kontakt", "Telefon"))
        right.append(("Fråga",)), right.append(("Rätt?",))

    assert questions("a.xlsx", xlsx(("Läs mig",), change=add)) == ["Rätt?"]


def test_questions_in_a_second_sheet_are_not_left_out_in_silence() -> None:
    def add(book: Any) -> None:
        for name in ("Tom mall", "Fler", "Gömd"):
            book.create_sheet(name).append(("Fråga",))
        for name in ("Fler", "Gömd"):
            book[name].append(("Var?",))
        book["Gömd"].sheet_state = "hidden"

    def hide(book: Any) -> None:
        add(book)
        book["Fler"].sheet_state = "veryHidden"

    rows = [("Fråga", "Persona"), ("Hur?", "chefen")]
    assert faults("a.xlsx", xlsx(*rows, change=add)) == [(0, "", "second_sheet"), (2, "Persona", "persona")]
    with pytest.raises(SetError) as caught:
        read_bytes("a.xlsx", xlsx(*rows, change=add))
    assert caught.value.faults[0].names == {"first": "Sheet", "second": "Fler"}
    assert questions("a.xlsx", xlsx(("Fråga",), ("Hur?",), change=hide)) == ["Hur?"]


def test_letters_that_excel_escapes_and_kana_beside_words() -> None:
    runs = b"<r><t>Hur</t></r><r><t>_x000D_\nstor?</t></r><rPh><t>ki</t></rPh>"
    cell = b'<c r="A2" t="inlineStr"><is>' + runs + b"</is></c>"
    sheet = b'<row r="1">' + inline("A1", "Fråga") + b'</row><row r="2">' + cell + b"</row>"
    assert questions("a.xlsx", raw_sheet(sheet)) == ["Hur\nstor?"]


TOO_MUCH = {
    "cells": (b"<row><c/></row>" * 260_000, b""),
    "depth": (b"<x>" * 60 + b"</x>" * 60, b""),
    "merged cells": (b"", b"<mergeCells>" + b'<mergeCell ref="A1:A9"/>' * 6000 + b"</mergeCells>"),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_a_sheet_of_too_much_is_refused(kind: str) -> None:
    started = monotonic()
    assert faults("a.xlsx", raw_sheet(*TOO_MUCH[kind])) == [(0, "", "large_inside")]
    assert monotonic() - started < 30


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("wide.csv", b"a;" * 2_000_000),
        ("zeros.csv", "fråga;".encode() + b"0" * 100_000 + b"\nHur?"),
        ("fields.jsonl", b"{" + b",".join(b'"evidenc%d":1' % n for n in range(250_000)) + b"}"),
    ],
)
def test_a_file_made_to_take_long_does_not(file: str, data: bytes) -> None:
    started = monotonic()
    assert faults(file, data)
    assert monotonic() - started < 15


def test_one_text_in_many_cells_is_not_multiplied() -> None:
    """A text of the largest size, kept once in the file and named by 700 cells."""
    data = raw_sheet(b"<row>" + b'<c t="s"><v>0</v></c>' * 700 + b"</row>")
    assert faults("a.xlsx", with_texts(data, "<t>" + "a" * 32_000 + "</t>")) == [(0, "", "large_inside")]


def test_a_row_far_away_costs_nothing() -> None:
    far = b'<row r="1">' + inline("A1", "Fråga") + b"</row>"
    far += b'<row r="9999999">' + inline("XFD9999999", "Hur?") + inline("A9999999", "Var?") + b"</row>"
    tracemalloc.start()
    assert faults("a.xlsx", raw_sheet(far)) == [(9999999, "XFD", "no_header")]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20
