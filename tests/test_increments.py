"""Updates: what is built by difference is what would be built anew, and leaves nothing behind."""

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from counted import assert_same, sentence
from rowed import TOY, opened, published, put_with_rows, reopened, toys
from shelf import EMBEDDER, TEXTS, document, many, passages, settings_for, texts

from vectorstore.build import build, open_base
from vectorstore.catalogue import Catalogue
from vectorstore.database import open_database
from vectorstore.errors import StoreError
from vectorstore.generations import Folders
from vectorstore.lexical import load_lexical
from vectorstore.passages import Document
from vectorstore.probe import check_index
from vectorstore.publish import publish
from vectorstore.queries import Filters
from vectorstore.stored_rows import Kind
from vectorstore.view import LEXICAL, VECTORS, View, read_catalogue

HERE = Path(__file__).parent
PATH = os.pathsep.join([str(HERE), str(HERE.parent)])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published data folder whose passages have rows."""
    folder = tmp_path_factory.mktemp("first")
    catalogue = reopened(folder)
    put_with_rows(catalogue, *map(document, TEXTS), *many(30))
    publish(catalogue, folder)
    catalogue.close()
    return folder


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(first, tmp_path / "data")


CHANGES = {
    "one in the middle": [document("doc-14", "Vätgas och batterier\nRad två i dokument 14")],
    "the first and the last": [document("dalarna", "Kort"), document("värmland", "Kort\noch\nlångt")],
    "a new one": [document("doc-145", "Nytt om rymden\nmed två rader")],
    "other metadata only": [replace(document("doc-3", many(4)[3].text), digest="another")],
    "fewer and more passages": [document("doc-1", "En enda rad"), document("doc-2", "a\nb\nc\nd\ne\nf")],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_update_is_what_would_be_built_anew(folder: Path, tmp_path: Path, change: list[Document]) -> None:
    catalogue = reopened(folder)
    put_with_rows(catalogue, *change)
    updated, anew = tmp_path / "updated", tmp_path / "anew"
    assert build(catalogue, updated, 2, open_base(published(folder))).new is not None
    assert build(catalogue, anew, 2, None).new is None
    found = [path for part in (LEXICAL, "rows/toy") for path in (anew / part).iterdir()]
    assert len(found) == 9
    for path in [anew / VECTORS, *found]:
        assert (updated / path.relative_to(anew)).read_bytes() == path.read_bytes(), path
    with opened(updated, tmp_path) as one, opened(anew, tmp_path) as other:
        for view in (one, read_catalogue(catalogue)):
            assert picture(view) == picture(other)
        for text in ("Vätgas och batterier", "Skogsindustrin i Värmland", "Rad två i dokument 14"):
            assert searched(one, text) == pytest.approx(searched(other, text), abs=1e-5)


def picture(view: View) -> list[Any]:
    """All that a view holds, but for the vector index."""
    listed = [replace(one, stored_at=None) for one in view.snapshot.documents()]  # type: ignore[arg-type]
    whole = [(view.snapshot.document(one.id), view.snapshot.passages(one.id)) for one in listed]
    rows = [view.rows["toy"].of(n).tolist() for n in range(len(view.snapshot.ids))]
    return [listed, whole, view.snapshot.keys(), list(view.snapshot.facets), view.snapshot.stamps(), rows]


def searched(view: View, text: str) -> list[float]:
    near = view.nearest(EMBEDDER.embed_query(text), len(view.snapshot.ids), view.select(Filters()))
    scores = dict(near)
    return [scores[n] for n in range(len(view.snapshot.ids))] + view.lexical.scores(text).tolist()


def test_many_updates_in_a_row_lose_nothing(folder: Path, tmp_path: Path) -> None:
    catalogue = reopened(folder)
    chance = random.Random(7)
    latest = published(folder)
    for number in range(5):
        put_with_rows(
            catalogue, document(f"doc-{chance.randrange(40)}", f"Runda {number}\n{sentence(chance)}")
        )
        built = build(catalogue, tmp_path / str(number), number, open_base(latest))
        latest = tmp_path / str(number)
    assert built.manifest.stale
    build(catalogue, tmp_path / "anew", 9, None)
    one, other = (load_lexical(path / LEXICAL).postings for path in (latest, tmp_path / "anew"))
    assert_same(one, other)
    with opened(latest, tmp_path) as found, opened(tmp_path / "anew", tmp_path) as expected:
        assert picture(found) == picture(expected)


def test_a_text_that_was_replaced_is_in_no_file_of_the_update(folder: Path, tmp_path: Path) -> None:
    catalogue = reopened(folder)
    secret = document("doc-7", "Hemligheten heter Kanariefågel\n" + "utfyllnad " * 800)
    put_with_rows(catalogue, secret)
    build(catalogue, tmp_path / "former", 2, open_base(published(folder)))
    put_with_rows(catalogue, document("doc-7", "Ingenting"))
    built = build(catalogue, tmp_path / "updated", 3, open_base(tmp_path / "former"))
    assert built.new is not None
    traces = [
        one.encode() for one in ("Kanariefågel", "ariefå", "iefåg", "utfyllnad", "yllna", secret.digest)
    ]
    assert holding(tmp_path / "former", traces) == {"passages.sqlite3", "pieces.txt"}
    assert holding(tmp_path / "updated", traces) == set()


def holding(folder: Path, traces: list[bytes]) -> set[str]:
    """The files that hold one of the traces."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in found if any(trace in path.read_bytes() for trace in traces)}


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


PARTS = [VECTORS, "passages.sqlite3", f"{LEXICAL}/counts.npy", f"{LEXICAL}/pieces.txt", "rows/toy/rows.bin"]


@pytest.mark.parametrize("name", PARTS)
def test_a_damaged_base_is_not_used(folder: Path, name: str) -> None:
    damage(published(folder) / name)
    with pytest.raises(StoreError, match=Path(name).name):
        open_base(published(folder))


@pytest.mark.parametrize("changes", [True, False])
def test_a_damaged_index_is_not_carried_over(folder: Path, tmp_path: Path, changes: bool) -> None:
    catalogue = reopened(folder)
    former = published(folder)
    damage(former / "chroma" / "chroma.sqlite3")
    if changes:
        put_with_rows(catalogue, document("doc-14", "Vätgas"))
        with pytest.raises(StoreError, match="its digest is not that"):
            build(catalogue, tmp_path / "updated", 2, open_base(former))
    assert publish(catalogue, folder).stale == 0
    assert published(folder) != former
    with opened(published(folder), tmp_path) as view:
        assert picture(view) == picture(read_catalogue(catalogue))


# Forks an updater for each number, which ends itself at that many moments at which Python opens, makes,
# renames or removes a file below `generations`; another fork checks what is published then. The first
# updater ends by itself and counts the moments. The parent never opens Chroma.
UPDATER = """
import os, random, signal, sys, traceback
from pathlib import Path
from shelf import document
from rowed import opened, published, put_with_rows, reopened
from vectorstore.publish import publish
folder, kills, seen = Path(sys.argv[1]), int(sys.argv[2]), 0
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}
inside = os.path.join(str(folder), "generations")

def update(last, told):
    catalogue = reopened(folder)
    put_with_rows(catalogue, document("doc-14", f"Version av {last} om vätgas"))
    def hook(event, arguments):
        global seen
        if event in EVENTS and inside in str(arguments[0]):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    publish(catalogue, folder)
    os.write(told, str(seen).encode())

def check(versions, told):
    with opened(published(folder), folder / "own") as view:
        stored = view.snapshot.document("id-doc-14")
        assert stored.text in versions, stored.text
        assert view.lexical.scores(stored.text).max() > 0 and not view.fault

def fork(job, *arguments):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            job(*arguments, writing)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    told = os.fdopen(reading).read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told

code, told = fork(update, 0)
assert code == 0
steps = int(told)
assert steps > 60, steps
versions = {"Version av 0 om vätgas"}
for last in [1, *random.sample(range(2, steps - 1), kills), steps - 1]:
    print(f"killed at {last} of {steps}", file=sys.stderr)
    assert fork(update, last) == (-signal.SIGKILL, "")
    versions.add(f"Version av {last} om vätgas")
    assert fork(check, versions)[0] == 0
"""


def test_an_update_killed_between_any_two_steps_leaves_the_old_or_the_new(
    folder: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", UPDATER, str(folder), "5"]
    environment = os.environ | {"PYTHONPATH": PATH}
    ended = subprocess.run(command, text=True, capture_output=True, env=environment, check=False)
    assert ended.returncode == 0, ended.stderr
    catalogue = reopened(folder)
    publish(catalogue, folder)
    with opened(published(folder), tmp_path) as view:
        assert picture(view) == picture(read_catalogue(catalogue))
    left = [path.name for path in Folders(folder).generations.iterdir() if path.is_dir()]
    assert left == [published(folder).name]


def test_a_base_without_the_rows_is_given_them(folder: Path, tmp_path: Path) -> None:
    other = Kind("other", 2, "<f4")
    catalogue = Catalogue(open_database(settings_for(folder)), [TOY, other])
    catalogue.check_model(EMBEDDER.identity)
    one = document("doc-14", "Vätgas\noch mer")
    cut = passages(one)
    given = {"toy": toys(cut), "other": [np.full((n, 2), n, np.float32) for n in (1, 3)]}
    catalogue.replace(one, cut, EMBEDDER.embed_documents(texts(cut)), given)
    build(catalogue, tmp_path / "updated", 2, open_base(published(folder)))
    with opened(tmp_path / "updated", tmp_path) as view:
        found = {one: view.rows["other"].of(n).tolist() for one, n in view.snapshot.positions.items()}
        assert view.rows["toy"].rows.size > 3 * sum(map(len, toys(cut)))
    assert {one: rows for one, rows in found.items() if rows} == {
        passage.id: rows.tolist() for passage, rows in zip(cut, given["other"], strict=True)
    }


class Hiding:
    """An open index from which a search for everything does not find some of the passages."""

    def __init__(self, index: Any, hidden: int) -> None:
        self._index, self._hidden = index, hidden

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def __len__(self) -> int:
        return len(self._index)

    def nearest(self, *arguments: Any) -> Any:
        return self._index.nearest(*arguments)[self._hidden :]


def test_a_vector_without_links_does_not_stop_publishing_but_many_do(folder: Path, tmp_path: Path) -> None:
    catalogue = reopened(folder)
    put_with_rows(catalogue, *many(80))
    build(catalogue, tmp_path / "anew", 2, None)
    vectors = np.load(tmp_path / "anew" / VECTORS)
    assert 200 < len(vectors) < 400
    with opened(tmp_path / "anew", tmp_path) as view:
        check_index(view, Hiding(view.index, 1), vectors)  # type: ignore[arg-type]
        with pytest.raises(StoreError, match="a search for everything"):
            check_index(view, Hiding(view.index, 2), vectors)  # type: ignore[arg-type]


def test_what_an_update_wrote_must_all_be_found(folder: Path, tmp_path: Path) -> None:
    class Blind(Hiding):
        def nearest_each(self, wanted: Any) -> list[int]:
            found: list[int] = self._index.nearest_each(wanted)
            return [(n + 1) % 3 if n == 7 else n for n in found]

    with opened(published(folder), tmp_path) as view:
        vectors = np.load(published(folder) / VECTORS)
        index = Blind(view.index, 0)
        with pytest.raises(StoreError, match="1 of 2 vectors are not found"):
            check_index(view, index, vectors, [7, 8])  # type: ignore[arg-type]
