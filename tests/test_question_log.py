"""The log of questions: kept for so many days and no longer, found again, and never in an answer's way."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from small_service import SmallLibrary, good_answer, running

from assistant.answers import Answer, AnswerStatus
from assistant.conversations import ConversationStore
from assistant.feedback import Feedback, FeedbackStore, Reason
from assistant.question_log import QuestionLog
from assistant.questions import Question, Turn
from vectorstore.database import open_database
from vectorstore.settings import Settings
from vectorstore.tables import question_log

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    opened = open_database(settings)
    yield opened
    opened.dispose()


def kept(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(question_log)).scalar_one()


def refusal(id: str) -> Answer:
    return Answer(id=id, status=AnswerStatus.NOT_IN_SOURCES, language="sv", text="Nej.")


def test_everything_comes_back_as_it_was(engine: sa.Engine) -> None:
    log, answer = QuestionLog(engine, 30, lambda: NOW), good_answer("a1", "sv")
    log.add(Question("Hur då?", history=(Turn("user", "Stöd?"), Turn("assistant", "Ja."))), answer)
    found = log.find("a1")
    assert found and (found.question, found.answer, found.at, found.view) == ("Hur då?", answer, NOW, None)
    assert found.history == (Turn("user", "Stöd?"), Turn("assistant", "Ja."))
    assert log.find("a2") is None


def test_the_passages_cited_are_kept_as_they_were(engine: sa.Engine) -> None:
    shelf = SmallLibrary()
    log, answer = QuestionLog(engine, 30, shelf=shelf), good_answer("a1", "sv")
    log.add(Question("Hur då?"), answer)
    found = log.find("a1")
    assert found
    cited = {citation.passage_id for citation in answer.citations}
    assert {source.passage_id for source in found.sources} == cited
    for source in found.sources:
        document = shelf.document(source.document_id)
        assert document and source.digest == document.digest
        assert source.text == document.text[source.start : source.end]
        assert all(
            citation.quote in source.text
            for citation in answer.citations
            if citation.passage_id == source.passage_id
        )


def test_the_newest_opinion_is_told(engine: sa.Engine) -> None:
    log, store = QuestionLog(engine, 30), FeedbackStore(engine, 30)
    for id in ("a1", "a2"):
        log.add(Question("?"), refusal(id))
    store.add(Feedback("?", refusal("a1"), True))
    store.add(Feedback("?", refusal("a1"), False, Reason.OTHER, "Fel år."))
    views = {each.answer.id: each.view for each in log.newest()}
    assert views["a2"] is None
    assert views["a1"] and (views["a1"].helpful, views["a1"].reason, views["a1"].text) == (
        False,
        "other",
        "Fel år.",
    )


def test_words_and_outcomes_narrow_down(engine: sa.Engine) -> None:
    log = QuestionLog(engine, 30)
    for n, text in enumerate(["Östersjöns länder", "100 % stöd", "1000 kronor_", "östmark"]):
        log.add(Question(text), refusal(f"a{n}") if n == 3 else good_answer(f"a{n}", "sv"))
    assert [each.question for each in log.newest(search="ÖST")] == ["östmark", "Östersjöns länder"]
    assert [each.question for each in log.newest(search="ÖST", limit=1)] == ["östmark"]
    assert [each.question for each in log.newest(search="%")] == ["100 % stöd"]
    assert [each.question for each in log.newest(search="_")] == ["1000 kronor_"]
    assert [each.question for each in log.newest(status="not_in_sources")] == ["östmark"]


def test_what_is_too_old_is_neither_shown_nor_left(engine: sa.Engine) -> None:
    QuestionLog(engine, 30, lambda: NOW).add(Question("gammal"), refusal("a1"))
    later = QuestionLog(engine, 30, lambda: NOW + timedelta(days=31))
    assert later.find("a1") is None and later.newest() == []
    later.add(Question("ny"), refusal("a2"))
    assert kept(engine) == 1


def test_no_days_keep_nothing_and_forget_the_rest(engine: sa.Engine) -> None:
    QuestionLog(engine, 30).add(Question("hemlig"), refusal("a1"))
    none = QuestionLog(engine, 0)
    assert none.newest() == []
    none.add(Question("hemligare"), refusal("a2"))
    assert kept(engine) == 0


def test_a_named_conversation_gives_the_history_before_the_question(engine: sa.Engine) -> None:
    conversations, log = ConversationStore(engine, 30), QuestionLog(engine, 30)
    for n, text in enumerate(["Ett?", "Två?"]):
        question, answer = Question(text, conversation_id="c1"), refusal(f"a{n}")
        conversations.save(question, answer)
        log.add(question, answer)
    found = log.find("a1")
    assert found and found.history == (Turn("user", "Ett?"), Turn("assistant", "Nej."))
    first = log.find("a0")
    assert first and first.history == ()


def test_a_broken_log_costs_nobody_an_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(tmp_path) as service, httpx.Client(base_url=service.url) as client:
        with service.log.engine.begin() as connection:
            question_log.drop(connection)
        with caplog.at_level(logging.ERROR):
            for path, sent in (
                ("/api/chat", {"json": {"question": "Stöd?"}}),
                ("/", {"data": {"question": "Stöd?"}}),
            ):
                assert client.post(path, **sent).status_code in (200, 303)
    assert caplog.text.count("the question could not be logged") == 2
