"""Mentions: linked with the document, linked anew with another register, gone with the passage."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from shelf import EMBEDDER, document, many, put, settings_for, shelf

from ingest.register.loading import load_register
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.database import open_database
from vectorstore.entities import Entity, Kind, Register
from vectorstore.errors import StoreError
from vectorstore.passages import Document
from vectorstore.publish import publish
from vectorstore.relinking import store_register
from vectorstore.store import Store, open_store
from vectorstore.stored_register import read_mentioning, read_mentions, read_register, stored_digest

TEXT = "Regionalfondens stöd i Värmland.\nCIP-programmet är slut.\nInget namn här."


def thing(one: str, *names: str) -> Entity:
    return Entity(one, Kind.PROJECT, dict.fromkeys(("sv", "en", "no"), names))


FOREST = Register((thing("forest", "Skogsindustrin"),))
BOTH = Register((*FOREST.entities, thing("interreg", "Interreg")))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(shelf(tmp_path)) as opened:
        yield opened


def named(catalogue: Catalogue, document_id: str) -> list[tuple[str, str]]:
    with catalogue.reading() as connection:
        found = read_mentions(connection, document_id)
    stored = catalogue.document(document_id)
    assert stored is not None
    within = {passage.id: (passage.start, passage.end) for passage in catalogue.passages(document_id)}
    assert all(within[one.passage_id][0] <= one.start < one.end <= within[one.passage_id][1] for one in found)
    return [(stored.text[one.start : one.end], one.entity_id) for one in found]


def test_the_stored_register_is_the_one_that_was_read(catalogue: Catalogue) -> None:
    content = load_register()
    assert store_register(catalogue, content)
    with catalogue.reading() as connection:
        assert read_register(connection) == content


def test_a_document_is_linked_with_its_passages(catalogue: Catalogue) -> None:
    store_register(catalogue, load_register())
    put(catalogue, document("ny", TEXT))
    assert named(catalogue, "id-ny") == [("Regionalfonden", "eruf"), ("Värmland", "varmland"), ("CIP", "cip")]


def test_without_a_register_nothing_is_linked(catalogue: Catalogue) -> None:
    assert named(catalogue, "id-värmland") == []


def test_another_register_links_all_documents_anew_and_embeds_nothing(catalogue: Catalogue) -> None:
    put(catalogue, *many(3))
    stamps = catalogue.stamps()
    store_register(catalogue, FOREST)
    assert named(catalogue, "id-värmland") == [("Skogsindustrin", "forest")]
    before = catalogue.version()
    store_register(catalogue, BOTH)
    assert named(catalogue, "id-värmland") == [("Interreg", "interreg"), ("Skogsindustrin", "forest")]
    assert catalogue.version().revision == before.revision + 1
    assert catalogue.stamps() == stamps
    store_register(catalogue, Register())
    assert named(catalogue, "id-värmland") == []


def test_the_same_register_changes_nothing(catalogue: Catalogue) -> None:
    store_register(catalogue, BOTH)
    before = catalogue.version()
    assert not store_register(catalogue, BOTH)
    assert catalogue.version() == before


def test_a_writer_that_began_before_links_by_the_new_register(catalogue: Catalogue, tmp_path: Path) -> None:
    store_register(catalogue, FOREST)
    put(catalogue, document("första", "Skogsindustrin och Interreg"))
    other = shelf(tmp_path)
    store_register(other, Register((thing("interreg", "Interreg"),)))
    other.close()
    put(catalogue, document("andra", "Skogsindustrin och Interreg"))
    assert named(catalogue, "id-första") == named(catalogue, "id-andra") == [("Interreg", "interreg")]


class Overtaken(Catalogue):
    """Just before its first change another writer stores documents."""

    def __init__(self, folder: Path, *documents: Document) -> None:
        super().__init__(open_database(settings_for(folder)))
        self.folder, self.documents = folder, list(documents)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        with closing(open_catalogue(settings_for(self.folder))) as other:
            put(other, *self.documents)
        self.documents.clear()
        with super().writing() as connection:
            yield connection


def test_documents_stored_while_names_are_found_are_linked_too(catalogue: Catalogue, tmp_path: Path) -> None:
    store_register(catalogue, FOREST)
    new, changed = document("ny", "Interreg"), document("värmland", "Bara Interreg kvar")
    with closing(Overtaken(tmp_path, new, changed)) as overtaken:
        assert store_register(overtaken, BOTH)
    assert named(catalogue, "id-ny") == named(catalogue, "id-värmland") == [("Interreg", "interreg")]


def test_mentions_go_with_what_they_stand_in(catalogue: Catalogue) -> None:
    store_register(catalogue, BOTH)
    put(catalogue, document("värmland", "Interreg igen\nInterreg och Interreg"))
    assert named(catalogue, "id-värmland") == [("Interreg", "interreg")] * 3
    with catalogue.reading() as connection:
        (told,) = read_mentioning(connection, "interreg")
        assert (told.source, told.title, told.passages) == ("värmland.txt", "Program", 2)
    catalogue.remove(["id-värmland"])
    with catalogue.reading() as connection:
        assert read_mentioning(connection, "interreg") == []


def test_a_failure_leaves_the_former_register_and_its_mentions(catalogue: Catalogue) -> None:
    store_register(catalogue, FOREST)
    broken = Register(
        (replace(thing("interreg", "Interreg"), note="\ud800"), thing("x", "X"), thing("x", "X"))
    )
    with pytest.raises(StoreError):
        store_register(catalogue, broken)
    assert named(catalogue, "id-värmland") == [("Skogsindustrin", "forest")]
    with catalogue.reading() as connection:
        assert read_register(connection) == FOREST and stored_digest(connection)


def opened(folder: Path) -> Store:
    return open_store(settings_for(folder), EMBEDDER, check_seconds=600)


def test_questions_are_read_by_the_published_register(catalogue: Catalogue, tmp_path: Path) -> None:
    store_register(catalogue, FOREST)
    publish(catalogue, tmp_path)
    with closing(opened(tmp_path)) as store:
        assert list(store.names().entities) == ["forest"]
        assert store.names() is store.names()
        store_register(catalogue, BOTH)
        publish(catalogue, tmp_path)
        assert [one.entity_id for one in store.names.mentions("id-värmland")] == ["interreg", "forest"]
        assert [one.document_id for one in store.names.mentioning("interreg")] == ["id-värmland"]
        take_away(store, tmp_path)
        assert list(store.names().entities) == ["forest"]
        give_back(store, tmp_path)
        assert list(store.names().entities) == ["forest", "interreg"]


def take_away(store: Store, folder: Path) -> None:
    """Make the catalogue one that cannot be opened."""
    store.catalogue.engine.dispose()
    (folder / "away").mkdir()
    for file in folder.glob("catalogue.sqlite3*"):
        file.rename(folder / "away" / file.name)
    (folder / "catalogue.sqlite3").mkdir()


def give_back(store: Store, folder: Path) -> None:
    """Undo `take_away`."""
    (folder / "catalogue.sqlite3").rmdir()
    for file in (folder / "away").iterdir():
        file.rename(folder / file.name)
