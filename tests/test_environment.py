"""The set-up script: when it does nothing, and what it repairs."""

import os
import subprocess
import sys
from pathlib import Path

import environment
import pytest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("a==1\n")
    return tmp_path


def stamp(project: Path, dev: bool) -> Path:
    """An environment that was completed with or without the development tools."""
    venv = project / "venv"
    venv.mkdir(exist_ok=True)
    (venv / environment.STAMP).write_text(environment.wanted(project, dev))
    return venv


def installed(venv: Path, name: str, code: str = "x = 1\n") -> Path:
    """One installed distribution with one module."""
    site = venv / "lib" / "python3.11" / "site-packages"
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (site / f"{name}.py").write_text(code)
    (info / "RECORD").write_text(f"{name}.py,sha256=x,{len(code)}\n{name}-1.0.dist-info/RECORD,,\n")
    return info


@pytest.mark.parametrize(
    ("had", "asked", "done"),
    [(False, False, True), (True, False, True), (True, True, True), (False, True, False)],
)
def test_a_complete_environment_is_left_alone(project: Path, had: bool, asked: bool, done: bool) -> None:
    assert environment.is_done(stamp(project, had), project, asked) is done


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_dependency_asks_for_a_new_look(project: Path, name: str) -> None:
    venv = stamp(project, dev=True)
    (project / name).write_text("changed")
    assert not environment.is_done(venv, project, dev=False)


def test_no_stamp_means_not_done(project: Path) -> None:
    assert not environment.is_done(project / "venv", project, dev=False)


def test_only_half_installed_distributions_are_forgotten(tmp_path: Path) -> None:
    whole = installed(tmp_path, "whole")
    unlisted = installed(tmp_path, "unlisted")
    (unlisted / "RECORD").unlink()
    lacking = installed(tmp_path, "lacking")
    (lacking.parent / "lacking.py").unlink()
    cut = installed(tmp_path, "cut")
    (cut.parent / "cut.py").write_text("")
    assert sorted(environment.remove_broken(tmp_path)) == ["cut", "lacking", "unlisted"]
    assert whole.is_dir()
    assert not any(path.exists() for path in (unlisted, lacking, cut))


def test_the_caller_cannot_send_packages_elsewhere() -> None:
    code = "import environment; print(sorted(environment.environment()))"
    caller = {**os.environ, "PIP_USER": "1", "PIP_TARGET": "/nowhere", "PIP_INDEX_URL": "kept"}
    scripts = str(Path(environment.__file__).parent)
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=scripts, env=caller, capture_output=True, text=True
    )
    assert "PIP_INDEX_URL" in child.stdout
    assert "PIP_USER" not in child.stdout and "PIP_TARGET" not in child.stdout
