"""Generations: published whole, never written to, mended when broken, gone when replaced."""

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from fakes import HashedEmbedder
from shelf import EMBEDDER, TEXTS, document, many, passages, put, settings_for, shelf

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.chroma import ENGINE
from vectorstore.errors import ModelMismatch, StoreError
from vectorstore.facets import Selection
from vectorstore.generations import CURRENT, Folders
from vectorstore.locks import locked
from vectorstore.manifest import Manifest, digests, read_manifest
from vectorstore.probe import probe
from vectorstore.publish import publish, publishing
from vectorstore.queries import Query
from vectorstore.reembedding import reembed
from vectorstore.store import Store, open_store
from vectorstore.view import VECTORS, open_generation

HERE = Path(__file__).parent
PATH = os.pathsep.join([str(HERE), str(HERE.parent)])
QUESTION = Query("Skogsindustrin är viktig", 3)
SOON = 60.0


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


Ready = Callable[[Path], Catalogue]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Puts the known documents, published, into a folder and opens the catalogue there."""
    made = tmp_path_factory.mktemp("ready")
    catalogue = shelf(made)
    publish(catalogue, made)
    catalogue.close()

    def put_ready(folder: Path) -> Catalogue:
        shutil.copytree(made, folder, dirs_exist_ok=True)
        return open_catalogue(settings_for(folder))

    return put_ready


def open_in(opened: ExitStack, folder: Path, embedder: HashedEmbedder = EMBEDDER) -> Store:
    store = open_store(settings_for(folder), embedder, check_seconds=0.1)
    opened.callback(store.close)
    return store


def published(folder: Path) -> Path:
    found = Folders(folder).current()
    assert found
    return found


def answers(store: Store) -> bool:
    hits = store.retriever.retrieve(QUESTION)
    return bool(hits) and hits[0].passage.text == "Skogsindustrin är viktig."


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def mended(store: Store) -> bool:
    return store.state().name == "ready"


def test_a_store_reads_what_was_published(tmp_path: Path, ready: Ready, opened: ExitStack) -> None:
    catalogue = ready(tmp_path)
    store = open_in(opened, tmp_path)
    assert store.state().name == "ready"
    assert answers(store)
    for name in TEXTS:
        assert store.document(f"id-{name}") == document(name)
        assert store.passages(f"id-{name}") == passages(document(name))
    assert store.documents() == catalogue.documents()
    assert store.document("unknown") is None
    assert store.passages("unknown") == []


def test_nothing_to_publish_publishes_nothing(tmp_path: Path, ready: Ready) -> None:
    catalogue = ready(tmp_path)
    first = publish(catalogue, tmp_path)
    assert publish(catalogue, tmp_path) == first


def test_readers_never_write_to_the_published_folder(tmp_path: Path, ready: Ready, opened: ExitStack) -> None:
    ready(tmp_path)
    before = digests(published(tmp_path))
    with ExitStack() as stack:
        assert answers(open_in(stack, tmp_path))
    assert digests(published(tmp_path)) == before
    assert list(Folders(tmp_path).workspaces.iterdir()) == []


def test_a_small_change_is_applied_to_the_former_index(tmp_path: Path, opened: ExitStack) -> None:
    catalogue = shelf(tmp_path)
    put(catalogue, *many(30))
    publish(catalogue, tmp_path)
    store = open_in(opened, tmp_path)
    put(catalogue, document("doc-3", "Alldeles ny text om vätgas"), document("ny", "Tillkommen om batterier"))
    manifest = publish(catalogue, tmp_path)
    assert manifest.stale == 3
    # The watcher may be opening the new generation just now; questions go on with the former one.
    wait_until(lambda: store.retriever.retrieve(Query("text om vätgas", 1))[0].document.id == "id-doc-3")
    assert store.retriever.retrieve(Query("om batterier", 1))[0].document.id == "id-ny"
    assert all(
        hit.passage.text != "Rad två i dokument 3" for hit in store.retriever.retrieve(Query("Rad två", 99))
    )
    assert store.state().name == "ready"


@pytest.mark.parametrize("change", [lambda c: c.remove(["id-doc-3"]), lambda c: put(c, *more_than_a_fifth())])
def test_a_removal_or_a_large_change_builds_anew(
    tmp_path: Path, change: Callable[[Catalogue], object]
) -> None:
    catalogue = shelf(tmp_path)
    put(catalogue, *many(30))
    publish(catalogue, tmp_path)
    put(catalogue, document("doc-2", "Något annat"))
    assert publish(catalogue, tmp_path).stale == 3
    change(catalogue)
    assert publish(catalogue, tmp_path).stale == 0


def more_than_a_fifth() -> list[object]:
    return [document(f"doc-{n}", f"Ändrad {n}\nb\nc") for n in range(10)]  # type: ignore[misc]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"12345", b"..", b"garbage\n", b"1" * 10_000])
def test_a_garbled_pointer_names_nothing(tmp_path: Path, content: bytes) -> None:
    folders = Folders(tmp_path)
    folders.generations.mkdir()
    (folders.generations / CURRENT).write_bytes(content)
    assert folders.current() is None


@pytest.mark.parametrize("content", [None, b"garbage"])
def test_a_broken_pointer_is_mended(
    tmp_path: Path, ready: Ready, opened: ExitStack, content: bytes | None
) -> None:
    ready(tmp_path)
    current = Folders(tmp_path).generations / CURRENT
    current.unlink() if content is None else current.write_bytes(content)
    store = open_in(opened, tmp_path)
    assert store.state().name == "degraded"
    assert answers(store)
    wait_until(lambda: mended(store))
    assert answers(store)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 1}', b"null"])
def test_a_broken_manifest_is_noticed(tmp_path: Path, ready: Ready, content: bytes) -> None:
    ready(tmp_path)
    folder = published(tmp_path)
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"manifest\.json"):
        open_generation(folder, tmp_path / "own")


def test_a_generation_of_another_chroma_is_not_opened(tmp_path: Path, ready: Ready) -> None:
    ready(tmp_path)
    file = published(tmp_path) / "manifest.json"
    file.write_text(file.read_text().replace(ENGINE, "chromadb 0.0.1"))
    with pytest.raises(StoreError, match="chromadb 0.0.1"):
        open_generation(published(tmp_path), tmp_path / "own")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def test_every_damaged_file_is_noticed_before_it_is_opened(tmp_path: Path, ready: Ready) -> None:
    ready(tmp_path)
    folder = published(tmp_path)
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert {"chroma.sqlite3", "data_level0.bin", "passages.sqlite3", "vectors.npy"} <= {
        path.name for path in files
    }
    for path in (path for path in files if path.stat().st_size):
        whole = path.read_bytes()
        for damage in (flip, halve, Path.unlink):
            damage(path)
            with pytest.raises(StoreError, match=path.name):
                open_generation(folder, tmp_path / "own")
            path.write_bytes(whole)
    open_generation(folder, tmp_path / "own").close()


@pytest.mark.parametrize("name", ["data_level0.bin", "chroma.sqlite3", "passages.sqlite3"])
def test_a_damaged_generation_is_answered_for_and_rebuilt(
    tmp_path: Path, ready: Ready, opened: ExitStack, name: str
) -> None:
    ready(tmp_path)
    (damaged,) = published(tmp_path).rglob(name)
    flip(damaged)
    store = open_in(opened, tmp_path)
    assert (store.state().name, name in store.state().reason) == ("degraded", True)
    assert answers(store)
    wait_until(lambda: mended(store))
    assert answers(store)


def test_an_index_that_fails_while_in_use_is_rebuilt(tmp_path: Path, ready: Ready, opened: ExitStack) -> None:
    class Failing:
        def nearest(self, vector: object, count: int, chosen: Selection) -> list[tuple[int, float]]:
            raise StoreError("Chroma cannot search")

    ready(tmp_path)
    store = open_in(opened, tmp_path)
    former = published(tmp_path)
    with store.live.view() as view:
        view.index = Failing()
    assert answers(store)
    wait_until(lambda: mended(store) and published(tmp_path) != former)
    assert answers(store)


def test_documents_that_were_never_published_are_found_and_published(
    tmp_path: Path, opened: ExitStack
) -> None:
    catalogue = shelf(tmp_path, "dalarna")
    publish(catalogue, tmp_path)
    put(catalogue, document("värmland"))
    store = open_in(opened, tmp_path)
    assert store.state().name == "degraded"
    assert answers(store)
    wait_until(lambda: mended(store))
    assert read_manifest(published(tmp_path), ENGINE).documents == 2


def test_a_store_waits_for_those_who_are_still_writing(tmp_path: Path, opened: ExitStack) -> None:
    catalogue = shelf(tmp_path, "dalarna")
    publish(catalogue, tmp_path)
    store = open_in(opened, tmp_path)
    with publishing(catalogue, tmp_path):
        put(catalogue, document("värmland"))
        time.sleep(1)
        assert store.state().name == "ready"
        assert not answers(store)
    assert answers(store)


def test_a_second_builder_waits_its_turn_and_gives_up(tmp_path: Path) -> None:
    catalogue = shelf(tmp_path)
    with locked(Folders(tmp_path).build_lock, 0), pytest.raises(StoreError, match=str(os.getpid())):
        publish(catalogue, tmp_path, wait_seconds=0.2)
    publish(catalogue, tmp_path)


BUILDER = """
import sys
from pathlib import Path
from shelf import document, put, settings_for
from vectorstore.catalogue import open_catalogue
from vectorstore.publish import publish
folder, name = Path(sys.argv[1]), sys.argv[2]
catalogue = open_catalogue(settings_for(folder))
put(catalogue, document(name, f"Text av {name}"))
publish(catalogue, folder)
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": PATH})


def test_builders_at_once_lose_nothing(tmp_path: Path, opened: ExitStack) -> None:
    shelf(tmp_path)
    builders = [start(BUILDER, tmp_path, f"builder-{n}") for n in range(3)]
    assert [builder.communicate() and builder.returncode for builder in builders] == [0, 0, 0]
    store = open_in(opened, tmp_path)
    assert store.state().name == "ready"
    assert len(store.documents()) == len(TEXTS) + 3
    assert [path.name for path in Folders(tmp_path).generations.iterdir() if path.is_dir()] == [
        published(tmp_path).name
    ]


def test_readers_see_the_old_or_the_new_while_others_publish(tmp_path: Path, opened: ExitStack) -> None:
    catalogue = shelf(tmp_path)
    put(catalogue, document("same", "version 0\nversion 0 again"))
    publish(catalogue, tmp_path)
    store = open_in(opened, tmp_path)
    stop, problems, versions = threading.Event(), list[str](), set[str]()

    def read() -> None:
        while not stop.is_set():
            found = [
                hit
                for hit in store.retriever.retrieve(Query("version again", 9))
                if hit.document.id == "id-same"
            ]
            texts = {hit.document.text for hit in found}
            versions.update(texts)
            if (
                len(found) != 2
                or len(texts) != 1
                or any(hit.passage.text not in hit.document.text for hit in found)
            ):
                problems.append(f"{[hit.passage.text for hit in found]}")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 4):
        put(catalogue, document("same", f"version {number}\nversion {number} again"))
        publish(catalogue, tmp_path)
    time.sleep(0.5)
    stop.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(versions) >= 2


# Forks a builder, kills it, checks in another fork what is published; parent and test never open Chroma.
KILLER = """
import os, random, signal, sys, time, traceback
from pathlib import Path
from shelf import EMBEDDER, document, put, settings_for
from vectorstore.catalogue import open_catalogue
from vectorstore.generations import Folders
from vectorstore.publish import publish
from vectorstore.queries import Filters
from vectorstore.view import open_generation

folder, moments = Path(sys.argv[1]), random.Random(int(sys.argv[2]))

def build(round):
    catalogue = open_catalogue(settings_for(folder))
    while True:
        round += 1
        put(catalogue, document("same", f"round {round}\\n" + "\\n".join(f"line {n}" for n in range(50))))
        publish(catalogue, folder)

def check(round):
    current = Folders(folder).current()
    if current is None:
        return
    view = open_generation(current, folder / "own")
    stored = view.snapshot.document("id-same")
    first = stored.text.split("\\n")[0]
    (best, score), *rest = view.nearest(EMBEDDER.embed_query("same\\n" + first), 51, view.select(Filters()))
    assert len(rest) == 50 and score > 0.999 and not view.fault, (len(rest), score, view.fault)
    assert view.snapshot.passages("id-same")[0].text == first
    assert view.snapshot.ids[best] == view.snapshot.passages("id-same")[0].id
    view.close()

def fork(job, round):
    child = os.fork()
    if child:
        return child
    try:
        job(round)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)

for kill in range(int(sys.argv[3])):
    builder = fork(build, kill * 1000)
    time.sleep(moments.uniform(0.2, 4))
    os.kill(builder, signal.SIGKILL)
    _, status = os.waitpid(builder, 0)
    assert os.WIFSIGNALED(status), f"builder failed in round {kill}"
    _, status = os.waitpid(fork(check, kill), 0)
    assert status == 0, f"check failed in round {kill}: {status}"
"""


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.soak)])
def test_a_killed_builder_leaves_the_published_generation_whole(
    tmp_path: Path, opened: ExitStack, kills: int
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    killer = start(KILLER, tmp_path, seed, kills)
    killer.communicate()
    assert killer.returncode == 0
    catalogue = open_catalogue(settings_for(tmp_path))
    publish(catalogue, tmp_path)
    assert {path.name for path in Folders(tmp_path).generations.iterdir() if path.is_dir()} == {
        published(tmp_path).name
    }
    store = open_in(opened, tmp_path)
    assert store.state().name == "ready"
    assert store.document("id-same") == catalogue.document("id-same")


def rewrite(folder: Path) -> None:
    """Make the manifest agree with the damage."""
    manifest = read_manifest(folder, ENGINE)
    fields = {name: getattr(manifest, name) for name in Manifest.__slots__} | {"files": digests(folder)}
    Manifest(**fields).write(folder)


def test_the_probe_compares_the_index_with_the_vectors(tmp_path: Path, ready: Ready) -> None:
    ready(tmp_path)
    folder = published(tmp_path)
    probe(folder)
    vectors = np.load(folder / VECTORS)
    vectors[5] = -vectors[5]
    np.save(folder / VECTORS, vectors)
    rewrite(folder)
    with pytest.raises(StoreError, match="not as they were written"):
        probe(folder)


def test_the_probe_survives_what_it_finds(tmp_path: Path) -> None:
    catalogue = shelf(tmp_path)
    put(catalogue, *many(200))
    publish(catalogue, tmp_path)
    folder = published(tmp_path)
    (links,) = folder.rglob("data_level0.bin")
    links.write_bytes(np.random.default_rng(1).bytes(links.stat().st_size))
    rewrite(folder)
    with pytest.raises(StoreError, match="failed its check"):
        probe(folder)


# Python runs this file, when it is on the path, before the program; it makes the check's process fail.
FAILING = "import sys\nif 'vectorstore.probe' in sys.orig_argv: sys.exit('the check fails on purpose')\n"


def test_a_generation_that_fails_its_probe_is_not_published(
    tmp_path: Path, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = ready(tmp_path)
    first = publish(catalogue, tmp_path)
    put(catalogue, document("ny", "Ny text\nsom är mer\nän en femtedel"))
    (tmp_path / "sitecustomize.py").write_text(FAILING)
    with monkeypatch.context() as environment:
        environment.setenv("PYTHONPATH", str(tmp_path))
        with pytest.raises(StoreError, match="failed its check"):
            publish(catalogue, tmp_path)
    assert published(tmp_path).name == str(first.number)
    assert publish(catalogue, tmp_path).passages == 11


def test_what_cannot_be_written_is_not_published(tmp_path: Path, ready: Ready) -> None:
    catalogue = ready(tmp_path)
    first = publish(catalogue, tmp_path)
    put(catalogue, document("ny", "Ny text"))
    for number in (1, 2):
        (Folders(tmp_path).generations / f"building-{first.number + number}").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        publish(catalogue, tmp_path)
    assert published(tmp_path).name == str(first.number)


def test_vectors_of_another_model_are_not_searched(tmp_path: Path, ready: Ready, opened: ExitStack) -> None:
    catalogue = ready(tmp_path)
    with pytest.raises(ModelMismatch):
        open_store(settings_for(tmp_path), HashedEmbedder("another"))
    running = open_in(opened, tmp_path)
    reembed(catalogue, HashedEmbedder("another"))
    publish(catalogue, tmp_path)
    # The watching thread may be looking at the new generation just now.
    wait_until(lambda: "another model" in running.state().reason)
    assert answers(running)
    assert answers(open_in(opened, tmp_path, HashedEmbedder("another")))


def test_an_erased_text_is_in_no_file(tmp_path: Path, opened: ExitStack) -> None:
    catalogue = shelf(tmp_path)
    put(catalogue, document("secret", "Hemligheten heter Kanariefågel.\n" + "utfyllnad " * 3000))
    publish(catalogue, tmp_path)
    store = open_in(opened, tmp_path)
    secret = Query("Hemligheten heter Kanariefågel.", 1)
    assert store.retriever.retrieve(secret)[0].document.id == "id-secret"
    catalogue.remove(["id-secret"])
    publish(catalogue, tmp_path)
    traces = [needle.encode() for needle in ("Kanariefågel", "kanariefågel", "ariefå", "id-secret")]
    wait_until(lambda: store.retriever.retrieve(secret)[0].document.id != "id-secret")
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        # Chroma writes memory it has not cleared. It is given ids, never a text.
        sought = traces[:-1] if path.name == "data_level0.bin" else traces
        assert not [trace for trace in sought if trace in path.read_bytes()], path


def test_an_erased_text_that_nobody_published_is_not_found(
    tmp_path: Path, ready: Ready, opened: ExitStack
) -> None:
    catalogue = ready(tmp_path)
    catalogue.remove(["id-värmland"])
    assert not answers(open_in(opened, tmp_path))


def test_an_empty_store_fills_and_empties(tmp_path: Path, opened: ExitStack) -> None:
    store = open_in(opened, tmp_path)
    assert (store.state().name, store.retriever.retrieve(QUESTION), store.documents()) == ("empty", [], [])
    catalogue = shelf(tmp_path, "värmland")
    publish(catalogue, tmp_path)
    # The watching thread may be opening the new generation; until it has, the former one is searched.
    wait_until(lambda: answers(store))
    assert store.state().name == "ready"
    catalogue.remove(["id-värmland"])
    publish(catalogue, tmp_path)
    wait_until(lambda: store.retriever.retrieve(QUESTION) == [])
    assert store.state().name == "empty"
    put(catalogue, document("värmland"))
    publish(catalogue, tmp_path)
    wait_until(lambda: answers(store))


def test_folders_may_have_any_name(tmp_path: Path, opened: ExitStack) -> None:
    folder = tmp_path / "Åsa's data #1 100% ?"
    publish(shelf(folder), folder)
    store = open_in(opened, folder)
    assert store.state().name == "ready"
    assert answers(store)


def test_what_a_killed_reader_left_is_swept(tmp_path: Path, ready: Ready) -> None:
    catalogue = ready(tmp_path)
    reader = start(READER, tmp_path)
    assert reader.stdout and reader.stdout.readline() == "open\n"
    put(catalogue, document("ny", "Ny"))
    publish(catalogue, tmp_path)
    workspaces = Folders(tmp_path).workspaces
    assert [path.suffix for path in workspaces.iterdir()].count("") >= 1
    reader.kill()
    reader.communicate()
    put(catalogue, document("ny", "Nyare"))
    publish(catalogue, tmp_path)
    assert list(workspaces.iterdir()) == []


READER = """
import sys, time
from pathlib import Path
from shelf import EMBEDDER, settings_for
from vectorstore.store import open_store
store = open_store(settings_for(Path(sys.argv[1])), EMBEDDER)
print("open", flush=True)
time.sleep(600)
"""
