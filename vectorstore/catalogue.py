"""The catalogue: documents, passages and vectors as they are. Everything searches read is made from it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from vectorstore.database import open_database, scrub
from vectorstore.errors import StoreError
from vectorstore.model_identity import ModelIdentity, check
from vectorstore.passages import Document, Passage
from vectorstore.reading import Listed, list_documents, read_document, read_passages
from vectorstore.rows import document_row, passage_of, passage_row
from vectorstore.settings import Settings
from vectorstore.stored_register import StoredNames
from vectorstore.stored_rows import KINDS, Kind, Rows, insert_rows
from vectorstore.tables import documents, passages, state, vectors

Floats = np.typing.NDArray[np.float32]
Batch = tuple[list[Passage], Floats]
LENGTH_TOLERANCE = 1e-3
STORED_FLOAT = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class Version:
    """Where the catalogue stands. `stamp` is new after each change, `revision` counts them."""

    revision: int
    stamp: str


class Catalogue:
    """Reads and changes the catalogue. One document is one transaction; a kill leaves old or new."""

    def __init__(self, engine: sa.Engine, kinds: Sequence[Kind] = KINDS) -> None:
        self.engine = engine
        self.kinds = kinds
        self._model: dict[str, Any] | None = None
        self._names = StoredNames()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the catalogue throughout; StoreError if the database fails."""
        options = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with translated(), self.engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that waits for its turn to write; StoreError if the database fails."""
        with translated(), self.engine.execution_options(immediate=True).begin() as connection:
            yield connection

    def version(self) -> Version:
        """Cheap enough to ask once a second."""
        with self.reading() as connection:
            row = connection.execute(sa.select(state.c.revision, state.c.stamp)).one()
        return Version(row.revision, row.stamp)

    def check_model(self, identity: ModelIdentity) -> None:
        """Store the model at first, raise ModelMismatch later if it is another. Call before `replace`."""
        wanted = identity.to_dict()
        if self.model() != wanted:
            with self.writing() as connection:
                if connection.execute(sa.select(vectors.c.passage_id).limit(1)).first():
                    check(ModelIdentity.from_dict(self.model() or {}), identity)
                connection.execute(sa.update(state).values(model=wanted))
        self._model = wanted

    def model(self) -> dict[str, Any] | None:
        """The identity of the model the stored vectors were made with; None in a new catalogue."""
        with self.reading() as connection:
            found: dict[str, Any] | None = connection.execute(sa.select(state.c.model)).scalar_one()
        return found

    def replace(
        self,
        document: Document,
        cut: Sequence[Passage],
        embedded: Floats,
        rows: Mapping[str, Sequence[Rows]] | None = None,
    ) -> bool:
        """Store the document, its passages, their vectors (n, dimension) and mentions instead of what it was.

        `rows` are further arrays by the name of their kind, one for each passage; see stored_rows.py.
        A document with the URI and digest of a stored one changes nothing. Returns whether
        anything changed; raises StoreError for parts that do not belong together.
        """
        self._check(document, cut, embedded)
        with self.writing() as connection:
            if self._is_stored(connection, document):
                return False
            self._check_model_in(connection)
            same = sa.or_(documents.c.uri == document.uri, documents.c.id == document.id)
            connection.execute(sa.delete(documents).where(same))
            row = document_row(document) | {
                "stored_at": datetime.now(UTC),
                "stamp": record_change(connection),
            }
            connection.execute(sa.insert(documents), row)
            if cut:
                connection.execute(sa.insert(passages), [passage_row(passage) for passage in cut])
                connection.execute(sa.insert(vectors), vector_rows([p.id for p in cut], embedded))
                insert_rows(connection, self.kinds, [p.id for p in cut], rows or {})
                self._names.link(connection, [(p.id, p.text, p.start) for p in cut])
        return True

    def remove(self, ids: Sequence[str]) -> int:
        """Delete documents so that no byte of them is left in the database; returns how many were there."""
        with self.writing() as connection:
            gone = sum(
                connection.execute(sa.delete(documents).where(documents.c.id == one)).rowcount for one in ids
            )
            if gone:
                record_change(connection)
        if gone:
            scrub(self.engine)
        return gone

    def digests(self) -> dict[str, str]:
        """uri -> digest of every document."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(documents.c.uri, documents.c.digest))
            return {row.uri: row.digest for row in rows}

    def stamps(self) -> dict[str, str]:
        """id -> stamp of every document; the stamp is new after each change to the document."""
        with self.reading() as connection:
            return {
                row.id: row.stamp for row in connection.execute(sa.select(documents.c.id, documents.c.stamp))
            }

    def documents(self) -> list[Listed]:
        """Every document, without texts, by source."""
        with self.reading() as connection:
            return list_documents(connection)

    def document(self, document_id: str) -> Document | None:
        """The document as stored, or None."""
        with self.reading() as connection:
            return read_document(connection, document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages in order."""
        with self.reading() as connection:
            return read_passages(connection, document_id)

    def batches(
        self, connection: sa.Connection, size: int = 1000, of: Sequence[str] | None = None
    ) -> Iterator[Batch]:
        """Passages with their vectors (n, dimension), by document and number, within `reading()`.

        All of them, or those of the documents `of`.
        """
        query = (
            sa.select(passages, vectors.c.vector)
            .join(vectors, vectors.c.passage_id == passages.c.id)
            .order_by(passages.c.document_id, passages.c.number)
        )
        if of is not None:
            query = query.where(passages.c.document_id.in_(of))
        for part in connection.execution_options(yield_per=size).execute(query).mappings().partitions(size):
            found = [passage_of({k: v for k, v in row.items() if k != "vector"}) for row in part]
            yield found, np.stack([np.frombuffer(row["vector"], STORED_FLOAT) for row in part])

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def _check(self, document: Document, cut: Sequence[Passage], embedded: Floats) -> None:
        if self._model is None:
            raise StoreError("check_model was not called before the first replace")
        expected = (len(cut), self._model["dimension"])
        if cut and (embedded.shape != expected or not _normalised(embedded)):
            raise StoreError(f"{document.uri}: vectors {embedded.shape}, expected {expected} of length 1")
        for passage in cut:
            if (
                passage.document_id != document.id
                or passage.text != document.text[passage.start : passage.end]
            ):
                raise StoreError(f"{document.uri}: passage {passage.id} is not a part of the document")

    def _check_model_in(self, connection: sa.Connection) -> None:
        stored = connection.execute(sa.select(state.c.model)).scalar_one()
        if stored != self._model:
            if stored is None or self._model is None:
                raise StoreError("the catalogue's model was reset meanwhile; run the command again")
            check(ModelIdentity.from_dict(stored), ModelIdentity.from_dict(self._model))

    def _is_stored(self, connection: sa.Connection, document: Document) -> bool:
        same = (documents.c.uri == document.uri, documents.c.digest == document.digest)
        return connection.execute(sa.select(documents.c.id).where(*same)).first() is not None


@contextmanager
def translated() -> Iterator[None]:
    """Database errors as StoreError."""
    try:
        yield
    except (sa.exc.DBAPIError, UnicodeEncodeError) as error:
        raise StoreError(f"the catalogue failed: {getattr(error, 'orig', None) or error}") from error


def open_catalogue(settings: Settings) -> Catalogue:
    """The catalogue of `settings.data_dir` or `settings.catalogue_url`, made if there is none."""
    return Catalogue(open_database(settings))


def _normalised(embedded: Floats) -> bool:
    return bool((np.abs(np.linalg.norm(embedded, axis=1) - 1) < LENGTH_TOLERANCE).all())


def record_change(connection: sa.Connection) -> str:
    """Count one change to the catalogue; returns its stamp."""
    stamp = uuid.uuid4().hex
    connection.execute(sa.update(state).values(revision=state.c.revision + 1, stamp=stamp))
    return stamp


def vector_rows(ids: Sequence[str], embedded: Floats) -> list[dict[str, Any]]:
    """Rows of `vectors` for passages and their vectors in the same order."""
    stored = np.ascontiguousarray(embedded, STORED_FLOAT)
    return [{"passage_id": one, "vector": vector.tobytes()} for one, vector in zip(ids, stored, strict=True)]
