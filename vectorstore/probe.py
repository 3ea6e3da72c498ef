"""Checking a generation in a child process: a damaged index ends the process that reads it."""

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from vectorstore.catalogue import Floats
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import StoreError
from vectorstore.facets import Selection
from vectorstore.queries import Filters
from vectorstore.view import VECTORS, View, open_generation

SECONDS = 600
SAMPLE = 2000
TOLERANCE = 1e-5
FOUND_SHARE = 0.995
EVERYTHING = Selection(Filters(), None)


def probe(folder: Path) -> None:
    """Raise StoreError unless the generation opens, holds what it should and finds what it holds."""
    command = [sys.executable, "-m", "vectorstore.probe", str(folder)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise StoreError(f"{folder} took more than {SECONDS} s to check") from None
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no message"])[-1]
        raise StoreError(f"{folder} failed its check (exit {ended.returncode}): {last}")


def check(folder: Path) -> None:
    """The check itself, in this process."""
    with tempfile.TemporaryDirectory() as workspaces:
        view = open_generation(folder, Path(workspaces))
        try:
            if isinstance(view.index, ChromaIndex):
                check_index(view, view.index, np.load(folder / VECTORS, mmap_mode="r"))
        finally:
            view.close()


def check_index(view: View, index: ChromaIndex, vectors: Floats) -> None:
    """Compare all that Chroma stores with the vectors, then search for a sample of them."""
    seen = 0
    for ids, stored in index.stored():
        rows = [view.snapshot.positions.get(one, -1) for one in ids]
        if min(rows) < 0 or not np.allclose(stored, vectors[rows], atol=TOLERANCE):
            raise StoreError(f"{len(ids)} vectors from {ids[0]} on are not as they were written")
        seen += len(ids)
    if seen != len(vectors):
        raise StoreError(f"{seen} vectors stored, {len(vectors)} written")
    _search(index, vectors)


def _search(index: ChromaIndex, vectors: Floats) -> None:
    everything = index.nearest(vectors[0], len(vectors), EVERYTHING)
    if len({position for position, _ in everything}) != len(vectors):
        raise StoreError(f"a search for everything finds {len(everything)} of {len(vectors)}")
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(SAMPLE, len(vectors))).astype(int))
    parts = np.array_split(rows, math.ceil(len(rows) / 100))
    found = [position for part in parts for position in index.nearest_each(vectors[part])]
    # Several passages may share one vector; any of them will do.
    same = np.isclose(vectors[rows], vectors[found], atol=TOLERANCE).all(axis=1)
    missed = int((~same).sum())
    if missed > (1 - FOUND_SHARE) * len(rows):
        raise StoreError(f"{missed} of {len(rows)} vectors are not found by a search for themselves")


if __name__ == "__main__":
    try:
        check(Path(sys.argv[1]))
    except StoreError as error:
        sys.exit(str(error))
