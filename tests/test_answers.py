"""Answers from the starter corpus, with the real model and the real index: right, cited, or refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answers import Answer, AnswerStatus
from assistant.ask import Assistant
from assistant.events import STEPS, Delta, Step
from assistant.questions import Question, Turn
from assistant.wiring import Parts, build
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.sources import starter_root
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.publish import publishing
from vectorstore.settings import Settings

WITHOUT_MODEL = tuple(step for step in STEPS if step != "write")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Parts]:
    """An assistant over the starter corpus."""
    folder: Path = tmp_path_factory.mktemp("starter")
    settings = Settings(_env_file=None, data_dir=folder, contact="Anna på regionen")  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with publishing(catalogue, folder), Reader(settings) as reader:
        ingest([starter_root()], catalogue, lambda: embedder, reader)
    catalogue.close()
    built = build(settings)
    yield built
    built.close()


@pytest.fixture(scope="module")
def assistant(parts: Parts) -> Assistant:
    return parts.assistant


def ask(assistant: Assistant, text: str, *history: str) -> Answer:
    turns = tuple(Turn("assistant" if n % 2 else "user", turn) for n, turn in enumerate(history))
    return assistant.ask(Question(text, turns))


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("Hur stort är taket för de minimis-stöd?", "sv", "300 000 euro"),
        ("Hvor mye betaler Interreg Sverige–Norge på den svenske siden?", "no", "65 procent"),
        ("Which counties belong to the ERDF area Norra Mellansverige?", "en", "Gävleborg"),
        ("Vad heter CIP-programmet i dag?", "sv", "COSME"),
        ("Ingår Värmland i Interreg Central Baltic?", "sv", "Central Baltic"),
    ],
)
def test_answers_in_the_language_of_the_question(
    assistant: Assistant, question: str, language: str, expected: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.language == language
    assert expected in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Vem skapade Facebook?",
        "Varför är himlen blå på dagen?",
        "Is it allowed to swim in the city park pond?",
        "Hvor mange hjerter har en blekksprut?",
    ],
)
def test_what_no_source_supports_is_refused_with_whom_to_ask(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert not answer.claims and not answer.citations
    assert "Anna på regionen" in answer.text


def test_every_claim_is_marked_in_the_text_and_stands_in_a_stored_document(parts: Parts) -> None:
    answer = ask(parts.assistant, "Kan ett enskilt företag söka pengar ur strukturfonderna?")
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for claim in answer.claims:
        assert claim.text in answer.text
        assert all(f"[{number}]" in answer.text for number in claim.citations)
    for citation in answer.citations:
        document = parts.store.document(citation.document_id)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.title and citation.source and citation.validity.as_of


def test_both_parts_of_a_question_are_answered(assistant: Assistant) -> None:
    answer = ask(assistant, "Vem leder Inside Out EU, och vilken budget har projektet?")
    assert "Navarra" in answer.text
    assert "1 543 427" in answer.text


def test_a_follow_up_is_understood_from_the_conversation(assistant: Assistant) -> None:
    answer = ask(
        assistant, "Vilka län gäller det?", "Vad är Interreg Sverige–Norge?", "Ett program vid gränsen."
    )
    assert "Värmland" in answer.text and "Dalarna" in answer.text


def test_a_named_conversation_is_remembered(assistant: Assistant) -> None:
    assistant.ask(Question("Vad är Interreg Sverige–Norge?", conversation_id="c1"))
    answer = assistant.ask(Question("Vilka län gäller det?", conversation_id="c1"))
    assert "Värmland" in answer.text and "Dalarna" in answer.text
    assert answer.conversation_id == "c1"


def test_a_part_that_nothing_supports_is_named(assistant: Assistant) -> None:
    answer = ask(assistant, "Hur mycket betalar Interreg Sverige–Norge? Hur bakar jag surdegsbröd med råg?")
    assert answer.status is AnswerStatus.PARTIAL
    assert "surdegsbröd" in answer.text


def test_what_has_ended_says_so(assistant: Assistant) -> None:
    answer = ask(assistant, "Vad var Inside Out EU?")
    assert any("avslutat" in notice for notice in answer.notices)


def test_contact_lines_of_a_document_are_left_out_unless_asked_for(assistant: Assistant) -> None:
    assert "@" not in ask(assistant, "Vem hjälper oss med ansökan i Örebro län?").text


def test_the_stream_tells_its_steps_then_the_text_then_the_answer(assistant: Assistant) -> None:
    events = list(assistant.stream(Question("Vad är en affärsutvecklingscheck?")))
    assert [event.name for event in events if isinstance(event, Step)] == [*WITHOUT_MODEL]
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == answer.text
    assert set(answer.seconds) == {*WITHOUT_MODEL, "total"}


def test_filters_and_language_are_obeyed(assistant: Assistant) -> None:
    from vectorstore.queries import Filters

    question = Question("Vilka prioriteringar finns?", filters=Filters(regions=("Dalarna",)), language="en")
    answer = assistant.ask(question)
    assert answer.language == "en"
    assert all("Dalarna" in citation.region for citation in answer.citations)


@pytest.mark.parametrize(
    "text", ["?", "…", "   a ", "åäö" * 600, "{0.__class__} {{x}} $name %s", "<script>alert(1)</script>"]
)
def test_odd_questions_get_an_answer_object(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(Question(text))
    assert answer.status is not AnswerStatus.ERROR
    assert answer.text
