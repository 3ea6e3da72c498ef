"""Filling a snapshot: from the catalogue, and from the snapshot before it where nothing has changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from vectorstore.catalogue import Catalogue, Floats, Version
from vectorstore.rows import passage_row
from vectorstore.snapshot import snapshot_address
from vectorstore.tables import documents, passages, state

# Documents asked for in one query of the catalogue; databases limit the number.
AT_ONCE = 500
TABLES = (documents, passages)


@dataclass(frozen=True, slots=True)
class Moment:
    """The catalogue at one moment: its version, its vectors' model, and each document's stamp."""

    version: Version
    model: dict[str, Any]
    stamps: dict[str, str]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Passage ids and their vectors (n, dimension)."""

    ids: list[str]
    vectors: Floats

    def put(self, target: Floats, positions: Mapping[str, int]) -> None:
        """Write each vector into the row that is its passage's."""
        if self.ids:
            target[[positions[one] for one in self.ids]] = self.vectors


def read_moment(source: sa.Connection) -> Moment:
    """The moment that the transaction sees."""
    row = source.execute(sa.select(state)).one()
    stamps = {one.id: one.stamp for one in source.execute(sa.select(documents.c.id, documents.c.stamp))}
    return Moment(Version(row.revision, row.stamp), row.model or {}, stamps)


def copy_documents(
    catalogue: Catalogue, source: sa.Connection, target: sa.Engine, wanted: Sequence[str] | None = None
) -> Embedded:
    """Write the `wanted` documents and their passages into the database `target`; None means all.

    Returns the vectors of what was written.
    """
    documents.metadata.create_all(target, tables=TABLES)
    ids: list[str] = []
    parts: list[Floats] = []
    with target.begin() as sink:
        for some in _groups(wanted):
            _copy_rows(source, sink, some)
            for found, vectors in catalogue.batches(source, of=some):
                sink.execute(sa.insert(passages), [passage_row(passage) for passage in found])
                ids += [passage.id for passage in found]
                parts.append(vectors)
    return Embedded(ids, np.concatenate(parts) if parts else np.zeros((0, 0), np.float32))


def carry_documents(base: Path, target: sa.Engine, left_out: Collection[str]) -> None:
    """Write all of another snapshot into the new database `target` but the documents `left_out`.

    Rows are written anew, not the file copied, so that nothing of what is left out can stay in it.
    """
    documents.metadata.create_all(target, tables=TABLES)
    with target.connect() as connection:
        connection.exec_driver_sql("ATTACH DATABASE ? AS base", (snapshot_address(base),))
        connection.exec_driver_sql("CREATE TEMPORARY TABLE left_out (id TEXT PRIMARY KEY)")
        for one in left_out:
            connection.exec_driver_sql("INSERT INTO left_out VALUES (?)", (one,))
        for table, owner in ((documents, "id"), (passages, "document_id")):
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            connection.exec_driver_sql(
                f"INSERT INTO main.{table.name} ({names}) SELECT {names} FROM base.{table.name} "
                f"WHERE {owner} NOT IN (SELECT id FROM left_out) ORDER BY {owner}"
            )
        connection.commit()
        connection.exec_driver_sql("DETACH DATABASE base")


def _groups(wanted: Sequence[str] | None) -> Iterator[Sequence[str] | None]:
    if wanted is None:
        yield None
    else:
        yield from (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))


def _copy_rows(source: sa.Connection, sink: sa.Connection, wanted: Sequence[str] | None) -> None:
    query = sa.select(documents) if wanted is None else sa.select(documents).where(documents.c.id.in_(wanted))
    for document in source.execution_options(yield_per=50).execute(query).mappings():
        sink.execute(sa.insert(documents), dict(document))
