"""Comparisons: what is compared, a row for each with its own quotes, and what stays with plain answers."""

from collections.abc import Iterator

import pytest
from project_shelf import Shelf, project_shelf

from assistant.answers import AnswerStatus
from assistant.comparison.aspects import aspects
from assistant.comparison.described import descriptions
from assistant.comparison.items import find_items
from assistant.comparison.signs import Sign, signs
from assistant.comparison.themes import asked_themes, themes
from assistant.framing import Framed
from prompts import LANGUAGES
from vectorstore.embedder import Embedder


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Shelf]:
    with project_shelf(tmp_path_factory.mktemp("comparison"), embedder) as opened:
        yield opened


def rows(framed: Framed | None) -> dict[str, list[str]]:
    """The table's rows by their first cell."""
    assert framed is not None
    assert all(len(row) == len(framed.table.columns) for row in framed.table.rows)
    return {row[0]: row[1:] for row in framed.table.rows}


def labels(shelf: Shelf, text: str, language: str = "sv") -> list[str]:
    return [item.label for item in find_items(text, shelf.store.names(), language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vad säger Dalarna och Gävleborg om turism?", {Sign.EACH}),
        ("Almi vs EKN", {Sign.COMPARES}),
        ("How do Dalarna and Gävleborg differ?", {Sign.COMPARES}),
        ("Hva er forskjellen mellom Almi og EKN?", {Sign.COMPARES}),
        ("I vilka sammanhang nämns Paper Province?", {Sign.CONTEXTS}),
        ("Hur skiljer sig regionernas prioriteringar?", {Sign.COMPARES, Sign.REGIONS}),
        ("Vem leder projektet?", set()),
        ("Vilka partner har Region Dalarna?", set()),
        ("What is the budget of the project?", set()),
    ],
)
def test_the_words_of_a_question_tell_whether_it_compares(text: str, expected: set[Sign]) -> None:
    assert signs(text) >= expected
    assert bool(signs(text)) is bool(expected)


def test_what_stands_side_by_side_is_compared_in_its_order(shelf: Shelf) -> None:
    assert labels(shelf, "Hur skiljer sig Gävleborgs och Dalarnas syn på export?") == ["Gävleborg", "Dalarna"]
    assert labels(shelf, "Compare Dalarna, Gävleborg and Värmland", "en") == [
        "Dalarna",
        "Gävleborg",
        "Värmland",
    ]
    assert labels(shelf, "EEN eller Almi för ett företag i Dalarna?") == ["EEN", "Almi"]
    assert labels(shelf, "Jämför Norra och Östra Mellansverige") == [
        "Norra Mellansverige",
        "Östra Mellansverige",
    ]
    assert labels(shelf, "Jämför Bayern med Dalarna") == ["Bayern", "Dalarna"]
    assert labels(shelf, "Vad är skillnaden mellan ett lån och en garanti?") == ["lån", "garanti"]
    assert len(labels(shelf, "Vad vill Dalarna?")) < 2


def test_several_matters_become_several_columns(shelf: Shelf) -> None:
    text = "Jämför Dalarna och Gävleborg när det gäller finansiering och prioriteringar"
    found = aspects(text, find_items(text, shelf.store.names(), "sv"))
    assert [one.title("sv") for one in found] == ["Finansiering", "Prioriteringar"]


def test_each_region_has_a_row_with_a_quote_of_its_own_and_the_year(shelf: Shelf) -> None:
    framed = shelf.compared("Hur skiljer sig Gävleborgs och Dalarnas prioriteringar?")
    found = rows(framed)
    assert framed is not None and framed.status is AnswerStatus.ANSWERED
    assert "stålindustri" in found["Gävleborg"][0] and found["Gävleborg"][0].endswith("]")
    assert "besöksnäring" in found["Dalarna"][0]
    assert "(2012)" in found["Gävleborg"][1] and "(2021)" in found["Dalarna"][1]
    assert "2012" in framed.text and "2021" in framed.text
    assert not any(citation.quote in framed.text for citation in framed.citations)


def test_what_only_one_source_speaks_of_is_not_mentioned_for_the_other(shelf: Shelf) -> None:
    framed = shelf.compared("Vad säger Gävleborg respektive Dalarna om språkkunskaper?")
    found = rows(framed)
    assert framed is not None and framed.status is AnswerStatus.PARTIAL
    assert "språkkunskaper" in found["Gävleborg"][0]
    assert found["Dalarna"][0] == "nämns inte"
    assert {citation.region for citation in framed.citations} == {"Gävleborg"}


def test_a_thing_that_no_source_knows_has_an_empty_row(shelf: Shelf) -> None:
    found = rows(shelf.compared("Jämför Bayern och Dalarna i fråga om turism"))
    assert found["Bayern"][0] == "nämns inte"
    assert "vinterturism" in found["Dalarna"][0]


def test_bodies_in_one_document_keep_their_sentences_apart(shelf: Shelf) -> None:
    found = rows(shelf.compared("Vad är skillnaden mellan Almi och EKN?"))
    assert "lånar ut" in found["Almi"][0] and "garanterar" not in found["Almi"][0]
    assert "garanterar" in found["EKN"][0] and "lånar" not in found["EKN"][0]


def test_a_sentence_on_the_other_body_is_not_of_the_one_its_document_is_named_after(shelf: Shelf) -> None:
    found = rows(shelf.compared("Vad säger Almi respektive EKN om garanti?"))
    assert found["Almi"][0] == "nämns inte"
    assert "garanti" in found["EKN"][0]


def test_documents_are_compared_as_they_are_described(shelf: Shelf) -> None:
    text = "Vad säger Gävleborgs strategi respektive Dalarnas inriktning om finansiering?"
    kinds = [(one.kind, one.words) for one in descriptions(text, shelf.store.names())]
    assert kinds == [("strategy", "Gävleborgs"), ("strategy", "Dalarnas")]
    found = rows(shelf.compared(text))
    assert "Regionalfonden" in found["Gävleborgs strategi"][0]
    assert "sparbankerna" in found["Dalarnas inriktning"][0]


def test_one_thing_in_several_documents_has_a_row_for_each(shelf: Shelf) -> None:
    framed = shelf.compared("I vilka dokument nämns Paper Province?")
    found = rows(framed)
    assert set(found) == {"Rapport från studieresan", "Almi och EKN i korthet"}
    assert "Finland" in found["Rapport från studieresan"][0]
    assert framed is not None and "Paper Province" in framed.text


@pytest.mark.parametrize(
    "text",
    [
        "Vilka prioriteringar har Dalarna?",
        "Vem finansierar exportsatsningen i Gävleborg?",
        "Hur skiljer sig avgiften?",
        "I vilka dokument nämns Nopef?",
        "Jämför Bayern och Toscana i fråga om rymdfart",
    ],
)
def test_other_questions_and_those_without_support_are_left_to_plain_answers(shelf: Shelf, text: str) -> None:
    assert shelf.compared(text) is None


def test_the_table_speaks_the_language_of_the_answer(shelf: Shelf) -> None:
    framed = shelf.compared("How do Gävleborg and Dalarna differ in funding?", "en")
    assert framed is not None
    assert framed.table.columns == ["Compared", "Funding", "Source and year"]


def test_themes_have_names_in_every_language_and_tell_words_apart() -> None:
    assert all(set(one.name) == set(LANGUAGES) for one in themes())
    assert "goals" not in {one.id for one in asked_themes("ett måltidskluster")}
    assert [one.id for one in asked_themes("Vem finansierar turismen?")] == ["funding", "tourism"]
