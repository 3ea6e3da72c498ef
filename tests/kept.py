"""Folders that are made once in a run of the tests, by whichever worker needs them first."""

import os
import shutil
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from vectorstore.locks import locked

MADE = "made"
SECONDS = 600.0


def kept(own: Path, texts: Mapping[Any, str], fill: Callable[[Path], None]) -> Path:
    """The folder that `fill` makes of these texts; `own` is any folder made for the test.

    Stores in it are only read: several tests, and several workers, have them open at once.
    """
    run = own.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else own.parent
    name = f"{fill.__module__}-{sha256(repr(sorted(map(repr, texts.items()))).encode()).hexdigest()[:16]}"
    folder = run / "kept" / name
    with locked(run / "kept" / f"{name}.lock", SECONDS):
        if not (folder / MADE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            (folder / MADE).touch()
    return folder
