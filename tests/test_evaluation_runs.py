"""Runs on the evaluators' pages: damaged files, verdicts at once, work going on elsewhere, removal."""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from run_builder import build_run
from small_service import Running, running
from test_web import Elements, words
from workplace import RIGHT, folder, opened, run_set, wait

from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.report import FILE as REPORT
from assistant.evaluation.run import LOCK
from assistant.evaluation.verdicts import newest
from vectorstore.locks import locked

DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("runs")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with opened(service) as client:
        yield client


@pytest.fixture
def runs(service: Running) -> Path:
    return service.folder / "evaluation" / "runs"


def put(file: str, text: str) -> Callable[[Path], object]:
    return lambda path: (path / file).write_text(text)


def changed(file: str, **values: Any) -> Callable[[Path], object]:
    """The file with other values; None takes a value out."""

    def change(path: Path) -> None:
        found = json.loads((path / file).read_text()) | values
        (path / file).write_text(json.dumps({name: each for name, each in found.items() if each is not None}))

    return change


def half(file: str) -> Callable[[Path], object]:
    def cut(path: Path) -> None:
        data = (path / file).read_bytes()
        (path / file).write_bytes(data[: len(data) // 2])

    return cut


ABOUT = [put("run.json", text) for text in ("[]", "null", "5", DEEP, '{"format": 1}')]
ABOUT += [changed("run.json", started=7), changed("run.json", started=None), changed("run.json", set={})]
FIGURES = [{"scores": {"correct": 5}}, {"passed": "many"}, {"scores": {"correct": {"value": float("nan")}}}]
LISTED_BROKEN = [*ABOUT, *(changed("summary.json", **each) for each in FIGURES), put("summary.json", DEEP)]
LISTED_BROKEN += [put("verdicts.jsonl", line) for line in ("5", '{"id": "x"}', DEEP)]
LISTED_BROKEN += [lambda path: (path / "verdicts.jsonl").mkdir()]
OPENED_BROKEN = [put("results.jsonl", '{"id": "s"}\n'), put("results.jsonl", DEEP), half("results.jsonl")]
OPENED_BROKEN += [half("set.jsonl"), put("set.jsonl", "[]\n"), put("set.jsonl", DEEP)]
OPENED_BROKEN += [lambda path: (path / "set.jsonl").unlink(), lambda path: (path / "results.jsonl").unlink()]


@pytest.mark.parametrize("damage", LISTED_BROKEN + OPENED_BROKEN)
def test_a_damaged_run_is_told_and_can_be_removed(
    client: httpx.Client, runs: Path, damage: Callable[[Path], object]
) -> None:
    run = build_run(runs, 3)
    (run.path / REPORT).write_text("en rapport")
    damage(run.path)
    page = client.get("/evaluation")
    assert page.status_code == 200
    assert ("Kan inte läsas" in page.text) == (damage in LISTED_BROKEN)
    address = f"/evaluation/runs/{run.name}"
    told = client.get(address)
    assert (told.status_code, "Körningens filer går inte att läsa." in told.text) == (422, True)
    for path in ("/questions/1", "/report", "/files/report.html", "/files/run.json", "/zip"):
        assert client.get(address + path).status_code in (200, 422)
    for path, data in (("/questions/1", {"verdict": "right"}), ("/continue", {})):
        assert client.post(address + path, data=data).status_code in (200, 409, 422)
    assert "Körningen är borttagen." in client.post(f"{address}/remove").text
    assert not run.path.exists()


def test_a_report_that_is_no_text_is_shown_or_told(client: httpx.Client, runs: Path) -> None:
    run = build_run(runs, 2)
    (run.path / REPORT).write_bytes("<html>Östersjön</html>".encode("latin-1"))
    assert client.get(f"/evaluation/runs/{run.name}/report").status_code == 200


def test_verdicts_at_once_are_all_kept_and_the_report_follows_when_opened(
    client: httpx.Client, service: Running, runs: Path
) -> None:
    run = build_run(runs, 12)
    address = f"/evaluation/runs/{run.name}"
    assert "Bedömning" not in client.get(f"{address}/report").text
    before = (run.path / REPORT).stat()

    def decide(number: int) -> int:
        data = {"verdict": "wrong", "note": f"Anmärkning nr {number:02}. " + "å" * 1900}
        return client.post(f"{address}/questions/{number}", data=data, follow_redirects=False).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(decide, range(1, 13))) == {303}
    assert len(newest(run)) == 12
    assert (run.path / REPORT).stat().st_mtime_ns == before.st_mtime_ns
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(client.get, [f"{address}/report"] * 4))
    assert all(f"Anmärkning nr {n:02}." in page.text for page in opened for n in range(1, 13))
    decide(1)
    data = {"verdict": "right", "note": "Sent tillagd."}
    client.post(f"{address}/questions/2", data=data)
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"{address}/zip").content))
    assert "Sent tillagd." in packed.read(f"{run.name}/{REPORT}").decode()
    os.utime(run.path / "verdicts.jsonl", (0, 0))
    kept = (run.path / REPORT).stat().st_mtime_ns
    assert "Sent tillagd." in client.get(f"{address}/files/{REPORT}").text
    assert (run.path / REPORT).stat().st_mtime_ns == kept
    (run.path / REPORT).unlink()
    assert "Sent tillagd." in client.get(f"{address}/report").text


def test_a_verdict_is_kept_even_if_no_report_can_be_made(client: httpx.Client, runs: Path) -> None:
    run = build_run(runs, 2)
    (run.path / "judge.json").write_text("{")
    address = f"/evaluation/runs/{run.name}"
    assert "Ditt omdöme är sparat." in client.post(f"{address}/questions/1", data={"verdict": "right"}).text
    assert len(newest(run)) == 1
    told = client.get(f"{address}/report")
    assert (told.status_code, "judge.json" in told.text) == (422, True)
    assert client.get(f"{address}/zip").status_code == 200


def unfinished(runs: Path, minute: int, name: str = "tvilling") -> RunFolder:
    questions = QuestionSet.of(name, [Case(f"t{n}", f"Vad gäller {n}?", answerable=True) for n in range(3)])
    about = {"target": {"version": "prov"}, "workers": 1, "misplaced": []}
    return RunFolder.create(runs, questions, about, datetime(2031, 5, 4, 3, minute))


def test_the_very_run_named_is_gone_on_with(client: httpx.Client, runs: Path) -> None:
    older, newer = unfinished(runs, 1), unfinished(runs, 2)
    client.post(f"/evaluation/runs/{older.name}/continue")
    wait(client)
    assert client.get("/evaluation/now").url.path == f"/evaluation/runs/{older.name}"
    assert older.finished and not newer.finished and not newer.results()
    again = client.post(f"/evaluation/runs/{older.name}/continue")
    assert (again.status_code, "redan klar" in again.text) == (409, True)
    client.post(f"/evaluation/runs/{older.name}/remove")
    assert client.get("/evaluation/now").url.path == "/evaluation"


def test_a_run_that_a_terminal_works_on_is_left_alone(client: httpx.Client, runs: Path) -> None:
    run = unfinished(runs, 3, "terminal")
    address = f"/evaluation/runs/{run.name}"
    with locked(run.path / LOCK, wait_seconds=1):
        page = client.get(address)
        assert "från kommandoraden på den här datorn: 0 av 3 frågor" in words(page.text)
        assert not [
            each for each in Elements(page.text).all("a") if "/evaluation/now" in (each["href"] or "")
        ]
        for action in ("continue", "remove"):
            refused = client.post(f"{address}/{action}")
            assert (refused.status_code, "pågår just nu" in refused.text) == (409, True)
            assert client.get("/evaluation/now.json").json()["running"] is False
    assert run.path.is_dir()
    assert "Avbruten" in words(client.get(address).text)


def test_the_desks_own_run_can_be_followed_but_not_removed(client: httpx.Client, runs: Path) -> None:
    questions = QuestionSet.of("egen", [Case(f"d{n}", f"Kan du dröja {n}?") for n in range(9)])
    about = {"target": {"version": "prov"}, "workers": 1, "misplaced": []}
    run = RunFolder.create(runs, questions, about, datetime(2031, 5, 4, 4))
    assert (
        "<title>Frågorna ställs: egen – Utblick</title>"
        in client.post(f"/evaluation/runs/{run.name}/continue").text
    )
    while not client.get("/evaluation/now.json").json()["done"]:
        pass
    page = client.get(f"/evaluation/runs/{run.name}").text
    assert "Följ körningen" in page and "från kommandoraden" not in page
    assert client.post(f"/evaluation/runs/{run.name}/remove").status_code == 409
    client.post("/evaluation/now/stop")
    wait(client)


def test_titles_tell_pages_apart_and_the_spreadsheet_comes_first(
    client: httpx.Client, service: Running
) -> None:
    name = run_set(client, "rubrik", RIGHT)
    started = datetime.fromisoformat(folder(service, name).about()["started"])
    page = client.get(f"/evaluation/runs/{name}?lang=en").text
    assert f"<title>Run: rubrik, {started.day} {started:%B} {started.year} – Utblick</title>" in page
    client.cookies.clear()  # a language that was chosen stays
    question = client.get(f"/evaluation/runs/{name}/questions/1").text
    assert "<title>Fråga r i rubrik – Utblick</title>" in question
    files = [each["href"] or "" for each in Elements(page).all("a") if "/files/" in (each["href"] or "")]
    assert "results.xlsx" in files[0] and "for Excel" in page
