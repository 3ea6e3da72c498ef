"""Makes or repairs the virtual environment; does nothing when it already is as asked.

Runs on the system's Python before anything is installed, so it uses the standard library only.
"""

import argparse
import csv
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
STAMP = ".utblick-installed"
# Settings that send packages somewhere else than into the environment, or install fewer of them.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PYTHONPATH", "PYTHONHOME")


class SetupError(Exception):
    """The environment cannot be made; the message says what to do about it."""


def wanted(root: Path, dev: bool) -> str:
    """What the stamp says when the environment is as asked: dependencies, place and extras."""
    digest = hashlib.sha256(str(root).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest() + (" dev" if dev else "")


def is_done(venv: Path, root: Path, dev: bool) -> bool:
    """An environment with the development tools also serves where they were not asked for."""
    try:
        stamp = (venv / STAMP).read_text()
    except FileNotFoundError:
        return False
    return stamp in {wanted(root, dev), wanted(root, True)}


@contextmanager
def locked(venv: Path) -> Iterator[None]:
    """Let one process at a time change the environment; others wait."""
    venv.mkdir(parents=True, exist_ok=True)
    folder = os.open(venv, os.O_RDONLY)  # the folder itself: a file in it would not outlive --clear
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_whole(dist_info: Path) -> bool:
    """Whether every file the distribution lists is there in full; an interrupted pip leaves some out."""
    try:
        with (dist_info / "RECORD").open(newline="", encoding="utf-8") as record:
            rows = [row for row in csv.reader(record) if len(row) == 3 and row[2]]
        return all((dist_info.parent / name).stat().st_size == int(size) for name, _, size in rows)
    except OSError:
        return False


def remove_broken(venv: Path) -> list[str]:
    """Forget half-installed distributions, so that pip installs them again. Returns their names."""
    broken = [path for path in venv.glob("lib/python*/site-packages/*.dist-info") if not is_whole(path)]
    for path in broken:
        shutil.rmtree(path)
    return [path.name.split("-")[0] for path in broken]


def has_pip(venv: Path) -> bool:
    """Whether the environment's own Python starts and has pip."""
    try:
        command = [str(venv / "bin" / "python"), "-m", "pip", "--version"]
        return subprocess.run(command, capture_output=True, env=environment()).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """The caller's variables without those that would make pip miss the environment."""
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(command: list[str]) -> None:
    """Run one step in the foreground."""
    if subprocess.run(command, env=environment(), cwd=ROOT).returncode != 0:
        step = " ".join(command)
        raise SetupError(f"This step failed, see above: {step}\nRun the same command again to go on.")


def make(venv: Path, root: Path, dev: bool) -> None:
    """Create, repair and fill the environment; the stamp comes last, so a kill means a new try."""
    broken = remove_broken(venv)
    if "pip" in broken or not has_pip(venv):
        print(f"Creating {venv} ...", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(venv)])
    if not is_done(venv, root, dev=False):
        (venv / STAMP).unlink(missing_ok=True)
    print("Installing dependencies, about 2 GB on disk; this takes a minute or two ...", flush=True)
    target = str(root) + ("[dev]" if dev else "")
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run([*pip, "-c", str(root / "constraints.txt"), "-e", target])
    (venv / STAMP).write_text(wanted(root, dev))


def main() -> int:
    """Command line: scripts/environment.py VENV [--dev]."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    arguments = parser.parse_args()
    venv = arguments.venv.absolute()
    if sys.version_info < OLDEST:
        print("Utblick needs Python 3.11 or newer. Try: make PYTHON=python3.11", file=sys.stderr)
        return 1
    if is_done(venv, ROOT, arguments.dev):
        return 0
    try:
        with locked(venv):
            if not is_done(venv, ROOT, arguments.dev):
                make(venv, ROOT, arguments.dev)
    except (SetupError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
