"""The catalogue: whole documents or none, one model, nothing left of what was removed."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import alembic.autogenerate
import numpy as np
import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from fakes import HashedEmbedder
from shelf import EMBEDDER, TEXTS, document, passages, put, settings_for, shelf, texts

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.errors import ModelMismatch, StoreError
from vectorstore.reembedding import reembed
from vectorstore.slack_tables import metadata  # with every table

KILLS = 10
# Writes one document over and over, each time with another text of many passages.
WRITER = """
import sys
from pathlib import Path
from shelf import document, put, settings_for
from vectorstore.catalogue import open_catalogue
catalogue = open_catalogue(settings_for(Path(sys.argv[1])))
round = int(sys.argv[2])
print("ready", flush=True)
while True:
    round += 1
    put(catalogue, document("same", "\\n".join(f"round {round} line {line}" for line in range(200))))
    print(round, flush=True)
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return shelf(tmp_path)


def vectors_by_id(catalogue: Catalogue) -> dict[str, np.typing.NDArray[np.float32]]:
    with catalogue.reading() as connection:
        batches = list(catalogue.batches(connection, size=3))
    return {p.id: v for found, vectors in batches for p, v in zip(found, vectors, strict=True)}


def test_what_is_stored_comes_back_the_same(catalogue: Catalogue) -> None:
    for name in TEXTS:
        assert catalogue.document(f"id-{name}") == document(name)
        assert catalogue.passages(f"id-{name}") == passages(document(name))
    stored = vectors_by_id(catalogue)
    for passage in passages(document("dalarna")):
        np.testing.assert_array_equal(stored[passage.id], EMBEDDER.embed_query(passage.indexed_text))


def test_the_tables_are_those_of_the_migrations(catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        assert alembic.autogenerate.compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_catalogue_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    with shelf(tmp_path).writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        open_catalogue(settings_for(tmp_path))


def test_an_unreadable_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite3").write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match=str(tmp_path)):
        open_catalogue(settings_for(tmp_path))


def test_sqlite_is_set_to_keep_and_to_forget(catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found.pop("busy_timeout") >= 5000
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_the_same_bytes_change_nothing(catalogue: Catalogue) -> None:
    before = catalogue.version()
    assert put(catalogue, document("dalarna")) == [False]
    assert catalogue.version() == before


def test_a_new_text_takes_the_place_of_the_old(catalogue: Catalogue) -> None:
    before = catalogue.version()
    changed = document("dalarna", "Helt ny text.\nOch en rad till.\nOch en.")
    assert put(catalogue, changed) == [True]
    assert catalogue.document("id-dalarna") == changed
    assert [p.text for p in catalogue.passages("id-dalarna")] == changed.text.split("\n")
    assert catalogue.version().revision == before.revision + 1
    assert len(vectors_by_id(catalogue)) == 9


def test_a_uri_has_one_document_even_if_its_id_changes(catalogue: Catalogue) -> None:
    moved = replace(document("dalarna", "Ny text"), id="another")
    put(catalogue, moved)
    assert catalogue.document("id-dalarna") is None
    assert catalogue.digests()[moved.uri] == moved.digest


def test_listings_hold_no_texts(catalogue: Catalogue) -> None:
    listed = catalogue.documents()
    assert [(one.source, one.passages) for one in listed] == [(f"{name}.txt", 2) for name in sorted(TEXTS)]
    assert listed[1].metadata == document("gävleborg").metadata
    assert not hasattr(listed[0], "text")


def test_a_document_without_passages_is_kept(catalogue: Catalogue) -> None:
    empty = document("empty", "  ")
    catalogue.replace(empty, [], np.zeros((0, 64), np.float32))
    assert catalogue.document(empty.id) == empty


@pytest.mark.parametrize(
    "vectors", [np.ones((1, 64)) / 8, np.ones((2, 63)), np.ones((2, 64)), np.full((2, 64), np.nan)]
)
def test_vectors_that_do_not_fit_are_refused(
    catalogue: Catalogue, vectors: np.typing.NDArray[np.float32]
) -> None:
    one = document("ny", "ett\ntvå")
    with pytest.raises(StoreError, match="ny.txt"):
        catalogue.replace(one, passages(one), vectors.astype(np.float32))
    assert catalogue.document(one.id) is None


def test_passages_must_be_of_the_text(catalogue: Catalogue) -> None:
    one = document("ny", "ett\ntvå")
    shifted = [replace(passage, start=passage.start + 1) for passage in passages(one)]
    with pytest.raises(StoreError, match="not a part"):
        catalogue.replace(one, shifted, EMBEDDER.embed_documents(texts(shifted)))


def test_broken_unicode_is_an_error_not_a_trace(catalogue: Catalogue) -> None:
    one = document("ny", "ett")
    broken = replace(one, text="\ud800", sections=(), pages=())
    with pytest.raises(StoreError):
        catalogue.replace(broken, [], np.zeros((0, 64), np.float32))


def test_another_model_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ModelMismatch, match="hashed words"):
        catalogue.check_model(HashedEmbedder("another").identity)


def test_an_empty_catalogue_takes_any_model(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    catalogue.check_model(EMBEDDER.identity)
    catalogue.check_model(HashedEmbedder("another").identity)
    assert (catalogue.model() or {})["name"] == "another"


def test_a_writer_with_the_former_model_is_stopped(tmp_path: Path) -> None:
    late = shelf(tmp_path)
    reembed(shelf(tmp_path), HashedEmbedder("another"))
    with pytest.raises(ModelMismatch):
        late.replace(document("ny", "ett"), [], np.zeros((0, 64), np.float32))


def test_reembedding_switches_all_vectors_at_once(catalogue: Catalogue) -> None:
    other = HashedEmbedder("another", dimension=32)
    stamps = catalogue.stamps()
    assert reembed(catalogue, other, batch=3) == 8
    assert (catalogue.model() or {})["name"] == "another"
    assert {v.shape for v in vectors_by_id(catalogue).values()} == {(32,)}
    assert not set(stamps.values()) & set(catalogue.stamps().values())


def test_reembedding_goes_on_where_it_was_stopped(catalogue: Catalogue) -> None:
    class Tired(HashedEmbedder):
        def embed_documents(self, texts):  # type: ignore[no-untyped-def]
            if len(called := self.__dict__.setdefault("called", [])) == 2:
                raise KeyboardInterrupt
            called.append(len(texts))
            return super().embed_documents(texts)

    before = vectors_by_id(catalogue)
    with pytest.raises(KeyboardInterrupt):
        reembed(catalogue, Tired("another"), batch=3)
    assert (catalogue.model() or {})["name"] == "hashed words"
    assert all((vectors_by_id(catalogue)[one] == vector).all() for one, vector in before.items())
    assert reembed(catalogue, HashedEmbedder("another"), batch=3) == 2


def test_removed_texts_are_in_no_file(catalogue: Catalogue, tmp_path: Path) -> None:
    put(catalogue, document("secret", "Hemligheten heter Kanariefågel.\n" + "utfyllnad " * 3000))
    assert "Kanariefågel".encode() in everything(tmp_path)
    assert catalogue.remove(["id-secret", "id-unknown"]) == 1
    assert "Kanariefågel".encode() not in everything(tmp_path)
    assert catalogue.document("id-secret") is None
    assert catalogue.remove(["id-secret"]) == 0


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_kill_leaves_the_old_document_or_the_new(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    moments = random.Random(seed)
    last = 0
    for _ in range(KILLS):
        acknowledged = run_and_kill(tmp_path, last, moments.uniform(0.05, 0.3))
        catalogue = open_catalogue(settings_for(tmp_path))
        stored = catalogue.document("id-same")
        if stored is None:
            assert acknowledged == 0
            continue
        last = int(stored.text.split()[1])
        assert acknowledged <= last <= acknowledged + 1
        assert catalogue.passages("id-same") == passages(stored)
        assert sorted(vectors_by_id(catalogue)) == sorted(passage.id for passage in passages(stored))
        catalogue.close()
    assert last > KILLS


def run_and_kill(folder: Path, round: int, seconds: float) -> int:
    """Kill a writer some time after its first write; returns the last round it called done."""
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parent.parent)])
    command = [sys.executable, "-c", WRITER, str(folder), str(round)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
    ) as writer:
        assert writer.stdout and writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        lines = writer.stdout.read().split()
    return int(lines[-1]) if lines else round
