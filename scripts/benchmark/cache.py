"""Where prepared data is kept between runs, and what tells whether it is still good."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """A folder of the user's, outside the project."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "utblick-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """Twelve hex digits that change with any of the source files, those within folders included."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def kept(name: str, stamp: str) -> Path:
    """The folder for `name` with that stamp; those with other stamps are removed."""
    folder = cache_folder() / f"{name}-{stamp}"
    for other in cache_folder().glob(f"{name}-*"):
        if other != folder:
            shutil.rmtree(other)
    return folder
