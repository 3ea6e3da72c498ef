"""Reading documents and passages from tables, be it the catalogue's or a generation's snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from vectorstore.passages import Document, Metadata, Passage
from vectorstore.rows import document_of, metadata_of, passage_of
from vectorstore.tables import documents, passages


@dataclass(frozen=True, slots=True)
class Listed:
    """A document without its text, for listings; `passages` is how many were cut from it."""

    id: str
    uri: str
    source: str
    digest: str
    metadata: Metadata
    stored_at: datetime
    passages: int


def list_documents(connection: sa.Connection) -> list[Listed]:
    """Every document, without texts, by source."""
    count = sa.func.count(passages.c.id).label("passages")
    light = [documents.c[name] for name in ("id", "uri", "source", "digest", "metadata", "stored_at")]
    counts = sa.select(passages.c.document_id, count).group_by(passages.c.document_id).subquery()
    joined = documents.outerjoin(counts, counts.c.document_id == documents.c.id)
    query = sa.select(*light, sa.func.coalesce(counts.c.passages, 0).label("passages")).select_from(joined)
    rows = connection.execute(query.order_by(documents.c.source, documents.c.id)).mappings()
    return [Listed(**{**row, "metadata": metadata_of(row["metadata"])}) for row in rows]


def read_document(connection: sa.Connection, document_id: str) -> Document | None:
    """The document as stored, or None."""
    query = sa.select(documents).where(documents.c.id == document_id)
    row = connection.execute(query).mappings().first()
    return document_of(row) if row else None


def read_passages(connection: sa.Connection, document_id: str) -> list[Passage]:
    """The document's passages in order."""
    query = sa.select(passages).where(passages.c.document_id == document_id).order_by(passages.c.number)
    return [passage_of(row) for row in connection.execute(query).mappings()]


def find_passages(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Passage]:
    """The passages among `ids` that exist, by id."""
    query = sa.select(passages).where(passages.c.id.in_(ids))
    return {row["id"]: passage_of(row) for row in connection.execute(query).mappings()}
