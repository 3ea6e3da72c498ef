"""The evaluators' pages: question sets, runs, their files and their end, over a real socket."""

import io
import json
import re
import time
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import httpx
import pytest
from small_service import FIRST, Running, running
from test_web import Elements, words
from workplace import REFUSED, RIGHT, WRONG, folder, lines, opened, run_set, upload, wait

from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("evaluation")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


def test_a_set_is_taken_in_shown_downloaded_and_removed(client: httpx.Client, service: Running) -> None:
    page = upload(client, r"C:\mina filer\Mässor 2030.jsonl", RIGHT, REFUSED)
    assert page.url.path == "/evaluation/sets/" + "Mässor-2030"
    assert "Samlingen är sparad." in page.text
    assert "Något okänt?" in page.text and "1 ska inte besvaras" in words(page.text)
    saved = client.get("/evaluation/sets/Mässor-2030/download")
    assert f"filename*=UTF-8''{quote('Mässor-2030.jsonl')}" in saved.headers["content-disposition"]
    assert [json.loads(line)["id"] for line in saved.text.splitlines()] == ["r", "o"]
    assert "Mässor-2030" in client.get("/evaluation").text
    assert "Samlingen är borttagen." in client.post("/evaluation/sets/Mässor-2030/remove").text
    assert "Mässor-2030" not in client.get("/evaluation").text
    assert client.get("/evaluation/sets/Mässor-2030").status_code == 404


def test_all_faults_are_listed_and_nothing_is_stored(client: httpx.Client, service: Running) -> None:
    before = sorted((service.folder / "evaluation").rglob("*"))
    response = upload(
        client, "fel.jsonl", RIGHT, {"id": "r", "question": "Igen?"}, {"question": "", "lang": "xx"}
    )
    assert response.status_code == 422
    said = words(response.text)
    assert "Filen fel.jsonl har fel. Inget har sparats." in said
    told = re.findall(r"<li>(fel\.jsonl.*?)</li>", response.text)
    assert len(told) == 3
    assert all(f"rad {row}" in fault for row, fault in zip((2, 3, 3), sorted(told), strict=True))
    assert any("lang" in fault for fault in told)
    assert sorted((service.folder / "evaluation").rglob("*")) == before


def test_a_taken_name_is_replaced_only_when_that_is_said(client: httpx.Client) -> None:
    upload(client, "samma.jsonl", RIGHT)
    refused = upload(client, "samma.jsonl", REFUSED)
    assert (refused.status_code, "finns redan" in refused.text) == (409, True)
    assert client.get("/evaluation/sets/samma/download").json()["id"] == "r"
    assert upload(client, "samma.jsonl", REFUSED, name="annan").url.path == "/evaluation/sets/annan"
    assert upload(client, "samma.jsonl", REFUSED, replace="true").url.path == "/evaluation/sets/samma"
    assert client.get("/evaluation/sets/samma/download").json()["id"] == "o"


@pytest.mark.parametrize(
    "name", ["../../hemlig", "..", "a/b", ".dold", "x" * 500, "con:*?<b>", "\u202e\u0301"]
)
def test_a_sets_own_name_becomes_a_plain_file_name(client: httpx.Client, service: Running, name: str) -> None:
    response = client.post(
        "/evaluation/sets",
        files={"file": ("f.jsonl", lines(RIGHT))},
        data={"name": name[:200], "replace": "true"},
    )
    assert response.status_code == 200
    kept = response.url.path.removeprefix("/evaluation/sets/")
    assert re.fullmatch(r"[\w-]{1,60}", kept)
    assert (service.folder / "evaluation" / "sets" / f"{kept}.jsonl").is_file()


def test_an_empty_form_is_answered_in_words(client: httpx.Client) -> None:
    for files in ({}, {"file": ("", b"")}):
        response = client.post("/evaluation/sets", files=files, data={"name": ""})
        assert (response.status_code, "Välj en fil" in response.text) == (422, True)


def test_a_set_that_was_damaged_on_disk_is_told(client: httpx.Client, service: Running) -> None:
    path = service.folder / "evaluation" / "sets" / "trasig.jsonl"
    path.write_text('{"id": "a"')
    try:
        assert "Filen går inte att läsa" in client.get("/evaluation").text
        page = client.get("/evaluation/sets/trasig")
        assert (page.status_code, "trasig.jsonl" in page.text) == (422, True)
        assert client.post("/evaluation/sets/trasig/run").status_code == 422
    finally:
        path.unlink()


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_templates_can_be_filled_in(client: httpx.Client, language: str) -> None:
    response = client.get(f"/evaluation/template/{language}.xlsx")
    assert response.headers["content-disposition"].startswith("attachment")
    files = {"file": ("mall.xlsx", response.content)}
    taken = client.post("/evaluation/sets", files=files, data={"name": f"mall-{language}"})
    assert taken.url.path == f"/evaluation/sets/mall-{language}"
    assert client.get("/evaluation/template/xx.xlsx").status_code == 404


def test_a_run_from_start_to_report(client: httpx.Client, service: Running) -> None:
    logged = len(service.log.newest())
    name = run_set(client, "körning", RIGHT, WRONG, REFUSED)
    page = client.get(f"/evaluation/runs/{name}")
    said = words(page.text)
    assert "Klar" in said and "2 av 3" in said
    order = [said.index(row["question"]) for row in (WRONG, RIGHT, REFUSED)]
    assert order == sorted(order)
    assert "Krävd uppgift saknas" in said
    only = words(client.get(f"/evaluation/runs/{name}?show=failed").text)
    assert WRONG["question"] in only and RIGHT["question"] not in only
    report = client.get(f"/evaluation/runs/{name}/report")
    policy = report.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "'self'" not in policy
    assert report.headers["x-content-type-options"] == "nosniff"
    assert "'self'" in page.headers["content-security-policy"]
    assert "2 av 3 godkända" in words(client.get("/evaluation").text)
    assert len(service.log.newest()) == logged


def test_a_question_shows_everything_about_its_answer(client: httpx.Client) -> None:
    evidence = [{"source": "strategi.md", "quote": "Stödet är högst 100 000 kronor."}]
    history = [{"role": "user", "content": "Hej!"}, {"role": "assistant", "content": "Hej själv."}]
    full = {**WRONG, "evidence": evidence, "gold_answer": "Facit: en miljon.", "history": history}
    name = run_set(client, "helhet", full)
    said = words(client.get(f"/evaluation/runs/{name}/questions/1").text)
    for text in (FIRST, "Hej själv.", "Facit: en miljon.", "Region Påhitt", "Sökningens träffar", "Besvarad"):
        assert text in said
    assert "Något av detta skulle ha funnits med: en miljon" in said
    for missing in ("0", "2", "-1", "x"):
        assert client.get(f"/evaluation/runs/{name}/questions/{missing}").status_code in (404, 422)


def test_every_file_can_be_downloaded(client: httpx.Client, service: Running) -> None:
    name = run_set(client, "filer", RIGHT)
    page = client.get(f"/evaluation/runs/{name}").text
    there = {each["href"] for each in Elements(page).all("a") if "/files/" in (each["href"] or "")}
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/evaluation/runs/{name}/zip").content))
    own = {path.name for path in folder(service, name).path.iterdir() if not path.name.startswith(".")}
    assert {"results.csv", "results.jsonl", "summary.json", "report.html", "run.json", "set.jsonl"} <= own
    assert (
        {Path(each).name for each in packed.namelist()}
        == own
        == {Path(httpx.URL(a).path).name for a in there}
    )
    for file in own:
        got = client.get(f"/evaluation/runs/{name}/files/{file}")
        assert got.headers["content-disposition"].startswith("attachment")
        assert not got.headers["content-type"].startswith("text/html")
        disk = (folder(service, name).path / file).read_bytes()
        assert got.content.removeprefix(BOM_UTF8) == disk.removeprefix(BOM_UTF8)
    assert client.get(f"/evaluation/runs/{name}/files/results.csv").content.startswith(BOM_UTF8)


def slow(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"s{n}", "question": f"Kan du dröja med stöd {n}?", "answerable": True} for n in range(count)
    ]


def test_one_run_at_a_time_stopped_and_gone_on_with(client: httpx.Client, service: Running) -> None:
    rows = slow(12)
    upload(client, "lång.jsonl", *rows)
    asked = len(service.assistant.asked)
    page = client.post("/evaluation/sets/lång/run")
    assert (page.url.path, "av 12 frågor är klara" in words(page.text)) == ("/evaluation/now", True)
    assert '<noscript><meta http-equiv="refresh"' in page.text
    again = client.post("/evaluation/sets/lång/run")
    assert (again.status_code, "ställs just nu" in again.text) == (409, True)
    english = next(each["href"] for each in Elements(again.text).all("a") if each.get("hreflang") == "en")
    assert client.get(english or "").status_code == 200
    client.cookies.clear()  # a language that was chosen stays
    assert "Nu ställs frågorna i lång" in words(client.get("/evaluation").text)
    while not client.get("/evaluation/now.json").json()["done"]:
        time.sleep(0.02)
    client.post("/evaluation/now/stop")
    wait(client)
    stopped = client.get("/evaluation/now")
    name = stopped.url.path.removeprefix("/evaluation/runs/")
    assert "Avbruten" in words(stopped.text)
    assert not folder(service, name).finished
    answered = len(folder(service, name).results())
    assert 0 < answered < 12
    assert client.get(f"/evaluation/runs/{name}/report").status_code == 404
    client.post(f"/evaluation/runs/{name}/continue")
    wait(client)
    assert client.get("/evaluation/now").url.path == f"/evaluation/runs/{name}"
    assert folder(service, name).finished
    texts = [question.text for question in service.assistant.asked[asked:]]
    assert sorted(texts) == sorted(row["question"] for row in rows)


def test_shutdown_stops_a_run_that_can_go_on_afterwards(tmp_path: Path) -> None:
    with running(tmp_path) as first, opened(first) as client:
        upload(client, "natt.jsonl", *slow(40))
        client.post("/evaluation/sets/natt/run")
        while len(first.assistant.asked) < 3:
            time.sleep(0.02)
    assert len(first.assistant.asked) < 10
    (path,) = (tmp_path / "evaluation" / "runs").iterdir()
    kept = len(RunFolder.open(path).results())
    assert kept == len(first.assistant.asked)
    with running(tmp_path) as second, opened(second) as client:
        assert "Avbruten" in words(client.get("/evaluation").text)
        client.post(f"/evaluation/runs/{path.name}/continue")
        while len(second.assistant.asked) < 2:
            time.sleep(0.02)
    assert len(RunFolder.open(path).results()) > kept
    assert len(list((tmp_path / "evaluation" / "runs").iterdir())) == 1


def refuse() -> NoReturn:
    raise RunError("the region's server is away; start it and try again")


def crash() -> NoReturn:
    raise ZeroDivisionError("secret detail")


@pytest.mark.parametrize(
    ("target", "said"),
    [(refuse, "the region's server is away; start it and try again"), (crash, "Orsaken var oväntad.")],
)
def test_a_run_that_fails_says_why_in_words(
    tmp_path: Path, target: Callable[[], NoReturn], said: str
) -> None:
    with running(tmp_path, target) as service, opened(service) as client:
        upload(client, "s.jsonl", RIGHT)
        client.post("/evaluation/sets/s/run")
        wait(client)
        page = client.get("/evaluation/now")
        assert "Körningen avbröts av ett fel." in words(page.text)
        assert said in words(page.text)
        assert "secret detail" not in page.text and "Traceback" not in page.text
