"""Conversations that a caller names: remembered, for so many days, and only those."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from assistant.answers import Answer, AnswerStatus
from assistant.conversations import REMEMBERED, ConversationStore
from assistant.questions import Question, Turn
from vectorstore.database import open_database
from vectorstore.settings import Settings
from vectorstore.tables import turns

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    opened = open_database(settings)
    yield opened
    opened.dispose()


def save(store: ConversationStore, text: str, conversation_id: str = "c1") -> None:
    answer = Answer(id="a", status=AnswerStatus.ANSWERED, language="sv", text=f"Svar på {text}")
    store.save(Question(text, conversation_id=conversation_id), answer)


def kept(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(turns)).scalar_one()


def test_turns_come_back_oldest_first_and_only_the_conversations_own(engine: sa.Engine) -> None:
    store = ConversationStore(engine, 30)
    save(store, "ett")
    save(store, "annat", "c2")
    save(store, "två")
    texts = ["ett", "Svar på ett", "två", "Svar på två"]
    assert store.find("c1") == tuple(Turn(("user", "assistant")[n % 2], text) for n, text in enumerate(texts))
    assert store.find("okänd") == ()


def test_nothing_is_kept_of_a_question_without_a_conversation_or_for_no_days(engine: sa.Engine) -> None:
    save(ConversationStore(engine, 30), "hemlig", "")
    save(ConversationStore(engine, 0), "hemlig")
    assert kept(engine) == 0


def test_what_is_too_old_is_neither_found_nor_left(engine: sa.Engine) -> None:
    save(ConversationStore(engine, 30, now=lambda: NOW), "gammal")
    later = ConversationStore(engine, 30, now=lambda: NOW + timedelta(days=31))
    assert later.find("c1") == ()
    save(later, "ny", "c2")
    assert kept(engine) == 2


def test_a_long_conversation_hands_back_its_end(engine: sa.Engine) -> None:
    store = ConversationStore(engine, 30)
    for number in range(REMEMBERED):
        save(store, str(number))
    found = store.find("c1")
    assert len(found) == REMEMBERED and found[-2].text == str(REMEMBERED - 1)
