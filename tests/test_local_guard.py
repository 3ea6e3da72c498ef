"""Who may see the evaluators' pages, how much they may send, and where no name leads."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from run_builder import build_run
from small_service import Running, SmallAssistant, SmallLibrary, running
from test_web import words
from workplace import RIGHT, lines, opened, upload

from assistant.channels.api import create_app
from assistant.channels.guards import BODY_BYTES
from assistant.channels.local_guard import UPLOAD_BYTES
from assistant.evaluation.target import Local
from assistant.feedback import FeedbackStore
from assistant.question_log import QuestionLog
from vectorstore.database import open_database
from vectorstore.settings import Settings


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("evaluation")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def status_from(tmp_path: Path, client: str, headers: dict[str, str], method: str = "GET") -> int:
    """What the whole app answers to a request that comes from the address `client`."""
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    engine = open_database(settings)
    assistant, library = SmallAssistant(), SmallLibrary()
    log, feedback = QuestionLog(engine, 30), FeedbackStore(engine, 30)
    app = create_app(assistant, library, settings, feedback, log, lambda: Local(assistant, library, {}))

    async def ask() -> int:
        transport = httpx.ASGITransport(app, client=(client, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
            response = await http.request(method, "/evaluation", headers=headers)
            assert (await http.get("/livez")).status_code == 200
            return response.status_code

    try:
        return asyncio.run(ask())
    finally:
        engine.dispose()


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(tmp_path: Path, client: str) -> None:
    assert status_from(tmp_path, client, {}) == 200


@pytest.mark.parametrize("client", ["192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "fe80::1", "testclient"])
def test_other_machines_are_not(tmp_path: Path, client: str) -> None:
    assert status_from(tmp_path, client, {}) == 403


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "x-forwarded-proto",
        "Via",
        "X-Real-IP",
        "X-Client-IP",
    ],
)
def test_what_a_proxy_hands_on_is_not(client: httpx.Client, header: str) -> None:
    response = client.get("/evaluation", headers={header: "127.0.0.1"})
    assert response.status_code == 403
    assert "bara på den dator där tjänsten körs" in words(response.text)
    assert client.get("/documents", headers={header: "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", ""])
def test_other_names_are_not(client: httpx.Client, host: str) -> None:
    assert client.get("/evaluation", headers={"Host": host}).status_code in (400, 403)


def test_a_name_that_is_served_but_is_not_loopback_is_not(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, host="region.example")  # type: ignore[call-arg]
    engine = open_database(settings)
    library, assistant = SmallLibrary(), SmallAssistant()
    log, feedback = QuestionLog(engine, 30), FeedbackStore(engine, 30)
    app = create_app(assistant, library, settings, feedback, log, lambda: Local(assistant, library, {}))

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://region.example") as http:
            return [(await http.get(path)).status_code for path in ("/documents", "/evaluation")]

    assert asyncio.run(ask()) == [200, 403]
    engine.dispose()


def test_the_way_in_is_shown_only_to_those_who_may_use_it(client: httpx.Client) -> None:
    for path in ("/", "/documents"):
        assert 'href="/evaluation?' in client.get(path).text
        assert "/evaluation" not in client.get(path, headers={"Via": "1.1 proxy"}).text


@pytest.mark.parametrize("path", ["/evaluation/sets", "/evaluation/sets/x/remove", "/evaluation/now/stop"])
def test_pages_from_elsewhere_can_send_nothing(client: httpx.Client, path: str) -> None:
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(path, headers={"Origin": "https://evil.example"}).status_code == 403


def test_only_uploads_may_be_large(client: httpx.Client, service: Running) -> None:
    large = {**RIGHT, "notes": "x" * (2 * BODY_BYTES)}
    assert upload(client, "stor.jsonl", large).status_code == 200
    assert client.post("/api/chat", content=b"x" * (BODY_BYTES + 1)).status_code == 413
    assert client.post("/", content=b"x" * (BODY_BYTES + 1)).status_code == 413
    assert client.post("/evaluations", content=b"x" * (BODY_BYTES + 1)).status_code == 413
    refused = client.post("/evaluation/sets", files={"file": ("s.jsonl", b"x" * UPLOAD_BYTES)})
    assert refused.status_code == 413
    assert f"{UPLOAD_BYTES // 1024**2} MB" in refused.text


OUTSIDE = [
    "..",
    "../hemlig",
    "..%2Fhemlig",
    "%2e%2e%2fhemlig",
    "..%5chemlig",
    "....//hemlig",
    "/etc",
    "hemlig%00",
    "*",
]


def raw(service: Running, method: str, path: str) -> tuple[int, bytes]:
    """What the server says to a path as it is; other clients tidy it up first."""
    connection = HTTPConnection(service.url.removeprefix("http://"))
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_folders(service: Running, name: str) -> None:
    kept = service.folder / "evaluation"
    for path in (service.folder / "hemlig.jsonl", kept / "hemlig.jsonl", kept / "hemlig" / "run.json"):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(lines({**RIGHT, "notes": "hemlighet", "format": 1}))
    (kept / "sets").mkdir(exist_ok=True)
    run = build_run(kept / "runs", n=2).name
    for path in (
        f"sets/{name}",
        f"sets/{name}/download",
        f"runs/{name}",
        f"runs/{name}/zip",
        f"runs/{name}/report",
        f"runs/{name}/files/run.json",
        f"runs/{run}/files/{name}",
        f"runs/{run}/files/..%2F..%2F{name}",
        f"runs/{run}/files/../../{name}.jsonl",
        f"compare/json?a={run}&b={name}",
    ):
        status, body = raw(service, "GET", f"/evaluation/{path}")
        assert (status, b"hemlighet" in body) == (404, False), path
    for action in ("remove", "run"):
        assert raw(service, "POST", f"/evaluation/sets/{name}/{action}")[0] == 404
    assert (kept / "hemlig.jsonl").exists()


def test_hidden_files_and_links_are_not_handed_out(client: httpx.Client, service: Running) -> None:
    run = build_run(service.folder / "evaluation" / "runs", n=2)
    (service.folder / "utanför.txt").write_text("hemlighet")
    (run.path / "länk.txt").symlink_to(service.folder / "utanför.txt")
    (run.path / ".lock").write_text("1")
    for name in ("länk.txt", ".lock"):
        assert client.get(f"/evaluation/runs/{run.name}/files/{name}").status_code == 404
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/evaluation/runs/{run.name}/zip").content))
    assert {Path(name).name for name in packed.namelist()} & {"länk.txt", ".lock"} == set()
