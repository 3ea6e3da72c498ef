"""Moving a catalogue to another embedding model without a moment in which two models' vectors mix."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from vectorstore.catalogue import Catalogue, record_change, vector_rows
from vectorstore.errors import StoreError
from vectorstore.late import token_rows
from vectorstore.passages import Passage
from vectorstore.rows import passage_of
from vectorstore.stored_rows import drop_waiting, insert_rows, switch_rows
from vectorstore.tables import documents, next_vectors, passages, state, vectors

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder
    from vectorstore.token_vectors import EmbeddedPassages


def reembed(catalogue: Catalogue, embedder: "Embedder", batch: int = 64) -> int:
    """Embed every passage with `embedder`, then switch to it in one transaction.

    Searches go on with the former model until the switch. A kill loses at most one batch: the next
    call goes on where this one ended. Returns how many passages were embedded in this call.
    """
    identity = embedder.identity.to_dict()
    _begin(catalogue, identity)
    done = 0
    while not _switched(catalogue, identity):
        waiting = _waiting(catalogue, batch)
        embedded = embedder.embed_passages([(passage.header, passage.search_text) for passage in waiting])
        done += _keep(catalogue, identity, waiting, embedded)
    catalogue.check_model(embedder.identity)
    return done


def _begin(catalogue: Catalogue, identity: dict[str, Any]) -> None:
    with catalogue.writing() as connection:
        target = connection.execute(sa.select(state.c.next_model)).scalar_one()
        if target != identity:
            connection.execute(sa.delete(next_vectors))
            drop_waiting(connection)
            connection.execute(sa.update(state).values(next_model=identity))


def _missing() -> sa.Select[Any]:
    joined = passages.outerjoin(next_vectors, next_vectors.c.passage_id == passages.c.id)
    return sa.select(passages).select_from(joined).where(next_vectors.c.passage_id.is_(None))


def _waiting(catalogue: Catalogue, batch: int) -> list[Passage]:
    with catalogue.reading() as connection:
        query = _missing().order_by(passages.c.document_id, passages.c.number).limit(batch)
        return [passage_of(row) for row in connection.execute(query).mappings()]


def _keep(
    catalogue: Catalogue, identity: dict[str, Any], waiting: Sequence[Passage], embedded: "EmbeddedPassages"
) -> int:
    with catalogue.writing() as connection:
        if connection.execute(sa.select(state.c.next_model)).scalar_one() != identity:
            return 0
        # A document replaced meanwhile took its passages with it.
        ids = [passage.id for passage in waiting]
        query = _missing().with_only_columns(passages.c.id, passages.c.header, passages.c.search_text)
        rows = connection.execute(query.where(passages.c.id.in_(ids)))
        texts = {row.id: (row.header, row.search_text) for row in rows}
        same = [n for n, p in enumerate(waiting) if texts.get(p.id) == (p.header, p.search_text)]
        if same:
            kept = vector_rows([ids[n] for n in same], embedded.vectors[same])
            connection.execute(sa.insert(next_vectors), kept)
            tokens = {name: [each[n] for n in same] for name, each in token_rows(embedded).items()}
            insert_rows(connection, catalogue.kinds, [ids[n] for n in same], tokens, waiting=True)
        return len(same)


def _switched(catalogue: Catalogue, identity: dict[str, Any]) -> bool:
    with catalogue.writing() as connection:
        row = connection.execute(sa.select(state.c.model, state.c.next_model)).one()
        if row.next_model is None and row.model == identity:
            return True
        if row.next_model != identity:
            raise StoreError("another process began to embed the documents with another model")
        if connection.execute(_missing().limit(1)).first():
            return False
        connection.execute(sa.delete(vectors))
        connection.execute(sa.insert(vectors).from_select(["passage_id", "vector"], sa.select(next_vectors)))
        connection.execute(sa.delete(next_vectors))
        switch_rows(connection)
        connection.execute(sa.update(documents).values(stamp=record_change(connection)))
        connection.execute(sa.update(state).values(model=identity, next_model=None))
        return True
