"""A still picture of the catalogue that searches and document pages read, so that they agree."""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from vectorstore.catalogue import Batch, Catalogue, Floats, Version
from vectorstore.facets import Facets, facets_of
from vectorstore.passages import Document, Passage
from vectorstore.reading import Listed, find_passages, list_documents, read_document, read_passages
from vectorstore.rows import metadata_of, passage_row
from vectorstore.tables import documents, passages, state

FILE = "passages.sqlite3"
CACHED_DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class Contents:
    """What was copied: vectors (n, dimension) in the snapshot's order, and each document's stamp."""

    version: Version
    model: dict[str, Any]
    stamps: dict[str, str]
    vectors: Floats


def copy_catalogue(catalogue: Catalogue, target: sa.Engine) -> Contents:
    """Write documents and passages of one moment into the empty database `target`."""
    documents.metadata.create_all(target, tables=[documents, passages])
    with catalogue.reading() as source, target.begin() as sink:
        row = source.execute(sa.select(state)).one()
        stamps = _copy_documents(source, sink)
        parts = [_copy_passages(batch, sink) for batch in catalogue.batches(source)]
    vectors = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    return Contents(Version(row.revision, row.stamp), row.model or {}, stamps, vectors)


def _copy_documents(source: sa.Connection, sink: sa.Connection) -> dict[str, str]:
    stamps = {}
    for document in source.execution_options(yield_per=50).execute(sa.select(documents)).mappings():
        sink.execute(sa.insert(documents), dict(document))
        stamps[document["id"]] = document["stamp"]
    return stamps


def _copy_passages(batch: Batch, sink: sa.Connection) -> Floats:
    found, vectors = batch
    sink.execute(sa.insert(passages), [passage_row(passage) for passage in found])
    return vectors


class Snapshot:
    """Reads a snapshot. `ids` and `facets` hold all passages in the order of the vectors."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.document = lru_cache(CACHED_DOCUMENTS)(self._read_document)
        with engine.connect() as connection:
            self.ids, self.facets = _read_facets(connection)
        self.positions = {one: position for position, one in enumerate(self.ids)}

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages in order; empty for an unknown one."""
        with self._lock, self._engine.connect() as connection:
            return read_passages(connection, document_id)

    def find(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids."""
        with self._lock, self._engine.connect() as connection:
            return find_passages(connection, ids)

    def documents(self) -> list[Listed]:
        """Every document, without texts, by source."""
        with self._lock, self._engine.connect() as connection:
            return list_documents(connection)

    def indexed_texts(self) -> list[str]:
        """Every passage's indexed text, in the order of `ids`."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(sa.select(passages.c.header, passages.c.search_text).order_by(_order()))
            return [f"{row.header}\n{row.search_text}" if row.header else row.search_text for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _read_document(self, document_id: str) -> Document | None:
        with self._lock, self._engine.connect() as connection:
            return read_document(connection, document_id)


def _order() -> sa.ColumnElement[int]:
    # Rows were inserted in the order of the vectors.
    return sa.literal_column("passages.rowid")


def _read_facets(connection: sa.Connection) -> tuple[list[str], list[Facets]]:
    rows = connection.execute(sa.select(documents.c.id, documents.c.metadata))
    metadata = {row.id: metadata_of(row.metadata) for row in rows}
    query = sa.select(passages.c.id, passages.c.document_id, passages.c.published).order_by(_order())
    known: dict[tuple[str, str], Facets] = {}
    ids, facets = [], []
    for row in connection.execute(query):
        key = (row.document_id, row.published)
        if key not in known:
            known[key] = facets_of(row.document_id, metadata[row.document_id], row.published)
        ids.append(row.id)
        facets.append(known[key])
    return ids, facets


def new_engine(path: Path) -> sa.Engine:
    """A new snapshot file, to be filled by `copy_catalogue`."""
    return sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=StaticPool)


def file_engine(path: Path) -> sa.Engine:
    """One connection to a snapshot's file, which stays readable after its folder is removed."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool)


def memory_engine() -> sa.Engine:
    """A database that lives as long as the engine."""
    return sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
