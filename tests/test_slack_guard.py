"""What guards the way in from Slack over HTTP."""

import json
import logging
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from slack_garbling import (
    FORGED_CHANNEL,
    FORGERIES,
    FORM,
    JSON,
    JUNK,
    MB,
    SECRET_WORD,
    TRUE_CHANNEL,
    Garbling,
    Request,
    unknown_opinion,
)
from slack_server import SlackServer
from slack_small import slack_service, waiting
from small_service import Running, running
from sqlalchemy import func, select, text

from assistant.channels.problems import Problem
from assistant.channels.slack.arriving.guard import checked
from assistant.channels.slack.wishes import KIND
from vectorstore.jobs import Jobs
from vectorstore.locks import locked
from vectorstore.tables import jobs

Place = tuple[Running, SlackServer]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service that takes in and whose work another process does, so that every job stays as it was kept."""
    folder = tmp_path_factory.mktemp("guard")
    with locked(folder / "slack.lock", 0), slack_service(folder) as found:
        yield found


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30, limits=httpx.Limits(max_connections=8)) as client:
        yield client


def _send(client: httpx.Client, place: Place, request: Request) -> httpx.Response:
    url = f"{place[0].url}/slack/events"
    return client.post(url, content=request.content(), headers=list(request.headers))


def _kept(place: Place) -> list[tuple[str, str]]:
    """Channel and time stamp of every wish on disk."""
    kept = Jobs(place[0].log.engine).newest(100_000, [KIND])
    return [(job.about["channel"], job.about.get("ts", "")) for job in kept]


def _number(place: Place) -> int:
    """Of wishes on disk."""
    with place[0].log.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(jobs)).scalar() or 0)


def _garbled(
    place: Place, client: httpx.Client, number: int, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    requests = Garbling(place[1], seed).requests(number)
    with caplog.at_level(logging.INFO), ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(lambda each: _send(client, place, each), requests))
    got = [(each.kind, each.fate, answer.status_code) for each, answer in zip(requests, answers, strict=True)]
    assert [each for each in got if each[2] >= 500] == []
    allowed = {"kept": {200}, "refused": {401, 413}, "odd": {200, 400, 404, 413, 422}}
    assert [each for each in got if each[2] not in allowed[each[1]]] == []
    kept = _kept(place)
    assert FORGED_CHANNEL not in {channel for channel, _ in kept}
    assert {(TRUE_CHANNEL, each.ts) for each in requests if each.fate == "kept"} <= set(kept)
    assert {200, 400, 401, 413} <= {status for _, _, status in got}
    assert not [each for each in caplog.messages if SECRET_WORD in each]


def test_two_thousand_garbled_requests(
    place: Place, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    _garbled(place, client, 2000, 20261122, caplog)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_twenty_thousand_garbled_requests(
    place: Place, client: httpx.Client, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    _garbled(place, client, 2000, seed, caplog)


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_passes(place: Place, client: httpx.Client, name: str) -> None:
    slack, before = place[1], _number(place)
    body, kind = slack.wire(slack.mention(FORGED_CHANNEL, "U0ANNA", "Vilka stöd finns?"))
    headers, body = FORGERIES[name](slack.signing_secret, body)
    answer = _send(client, place, Request(name, "", ((b"Content-Type", kind.encode()), *headers), body))
    assert answer.status_code == 401
    assert _number(place) == before


IGNORED = {"an unknown type", "ssl_check"}
NOT_OURS = {"form in parts": 422}


@pytest.mark.parametrize("name", JUNK)
def test_signed_junk_is_refused_as_such(place: Place, client: httpx.Client, name: str) -> None:
    body, kind = JUNK[name]
    before = _number(place)
    answer = _signed(client, place, body, kind)
    assert answer.status_code == (200 if name in IGNORED else NOT_OURS.get(name, 400))
    assert _number(place) == before


def test_size_is_limited_to_a_megabyte(place: Place, client: httpx.Client) -> None:
    slack = place[1]
    payload = slack.mention(TRUE_CHANNEL, "U0ANNA", "Vad får plats?")
    body = slack.wire(payload)[0]
    full = body + b" " * (MB - len(body))
    for content in (full + b" ", iter([full, b" "])):
        headers = {"Content-Type": JSON, **slack.sign(full + b" ")}
        assert (
            client.post(f"{place[0].url}/slack/events", content=content, headers=headers).status_code == 413
        )
    assert (TRUE_CHANNEL, payload["event"]["ts"]) not in _kept(place)
    assert _signed(client, place, full).status_code == 200
    assert (TRUE_CHANNEL, payload["event"]["ts"]) in _kept(place)


def test_the_clock_may_be_five_minutes_off(place: Place, client: httpx.Client) -> None:
    slack = place[1]
    for seconds, status in ((-290, 200), (290, 200), (-310, 401), (310, 401)):
        body, kind = slack.wire(slack.mention(TRUE_CHANNEL, "U0ANNA", "Hur sent är det?"))
        headers = {"Content-Type": kind, **slack.sign(body, time.time() + seconds)}
        answer = client.post(f"{place[0].url}/slack/events", content=body, headers=headers)
        assert answer.status_code == status


def test_slack_is_told_its_challenge(place: Place, client: httpx.Client) -> None:
    asked = {
        "type": "url_verification",
        "token": "x",
        "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7",
    }
    body = json.dumps(asked).encode()
    assert _signed(client, place, body).json() == {"challenge": asked["challenge"]}
    unsigned = client.post(f"{place[0].url}/slack/events", content=body, headers={"Content-Type": JSON})
    assert unsigned.status_code == 401 and asked["challenge"] not in unsigned.text


def test_event_delivered_four_times_by_eight_is_one_job(place: Place) -> None:
    service, slack = place
    payloads = [slack.mention(TRUE_CHANNEL, "U0ANNA", f"Vilka stöd finns för {n}?") for n in range(12)]
    both = [each for mention in payloads for each in (mention, slack.as_message(mention))]
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda each: slack.post(f"{service.url}/slack/events", each), both * 4))
    assert {answer.status_code for answer in answers} == {200}
    stamps = [ts for _, ts in _kept(place)]
    assert [stamps.count(mention["event"]["ts"]) for mention in payloads] == [1] * len(payloads)


def test_what_cannot_be_stored_is_not_acknowledged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    service, slack = place
    payloads = (
        slack.mention(TRUE_CHANNEL, "U0ANNA", SECRET_WORD),
        slack.command(TRUE_CHANNEL, "U0ANNA", SECRET_WORD),
        slack.shortcut(TRUE_CHANNEL, "U0ANNA", {"text": SECRET_WORD, "user": "U0ANNA"}),
    )
    before = _number(place)
    full = "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END"
    with service.log.engine.begin() as connection:
        connection.execute(text(full))
    try:
        for payload in payloads:
            answer = slack.post(f"{service.url}/slack/events", payload)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    finally:
        with service.log.engine.begin() as connection:
            connection.execute(text("DROP TRIGGER full"))
    assert _number(place) == before
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(told) == len(payloads) and all("SQLITE_CONSTRAINT_TRIGGER" in each for each in told)
    assert SECRET_WORD not in caplog.text
    for payload in payloads:
        assert slack.post(f"{service.url}/slack/events", payload).status_code == 200
    assert _number(place) == before + len(payloads)


def test_nothing_is_there_without_a_secret(tmp_path, place: Place) -> None:  # type: ignore[no-untyped-def]
    slack = place[1]
    without = {**slack.settings(), "slack_signing_secret": ""}
    with locked(tmp_path / "slack.lock", 0), running(tmp_path, **without) as service:
        assert slack.post(f"{service.url}/slack/events", slack.direct("U0ANNA", "Hej")).status_code == 404


def _signed(client: httpx.Client, place: Place, body: bytes, kind: str = JSON) -> httpx.Response:
    headers = {**({"Content-Type": kind} if kind else {}), **place[1].sign(body)}
    return client.post(f"{place[0].url}/slack/events", content=body, headers=headers)


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
RAW = {
    "no HTTP": b"hemligheten\r\n\r\n",
    "a NUL in a header": HEAD + b"X-Slack-Signature: v0=\0\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": HEAD + b"X-Slack-Signature\r\nContent-Length: 0\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length below zero": HEAD + b"Content-Length: -1\r\n\r\n{}",
    "a length that is none": HEAD + b"Content-Length: abc\r\n\r\n{}",
    "bad chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "length and chunks": HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "no host": b"POST /slack/events HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "another method": b"GET /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_request_is_refused(place: Place, name: str) -> None:
    with _line(place) as line:
        line.sendall(RAW[name])
        line.shutdown(socket.SHUT_WR)
        status = line.makefile("rb").readline().split()[1:2]
    assert status in ([b"400"], [b"401"], [b"405"])


def test_who_hangs_up_is_no_fault(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    with _line(place) as line:
        line.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    waiting(lambda: 'code="499"' in httpx.get(f"{place[0].url}/metrics").text)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def _line(place: Place) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(place[0].url.rpartition(":")[2])), timeout=30)


def test_an_empty_secret_signs_nothing() -> None:
    body = b'{"type": "event_callback"}'
    headers, body = FORGERIES["empty secret"]("", body)
    given = [(name.lower(), value) for name, value in headers]
    with pytest.raises(Problem) as problem:
        checked(given, body, "", time.time())
    assert problem.value.status == 401


def test_what_a_modal_is_told_comes_in_the_response(place: Place) -> None:
    answer = place[1].post(f"{place[0].url}/slack/events", unknown_opinion(place[1]))
    assert answer.status_code == 200 and answer.json()["response_action"] == "errors"


def test_a_form_is_read_as_one(place: Place, client: httpx.Client) -> None:
    slack = place[1]
    command = slack.command(TRUE_CHANNEL, "U0ANNA", "Vilka länder?")
    body, kind = slack.wire(command)
    assert kind == FORM and _signed(client, place, body, f"{FORM}; charset=utf-8").status_code == 200
