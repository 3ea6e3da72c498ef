"""Tokens change with the vectors, in one transaction, whatever happens on the way."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from fakes import HashedEmbedder
from shelf import EMBEDDER, TEXTS, document, put, settings_for
from tokened import Fixed, embedded, put_with_tokens

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.errors import StoreError
from vectorstore.late import token_rows
from vectorstore.queries import Query
from vectorstore.reembedding import reembed
from vectorstore.retrieval import LATE, Fused
from vectorstore.stored_rows import HEADERS, TOKENS, WAITING
from vectorstore.tables import next_vectors, passage_rows, vectors
from vectorstore.token_vectors import EmbeddedPassages
from vectorstore.view import read_catalogue

OTHER = HashedEmbedder("another", 30)


class Interrupted(HashedEmbedder):
    """Ends like a process that is told to stop, when it has embedded so many batches."""

    def __init__(self, name: str, dimension: int, batches: int) -> None:
        super().__init__(name, dimension)
        self.left = batches

    def embed_passages(self, parts: Sequence[tuple[str, str]]) -> EmbeddedPassages:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return super().embed_passages(parts)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    found = open_catalogue(settings_for(tmp_path))
    put_with_tokens(found, *map(document, TEXTS))
    return found


def stored(catalogue: Catalogue) -> dict[tuple[str, str], bytes]:
    """Every row, by passage and kind, that is in use or waits."""
    with catalogue.reading() as connection:
        return {(row.passage_id, row.kind): row.rows for row in connection.execute(sa.select(passage_rows))}


def expected(
    catalogue: Catalogue, embedder: HashedEmbedder, before: str = ""
) -> dict[tuple[str, str], bytes]:
    cut = [passage for one in catalogue.documents() for passage in catalogue.passages(one.id)]
    rows = token_rows(embedded(cut, embedder))
    return {
        (passage.id, before + kind): found.tobytes()
        for kind in (TOKENS.name, HEADERS.name)
        for passage, found in zip(cut, rows[kind], strict=True)
    }


def dimension(catalogue: Catalogue) -> set[int]:
    with catalogue.reading() as connection:
        return {len(one) // 4 for one in connection.execute(sa.select(vectors.c.vector)).scalars()}


def is_switched(catalogue: Catalogue) -> bool:
    """Whether all is of the other model; fails where anything is of both."""
    switched = catalogue.model() == OTHER.identity.to_dict()
    used = {key: rows for key, rows in stored(catalogue).items() if not key[1].startswith(WAITING)}
    assert used == expected(catalogue, OTHER if switched else EMBEDDER)
    assert dimension(catalogue) == {30 if switched else 64}
    return switched


def test_tokens_switch_with_the_vectors(catalogue: Catalogue) -> None:
    assert not is_switched(catalogue)
    assert reembed(catalogue, OTHER, batch=3) == 8
    assert is_switched(catalogue)
    assert stored(catalogue) == expected(catalogue, OTHER)


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_an_interruption_leaves_the_former_model_and_loses_one_batch(
    catalogue: Catalogue, batches: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        reembed(catalogue, Interrupted("another", 30, batches), batch=3)
    assert not is_switched(catalogue)
    waiting = {key: rows for key, rows in stored(catalogue).items() if key[1].startswith(WAITING)}
    assert len(waiting) == 2 * 3 * batches
    assert waiting.items() <= expected(catalogue, OTHER, WAITING).items()
    assert reembed(catalogue, OTHER, batch=3) == 8 - 3 * batches
    assert is_switched(catalogue)
    assert stored(catalogue) == expected(catalogue, OTHER)


def test_a_switch_that_fails_leaves_everything_as_it_was(catalogue: Catalogue) -> None:
    """The last step of the switch is to name the model; here the database refuses it."""
    with catalogue.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refused BEFORE UPDATE ON state WHEN NEW.model IS NOT OLD.model "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    with pytest.raises(StoreError, match="refused"):
        reembed(catalogue, OTHER)
    assert not is_switched(catalogue)
    with catalogue.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER refused")
    assert reembed(catalogue, OTHER) == 0
    assert is_switched(catalogue)


def test_a_third_model_finds_nothing_of_the_second(catalogue: Catalogue) -> None:
    with pytest.raises(KeyboardInterrupt):
        reembed(catalogue, Interrupted("second", 16, 2), batch=3)
    assert reembed(catalogue, OTHER, batch=3) == 8
    assert is_switched(catalogue)
    assert stored(catalogue) == expected(catalogue, OTHER)
    with catalogue.reading() as connection:
        assert not connection.execute(sa.select(next_vectors)).first()


def test_a_document_replaced_meanwhile_takes_its_tokens_along(catalogue: Catalogue) -> None:
    with pytest.raises(KeyboardInterrupt):
        reembed(catalogue, Interrupted("another", 30, 2), batch=3)
    put_with_tokens(catalogue, document("dalarna", "En ny rad\noch en till\noch en tredje"))
    catalogue.remove(["id-gävleborg"])
    assert not is_switched(catalogue)
    reembed(catalogue, OTHER, batch=3)
    assert is_switched(catalogue)
    assert stored(catalogue) == expected(catalogue, OTHER)


def test_the_same_model_once_more_gives_tokens_to_what_has_none(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put(catalogue, *map(document, TEXTS))
    assert stored(catalogue) == {}
    assert reembed(catalogue, EMBEDDER) == 8
    assert stored(catalogue) == expected(catalogue, EMBEDDER)


def test_searches_before_and_after_find_the_passage_by_its_tokens(catalogue: Catalogue) -> None:
    text = "Skogsindustrin är viktig."
    for embedder in (EMBEDDER, OTHER):
        view = read_catalogue(catalogue)
        first, *rest = Fused(Fixed(view), embedder).retrieve(Query(text))
        assert first.passage.text == text
        assert first.legs[LATE] > 0.8 > max(hit.legs[LATE] for hit in rest)
        assert len(view.rows[TOKENS.name].of(0)) % -(-embedder.identity.dimension // 4) == 0
        reembed(catalogue, OTHER)
    assert np.array_equal(view.rows[HEADERS.name].rows[:, 0] > 0, [True] * 8)
