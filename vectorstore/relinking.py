"""Storing another register: every passage's mentions are found anew, and nothing is embedded."""

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa

from vectorstore.catalogue import Catalogue, record_change
from vectorstore.entities import Mention, Register, entity_record, register_digest
from vectorstore.name_tree import VERSION
from vectorstore.naming import Names
from vectorstore.stored_register import insert_mentions, mentions_in, stored_digest
from vectorstore.tables import documents, entities, mentions, passages, register, state

ONLY = 1

Linked = dict[str, list[Mention]]


def store_register(catalogue: Catalogue, content: Register) -> bool:
    """Make `content` the stored register and link all passages by it, in one transaction.

    Returns whether anything changed: the same register by the same rules changes nothing. The names are
    found before the transaction begins, so that others wait only while they are written.
    """
    digest = register_digest(content, VERSION)
    names = Names(content)
    with catalogue.reading() as connection:
        if stored_digest(connection) == digest:
            return False
        stamps = _stamps(connection)
        linked = _link(connection, names, stamps)
    with catalogue.writing() as connection:
        # Locked until the end, so that no document is linked by the former register meanwhile.
        connection.execute(sa.select(state.c.id).with_for_update())
        now = _stamps(connection)
        linked |= _link(connection, names, [one for one, stamp in now.items() if stamps.get(one) != stamp])
        _replace(connection, content, digest)
        for one in now:
            insert_mentions(connection, linked[one])
        record_change(connection)
    return True


def _stamps(connection: sa.Connection) -> dict[str, str]:
    return {row.id: row.stamp for row in connection.execute(sa.select(documents.c.id, documents.c.stamp))}


def _link(connection: sa.Connection, names: Names, document_ids: Iterable[str]) -> Linked:
    linked = {}
    columns = sa.select(passages.c.id, passages.c.text, passages.c.start)
    for one in document_ids:
        rows = connection.execute(columns.where(passages.c.document_id == one)).all()
        linked[one] = [found for row in rows for found in mentions_in(names, row.id, row.text, row.start)]
    return linked


def _replace(connection: sa.Connection, content: Register, digest: str) -> None:
    for table in (mentions, entities, register):
        connection.execute(sa.delete(table))
    ambiguous = [asdict(one) for one in content.ambiguous]
    connection.execute(sa.insert(register).values(id=ONLY, digest=digest, ambiguous=ambiguous))
    rows = [
        {"id": one.id, "number": number, "kind": one.kind.value, "record": entity_record(one)}
        for number, one in enumerate(content.entities)
    ]
    if rows:
        connection.execute(sa.insert(entities), rows)
