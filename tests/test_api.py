"""The HTTP API, asked over a real socket."""

import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_service import FIRST, STRATEGY, Running, SmallState, running

from assistant.answers import Answer
from assistant.channels.guards import BODY_BYTES
from assistant.channels.server import check_host
from vectorstore.settings import Settings, SettingsError


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("api")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=20) as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_chat_gives_the_contract(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"question": "Vad finns det för stöd?"})
    assert response.status_code == 200
    answer = Answer.model_validate(response.json())
    assert STRATEGY.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote
    assert response.json()["cards"][0]["kind"] == "programme"
    assert response.headers["cache-control"] == "no-store"


def test_chat_passes_everything_on(client: httpx.Client, service: Running) -> None:
    body = {
        "question": "  A\u030angstrom?  ",
        "history": [{"role": "user", "text": "Hej"}, {"role": "assistant", "text": "Hej!"}],
        "persona": "sme",
        "region": "Påhitt",
        "language": "en",
        "conversation_id": "c1",
        "filters": {"regions": ["Påhitt"], "year_from": 2009},
    }
    assert client.post("/api/chat", json=body).json()["language"] == "en"
    asked = service.assistant.asked[-1]
    assert asked.text == "Ångstrom?"
    assert [(turn.role, turn.text) for turn in asked.history] == [("user", "Hej"), ("assistant", "Hej!")]
    assert (asked.persona, asked.region, asked.language, asked.conversation_id) == (
        "sme",
        "Påhitt",
        "en",
        "c1",
    )
    assert (asked.filters.regions, asked.filters.year_from, asked.filters.year_to) == (
        ("Påhitt",),
        2009,
        None,
    )


def test_events_tell_the_same_answer(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"question": "Stöd?"}, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    told = events(response.text)
    assert [data["name"] for name, data in told if name == "status"] == ["retrieve", "compose"]
    answer = Answer.model_validate(told[-1][1])
    assert told[-1][0] == "answer"
    assert "".join(data["text"] for name, data in told if name == "delta").strip() == answer.text


def test_a_failure_is_told_without_its_cause(client: httpx.Client) -> None:
    plain = client.post("/api/chat", json={"question": "boom"})
    stream = client.post("/api/chat", json={"question": "boom"}, headers={"Accept": "text/event-stream"})
    search = client.get("/api/search", params={"q": "boom"})
    name, told = events(stream.text)[-1]
    assert (plain.status_code, search.status_code, name) == (500, 500, "error")
    assert told["code"] == plain.json()["code"] == search.json()["code"] == "internal"
    assert plain.json()["request_id"] == plain.headers["x-request-id"]
    assert told["request_id"] == stream.headers["x-request-id"]
    assert "content-security-policy" in plain.headers
    assert not any("secret" in each.text or "Trace" in each.text for each in (plain, stream, search))


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_hanging_up_stops_the_work(client: httpx.Client, service: Running, accept: str) -> None:
    before = service.assistant.closed
    body = json.dumps({"question": "långsam"}).encode()
    host, port = service.url.removeprefix("http://").split(":")
    head = (
        f"POST /api/chat HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\nContent-Type: application/json\r\n"
    )
    with socket.create_connection((host, int(port))) as caller:
        caller.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        time.sleep(0.5)
    deadline = time.monotonic() + 4
    while service.assistant.closed == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert service.assistant.closed == before + 1


def test_slow_answers_do_not_block_others(client: httpx.Client, service: Running) -> None:
    callers = []
    host, port = service.url.removeprefix("http://").split(":")
    body = json.dumps({"question": "långsam"}).encode()
    head = f"POST /api/chat HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    for _ in range(20):
        caller = socket.create_connection((host, int(port)))
        caller.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        callers.append(caller)
    try:
        time.sleep(0.3)
        for path in ("/livez", "/documents", "/api/search?q=x"):
            began = time.monotonic()
            assert client.get(path).status_code == 200
            assert time.monotonic() - began < 1
    finally:
        for caller in callers:
            caller.close()


def test_search(client: httpx.Client, service: Running) -> None:
    params: dict[str, Any] = {"q": "stöd", "k": 2, "region": ["A", "B"], "publisher": "C", "language": "sv"}
    result = client.get("/api/search", params={**params, "year_from": 2009, "year_to": 2010}).json()
    assert list(result["hits"][0]) == [
        "rank",
        "score",
        "document_id",
        "source",
        "title",
        "page",
        "heading",
        "text",
    ]
    assert [hit["rank"] for hit in result["hits"]] == [1, 2]
    assert result["hits"][0]["text"] == FIRST
    query = service.library.asked[-1]
    assert (query.text, query.top_k) == ("stöd", 4)  # as neighbours among them become one
    assert (query.filters.regions, query.filters.publishers) == (("A", "B"), ("C",))
    assert (query.filters.languages, query.filters.year_from, query.filters.year_to) == (("sv",), 2009, 2010)


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=x&k=0", "q=x&k=x", "q=%00", "q=x&year_from=-1"])
def test_bad_searches(client: httpx.Client, query: str) -> None:
    assert client.get(f"/api/search?{query}").status_code == 422


def test_documents(client: httpx.Client) -> None:
    listed = client.get("/api/documents").json()["documents"]
    assert [each["id"] for each in listed][0] == "strategi"
    assert "text" not in listed[0]
    whole = client.get("/api/documents/strategi").json()
    assert (whole["status"], whole["period"], whole["as_of"]) == ("ended", ["2019-01", "2021-03"], "2021-04")
    for passage in whole["passages"]:
        assert whole["text"][passage["start"] : passage["end"]] == passage["text"]
    assert client.get("/api/documents/nix").json()["code"] == "unknown_document"


def test_feedback_is_kept_with_the_answer(client: httpx.Client, service: Running) -> None:
    answer = client.post("/api/chat", json={"question": "Stöd?"}).json()
    body = {"answer_id": answer["id"], "helpful": False, "reason": "outdated", "text": "Gammalt"}
    assert client.post("/api/feedback", json=body).status_code == 201
    row = service.feedback.newest(1)[0]
    assert (row["helpful"], row["reason"], row["text"], row["question"]) == (
        False,
        "outdated",
        "Gammalt",
        "Stöd?",
    )
    assert row["answer"] == answer
    with sqlite3.connect(str(service.feedback.engine.url.database)) as other:
        assert other.execute("select count(*) from feedback").fetchone()[0] >= 1
    other.close()
    assert client.post("/api/feedback", json={**body, "answer_id": "nix"}).status_code == 404
    assert client.post("/api/feedback", json={**body, "reason": "nix"}).status_code == 422
    assert client.post("/api/feedback", json={**body, "text": "\0"}).status_code == 422


def test_readiness_follows_the_store(client: httpx.Client, service: Running) -> None:
    states = {"ready": 200, "degraded": 200, "empty": 503}
    for name, code in states.items():
        service.library.now = SmallState(name, "så är det")
        response = client.get("/readyz")
        assert (response.status_code, response.json()["state"]) == (code, name)
        assert response.json()["reason"] == "så är det"
    service.library.now = SmallState()
    assert client.get("/livez").text == "ok\n"


def test_metrics_count_answers(client: httpx.Client) -> None:
    client.post("/api/chat", json={"question": "okänt"})
    text = client.get("/metrics").text
    samples = {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line[0] != "#"
    }
    assert samples['utblick_answers_total{status="not_in_sources"}'] >= 1
    counts = [value for name, value in samples.items() if "_bucket" in name]
    assert counts == sorted(counts)
    assert counts[-1] == samples["utblick_answer_seconds_count"]
    assert "okänt" not in text


LONG = "x" * 2001
BAD_BODIES: list[bytes | Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"\xff\xfe",
    b'{"question": "\xff"}',
    b'{"question": "\\ud800"}',
    b'{"question": "\\udc00x\\ud800"}',
    b'{"question": "x", "history": [{"role": "user", "text": "\\ud800"}]}',
    b'{"question": "x", "region": "\\ud800"}',
    b'{"question": "x", "language": "\\ud800"}',
    b'{"\\ud800": 1}',
    b'{"question": NaN}',
    b'{"question": 1e999}',
    b'{"question": ' + b"9" * 5000 + b"}",
    b"[" * 20000,
    b'{"a":' * 10000,
    {},
    {"question": ""},
    {"question": " \n\t "},
    {"question": "\u200b\0"},
    {"question": "\0"},
    {"question": LONG},
    {"question": None},
    {"question": 1},
    {"question": ["x"]},
    {"question": {"a": 1}},
    {"question": "x", "unknown": 1},
    {"question": "x", "__proto__": {}},
    {"question": "x", "history": "x"},
    {"question": "x", "history": [{}]},
    {"question": "x", "history": [{"role": "system", "text": "x"}]},
    {"question": "x", "history": [{"role": "user", "text": "x", "more": 1}]},
    {"question": "x", "history": [{"role": "user", "text": "x"}] * 21},
    {"question": "x", "persona": "root"},
    {"question": "x", "language": "de"},
    {"question": "x", "region": 1},
    {"question": "x", "region": "\0"},
    {"question": "x", "conversation_id": "x" * 101},
    {"question": "x", "filters": []},
    {"question": "x", "filters": {"regions": 7}},
    {"question": "x", "filters": {"regions": ["\0"]}},
    {"question": "x", "filters": {"year_from": "x"}},
    {"question": "x", "filters": {"year_from": 10**30}},
    {"question": "x", "filters": {"year_from": -1}},
    {"question": "x", "filters": {"where": "1=1"}},
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_bodies_get_a_sentence(client: httpx.Client, body: Any) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post("/api/chat", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert all(problem[each] for each in ("type", "title", "detail", "code", "request_id"))
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({}, {}, "Frågan är tom"),
        ({"Accept-Language": "en-GB,sv;q=0.5"}, {}, "The question is empty"),
        ({"Accept-Language": "nb-NO"}, {}, "Spørsmålet er tomt"),
        ({"Accept-Language": "de, xx;q=zz"}, {}, "Frågan är tom"),
        ({"Accept-Language": "en"}, {"language": "no"}, "Spørsmålet er tomt"),
    ],
)
def test_refusals_are_in_the_users_language(
    client: httpx.Client, headers: dict[str, str], body: dict[str, str], said: str
) -> None:
    response = client.post("/api/chat", json={"question": " ", **body}, headers=headers)
    assert response.json()["title"].startswith(said)


def test_a_field_of_the_wrong_form_is_named_in_the_bodys_language(client: httpx.Client) -> None:
    problem = client.post("/api/chat", json={"question": 1, "x": 1, "language": "en"}).json()
    assert problem["title"] == "Something in the request has the wrong form."
    assert problem["detail"].endswith("question, x")


def test_lengths_at_the_limit(client: httpx.Client) -> None:
    assert client.post("/api/chat", json={"question": "å" * 2000}).status_code == 200
    turns = [{"role": "user", "text": "x"}] * 20
    assert client.post("/api/chat", json={"question": "x", "history": turns}).status_code == 200


def test_large_bodies_are_refused(client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    for content in (b" " * (BODY_BYTES + 1), chunks()):
        response = client.post("/api/chat", content=content, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.json()["code"]) == (413, "large_body")
    assert client.post("/", content=b"question=" + b"x" * BODY_BYTES).status_code == 413


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost@evil.example"]
)
def test_foreign_hosts_are_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/api/documents", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:1"])
def test_our_own_hosts_are_served(client: httpx.Client, host: str) -> None:
    assert client.get("/api/documents", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "OWN"}, 200),
        ({}, 200),
    ],
)
def test_posts_from_other_sites_are_refused(
    client: httpx.Client, service: Running, headers: dict[str, str], code: int
) -> None:
    own = {name: service.url if value == "OWN" else value for name, value in headers.items()}
    response = client.post("/api/chat", json={"question": "x"}, headers=own)
    assert response.status_code == code
    assert client.post("/", data={"question": "x"}, headers=own).status_code == (403 if code == 403 else 303)


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/static/../api.py", "/static/nix.js", "/nix"]
)
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/answers/a%00/opinion", "/widget/answers/%00/sources/1"])
def test_paths_hold_nothing_that_a_database_refuses(client: httpx.Client, path: str) -> None:
    assert client.get(path).json()["code"] == "not_found"


@pytest.mark.parametrize("field", ["question", "turn"])
def test_forms_come_in_utf_8(client: httpx.Client, field: str) -> None:
    kind = "multipart/form-data; boundary=B; charset="
    form = f'--B\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n\\ud800\r\n--B--\r\n'.encode()
    odd = client.post("/", content=form, headers={"Content-Type": f"{kind}unicode_escape"})
    assert (odd.status_code, odd.json()["code"]) == (422, "bad_body")
    assert b"bad_body" not in client.post("/", content=form, headers={"Content-Type": f"{kind}UTF-8"}).content


def test_wrong_methods(client: httpx.Client) -> None:
    assert client.get("/api/chat").status_code == 405
    assert client.put("/").status_code == 405
    assert client.get("/api/chat").headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/documents", "/api/documents", "/livez", "/nix", "/static/chat.js"])
def test_every_response_has_the_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    assert "base-uri 'none'; form-action 'self'; frame-ancestors 'none'" in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types utblick")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
    assert len(headers["x-request-id"]) == 32


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "::", "example.org", ""])
def test_only_this_machine_may_be_served(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="UTBLICK_HOST"):
        check_host(Settings(_env_file=None, host=host, data_dir=tmp_path))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_this_machine_may_be_served(host: str, tmp_path: Path) -> None:
    check_host(Settings(_env_file=None, host=host, data_dir=tmp_path))
