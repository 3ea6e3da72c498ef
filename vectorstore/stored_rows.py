"""Rows of flat arrays as the catalogue keeps them, passage by passage, and as a generation gets them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore.carried import Carried, Key, all_new
from vectorstore.errors import StoreError
from vectorstore.flat import Flat, collect_flat, load_flat, write_flat
from vectorstore.tables import passage_rows, passages

FOLDER = "rows"
# Before the names of rows made with a model that is not in use yet.
WAITING = "next "
# Documents asked for in one query of the catalogue.
AT_ONCE = 200
Rows = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One flat array: its name, and the width and numpy type of its rows (little-endian)."""

    name: str
    width: int
    dtype: str

    def empty(self) -> Rows:
        """No rows (0, width)."""
        return np.zeros((0, self.width), self.dtype)


TOKENS = Kind("tokens", 1, "|u1")
"""The codes of a passage's tokens (token_codes.py), one after the other."""
HEADERS = Kind("headers", 1, "<u2")
"""How many of these tokens are the header's, in one row."""
# What every passage has rows of; a passage stored without any has none in the generation either.
KINDS: tuple[Kind, ...] = (TOKENS, HEADERS)


def insert_rows(
    connection: sa.Connection,
    kinds: Sequence[Kind],
    ids: Sequence[str],
    given: Mapping[str, Sequence[Rows]],
    waiting: bool = False,
) -> None:
    """Store for each kind's name one array (any number, width) per passage, in the order of `ids`.

    Those that are `waiting` are read by nobody until `switch_rows`.
    Raises StoreError for an unknown kind, another number of arrays, or another shape or type.
    """
    known = {kind.name: kind for kind in kinds}
    for name, arrays in given.items():
        if name not in known or len(arrays) != len(ids):
            expected = f"{len(ids)} of each of {list(known)}"
            raise StoreError(f"{len(arrays)} arrays of {name!r} for passages, expected {expected}")
        found = [
            {"passage_id": one, "kind": WAITING * waiting + name, "rows": _bytes(known[name], rows)}
            for one, rows in zip(ids, arrays, strict=True)
        ]
        if found:
            connection.execute(sa.insert(passage_rows), found)


def drop_waiting(connection: sa.Connection) -> None:
    """Delete the rows that wait."""
    connection.execute(sa.delete(passage_rows).where(passage_rows.c.kind.startswith(WAITING)))


def switch_rows(connection: sa.Connection) -> None:
    """Put the rows that wait in the place of all others."""
    kind = passage_rows.c.kind
    connection.execute(sa.delete(passage_rows).where(~kind.startswith(WAITING)))
    named = sa.func.substr(kind, len(WAITING) + 1)
    connection.execute(sa.update(passage_rows).values(kind=named))


def write_rows(
    source: sa.Connection, kind: Kind, keys: Sequence[Key], carried: Carried, base: Path | None, target: Path
) -> None:
    """Write the kind's rows of all passages `keys` into the generation's folder `target`.

    Those carried over come from the generation in `base`, if that has the kind; the rest from `source`.
    """
    former = _load(base, kind) if base else None
    follows = all_new(len(keys)) if former is None else carried
    fresh = _read(source, kind, [keys[position] for position in follows.new])
    write_flat(target / FOLDER / kind.name, fresh, kind.width, kind.dtype, follows, former)


def read_rows(source: sa.Connection, kind: Kind, keys: Sequence[Key]) -> Flat:
    """The kind's rows of all passages `keys`, held in memory."""
    return collect_flat(_read(source, kind, keys), kind.width, kind.dtype)


def load_rows(folder: Path) -> dict[str, Flat]:
    """All kinds of rows in the generation's folder, by name; their arrays are mapped."""
    found = folder / FOLDER
    return {one.name: load_flat(one) for one in sorted(found.iterdir())} if found.is_dir() else {}


def _load(base: Path, kind: Kind) -> Flat | None:
    folder = base / FOLDER / kind.name
    if not folder.is_dir():
        return None
    found = load_flat(folder)
    same = found.rows.shape[1] == kind.width and found.rows.dtype == np.dtype(kind.dtype)
    return found if same else None


def _read(source: sa.Connection, kind: Kind, keys: Sequence[Key]) -> Iterator[Rows]:
    """The rows of each passage, in the order of `keys`, which has each document's passages together."""
    documents = [(one, [key[0] for key in group]) for one, group in groupby(keys, key=lambda key: key[1])]
    for start in range(0, len(documents), AT_ONCE):
        some = documents[start : start + AT_ONCE]
        found = _select(source, kind, [document for document, _ in some])
        yield from (found.get(one, kind.empty()) for _, ids in some for one in ids)


def _select(source: sa.Connection, kind: Kind, documents: Collection[str]) -> dict[str, Rows]:
    query = (
        sa.select(passage_rows.c.passage_id, passage_rows.c.rows)
        .join(passages, passages.c.id == passage_rows.c.passage_id)
        .where(passage_rows.c.kind == kind.name, passages.c.document_id.in_(documents))
    )
    return {
        row.passage_id: np.frombuffer(row.rows, kind.dtype).reshape(-1, kind.width)
        for row in source.execute(query)
    }


def _bytes(kind: Kind, rows: Rows) -> bytes:
    if rows.ndim != 2 or rows.shape[1] != kind.width or rows.dtype != np.dtype(kind.dtype):
        wanted = f"(n, {kind.width}) of {kind.dtype}"
        raise StoreError(f"{kind.name}: rows {rows.shape} of {rows.dtype}, expected {wanted}")
    return np.ascontiguousarray(rows).tobytes()
