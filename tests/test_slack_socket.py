"""Socket Mode: what comes over connections that we open, until it is stored."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from slack_garbling import SECRET_WORD, unknown_opinion
from slack_killed import slack_worker
from slack_server import SlackServer, slack_server
from slack_small import waiting
from small_service import SmallAssistant, SmallLibrary
from sqlalchemy import text

from assistant.channels.slack.arriving.socket_mode import NotConnected, connected
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import KIND

Place = tuple[SlackParts, SlackServer]
HOME = "C0OMVARLD"


def _parts(folder: Path, slack: SlackServer, **given: str) -> AbstractContextManager[SlackParts]:
    return slack_worker(folder, {**slack.settings(), **given}, SmallAssistant(), SmallLibrary())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with slack_server() as slack, _parts(tmp_path_factory.mktemp("socket"), slack) as parts, connected(parts):
        slack.sockets.wait_connected()
        slack.sockets.acknowledge_seconds = 0.5
        yield parts, slack


def _abouts(parts: SlackParts) -> list[dict[str, Any]]:
    return [dict(job.about) for job in reversed(parts.inbox.jobs.newest(1000, [KIND]))]


def test_the_same_comes_of_everything_as_over_http(place: Place) -> None:
    parts, slack = place
    before = len(_abouts(parts))
    mention = slack.mention(HOME, "U0ANNA", "vilka stöd finns?")
    thread = mention["event"]["ts"]
    payloads = (
        mention,
        slack.as_message(mention),
        slack.said(HOME, "U0ANNA", "och länder?", thread),
        slack.said(HOME, "U0ANNA", "ska vi äta?"),
        slack.direct("U0ANNA", "vilka stöd finns?"),
        slack.pane_opened("U0ANNA"),
        slack.command(HOME, "U0ANNA", "hjälp"),
        slack.shortcut(HOME, "U0ANNA", {"text": "vad är detta?", "user": "U0ADMIN"}),
    )
    answers = [slack.socket_send(payload) for payload in payloads]
    assert all(answer is not None and "payload" not in answer for answer in answers)
    got = [(each["what"], each["way"], each.get("text")) for each in _abouts(parts)[before:]]
    assert got == [
        ("answer", "mention", "vilka stöd finns?"),
        ("answer", "follow_up", "och länder?"),
        ("answer", "direct", "vilka stöd finns?"),
        ("greet", "direct", None),
        ("help", "command", "hjälp"),
        ("answer", "shortcut", "vad är detta?"),
    ]


def test_many_at_once_are_each_kept_once(place: Place) -> None:
    parts, slack = place
    before = len(_abouts(parts))
    payloads = [slack.direct("U0ANNA", f"fråga {n}?") for n in range(20)]
    with ThreadPoolExecutor(8) as senders:
        assert all(senders.map(slack.socket_send, payloads * 3))
    kept = sorted(each["text"] for each in _abouts(parts)[before:])
    assert kept == sorted(f"fråga {n}?" for n in range(20))


def test_what_is_as_long_as_may_be_comes_whole(place: Place) -> None:
    parts, slack = place
    asked = slack.direct("U0ANNA", "vad får plats?")
    asked["event"]["blocks"] = [{"type": "rich_text", "text": "å" * 450_000}]
    assert slack.socket_send(asked) is not None
    assert _abouts(parts)[-1]["text"] == "vad får plats?"


GARBLED: tuple[Any, ...] = (
    *(
        {"type": 7},
        {"type": "event_callback"},
        {"type": SECRET_WORD},
        {"type": "event_callback", "event": SECRET_WORD},
    ),
    *({"type": "event_callback", "event": {"type": "app_mention", "text": 7, "channel": SECRET_WORD}},),
    *({"command": "/utblick", "text": SECRET_WORD}, {"type": "block_actions", "actions": SECRET_WORD}),
    *({"type": "view_submission", "view": []}, {"type": "message_action", "message": SECRET_WORD}),
)


def test_garbled_is_acknowledged_and_its_words_not_logged(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    parts, slack = place
    before = len(_abouts(parts))
    with caplog.at_level(logging.INFO):
        assert all(slack.socket_send(payload) is not None for payload in GARBLED)
    assert len(_abouts(parts)) == before
    assert SECRET_WORD not in caplog.text
    # All but an unknown type, which Slack may send some day.
    assert len([each for each in caplog.messages if "not in Slack's form" in each]) == len(GARBLED) - 1


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "7",
        "[]",
        "null",
        "hemlighet",
        "{",
        '{"envelope_id": 7}',
        '{"envelope_id": "x"}',
        "[" * 3000,
        b"\xff",
    ],
    ids=repr,
)
def test_a_frame_that_is_none_does_no_harm(place: Place, frame: str | bytes) -> None:
    parts, slack = place
    [connection] = slack.sockets._open
    connection.send(frame)
    assert slack.socket_send(slack.direct("U0ANNA", f"efter {frame!r:.10}?")) is not None


def test_what_cannot_be_stored_is_delivered_again(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    parts, slack = place
    before = len(_abouts(parts))
    _execute(parts, "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END")
    threading.Timer(0.7, _execute, (parts, "DROP TRIGGER full")).start()
    asked = slack.direct("U0ANNA", SECRET_WORD)
    delivered = len(slack.sockets.delivered)
    assert slack.socket_send(asked) is not None
    assert len(slack.sockets.delivered) - delivered > 1
    assert [each["text"] for each in _abouts(parts)[before:]] == [SECRET_WORD]
    assert SECRET_WORD not in caplog.text and "SQLITE_CONSTRAINT_TRIGGER" in caplog.text


@pytest.mark.parametrize("how", ["refresh_requested", "warning", "cut"])
def test_lost_connections_are_opened_again(place: Place, how: str) -> None:
    parts, slack = place
    [first] = slack.sockets._open
    if how == "cut":
        slack.sockets.break_off()
    else:
        slack.sockets.disconnect(how)
    waiting(lambda: [each for each in slack.sockets._open if each is not first], 20)
    waiting(lambda: first not in slack.sockets._open, 20)
    asked = slack.direct("U0ANNA", f"efter {how}?")
    assert slack.socket_send(asked) is not None
    assert [each.get("text") for each in _abouts(parts)].count(f"efter {how}?") == 1


def test_what_a_modal_is_told_comes_with_the_acknowledgement(place: Place) -> None:
    answer = place[1].socket_send(unknown_opinion(place[1]))
    assert answer is not None and answer["payload"]["response_action"] == "errors"


@pytest.mark.parametrize(("token", "told"), [("", "is empty"), ("xapp-fel", "invalid_auth")])
def test_wrong_token_is_told_in_words(tmp_path: Path, token: str, told: str) -> None:
    with (
        slack_server() as slack,
        _parts(tmp_path, slack, slack_app_token=token) as parts,
        pytest.raises(NotConnected, match=told) as error,
        connected(parts),
    ):
        raise AssertionError("it was let in")
    assert "UTBLICK_SLACK_APP_TOKEN" in str(error.value) and "xapp-fel" not in str(error.value)


def test_no_way_to_slack_is_told_in_words(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/api/"
    with (
        slack_server() as slack,
        _parts(tmp_path, slack, slack_url=nowhere) as parts,
        pytest.raises(NotConnected, match=f"no way to {nowhere}"),
        connected(parts),
    ):
        raise AssertionError("it was let in")


def test_nothing_is_left_running(tmp_path: Path) -> None:
    with slack_server() as slack, _parts(tmp_path, slack) as parts:
        before = threading.active_count()
        with connected(parts):
            slack.sockets.wait_connected()
        waiting(lambda: slack.sockets.connections() == 0)
        waiting(lambda: threading.active_count() <= before)


def _execute(parts: SlackParts, statement: str) -> None:
    with parts.service.log.engine.begin() as connection:
        connection.execute(text(statement))
