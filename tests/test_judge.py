"""A language model as judge: what it is asked, what becomes of its replies, and what never leaves."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from judge_server import JudgeServer, judge_server
from run_builder import build_run

from assistant.answers import Answer, AnswerStatus, Card, Citation, Table
from assistant.evaluation.cases import Case
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.judge import FILE, judge, leaves, read
from assistant.evaluation.judge_metrics import applicable, contexts, said
from assistant.evaluation.judge_model import KEY, JudgeError, Model
from assistant.evaluation.results import Found, Result
from assistant.questions import Turn
from prompts import LANGUAGES

MODEL = "stub:word-counter"
KEPT = "Stödet är högst 9 000 kronor."
ADDED = "Stödet betalas i guld."
WORDS = ("Alvik", "Berga", "Calmar", "Dalby")


def result(word: str, text: str = KEPT, gold: str = KEPT, **changes: Any) -> Result:
    """A question about the word, answered by `text` with a citation of KEPT."""
    citation = Citation(
        number=1, document_id="d", passage_id="p1", title=word, source="d.md", quote=KEPT, start=0, end=29
    )
    answer = Answer(
        id="", status=AnswerStatus.ANSWERED, language="sv", text=f"{word}. {text} [1]", citations=[citation]
    )
    hits = tuple(Found(f"p{n}", "d", 1 / n, "d.md", "Stöd", 1, (), f"Stycke {n}.") for n in (1, 2))
    case = Case(word, f"Vad ger {word}?", "sv", gold_answer=f"{word}. {gold}", answerable=True)
    return Result(case, answer.model_copy(update=changes), hits)


def run_of(folder: Path, *results: Result) -> RunFolder:
    return build_run(folder, results=results or [result(word) for word in WORDS])


@pytest.fixture
def ragas() -> None:
    """Skips where the extra is not installed."""
    pytest.importorskip("ragas", reason="needs the extra: pip install -c constraints.txt -e '.[judge]'")


@pytest.fixture
def server(ragas: None) -> Iterator[JudgeServer]:
    with judge_server() as running:
        yield running


def test_a_missing_library_is_told_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ragas", None)
    with pytest.raises(JudgeError, match="pip install -c constraints.txt -e '.\\[judge\\]'"):
        judge(run_of(tmp_path), MODEL, address="http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("model", "address", "told"),
    [
        ("gpt-4.1", "", "provider:name"),
        ("openai:", "", "provider:name"),
        ("ollama:llama3", "", "needs the address"),
        ("ollama:llama3", "localhost:11434", "is not one"),
        ("ollama:llama3", "file:///etc/passwd", "is not one"),
        ("ollama:llama3", "http://:secret@localhost/v1", "is not one"),
    ],
)
def test_a_model_that_cannot_be_asked_is_refused(model: str, address: str, told: str) -> None:
    with pytest.raises(JudgeError, match=told) as error:
        Model.of(model, address)
    assert "secret" not in str(error.value)


def test_the_key_of_openai_goes_to_openai_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(JudgeError, match=f"set {KEY} or OPENAI_API_KEY"):
        Model.of("openai:gpt-4.1").key()
    monkeypatch.setenv("OPENAI_API_KEY", "for-openai")
    assert Model.of("openai:gpt-4.1").key() == "for-openai"
    assert Model.of("openai:gpt-4.1", "https://api.openai.com/v1/").key() == "for-openai"
    assert Model.of("openai:gpt-4.1", "https://models.example/v1").key() == "none"
    monkeypatch.setenv(KEY, "own")
    assert Model.of("openai:gpt-4.1", "https://models.example/v1").key() == "own"


def test_an_unfinished_run_is_not_judged(tmp_path: Path) -> None:
    folder = run_of(tmp_path)
    folder.write_about(folder.about() | {"finished": None})
    with pytest.raises(RunError, match="not finished"):
        judge(folder, MODEL, address="http://127.0.0.1:9/v1")


def test_only_what_was_answered_is_judged_and_only_by_what_is_known() -> None:
    assert applicable(result("A")) == ("faithfulness", "answer_correctness")
    assert applicable(result("A", status=AnswerStatus.NOT_IN_SOURCES)) == ()
    assert applicable(result("A", text="", gold="")) == ("faithfulness", "answer_correctness")
    unknown = result("A")
    without_gold = Case("A", "Vad?", "sv")
    assert applicable(Result(without_gold, unknown.answer, unknown.hits)) == ("faithfulness",)
    assert applicable(Result(unknown.case, result("A", citations=[]).answer)) == ("answer_correctness",)


def test_the_judge_reads_what_the_reader_reads_and_what_was_cited() -> None:
    card = Card(kind="contact", name="Stödgruppen", fields={"Telefon": "010-0"})
    table = Table(columns=["", "Alvik"], rows=[["Belopp", "9 000 [1]"]])
    full = result("Alvik", cards=[card], table=table)
    assert said(full.answer) == f"Alvik. {KEPT}\n | Alvik\nBelopp | 9 000\nStödgruppen, Telefon: 010-0"
    assert contexts(full) == [f"Alvik: {KEPT}", "Stycke 1."]
    assert contexts(result("Alvik", citations=[])) == ["Stycke 1.", "Stycke 2."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_leaves_is_told_before(tmp_path: Path, language: str) -> None:
    folder = run_of(tmp_path)
    told = leaves(folder, "openai:gpt-4.1", language)
    assert " 4." in told and "openai:gpt-4.1" in told and "api.openai.com" in told and "20 " in told
    here = leaves(folder, MODEL, language, address="http://localhost:8000/v1")
    assert "localhost:8000" in here and here != told.replace("api.openai.com", "localhost:8000")
    assert read(folder) is None


@pytest.mark.parametrize("text", ['{"model": ', "[]", '{"metrics": {}}', '{"metrics": {}, "cases": [1]}'])
def test_a_broken_file_is_told(tmp_path: Path, text: str) -> None:
    folder = run_of(tmp_path)
    folder.write(FILE, text)
    with pytest.raises(JudgeError, match="delete it"):
        read(folder)


def test_answers_are_judged_and_kept(
    tmp_path: Path, server: JudgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "secret-key")
    results = [
        result("Alvik"),
        result("Berga", f"{KEPT} {ADDED}"),
        result("Calmar", gold=f"{KEPT} {ADDED}"),
        result("Dalby", status=AnswerStatus.NOT_IN_SOURCES),
    ]
    folder, seen = run_of(tmp_path, *results), list[tuple[int, int]]()
    told = judge(folder, MODEL, address=server.address, progress=lambda *at: seen.append(at))
    assert told["cases"] == {
        "Alvik": {"faithfulness": 1.0, "answer_correctness": 1.0},
        "Berga": {"faithfulness": pytest.approx(2 / 3), "answer_correctness": pytest.approx(0.8)},
        "Calmar": {"faithfulness": 1.0, "answer_correctness": pytest.approx(0.8)},
    }
    assert (told["model"], told["host"], told["questions"]) == (MODEL, server.address[7:-3], 3)
    assert told["finished"] and told["failed"] == {}
    faith = told["metrics"]["faithfulness"]
    assert faith["n"] == 3 and faith["value"] == pytest.approx(8 / 9)
    assert faith["low"] <= faith["value"] <= faith["high"]
    assert read(folder) == told == json.loads((folder.path / FILE).read_text("utf-8"))
    assert server.keys == {"Bearer secret-key"}
    assert "secret-key" not in (folder.path / FILE).read_text()
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_the_judge_is_asked_to_write_in_the_language_of_the_answer(
    tmp_path: Path, server: JudgeServer
) -> None:
    history = (Turn("user", "Gäller det Granlunda?"),)
    asked = result("Alvik")
    follow_up = Case("Alvik", "Hur mycket?", "sv", history=history, gold_answer=KEPT)
    judge(run_of(tmp_path, Result(follow_up, asked.answer, asked.hits)), MODEL, address=server.address)
    sent = [body["messages"][-1]["content"] for body in server.asked]
    assert len(sent) == 5 and all("på svenska" in text for text in sent)
    assert server.about("Gäller det Granlunda?") == 4


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ("busy", "answered 429: .*come back later"),
        ("broken", "answered 500: .*fell over"),
        ("garbled", "not the JSON"),
        ("silent", "no statement"),
        ("odd", "verdict 7"),
        ("hasty", "judged 1 of 2"),
    ],
)
def test_what_failed_is_told_and_counts_nowhere(
    tmp_path: Path, server: JudgeServer, trouble: str, told: str
) -> None:
    server.troubles["Berga"] = trouble
    folder = run_of(tmp_path, result("Alvik"), result("Berga"))
    found = judge(folder, MODEL, address=server.address)
    assert list(found["failed"]) == ["Berga"] and found["finished"]
    assert re.search(told, found["failed"]["Berga"]), found["failed"]
    assert found["cases"]["Berga"]["faithfulness"] is None
    assert found["metrics"]["faithfulness"] == {
        "value": 1.0,
        "low": pytest.approx(0.2065, abs=1e-3),
        "high": 1.0,
        "n": 1,
    }
    server.troubles.clear()
    server.asked.clear()
    again = judge(folder, MODEL, address=server.address)
    assert again["failed"] == {} and again["metrics"]["faithfulness"]["n"] == 2
    assert server.about("Berga") == len(server.asked) > 0


def test_sorting_nothing_is_not_full_marks(tmp_path: Path, server: JudgeServer) -> None:
    server.troubles["ground_truth"] = "silent"
    found = judge(run_of(tmp_path, result("Alvik")), MODEL, address=server.address)
    assert found["failed"] == {"Alvik": "answer_correctness: the model sorted none of the statements"}
    assert found["cases"]["Alvik"] == {"faithfulness": 1.0, "answer_correctness": None}
    assert "answer_correctness" not in found["metrics"]


def test_a_judging_that_was_cut_off_goes_on(
    tmp_path: Path, server: JudgeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "secret-key")
    folder = run_of(tmp_path)
    server.troubles["Calmar"] = "locked"
    with pytest.raises(JudgeError, match="answered 401: .*See that the key") as error:
        judge(folder, MODEL, address=server.address, workers=1)
    assert "secret-key" not in str(error.value)
    kept = read(folder)
    assert kept and list(kept["cases"]) == ["Alvik", "Berga"] and not kept["finished"]
    assert kept["metrics"]["faithfulness"]["n"] == 2 and server.about("Dalby") == 0
    folder.write(FILE, json.dumps(kept | {"metrics": {}}))  # as a kill leaves it
    assert read(folder) == kept
    server.troubles.clear()
    server.asked.clear()
    assert " 2." in leaves(folder, MODEL, "sv", address=server.address)
    whole = judge(folder, MODEL, address=server.address)
    assert list(whole["cases"]) == list(WORDS) and whole["finished"]
    assert server.about("Alvik") == server.about("Berga") == 0 and len(server.asked) == 10
    judge(folder, MODEL, address=server.address)
    assert len(server.asked) == 10


def test_two_judges_are_not_mixed(tmp_path: Path, server: JudgeServer) -> None:
    folder = run_of(tmp_path, result("Alvik"))
    judge(folder, MODEL, address=server.address)
    with pytest.raises(JudgeError, match=f"judged by another \\(model {MODEL}"):
        judge(folder, "stub:other", address=server.address)
    assert judge(folder, "stub:other", address=server.address, fresh=True)["model"] == "stub:other"


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path, ragas: None) -> None:
    folder = run_of(tmp_path)
    with pytest.raises(JudgeError, match="127.0.0.1:9 cannot be reached"):
        judge(folder, MODEL, address="http://127.0.0.1:9/v1")


CHILD = """
import json, sys
from pathlib import Path
reached = []
def watch(event, values):
    if event in ("socket.connect", "socket.getaddrinfo"):
        reached.append(str(values[1] if event == "socket.connect" else values[0]))
sys.addaudithook(watch)
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.judge import judge
told = judge(RunFolder(Path(sys.argv[1])), "stub:word-counter", address=sys.argv[2])
import atexit
atexit._run_exitfuncs()
print(json.dumps([told["metrics"]["faithfulness"]["n"], reached]))
"""


def test_nothing_goes_anywhere_else(tmp_path: Path, server: JudgeServer) -> None:
    server.troubles["Berga"] = "busy"
    folder, home = run_of(tmp_path / "runs"), tmp_path / "home"
    home.mkdir()
    homes = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    kept = {name: value for name, value in os.environ.items() if name != "RAGAS_DO_NOT_TRACK"}
    command = [sys.executable, "-B", "-c", CHILD, str(folder.path), server.address]
    root = Path(__file__).resolve().parent.parent
    child = subprocess.run(command, cwd=root, env={**kept, **homes}, capture_output=True, text=True)
    assert (child.returncode, child.stderr) == (0, "")
    judged, reached = json.loads(child.stdout)
    assert judged == 3 and reached
    assert [each for each in reached if "127.0.0.1" not in each] == []
    assert list(home.rglob("*")) == []
