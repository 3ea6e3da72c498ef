"""A still picture of the catalogue that searches and document pages read, so that they agree."""

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from vectorstore.carried import Key
from vectorstore.facets import Facets, FacetTable, facets_of
from vectorstore.passages import Document, Passage
from vectorstore.reading import Listed, find_passages, list_documents, read_document, read_passages
from vectorstore.rows import metadata_of
from vectorstore.tables import documents, passages

FILE = "passages.sqlite3"
CACHED_DOCUMENTS = 256


class Snapshot:
    """Reads a snapshot. `ids` and `facets` hold all passages, by document and number, as the vectors do."""

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

    def keys(self) -> list[Key]:
        """Every passage's id and that of its document, in the order of `ids`."""
        column = self.facets.columns["document"]
        return list(zip(self.ids, (column.values[number] for number in column.numbers), strict=True))

    def stamps(self) -> dict[str, str]:
        """id -> stamp of every document."""
        with self._lock, self._engine.connect() as connection:
            rows = connection.execute(sa.select(documents.c.id, documents.c.stamp))
            return {row.id: row.stamp for row in rows}

    def indexed_texts(self, of: Collection[str] | None = None) -> Iterator[str]:
        """The indexed text of every passage, or of those of the documents `of`, in the order of `ids`."""
        query = sa.select(passages.c.header, passages.c.search_text).order_by(*_order())
        with self._lock, self._engine.connect() as connection:
            for some in [None] if of is None else [[one] for one in sorted(of)]:
                chosen = query if some is None else query.where(passages.c.document_id.in_(some))
                for row in connection.execution_options(yield_per=1000).execute(chosen):
                    yield f"{row.header}\n{row.search_text}" if row.header else row.search_text

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _read_document(self, document_id: str) -> Document | None:
        with self._lock, self._engine.connect() as connection:
            return read_document(connection, document_id)


def _order() -> tuple[sa.ColumnElement[Any], ...]:
    # SQLite compares the bytes of texts, whatever the order of the catalogue's database.
    return passages.c.document_id, passages.c.number


def _read_facets(connection: sa.Connection) -> tuple[list[str], FacetTable]:
    rows = connection.execute(sa.select(documents.c.id, documents.c.metadata))
    metadata = {row.id: metadata_of(row.metadata) for row in rows}
    query = sa.select(passages.c.id, passages.c.document_id, passages.c.published).order_by(*_order())
    known: dict[tuple[str, str], Facets] = {}
    ids, facets = [], []
    for row in connection.execute(query):
        key = (row.document_id, row.published)
        if key not in known:
            known[key] = facets_of(row.document_id, metadata[row.document_id], row.published)
        ids.append(row.id)
        facets.append(known[key])
    return ids, FacetTable(facets)


def new_engine(path: Path) -> sa.Engine:
    """A new snapshot file, to be filled; nothing needs it until it is whole and synced."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}", uri=True, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    return sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool)


def file_engine(path: Path) -> sa.Engine:
    """One connection to a snapshot's file, which stays readable after its folder is removed."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(snapshot_address(path), uri=True, check_same_thread=False)

    return sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool)


def memory_engine() -> sa.Engine:
    """A database that lives as long as the engine."""
    return sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def snapshot_address(path: Path) -> str:
    """SQLite's URI of a snapshot's file, which nobody writes to."""
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
