"""The off switch: every way in is closed with the reason, and evaluations go on."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from small_service import EVIL, Running, running
from typer.testing import CliRunner

from assistant.channels.cli import app
from assistant.evaluation.target import UNLOGGED
from assistant.switch import LONGEST, Switch
from vectorstore.database import open_database
from vectorstore.settings import Settings

REASON = "Vi byter ut källorna. Tjänsten är tillbaka på måndag."
QUESTION = {"question": "Vad finns det för stöd?"}
STREAMED = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("switch")) as service:
        yield service


@pytest.fixture
def off(service: Running) -> Iterator[Running]:
    switch = Switch(service.log.engine)
    switch.turn_off(REASON)
    yield service
    switch.turn_on()


@pytest.mark.parametrize("path", ["/api/chat", "/answers", "/widget/answers"])
@pytest.mark.parametrize("headers", [{}, STREAMED])
def test_no_question_is_answered_while_it_is_off(off: Running, path: str, headers: dict[str, str]) -> None:
    asked = len(off.assistant.asked)
    response = httpx.post(off.url + path, json=QUESTION, headers=headers, timeout=30)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert (told["code"], told["detail"]) == ("switched_off", REASON)
    assert len(off.assistant.asked) == asked


def test_the_form_is_answered_with_the_reason(off: Running) -> None:
    asked = len(off.assistant.asked)
    response = httpx.post(off.url, data=QUESTION, headers={"Accept": "text/html"}, timeout=30)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert REASON in response.text
    assert len(off.assistant.asked) == asked


def test_the_title_is_in_the_language_of_who_asks(off: Running) -> None:
    told = httpx.post(f"{off.url}/api/chat", json={**QUESTION, "language": "en"}, timeout=30).json()
    assert told["title"] == "The service is switched off at the moment."


def test_everything_else_can_be_read(off: Running) -> None:
    for path in ("/", "/search?q=stöd", "/documents", "/documents/strategi", "/resurser", "/om", "/livez"):
        assert httpx.get(off.url + path, headers={"Accept": "text/html"}, timeout=30).status_code == 200
    assert httpx.get(f"{off.url}/readyz", timeout=30).json()["state"] == "ready"


def test_the_chat_page_tells_the_reason(off: Running) -> None:
    assert REASON in httpx.get(off.url, headers={"Accept": "text/html"}, timeout=30).text


def test_evaluations_go_on(off: Running) -> None:
    for headers in ({UNLOGGED: "1"}, {UNLOGGED: "1", **STREAMED}):
        response = httpx.post(f"{off.url}/api/chat", json=QUESTION, headers=headers, timeout=30)
        assert response.status_code == 200
        assert "answered" in response.text
    passed_on = {UNLOGGED: "1", "X-Forwarded-For": "192.0.2.7"}
    assert httpx.post(f"{off.url}/api/chat", json=QUESTION, headers=passed_on, timeout=30).status_code == 503


def test_turned_on_again_it_answers(service: Running) -> None:
    switch = Switch(service.log.engine)
    switch.turn_off(REASON)
    switch.turn_on()
    assert httpx.post(f"{service.url}/api/chat", json=QUESTION, timeout=30).status_code == 200


def test_the_reason_is_plain_text(service: Running) -> None:
    switch = Switch(service.log.engine)
    switch.turn_off(f"{EVIL}\n\u202e\0Tillbaka snart.")
    try:
        page = httpx.get(service.url, headers={"Accept": "text/html"}, timeout=30).text
        posted = httpx.post(service.url, data=QUESTION, headers={"Accept": "text/html"}, timeout=30).text
        told = httpx.post(f"{service.url}/api/chat", json=QUESTION, timeout=30)
        for html in (page, posted):
            assert "<script>alert" not in html and "<img src=x" not in html and "Tillbaka snart." in html
        detail = json.loads(told.content)["detail"]
        assert "\u202e" not in detail and "\0" not in detail and detail.endswith("\nTillbaka snart.")
    finally:
        switch.turn_on()


def test_a_reason_must_be_given_and_be_short(tmp_path: Path) -> None:
    engine = open_database(Settings(_env_file=None, data_dir=tmp_path))  # type: ignore[call-arg]
    switch = Switch(engine)
    for reason in ("", "  \u200b\n", "x" * (LONGEST + 1)):
        with pytest.raises(ValueError):
            switch.turn_off(reason)
    assert not switch.state().off and switch.state().at is None
    switch.turn_off("x" * LONGEST)
    assert switch.state().off
    engine.dispose()


def test_the_command_line_turns_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UTBLICK_DATA_DIR", str(tmp_path))

    def told(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["switch", *arguments])
        return result.exit_code, result.output

    assert told() == (0, "on\n")
    assert told("off")[0] == 2
    code, said = told("off", REASON)
    assert code == 0 and said.startswith("off since ") and said.endswith(f": {REASON}\n")
    assert told()[1] == said
    assert told("on")[1].startswith("on since ")
