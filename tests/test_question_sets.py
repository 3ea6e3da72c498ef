"""Question sets from JSONL, CSV and Excel: what is read, and how every fault is told."""

from pathlib import Path

import pytest
from prose import SHARED
from question_files import (
    HEADER,
    Bad,
    bad_csv,
    bad_jsonl,
    bad_xlsx,
    csv_file,
    faults,
    jsonl,
    other_bad,
    text_cells,
    xlsx,
)

import prompts
from assistant.evaluation.cases import Case, Evidence, QuestionSet, to_jsonl
from assistant.evaluation.sets import SetError, read_bytes, read_set, set_name, told
from assistant.questions import Persona, Turn

BAD = [*bad_csv(), *bad_jsonl(), *bad_xlsx(), *other_bad()]
DEV = SHARED / "eval" / "dev.jsonl"
QUESTION = "Hur stor är exportchecken i Sjöbygden?"


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.file)
def test_a_fault_is_told_by_file_row_and_field(bad: Bad) -> None:
    with pytest.raises(SetError) as caught:
        read_bytes(bad.file, bad.make())
    found = caught.value.faults
    assert tuple((fault.row, fault.field, fault.code) for fault in found) == bad.faults
    assert {fault.file for fault in found} == {bad.file}
    for language in prompts.LANGUAGES:
        for (row, field, _), line in zip(bad.faults, told(found, language), strict=True):
            row_word = {"sv": "rad", "en": "row", "no": "rad"}[language]
            place = [bad.file, f"{row_word} {row}" if row else "", field]
            start, _, text = line.partition(": ")
            assert start == ", ".join(part for part in place if part)
            assert len(text) > 20 and "$" not in text
    assert str(caught.value).splitlines() == told(found, "en")


def test_the_table_of_faults_is_broad_and_every_fault_has_its_test() -> None:
    kinds = {kind: sum(bad.file.endswith(kind) for bad in BAD) for kind in (".csv", ".jsonl", ".xlsx")}
    assert min(kinds.values()) >= 20
    texts = prompts.phrases("sets", "sv")
    apart = ("place_", "help_", "column_", "choices_", "example_")
    codes = {key for key in texts if not key.startswith(apart) or key == "column_twice"}
    assert codes - {code for bad in BAD for _, _, code in bad.faults} == {
        "questions_sheet",  # no fault
        "more",
        "unreadable",  # these two have tests of their own
    }


def test_everything_that_is_wrong_is_told_at_once() -> None:
    rows = [("1", "", "chef", "kanske"), ("2", "Hur?", "sme", "ja"), ("1", "Var?", "", "nja")]
    assert faults("frågor.csv", csv_file(HEADER[:4] + ("Sprok",), *rows)) == [
        (1, "Sprok", "unknown_column_near"),
        (2, "Fråga", "missing_question"),
        (2, "Persona", "persona"),
        (2, "Besvarbar", "answerable"),
        (4, "Besvarbar", "answerable"),
        (4, "Id", "duplicate_id"),
    ]


def test_a_text_names_what_was_found_and_what_would_do() -> None:
    with pytest.raises(SetError) as caught:
        read_bytes(
            "a.csv", csv_file(HEADER, ("7", "Hur?"), ("7", "Var?"), ("8", "När?", "chefen på bolaget"))
        )
    first, second = told(caught.value.faults, "sv")
    assert "chefen på bolaget" in first and "handläggare" in first
    assert "7" in second and "rad 2" in second.partition(": ")[2]
    (line,) = told_of("b.csv", csv_file(("Frgåa", "Källa"), ("Hur?", "a.pdf")))[:1]
    assert "”fråga”" in line


def told_of(name: str, data: bytes) -> list[str]:
    """The Swedish sentences about a file."""
    with pytest.raises(SetError) as caught:
        read_bytes(name, data)
    return told(caught.value.faults, "sv")


def test_fifty_faults_are_told_and_the_rest_counted() -> None:
    lines = told_of("a.jsonl", jsonl(*[{"question": 1}] * 70))
    assert len(lines) == 51
    assert "20" in lines[-1]


def test_a_long_or_odd_value_is_cut_and_escaped() -> None:
    (line,) = told_of("a.jsonl", jsonl({"question": "Hur?", "persona": "x" * 5000}))
    assert len(line) < 300 and "…" in line
    (line,) = told_of("a.jsonl", jsonl({"question": "Hur?", "lang": "s\u202ev"}))
    assert "\u202e" not in line and "\\u202e" in line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SetError) as caught:
        read_set(tmp_path / "borta.csv")
    assert caught.value.faults[0].code == "unreadable"
    assert told(caught.value.faults, "sv")[0].startswith("borta.csv: ")


FULL = Case(
    id="a",
    question=QUESTION,
    language="sv",
    persona=Persona.OFFICER,
    category="finansiering",
    region="Sjöbygden",
    history=(Turn("user", "Var?"), Turn("assistant", "Här."), Turn("user", "När?"), Turn("assistant", "Nu.")),
    answerable=False,
    gold_answer="Högst 40 000 kronor.\nDet står i planen; se | där.",
    must_include=(("40 000", " 10 ", "a;b"), ("export",)),
    must_not_include=("400 000", "lån"),
    evidence=(Evidence("plan.pdf", 'Det "heter" så, sa hon;\nja.'), Evidence("b.txt", "Två.")),
    notes="=cmd|' /C calc'!A0",
)
COLUMNS_OF_FULL = (
    *("id", "FRÅGA", "sprak", "Persona", "category", "Län", "besvarbar", "rätt_svar", "Måste nämnas"),
    *("far inte namnas", "Källa", "Citat", "källa 2", "Quote 2", "Tidigare fråga", "tidigare svar 1"),
    *("Tidligere spørsmål 2", "Earlier answer 2", "Anteckningar:"),
)
CELLS_OF_FULL = (
    *("a", QUESTION, "Svenska", "Handläggare", "finansiering", "Sjöbygden", "nej", FULL.gold_answer),
    *('40 000 | " 10 " | "a;b"\nexport', "400 000; lån", "plan.pdf", FULL.evidence[0].quote, "b.txt", "Två."),
    *("Var?", "Här.", "När?", "Nu.", FULL.notes),
)


def quoted(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells as Excel writes them into CSV."""
    return tuple('"' + cell.replace('"', '""') + '"' for cell in cells)


def test_one_set_in_three_formats_is_one_set() -> None:
    whole = QuestionSet.of("a", [FULL])
    assert read_bytes("a.jsonl", to_jsonl([FULL]).encode()) == whole
    assert read_bytes("a.csv", csv_file(COLUMNS_OF_FULL, quoted(CELLS_OF_FULL))) == whole
    assert read_bytes("a.xlsx", xlsx(COLUMNS_OF_FULL, CELLS_OF_FULL, change=text_cells)) == whole


def test_only_the_question_is_needed_and_ids_follow_the_order() -> None:
    read = read_bytes(
        "a.jsonl", jsonl({"question": "A"}, {"question": "B", "id": "Q001"}, {"question": "C", "id": None})
    )
    assert [case.id for case in read.cases] == ["Q002", "Q001", "Q003"]
    assert read.cases[2] == Case("Q003", "C")


def test_an_alternative_of_blanks_and_a_word_is_kept_as_it_is() -> None:
    read = read_bytes("a.jsonl", jsonl({"question": "A", "must_include": [[" 10 ", "tio"]]}))
    assert read.cases[0].must_include == ((" 10 ", "tio"),)


def test_letters_of_two_signs_become_one() -> None:
    composed, parted = jsonl({"question": "Å"}), jsonl({"question": "A\u030a"})
    assert read_bytes("a.jsonl", composed).digest == read_bytes("a.jsonl", parted).digest


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Frågor våren.xlsx", "Frågor-våren"),
        ("../../etc/passwd.csv", "passwd"),
        ("C:\\frågor\\a b.csv", "a-b"),
        ("$(rm).jsonl", "rm"),
        ("…….csv", "set"),
        ("å" * 99 + ".csv", "å" * 60),
        ("A\u030alista.csv", "Ålista"),
    ],
)
def test_the_name_is_safe_for_a_folder(file: str, name: str) -> None:
    data = jsonl({"question": "Hur?"}) if file.endswith(".jsonl") else xlsx(("fråga",), ("Hur?",))
    if file.endswith(".csv"):
        data = csv_file(("fråga",), ("Hur?",))
    assert read_bytes(file, data).name == name
    assert set_name(f"{name}.x") == name


@pytest.mark.skipif(not DEV.is_file(), reason=f"there are no shared questions at {DEV}")
def test_the_shared_questions_are_read_and_written_back() -> None:
    read = read_set(DEV)
    assert len(read.cases) == 80
    assert read_bytes("dev.jsonl", to_jsonl(read.cases).encode()) == read
