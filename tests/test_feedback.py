"""Feedback goes when the questions go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_service import good_answer

from assistant.feedback import Feedback, FeedbackStore, Reason
from vectorstore.database import open_database
from vectorstore.settings import Settings

NOW = datetime(2030, 5, 1, tzinfo=UTC)


def given(text: str = "Jag heter Ada.") -> Feedback:
    return Feedback("Vad finns?", good_answer("svar-1", "sv"), False, Reason.WRONG, text)


@pytest.mark.parametrize(("days", "left"), [(40, 2), (30, 1)])
def test_what_is_too_old_goes_with_the_next(settings: Settings, days: int, left: int) -> None:
    engine = open_database(settings)
    FeedbackStore(engine, 30, lambda: NOW - timedelta(days=35)).add(given())
    store = FeedbackStore(engine, days, lambda: NOW)
    store.add(given())
    assert len(store.newest()) == left
    engine.dispose()


def test_without_days_only_the_view_is_kept_and_older_words_go(settings: Settings) -> None:
    engine = open_database(settings)
    FeedbackStore(engine, 30, lambda: NOW).add(given())
    store = FeedbackStore(engine, 0, lambda: NOW)
    store.forget()
    assert store.newest() == []
    store.add(given())
    (row,) = store.newest()
    assert (row["helpful"], row["reason"], row["question"], row["text"]) == (False, "wrong", "", "")
    assert row["answer"]["text"] == "" and row["answer"]["citations"] == []
    engine.dispose()


def test_nothing_of_it_is_left_in_the_files(settings: Settings) -> None:
    engine = open_database(settings)
    FeedbackStore(engine, 30, lambda: NOW - timedelta(days=35)).add(given("Hemlighetsord"))
    FeedbackStore(engine, 30, lambda: NOW).forget()
    engine.dispose()
    files = [path for path in Path(settings.data_dir).rglob("*") if path.is_file()]
    assert files and not any(b"Hemlighetsord" in path.read_bytes() for path in files)
