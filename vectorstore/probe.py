"""Checking a generation in a child process: a damaged index ends the process that reads it."""

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from vectorstore.catalogue import Floats
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import StoreError
from vectorstore.view import EVERYTHING, VECTORS, View, open_generation

SECONDS = 600
# Vectors searched for: of a whole index, and of those that an update did not touch.
SAMPLE = 2000
UNTOUCHED_SAMPLE = 400
TOLERANCE = 1e-5
FOUND_SHARE = 0.995


class Probe:
    """The child process, started early: importing Chroma takes it a second. Ends with the `with` block."""

    def __enter__(self) -> "Probe":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vectorstore.probe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def check(self, folder: Path, new: Sequence[int] | None = None) -> None:
        """Raise StoreError unless the generation opens, holds what it should and finds what it holds.

        With `new`, the positions an update wrote, all of these are searched for and few of the others.
        """
        order = json.dumps({"folder": str(folder), "new": None if new is None else list(new)})
        try:
            _, told = self._process.communicate(order, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise StoreError(f"{folder} took more than {SECONDS} s to check") from None
        if self._process.returncode:
            last = (told.strip().splitlines() or ["no message"])[-1]
            raise StoreError(f"{folder} failed its check (exit {self._process.returncode}): {last}")


def probe(folder: Path) -> None:
    """Check the whole generation at once; see Probe."""
    with Probe() as child:
        child.check(folder)


def check(folder: Path, new: Sequence[int] | None = None) -> None:
    """The check itself, in this process."""
    with tempfile.TemporaryDirectory() as workspaces:
        view = open_generation(folder, Path(workspaces))
        try:
            if isinstance(view.index, ChromaIndex):
                check_index(view, view.index, np.load(folder / VECTORS, mmap_mode="r"), new)
        finally:
            view.close()


def check_index(view: View, index: ChromaIndex, vectors: Floats, new: Sequence[int] | None = None) -> None:
    """Compare all that Chroma stores with the vectors, then search for some of them."""
    if len(index) != len(vectors):
        raise StoreError(f"{len(index)} vectors stored, {len(vectors)} written")
    seen: set[int] = set()
    for ids, stored in index.stored(view.snapshot.ids):
        rows = [view.snapshot.positions[one] for one in ids]
        if not np.allclose(stored, vectors[rows], atol=TOLERANCE):
            raise StoreError(f"{len(ids)} vectors from {ids[0]} on are not as they were written")
        seen.update(rows)
    if len(seen) != len(vectors):
        raise StoreError(f"{len(seen)} vectors can be read, {len(vectors)} were written")
    everything = {position for position, _ in index.nearest(vectors[0], len(vectors), EVERYTHING)}
    # HNSW may leave a vector that is far from all others without a link to it.
    if len(everything) < FOUND_SHARE * len(vectors):
        raise StoreError(f"a search for everything finds {len(everything)} of {len(vectors)}")
    if new:
        _search(index, vectors, np.asarray(new))
    _search(index, vectors, _spread(len(vectors), SAMPLE if new is None else UNTOUCHED_SAMPLE))


def _search(index: ChromaIndex, vectors: Floats, rows: NDArray[np.int64]) -> None:
    parts = np.array_split(rows, math.ceil(len(rows) / 100))
    found = [position for part in parts for position in index.nearest_each(vectors[part])]
    # Several passages may share one vector; any of them will do.
    same = np.isclose(vectors[rows], vectors[found], atol=TOLERANCE).all(axis=1)
    missed = int((~same).sum())
    if missed > (1 - FOUND_SHARE) * len(rows):
        raise StoreError(f"{missed} of {len(rows)} vectors are not found by a search for themselves")


def _spread(count: int, sample: int) -> NDArray[np.int64]:
    """About `sample` of `count` positions, evenly spread from a random one on."""
    step = max(1.0, count / sample)
    rows = np.arange(np.random.default_rng().uniform(0, step), count, step)
    return rows.astype(np.int64)


if __name__ == "__main__":
    try:
        given = json.loads(sys.stdin.read())
        check(Path(given["folder"]), given["new"])
    except StoreError as error:
        sys.exit(str(error))
