"""A model that failed several times in a row is left alone for a while, and asked again after it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chat_server import ChatServer, chat_server

from assistant.language_model import LanguageModel, ModelError, Trouble, open_model
from assistant.model_rest import FAILURES, SECONDS, Rest
from vectorstore.settings import Settings


class Clock:
    at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as server:
        server.text = "Så här."
        yield server


@pytest.fixture
def model(server: ChatServer, clock: Clock, tmp_path: Path) -> LanguageModel:
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, data_dir=tmp_path, chat_model="openai:small", chat_url=server.address, chat_key="key"
    )
    opened = open_model(settings, seconds=5)
    assert opened is not None
    return replace(opened, rest=Rest(clock))


def fail(model: LanguageModel) -> ModelError:
    with pytest.raises(ModelError) as caught:
        model.write("Svara.", "Hur?")
    return caught.value


def test_it_is_left_alone_and_asked_again(model: LanguageModel, server: ChatServer, clock: Clock) -> None:
    server.status = 500
    for _ in range(FAILURES):
        assert "left alone" not in str(fail(model))
    sent = len(server.asked)
    resting = fail(model)
    assert "left alone" in str(resting) and resting.trouble is Trouble.DOWN and len(server.asked) == sent
    clock.at += SECONDS
    assert "left alone" not in str(fail(model))  # still down: the next rest begins at once
    assert "left alone" in str(fail(model))
    clock.at += SECONDS
    server.status = 200
    assert model.write("Svara.", "Hur?")
    server.status = 500
    assert "left alone" not in str(fail(model))


def test_an_answer_in_between_counts_from_the_start(model: LanguageModel, server: ChatServer) -> None:
    for status in (500, 500, 200, 500, 500, 200):
        server.status = status
        if status == 200:
            assert model.write("Svara.", "Hur?")
        else:
            assert "left alone" not in str(fail(model))


def test_one_that_has_too_much_to_do_is_not_left_alone(model: LanguageModel, server: ChatServer) -> None:
    server.status = 429
    for _ in range(FAILURES + 1):
        assert fail(model).trouble is Trouble.BUSY
