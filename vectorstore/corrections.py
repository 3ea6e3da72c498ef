"""Metadata that a person corrected: it wins over all that was read, and outlives every new reading."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from vectorstore.passages import Metadata, Status
from vectorstore.tables import corrections

FIELDS = (
    *("title", "publisher", "regions", "language", "published", "as_of", "period", "status"),
    *("source_url", "kind"),
)
"""The fields of `Metadata` that may be corrected. A corrected field may be empty."""
Fields = Mapping[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class Corrections:
    """Corrected fields by the URI of their document, as JSON types."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime] = _now) -> None:
        self.engine, self._now = engine, now

    def find(self, uri: str) -> Fields:
        """The corrected fields of one document; none where nobody corrected it."""
        with self.engine.connect() as connection:
            found = connection.execute(
                sa.select(corrections.c.fields).where(corrections.c.uri == uri)
            ).scalar()
        return dict(found or {})

    def all(self) -> dict[str, Fields]:
        """The corrected fields of every document that has any."""
        with self.engine.connect() as connection:
            return {row.uri: row.fields for row in connection.execute(sa.select(corrections))}

    def save(self, uri: str, fields: Fields) -> None:
        """Keep these fields instead of those kept before; none at all forgets the document."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            self.save_in(connection, uri, fields)

    def save_in(self, connection: sa.Connection, uri: str, fields: Fields) -> None:
        """The same within a transaction that writes, so that what follows from it is there too or neither."""
        connection.execute(sa.delete(corrections).where(corrections.c.uri == uri))
        if fields:
            row = {"uri": uri, "fields": dict(fields), "at": self._now()}
            connection.execute(sa.insert(corrections), row)

    def clear(self, uri: str) -> None:
        """Forget what was corrected."""
        self.save(uri, {})


def corrected_values(fields: Fields) -> dict[str, Any]:
    """Corrected fields in the types of `Metadata`."""
    typed = {"regions": tuple, "period": tuple, "status": Status}
    return {name: typed.get(name, str)(fields[name]) for name in FIELDS if name in fields}


def correctable(metadata: Metadata) -> dict[str, Any]:
    """The fields of `metadata` that may be corrected, as JSON types."""
    plain = {name: getattr(metadata, name) for name in FIELDS}
    lists = {"regions": list(metadata.regions), "period": list(metadata.period)}
    return {**plain, **lists, "status": metadata.status.value}


def correction_bytes(fields: Fields) -> bytes:
    """The same bytes for the same correction; none for none."""
    return json.dumps(dict(fields), sort_keys=True).encode() if fields else b""
