"""`utblick eval` as a person or a build calls it, against a small server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result as Outcome
from small_service import running
from test_evaluation_run import small_set
from typer.testing import CliRunner

from assistant.channels.cli import app
from assistant.evaluation.cases import to_jsonl
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.folder import RunFolder, list_runs
from assistant.evaluation.sets import read_set

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with a set and one run of it, and the address of the server that was asked."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "liten.jsonl").write_text(to_jsonl(small_set().cases), "utf-8")
    with running(folder / "server") as service:
        called("run", str(folder / "liten.jsonl"), "--url", service.url, "--out", str(folder / "runs"))
        yield folder, service.url


def called(*arguments: str, status: int = 0) -> Outcome:
    outcome = CliRunner().invoke(app, ["eval", *arguments])
    assert outcome.exit_code == status, outcome.output
    return outcome


def test_a_run_tells_its_figures_and_where_it_is(place: tuple[Path, str]) -> None:
    folder, url = place
    out = folder / "more"
    outcome = called("run", str(folder / "liten.jsonl"), "--url", url, "--out", str(out))
    (made,) = list_runs(out)
    assert str(made.path / "report.html") in outcome.stdout
    assert "over_refusal            6    0.000" in outcome.stdout
    told = json.loads(
        called("run", str(folder / "liten.jsonl"), "--url", url, "--out", str(out), "--json").stdout
    )
    assert RunFolder.open(Path(told["folder"])).summary() == told["summary"]


def test_a_report_in_another_language(place: tuple[Path, str]) -> None:
    folder, _ = place
    (run,) = list_runs(folder / "runs")
    called("report", run.name, "--out", str(folder / "runs"), "--language", "en")
    assert '<html lang="en"' in (run.path / "report.html").read_text("utf-8")
    outcome = called("report", str(run.path), "--language", "fi", status=2)
    assert "'fi' is none of sv, en, no" in " ".join(outcome.output.split())


@pytest.mark.parametrize(("form", "begins"), [("text", "A: "), ("json", "{"), ("html", "<!doctype html>")])
def test_two_runs_compared(place: tuple[Path, str], form: str, begins: str) -> None:
    folder, _ = place
    (run,) = list_runs(folder / "runs")
    outcome = called("compare", str(run.path), str(run.path), "--format", form)
    assert outcome.stdout.startswith(begins)
    if form == "json":
        assert json.loads(outcome.stdout)["worse"] == []


def test_the_gates_exit_status(place: tuple[Path, str]) -> None:
    folder, _ = place
    out, baseline = ("--out", str(folder / "runs")), folder / "baseline.json"
    missing = called("gate", "--baseline", str(baseline), *out, status=2)
    assert "cannot be read" in missing.stderr
    called("gate", "--baseline", str(baseline), "--save", *out)
    assert called("gate", "--baseline", str(baseline), *out).stdout.startswith("PASSED")
    kept = json.loads(baseline.read_text("utf-8"))
    for scores in kept["scores"].values():
        scores |= {"attribution": 1.0} if "attribution" in scores else {}
    baseline.write_text(json.dumps(kept), "utf-8")
    failed = called("gate", "--baseline", str(baseline), *out, status=1)
    assert "attribution fell" in failed.stdout
    assert json.loads(called("gate", "--baseline", str(baseline), *out, "--json", status=1).stdout)["drops"]
    kept["digest"] = "another"
    baseline.write_text(json.dumps(kept), "utf-8")
    other = called("gate", "--baseline", str(baseline), *out, status=2)
    assert "holds no finished run of that set" in other.stderr


def test_a_template_is_a_set_and_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "mall.xlsx"
    called("template", str(file), "--language", "sv")
    assert len(read_set(file).cases) == 2
    outcome = called("template", str(file), status=2)
    assert "File exists" in outcome.output


def test_a_bad_set_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "fel.csv").write_text("fråga;språk\nVad finns?;finska\n", "utf-8")
    outcome = CliRunner().invoke(
        app, ["eval", "run", str(tmp_path / "fel.csv"), "--out", str(tmp_path / "runs")]
    )
    assert isinstance(outcome.exception, EvaluationError)
    assert "fel.csv" in str(outcome.exception) and "row 2" in str(outcome.exception).lower()
    assert not (tmp_path / "runs").exists()


def test_an_unknown_run_is_told(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["eval", "report", "nowhere", "--out", str(tmp_path)])
    assert isinstance(outcome.exception, EvaluationError) and "run.json" in str(outcome.exception)
