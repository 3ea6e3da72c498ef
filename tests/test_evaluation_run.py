"""Running a set: every question once, the same every time, and going on after any kind of end."""

import csv
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl import load_workbook
from small_service import SmallAssistant, SmallLibrary, running

from assistant.answers import Answer, AnswerStatus
from assistant.evaluation.cases import Case, Evidence, QuestionSet, to_jsonl
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder, list_runs
from assistant.evaluation.run import run
from assistant.evaluation.target import Local, remote
from assistant.questions import Persona, Question, Turn

UTBLICK = str(Path(sys.executable).with_name("utblick"))
HISTORY = (Turn("user", "Vilka checkar finns?"), Turn("assistant", "Regionen ger checkar."))


def small_set(count: int = 9) -> QuestionSet:
    """Every third question is one that the small assistant finds nothing about."""
    cases = [
        Case(
            id=f"K{n}",
            question=f"Vad är okänt nummer {n}?" if n % 3 == 0 else f"Vilket stöd finns, nummer {n}?",
            language="sv",
            persona=Persona.OFFICER if n % 2 else None,
            history=HISTORY if n == 4 else (),
            answerable=n % 3 != 0,
            must_include=() if n % 3 == 0 else (("100 000",),),
            evidence=() if n % 3 == 0 else (Evidence("strategi.md", "Stödet är högst 100 000 kronor."),),
        )
        for n in range(1, count + 1)
    ]
    return QuestionSet.of("liten", cases)


def local(assistant: object | None = None, **about: object) -> Local:
    return Local(assistant or SmallAssistant(), SmallLibrary(), {"model": "small", **about})  # type: ignore[arg-type]


@dataclass
class Moody:
    """The small assistant, which does something else first."""

    first: Callable[[Question], Answer | None]
    small: SmallAssistant = field(default_factory=SmallAssistant)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: Question) -> Answer:
        self.asked.append(question.text)
        return self.first(question) or self.small.ask(question)


def test_a_run_has_everything_in_its_folder(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    folder = run(small_set(), local(), tmp_path, progress=lambda done, all: seen.append((done, all)))
    assert folder.finished and seen[0] == (0, 9) and seen[-1] == (9, 9)
    assert folder.name.endswith("_liten") and folder.name[:4].isdigit()
    assert folder.about()["target"] == {"model": "small"}
    assert [result.case.id for result in folder.results()] == [case.id for case in small_set().cases]
    assert [timing.id for timing in folder.timings()] == [case.id for case in small_set().cases]
    assert folder.questions() == small_set()
    summary = folder.summary()
    assert (summary["n"], summary["scores"]["over_refusal"]["value"]) == (9, 0)
    assert summary["scores"]["abstention"] == {
        "value": 1,
        "low": pytest.approx(0.4385, abs=1e-3),
        "high": 1,
        "n": 3,
    }
    assert "<html" in (folder.path / "report.html").read_text("utf-8")


def test_what_the_assistant_is_asked_is_what_a_user_would_send(tmp_path: Path) -> None:
    assistant = SmallAssistant()
    run(small_set(5), local(assistant), tmp_path)
    fourth = next(asked for asked in assistant.asked if "nummer 4" in asked.text)
    assert (fourth.history, fourth.persona, fourth.language) == (HISTORY, None, "")
    assert {asked.persona for asked in assistant.asked} == {None, Persona.OFFICER}


def test_two_runs_are_equal_byte_for_byte_however_many_work_at_once(tmp_path: Path) -> None:
    def late(question: Question) -> None:
        time.sleep(0.02 if "nummer 1" in question.text else 0)

    one = run(small_set(), local(), tmp_path, workers=1)
    other = run(small_set(), local(Moody(late)), tmp_path, workers=8)
    assert one.name != other.name
    for name in ("results.jsonl", "results.csv", "set.jsonl"):
        assert (one.path / name).read_bytes() == (other.path / name).read_bytes()
    figures = [each.summary() | {"latency": None} for each in (one, other)]
    assert figures[0] == figures[1]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    stop = threading.Event()

    def stop_at_five(done: int, all: int) -> None:
        if done >= 5:
            stop.set()

    assistant = Moody(lambda question: None)
    folder = run(
        small_set(), local(assistant), tmp_path, workers=1, progress=stop_at_five, stopped=stop.is_set
    )
    assert not folder.finished and len(folder.results()) == 5
    again = run(small_set(), local(assistant), tmp_path)
    assert again.path == folder.path and again.finished
    assert sorted(assistant.asked) == sorted(case.question for case in small_set().cases)


def test_a_line_that_a_kill_cut_short_is_asked_again(tmp_path: Path) -> None:
    folder = run(
        small_set(4), local(), tmp_path, workers=1, stopped=lambda: bool(list_runs(tmp_path)[0].results())
    )
    for name in ("results.jsonl", "timings.jsonl"):
        with (folder.path / name).open("a", encoding="utf-8") as file:
            file.write('{"id": "K3", "scor')
    finished = run(small_set(4), local(), tmp_path)
    assert finished.path == folder.path
    whole = run(small_set(4), local(), tmp_path)
    assert (finished.path / "results.jsonl").read_bytes() == (whole.path / "results.jsonl").read_bytes()


@pytest.mark.parametrize("change", ["set", "target", "fresh", "finished"])
def test_another_set_or_target_or_wish_begins_a_new_run(tmp_path: Path, change: str) -> None:
    first = run(small_set(), local(), tmp_path, stopped=lambda: change != "finished")
    asked = small_set(8) if change == "set" else small_set()
    about = {"model": "other"} if change == "target" else {}
    second = run(asked, local(**about), tmp_path, fresh=change == "fresh")
    assert second.path != first.path and second.finished
    assert first.finished is (change == "finished")


def test_a_run_that_another_process_works_on_is_left_alone(tmp_path: Path) -> None:
    waiting, begun = threading.Event(), threading.Event()

    def hold(question: Question) -> None:
        begun.set()
        waiting.wait(20)

    thread = threading.Thread(target=run, args=(small_set(3), local(Moody(hold)), tmp_path))
    thread.start()
    begun.wait(20)
    other = run(small_set(3), local(), tmp_path)
    waiting.set()
    thread.join()
    assert len(list_runs(tmp_path)) == 2 and other.finished
    assert all(folder.finished for folder in list_runs(tmp_path))


def test_a_broken_run_beside_it_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "2099-01-01T000000_liten").mkdir()
    (tmp_path / "2099-01-01T000000_liten" / "run.json").write_text("{", encoding="utf-8")
    assert run(small_set(3), local(), tmp_path).finished


def test_evidence_that_the_documents_lack_is_told(tmp_path: Path) -> None:
    wrong = [
        Case("K1", "Vad?", evidence=(Evidence("Strategi", "Stödet är högst 100 000 kronor."),)),
        Case("K2", "Vad?", evidence=(Evidence("stratgi.md", "Stödet är högst 100 000 kronor."),)),
        Case("K3", "Vad?", evidence=(Evidence("strategi.md", "En mening som inte står någonstans alls."),)),
    ]
    folder = run(QuestionSet.of("fel", wrong), local(), tmp_path)
    told = [(each["id"], each["kind"], each["near"]) for each in folder.about()["misplaced"]]
    assert told == [("K2", "source", "strategi.md"), ("K3", "quote", "")]
    report = (folder.path / "report.html").read_text("utf-8")
    assert "Dokumentet stratgi.md finns inte. Menas strategi.md?" in report
    assert "Citatet finns inte i strategi.md" in report
    assert run(small_set(2), local(), tmp_path).about()["misplaced"] == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder should be", "utf-8")
    with pytest.raises(RunError, match="the same command goes on"):
        run(small_set(2), local(), tmp_path / "runs")


def test_a_fault_is_a_failed_question_and_is_asked_again_when_the_run_goes_on(tmp_path: Path) -> None:
    broken = True

    def fail(question: Question) -> None:
        if broken and "nummer 2" in question.text:
            raise OSError("disk gone")

    stops = iter([False] * 4 + [True] * 99)
    folder = run(small_set(6), local(Moody(fail)), tmp_path, workers=1, stopped=lambda: next(stops))
    failed = [result for result in folder.results() if result.answer.status is AnswerStatus.ERROR]
    assert [(each.case.id, each.failures[0].details) for each in failed] == [("K2", ("OSError: disk gone",))]
    broken = False
    again = run(small_set(6), local(Moody(fail)), tmp_path)
    assert again.path == folder.path
    assert "error" not in again.summary()["rules"]


def test_tables_hold_every_question_and_no_formula(tmp_path: Path) -> None:
    evil = Case("=1+1", '=HYPERLINK("http://evil.example")', notes="@SUM(A1)", answerable=True)
    folder = run(QuestionSet.of("ond", [evil, *small_set(3).cases]), local(), tmp_path)
    with (folder.path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["'=1+1", "K1", "K2", "K3"]
    assert rows[0]["question"].startswith("'=") and rows[0]["notes"] == "'@SUM(A1)"
    assert (rows[1]["coverage"], rows[3]["coverage"], rows[3]["abstention"]) == ("1.0", "", "1.0")
    sheet = load_workbook(folder.path / "results.xlsx").active
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type == "s"
    assert sheet.max_row == 5


@pytest.mark.slow
def test_a_running_server_gives_the_same_results(tmp_path: Path) -> None:
    with running(tmp_path / "server") as service:
        near = run(small_set(), Local(service.assistant, service.library, {}), tmp_path / "near")
        with remote(service.url) as server:
            far = run(small_set(), server, tmp_path / "far")
    assert (near.path / "results.jsonl").read_bytes() == (far.path / "results.jsonl").read_bytes()
    assert far.about()["target"]["url"] == service.url and far.about()["target"]["documents"] == 2
    assert service.log.newest() == []  # evaluations are no users
    history = [asked.history for asked in service.assistant.asked if "nummer 4" in asked.text]
    assert history == [HISTORY, HISTORY]


@pytest.mark.slow
def test_what_a_server_refuses_is_told_and_no_server_at_all_ends_the_run(tmp_path: Path) -> None:
    long = Case("K0", "lång " * 500, answerable=True)
    with running(tmp_path / "server") as service, remote(service.url) as server:
        folder = run(QuestionSet.of("lång", [long, *small_set(2).cases]), server, tmp_path)
    failed = folder.results()[0]
    assert failed.answer.status is AnswerStatus.ERROR and failed.failures[0].details[0].startswith("422 ")
    with remote(service.url) as server, pytest.raises(RunError, match="does not answer"):
        run(small_set(), server, tmp_path / "gone")
    assert not list_runs(tmp_path / "gone")
    with pytest.raises(RunError, match="not the address"), remote("localhost:8000"):
        pass


@pytest.mark.slow
def test_a_killed_run_goes_on_with_the_same_command(tmp_path: Path) -> None:
    slow = Case("K9", "en långsam fråga", answerable=True)
    (tmp_path / "liten.jsonl").write_text(to_jsonl([*small_set(6).cases, slow]), "utf-8")
    environment = {**os.environ, "UTBLICK_DATA_DIR": str(tmp_path / "data")}
    runs = tmp_path / "data" / "evaluation" / "runs"
    with running(tmp_path / "server") as service:
        command = [UTBLICK, "eval", "run", str(tmp_path / "liten.jsonl"), "--url", service.url, "--json"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            while not (runs.is_dir() and any(len(each.results()) == 6 for each in list_runs(runs))):
                assert process.poll() is None
                time.sleep(0.05)
            process.kill()
        service.assistant.slow_steps = 1
        asked = len(service.assistant.asked)
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
    (folder,) = list_runs(runs)
    assert json.loads(done.stdout)["folder"] == str(folder.path) and folder.finished
    assert [each.case.id for each in folder.results()] == [f"K{n}" for n in range(1, 7)] + ["K9"]
    assert [each.text for each in service.assistant.asked[asked:]] == ["en långsam fråga"]


def test_a_folder_that_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="run.json"):
        RunFolder.open(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"format": 99}), encoding="utf-8")
    with pytest.raises(RunError, match="format 99"):
        RunFolder.open(tmp_path)
