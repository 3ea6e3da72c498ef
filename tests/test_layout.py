"""The shape of the code: import arrows, settings that are documented, imports that do nothing."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
ARROWS = {
    "ingest": {"vectorstore"},
    "assistant": {"vectorstore", "prompts"},
    "vectorstore": set[str](),
    "prompts": set[str](),
}
CHROMA = Path("vectorstore/chroma.py")
ONLY_IN = {"chromadb": CHROMA, "onnxruntime": Path("vectorstore/onnx_runtime.py")}
LONGEST = 300

# Runs in a child process: imports every module named on the command line, then tells what changed.
IMPORT_ALL = """
import gc, importlib, os, socket, sys
gc.disable()  # a fifth of the time that the libraries take to load
def refuse(*_args, **_kwargs):
    raise AssertionError("network use at import")
socket.socket.connect = socket.getaddrinfo = refuse
before = dict(os.environ)
libraries_own = {"TORCHINDUCTOR_CACHE_DIR", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK"}  # torch, OpenMP
libraries_own.add("ORT_DISABLE_TELEMETRY")  # ours, on purpose: see vectorstore/onnx_runtime.py
for name in sys.argv[1:]:
    importlib.import_module(name)
    changed = {key for key in before.keys() | os.environ.keys() if before.get(key) != os.environ.get(key)}
    changed -= libraries_own
    assert not changed, f"importing {name} changed {sorted(changed)}"
"""


def sources(root: Path) -> list[Path]:
    """Every source file of the four packages, relative to `root`."""
    return sorted(path.relative_to(root) for name in ARROWS for path in (root / name).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Top-level names that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def crossed(root: Path) -> list[str]:
    """Imports that go against the arrows, or of a library from elsewhere than its one file."""
    found = []
    for path in sources(root):
        package = path.parts[0]
        for name in sorted(set(imported(root / path))):
            against = name in ARROWS and name != package and name not in ARROWS[package]
            if against or path != ONLY_IN.get(name, path):
                found.append(f"{path} imports {name}")
    return found


def module_name(path: Path) -> str:
    """vectorstore/chroma.py -> vectorstore.chroma"""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def test_imports_follow_the_arrows() -> None:
    assert crossed(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ingest/a.py", "import assistant.answers"),
        ("assistant/a.py", "from ingest.loaders import load"),
        ("vectorstore/a.py", "from assistant import answers"),
        ("vectorstore/a.py", "import prompts"),
        ("prompts/a.py", "import os, vectorstore"),
        ("ingest/deep/a.py", "def later():\n    import prompts"),
        ("assistant/a.py", "import chromadb"),
        ("vectorstore/a.py", "from chromadb.config import Settings"),
        ("vectorstore/onnx_module.py", "from onnxruntime import InferenceSession"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, file: str, line: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(line)
    assert len(crossed(tmp_path)) == 1


def test_allowed_imports_are_not_reported(tmp_path: Path) -> None:
    (tmp_path / "vectorstore").mkdir()
    (tmp_path / CHROMA).write_text("import chromadb\nfrom . import passages\nimport vectorstore.errors")
    (tmp_path / "assistant").mkdir()
    (tmp_path / "assistant/a.py").write_text("import prompts, vectorstore.queries, ingestion")
    assert crossed(tmp_path) == []


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources(ROOT)
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("document", [".env.example", "docs/settings.md"])
def test_every_setting_is_documented_and_nothing_else(document: str) -> None:
    words = (ROOT / document).read_text(encoding="utf-8").replace("=", " ").replace("`", " ").split()
    named = {word for word in words if word.startswith(PREFIX) and word != PREFIX}
    assert named == {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults() -> None:
    example = Settings(_env_file=ROOT / ".env.example")  # type: ignore[call-arg]
    assert example == Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.mark.slow
def test_importing_does_nothing(tmp_path: Path) -> None:
    names = [module_name(path) for path in sources(ROOT) if "migrations" not in path.parts]
    command = [sys.executable, "-B", "-W", "ignore", "-c", IMPORT_ALL, *names]
    homes = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "HF_HOME")}
    child = subprocess.run(command, cwd=tmp_path, env={**os.environ, **homes}, capture_output=True, text=True)
    assert (child.returncode, child.stderr) == (0, "")
    assert child.stdout == ""
    # torch makes this folder, empty, for a compiler that is not used here.
    left = [path for path in tmp_path.rglob("*") if not path.name.startswith("torchinductor_")]
    assert left == []


def test_entry_points_lead_to_something() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commands = {**project["scripts"], **project["entry-points"]["utblick.commands"]}
    for target in commands.values():
        module, name = target.split(":")
        defined = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")).body
        assert name in set(bound_names(defined)), f"{target} is not defined"


def bound_names(body: list[ast.stmt]) -> Iterator[str]:
    """Names that a module's own statements bind."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
