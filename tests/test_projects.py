"""Projects: an idea taken step by step, and held against what a region prioritises."""

from collections.abc import Iterator

import pytest
from project_shelf import Shelf, project_shelf

from assistant.answers import AnswerStatus
from assistant.framing import Framed
from assistant.projects.advice import ProjectAdvice
from assistant.projects.alignment import Alignment
from assistant.projects.idea import about
from assistant.projects.signs import parts
from prompts import LANGUAGES, phrases
from vectorstore.embedder import Embedder

TEXTS = phrases("projects", "sv")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Shelf]:
    with project_shelf(tmp_path_factory.mktemp("projects"), embedder) as opened:
        yield opened


def advice(shelf: Shelf, text: str, *history: str, language: str = "sv") -> Framed | None:
    return shelf.asked(ProjectAdvice(shelf.store, shelf.scorer), text, *history, language=language)


def aligned(shelf: Shelf, text: str, language: str = "sv") -> Framed | None:
    return shelf.asked(Alignment(shelf.store, shelf.scorer), text, language=language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hur bygger man upp en projektidé?", "sv"),
        ("Vi har en idé om lokal honung. Hur börjar vi?", "sv"),
        ("Can you help us plan a project about honey?", "en"),
        ("Hvordan strukturerer vi en prosjektidé?", "no"),
    ],
)
def test_the_first_answer_gives_every_part_and_asks_for_the_first(
    shelf: Shelf, text: str, language: str
) -> None:
    framed = advice(shelf, text, language=language)
    texts = phrases("projects", language)
    assert framed is not None
    assert all(texts[f"what_{part.id}"] in framed.text for part in parts())
    assert framed.text.count(texts["ask_need"]) == 1
    assert framed.follow_ups == tuple(texts[f"need_{number}"] for number in ("one", "two", "three"))


def test_help_with_projects_is_quoted_where_a_source_offers_it(shelf: Shelf) -> None:
    framed = advice(shelf, "Hur strukturerar vi en projektidé i Gävleborg?")
    assert framed is not None and framed.status is AnswerStatus.ANSWERED
    assert [citation.region for citation in framed.citations] == ["Gävleborg"]
    assert "rådgivning" in framed.citations[0].quote


def test_one_regions_help_is_not_offered_in_another(shelf: Shelf) -> None:
    framed = advice(shelf, "Hur strukturerar vi en projektidé i Dalarna?")
    assert framed is not None and framed.status is AnswerStatus.CLARIFY
    assert not framed.citations


def test_what_is_told_is_said_back_and_the_next_part_is_asked_for(shelf: Shelf) -> None:
    first = "Vi har en idé om lokal honung i Gävleborg. Hur går vi vidare?"
    framed = advice(shelf, "Biodlarna når inga kunder i städerna.", first, TEXTS["ask_need"])
    assert framed is not None
    assert "Behov: ”Biodlarna når inga kunder i städerna.”" in framed.text
    assert "lokal honung" in framed.text
    assert TEXTS["what_need"] not in framed.text and TEXTS["ask_goal"] in framed.text


def test_a_part_told_without_being_asked_for_is_not_asked_for_again(shelf: Shelf) -> None:
    framed = advice(
        shelf, "Hjälp oss att planera ett projekt. Vårt problem är att ingen hittar hit. Målet är fler bybor."
    )
    assert framed is not None
    assert TEXTS["ask_target"] in framed.text
    assert TEXTS["what_need"] not in framed.text and TEXTS["what_goal"] not in framed.text


@pytest.mark.parametrize(
    "text",
    [
        "Vem leder projektet?",
        "Vad kostade projektet?",
        "Vi har en idé om export. Vem finansierar det?",
        "We have an idea for a project. Which county pays for it?",
        "Vilka projekt har Dalarna?",
    ],
)
def test_questions_of_fact_about_projects_are_left_to_others(shelf: Shelf, text: str) -> None:
    assert advice(shelf, text) is None
    assert aligned(shelf, text) is None


def test_an_idea_that_is_prioritised_fits_with_the_quote_and_its_year(shelf: Shelf) -> None:
    framed = aligned(shelf, "Passar vår projektidé om matturism med Dalarnas prioriteringar?")
    assert framed is not None and framed.status is AnswerStatus.ANSWERED
    (row,) = [row for row in framed.table.rows if row[2] == TEXTS["fits"]]
    assert "besöksnäring" in row[1] and "(2021)" in row[3]
    assert TEXTS["no_promise"] in framed.text


def test_each_part_of_an_idea_is_held_against_the_sources(shelf: Shelf) -> None:
    framed = aligned(shelf, "Stödjer Gävleborgs strategi vår idé om livsmedel och turism?")
    assert framed is not None and framed.status is AnswerStatus.PARTIAL
    outcomes = {row[0]: row[2] for row in framed.table.rows}
    assert outcomes["Mat och livsmedel"] == TEXTS["fits"]
    assert outcomes["Besöksnäring"] == TEXTS["silent"]


def test_only_what_a_text_leaves_out_by_its_words_is_told_as_left_out(shelf: Shelf) -> None:
    framed = aligned(shelf, "Ligger vårt projekt om sporthallar i linje med Gävleborgs strategi?")
    assert framed is not None
    row = framed.table.rows[0]
    assert row[2] == TEXTS["excluded"] and "omfattas inte" in row[1]
    silent = aligned(shelf, "Ligger vårt projekt om rymdraketer i linje med Gävleborgs strategi?")
    assert silent is not None and silent.table.rows[0][2] == TEXTS["silent"]


def test_without_a_place_the_county_is_asked_for(shelf: Shelf) -> None:
    framed = aligned(shelf, "Ligger vår idé om sporthallar i linje med prioriteringarna?")
    assert framed is not None and framed.status is AnswerStatus.CLARIFY
    assert set(framed.follow_ups) == {"Gävleborg", "Dalarna", "Värmland"}


def test_a_newer_strategy_in_the_register_is_told(shelf: Shelf) -> None:
    framed = aligned(shelf, "Ligger vår idé om förpackningar i linje med Värmlands prioriteringar?")
    assert framed is None or any("2022" in notice for notice in framed.notices)
    framed = aligned(shelf, "Does our idea about packaging fit the priorities of Dalarna?", "en")
    assert framed is not None and framed.table.columns[0] == "Your idea"


def test_what_the_idea_is_about_ends_where_the_asking_begins() -> None:
    assert about("Vi har en idé om lokal honung, hur går vi vidare?") == "lokal honung"
    assert about("We have a project idea about honey. Can you help?") == "honey"
    assert about("Vem leder projektet?") == ""


def test_every_part_has_its_texts_in_every_language() -> None:
    for language in LANGUAGES:
        texts = phrases("projects", language)
        for part in parts():
            assert {part.id, f"what_{part.id}", f"ask_{part.id}", f"{part.id}_one"} <= set(texts)
