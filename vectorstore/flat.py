"""Rows of one flat array for each passage, such as the vectors of its words: mapped, and carried over.

A folder holds the rows of all passages one after the other, and where each passage's begin. A generation
takes the rows of what has not changed from its base, file to file, and the others from the catalogue.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vectorstore.carried import Carried
from vectorstore.errors import StoreError

ROWS = "rows.bin"
STARTS = "starts.npy"
SHAPE = "shape.json"
# Rows copied in one go: bounds the memory that takes.
AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Flat:
    """Passage n has `rows[starts[n]:starts[n + 1]]` of the rows (all, width)."""

    rows: NDArray[Any]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, position: int) -> NDArray[Any]:
        """The passage's rows (its number of rows, width)."""
        return self.rows[self.starts[position] : self.starts[position + 1]]


class FlatWriter:
    """Writes a new folder, passage by passage in their order; usable in a `with` block."""

    def __init__(self, folder: Path, width: int, dtype: str) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._width = width
        self._dtype = np.dtype(dtype)
        self._counts: list[NDArray[np.int64]] = []
        self._file: BinaryIO = (folder / ROWS).open("wb")

    def __enter__(self) -> "FlatWriter":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Write the starts and the shape too, if all went well; without them the folder cannot be opened."""
        self._file.close()
        if kind:
            return
        counts = np.concatenate([np.zeros(1, np.int64), *self._counts])
        np.save(self._folder / STARTS, np.cumsum(counts), allow_pickle=False)
        (self._folder / SHAPE).write_text(json.dumps({"width": self._width, "dtype": self._dtype.str}))

    def add(self, rows: NDArray[Any]) -> None:
        """The next passage's rows (any number, width); raises StoreError for other shapes and types."""
        if rows.ndim != 2 or rows.shape[1] != self._width or rows.dtype != self._dtype:
            wanted = f"(n, {self._width}) of {self._dtype}"
            raise StoreError(f"{self._folder.name}: rows {rows.shape} of {rows.dtype}, expected {wanted}")
        self._counts.append(np.array([len(rows)], np.int64))
        self._file.write(np.ascontiguousarray(rows).data)

    def add_from(self, base: Flat, start: int, stop: int) -> None:
        """The base's passages [start, stop) as they are."""
        bounds = base.starts[start : stop + 1]
        self._counts.append(np.diff(bounds))
        for first in range(int(bounds[0]), int(bounds[-1]), AT_ONCE):
            block = base.rows[first : min(first + AT_ONCE, int(bounds[-1]))]
            self._file.write(np.ascontiguousarray(block).data)


def collect_flat(parts: Iterable[NDArray[Any]], width: int, dtype: str) -> Flat:
    """The rows of all passages, held in memory; `parts` are each passage's (any number, width), in order."""
    listed = [np.zeros((0, width), dtype), *parts]
    return Flat(np.concatenate(listed), np.cumsum([len(rows) for rows in listed]))


def write_flat(
    folder: Path,
    fresh: Iterable[NDArray[Any]],
    width: int,
    dtype: str,
    carried: Carried,
    base: Flat | None = None,
) -> None:
    """Write the rows of a generation's passages into the new `folder`.

    `fresh` are the new passages' rows, in order; they are read one at a time. Raises StoreError if there
    are more or fewer of them than new passages, or the base has not the passages that are carried over.
    """
    waiting = iter(fresh)
    with FlatWriter(folder, width, dtype) as writer:
        for start, stop in carried.runs():
            origin = int(carried.origin[start])
            if origin < 0:
                for _ in range(start, stop):
                    writer.add(_next(waiting, folder))
            elif base is None or len(base) != carried.before:
                raise StoreError(f"{folder.name}: the former generation has no such rows")
            else:
                writer.add_from(base, origin, origin + stop - start)
    if next(waiting, None) is not None:
        raise StoreError(f"{folder.name}: more rows than new passages")


def load_flat(folder: Path) -> Flat:
    """A folder as written; the rows stay on disk and are mapped. Raises StoreError if it is incomplete."""
    try:
        shape = json.loads((folder / SHAPE).read_text())
        starts = np.load(folder / STARTS, allow_pickle=False)
        size = (int(starts[-1]), int(shape["width"]))
        if not size[0]:
            return Flat(np.zeros(size, shape["dtype"]), starts)
        rows = np.memmap(folder / ROWS, dtype=shape["dtype"], mode="r", shape=size)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder} cannot be read: {error}") from error
    # A plain array reads faster than numpy's class for mapped ones.
    return Flat(np.asarray(rows), starts)


def _next(waiting: Iterator[NDArray[Any]], folder: Path) -> NDArray[Any]:
    rows = next(waiting, None)
    if rows is None:
        raise StoreError(f"{folder.name}: fewer rows than new passages")
    return rows
