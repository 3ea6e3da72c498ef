"""Follow-ups written out by a language model, and what happens when it is no help."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chat_server import ChatServer, chat_server

from assistant.language_model import AT_ONCE
from assistant.questions import Question, Turn
from assistant.rephrase import rephrase
from assistant.rewriting import open_rephraser
from vectorstore.settings import Settings, SettingsError

HISTORY = (
    Turn("user", "Vad är Interreg Aurora?"),
    Turn("assistant", "Ett program i norr."),
)
QUESTION = Question("Hur mycket betalar det för en kommun?", HISTORY)
WRITTEN = "Hur mycket betalar Interreg Aurora för en kommun?"
SECONDS = 1.0

pytest.importorskip("langchain_openai", reason="the extra openai is not installed")


def settings_with(model: str, url: str = "", key: str = "secret-key", seconds: float = SECONDS) -> Settings:
    given = {"chat_model": model, "chat_url": url, "chat_key": key, "chat_seconds": seconds}
    return Settings(_env_file=None, chat_tokens_a_day=0, **given)  # type: ignore[call-arg, arg-type]


@pytest.fixture(scope="module")
def shared_server() -> Iterator[ChatServer]:
    with chat_server() as found:
        yield found


@pytest.fixture
def server(shared_server: ChatServer) -> ChatServer:
    shared_server.text, shared_server.status, shared_server.raw, shared_server.drips = WRITTEN, 200, b"", 0
    shared_server.asked.clear()
    return shared_server


def test_the_models_text_is_searched_with_and_not_shown(server: ChatServer) -> None:
    found = open_rephraser(settings_with("openai:small", server.address))(QUESTION)
    assert found.search == WRITTEN
    assert found.asked == QUESTION.text
    [asked] = server.asked
    assert asked["model"] == "small"
    assert HISTORY[0].text in asked["messages"][1]["content"]
    assert asked["messages"][1]["content"].endswith(QUESTION.text)
    assert set(server.keys) == {"Bearer secret-key"}


def test_quotation_marks_and_line_breaks_are_taken_off(server: ChatServer) -> None:
    server.text = f"”{WRITTEN.replace(' för', chr(10) + 'för')}”\n"
    assert open_rephraser(settings_with("openai:small", server.address))(QUESTION).search == WRITTEN


@pytest.mark.parametrize(
    "question", [replace(QUESTION, history=()), replace(QUESTION, text="Kan du ta det på svenska?")]
)
def test_what_rules_settle_is_not_sent(server: ChatServer, question: Question) -> None:
    assert open_rephraser(settings_with("openai:small", server.address))(question) == rephrase(question)
    assert server.asked == []


TROUBLES = {
    "an error": {"status": 500, "text": "fell over secret-key"},
    "locked": {"status": 401, "text": "the key secret-key is not known"},
    "not JSON": {"raw": b"<html>come back later</html>"},
    "no choices": {"raw": b'{"id": "x", "object": "chat.completion", "choices": []}'},
    "empty": {"text": " \n "},
    "only marks": {"text": "?!…"},
    "endless": {"text": "Interreg Aurora kommun " * 4000},
    "another language": {"text": "How much does Interreg Aurora pay for a municipality?"},
    "an answer": {"text": "Självklart! Stödnivån brukar ligga omkring sextio procent i liknande satsningar."},
    "dripping": {"drips": 30},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_model_in_trouble_costs_no_answer(
    server: ChatServer, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    for name, value in TROUBLES[trouble].items():
        setattr(server, name, value)
    rephraser = open_rephraser(settings_with("openai:small", server.address, seconds=0.5))
    began = time.perf_counter()
    with caplog.at_level(logging.WARNING, "assistant.rewriting"):
        assert rephraser(QUESTION) == rephrase(QUESTION)
    assert time.perf_counter() - began < 1.5
    assert "by rules" in caplog.text
    assert "openai:small" in caplog.text
    assert "secret-key" not in caplog.text
    assert QUESTION.text not in caplog.text


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    rephraser = open_rephraser(settings_with("openai:small", "http://127.0.0.1:9/v1"))
    assert rephraser(QUESTION) == rephrase(QUESTION)
    assert "ConnectionError" in caplog.text


def test_a_stuck_provider_is_not_asked_without_end(server: ChatServer) -> None:
    server.drips = 100  # longer than all of them wait together
    rephraser = open_rephraser(settings_with("openai:small", server.address, seconds=0.5))
    for _ in range(AT_ONCE + 4):
        assert rephraser(QUESTION) == rephrase(QUESTION)
    assert len(server.asked) <= AT_ONCE


@pytest.mark.parametrize("model", ["openai:", "nobody:small", "openai"])
def test_a_model_that_cannot_be_used_stops_the_start(model: str) -> None:
    with pytest.raises((SettingsError, ValueError), match="(?i)chat_model"):
        open_rephraser(settings_with(model))


def test_no_model_is_the_rules_alone() -> None:
    assert open_rephraser(settings_with("")) is rephrase


def test_without_a_model_its_libraries_stay_unloaded() -> None:
    told = "import sys, assistant.wiring; print({'langchain', 'langchain_core', 'openai'} & set(sys.modules))"
    child = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "set()"


def test_a_key_is_not_told() -> None:
    assert "secret-key" not in repr(settings_with("openai:small"))


def test_an_environments_own_key_goes_to_no_other_address(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "dear-key")
    server.keys.clear()
    open_rephraser(settings_with("openai:small", server.address, key=""))(QUESTION)
    assert server.keys == ["Bearer none"]
