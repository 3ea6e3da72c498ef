"""The register as the catalogue keeps it, and the mentions of its entities in passages."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from vectorstore.entities import Entity, Kind, Mention, Mentioning, Register, ambiguous_of, entity_of
from vectorstore.naming import Names
from vectorstore.rows import metadata_of
from vectorstore.tables import documents, entities, mentions, passages, register


class StoredNames:
    """The names of the register in a catalogue, made ready once for each register that is stored."""

    def __init__(self) -> None:
        self._digest = ""
        self._names = Names(Register())

    def read(self, connection: sa.Connection) -> Names:
        """The names as they are in the transaction; none where no register was stored."""
        digest = stored_digest(connection)
        if digest != self._digest:
            self._names = Names(read_register(connection))
            self._digest = digest
        return self._names

    def link(self, connection: sa.Connection, cut: Iterable[tuple[str, str, int]]) -> None:
        """Store the mentions in new passages: (id, text, start in its document)."""
        names = self.read(connection)
        insert_mentions(connection, [found for passage in cut for found in mentions_in(names, *passage)])


def mentions_in(names: Names, passage_id: str, text: str, start: int) -> list[Mention]:
    """The mentions in a passage whose text begins at `start` of its document."""
    return [
        Mention(passage_id, named.entity.id, start + named.start, start + named.end)
        for named in names.find(text)
    ]


def insert_mentions(connection: sa.Connection, found: Sequence[Mention]) -> None:
    """Store mentions of passages that have none yet."""
    if found:
        connection.execute(sa.insert(mentions), [asdict(one) for one in found])


def stored_digest(connection: sa.Connection) -> str:
    """The digest of the stored register; empty where there is none."""
    return connection.execute(sa.select(register.c.digest)).scalar() or ""


def read_register(connection: sa.Connection) -> Register:
    """The stored register; an empty one where none was stored."""
    rows = connection.execute(sa.select(entities.c.record).order_by(entities.c.number))
    ambiguous = connection.execute(sa.select(register.c.ambiguous)).scalar() or []
    return Register(
        tuple(entity_of(row.record) for row in rows), tuple(ambiguous_of(record) for record in ambiguous)
    )


def read_mentions(connection: sa.Connection, document_id: str) -> list[Mention]:
    """The mentions in a document's passages, in the order of the text."""
    query = (
        sa.select(mentions.c.passage_id, mentions.c.entity_id, mentions.c.start, mentions.c.end)
        .join(passages, passages.c.id == mentions.c.passage_id)
        .where(passages.c.document_id == document_id)
        .order_by(mentions.c.start)
    )
    return [Mention(**row) for row in connection.execute(query).mappings()]


def read_mentioning(connection: sa.Connection, entity_id: str) -> list[Mentioning]:
    """The documents that name an entity, those with the most such passages first."""
    count = sa.func.count(sa.distinct(mentions.c.passage_id)).label("passages")
    counted = (
        sa.select(passages.c.document_id, count)
        .join(mentions, mentions.c.passage_id == passages.c.id)
        .where(mentions.c.entity_id == entity_id)
        .group_by(passages.c.document_id)
        .subquery()
    )
    query = (
        sa.select(documents.c.id, documents.c.source, documents.c.metadata, counted.c.passages)
        .join(counted, counted.c.document_id == documents.c.id)
        .order_by(counted.c.passages.desc(), documents.c.source)
    )
    return [
        Mentioning(row["id"], row["source"], metadata_of(row["metadata"]).title, row["passages"])
        for row in connection.execute(query).mappings()
    ]


def read_regions(connection: sa.Connection) -> list[str]:
    """The places as documents' metadata name them, in the register's order."""
    kinds = [kind.value for kind in (Kind.REGION, Kind.AREA)]
    query = sa.select(entities.c.record).where(entities.c.kind.in_(kinds)).order_by(entities.c.number)
    places = [entity_of(row.record).region for row in connection.execute(query)]
    return list(dict.fromkeys(filter(None, places)))


def read_named(connection: sa.Connection, document_id: str, most: int) -> list[tuple[Entity, int]]:
    """What a document names, with the number of its passages that do, the most named first."""
    count = sa.func.count(sa.distinct(mentions.c.passage_id)).label("passages")
    query = (
        sa.select(entities.c.record, count)
        .join(mentions, mentions.c.entity_id == entities.c.id)
        .join(passages, passages.c.id == mentions.c.passage_id)
        .where(passages.c.document_id == document_id)
        .group_by(entities.c.id, entities.c.record, entities.c.number)
        .order_by(count.desc(), entities.c.number)
        .limit(most)
    )
    return [(entity_of(row.record), row.passages) for row in connection.execute(query)]
