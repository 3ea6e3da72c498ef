"""An ingest killed at any moment loses nothing, stores nothing twice, and the next start answers."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.queries import Query
from vectorstore.settings import Settings
from vectorstore.store import open_store

UTBLICK = Path(sys.executable).with_name("utblick")
Stored = dict[str, tuple[str, ...]]
PLACES = ("hamnen", "torget", "skogen", "fabriken", "kajen", "verkstaden", "gården")


def write_documents(folder: Path, count: int) -> None:
    """Small texts, no two alike."""
    folder.mkdir()
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        parts = [f"Stöd nummer {number} vid {place}"]
        for part in range(1 + number % 3):
            words = (
                f"Företaget vid {place} får råd {number} gånger, del {part}, om export till land {number}. "
            )
            parts += [f"Avsnitt {'ABC'[part]} om råd", words * 5]
        (folder / f"dokument-{number:03}.txt").write_text("\n\n".join(parts) + "\n", "utf-8")


def start(folder: Path, data: Path) -> subprocess.Popen[bytes]:
    """The real command."""
    environment = {**os.environ, "UTBLICK_DATA_DIR": str(data)}
    return subprocess.Popen(
        [UTBLICK, "ingest", folder, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.parent,
        env=environment,
    )


def finish(folder: Path, data: Path) -> dict[str, int]:
    """A run to the end; returns how many files had each outcome."""
    process = start(folder, data)
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err.decode()
    counts: dict[str, int] = json.loads(out)["counts"]
    return counts


def kill_after(seconds: float, folder: Path, data: Path) -> bool:
    """Kill a run where it stands; returns whether it was still at work."""
    process = start(folder, data)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode == -signal.SIGKILL


def stored(catalogue: Catalogue) -> Stored:
    """Passage ids of each document by source; checks that both are there once and have their vectors."""
    listed = catalogue.documents()
    assert len({one.uri for one in listed}) == len(listed)
    found = {one.source: tuple(passage.id for passage in catalogue.passages(one.id)) for one in listed}
    ids = [one for each in found.values() for one in each]
    with catalogue.reading() as connection:
        with_vector = [passage.id for part, _ in catalogue.batches(connection) for passage in part]
    assert len(set(ids)) == len(ids) and sorted(ids) == sorted(with_vector)
    return found


def settings_for(data: Path) -> Settings:
    return Settings(_env_file=None, data_dir=data)  # type: ignore[call-arg]


def assert_answers(data: Path, embedder: Embedder, whole: Stored) -> None:
    """What is stored now is a part of the whole, each document complete, and a search finds it at once."""
    catalogue = open_catalogue(settings_for(data))
    found = stored(catalogue)
    catalogue.close()
    assert found.items() <= whole.items()
    store = open_store(settings_for(data), embedder)
    try:
        assert store.state().name in ("ready", "degraded", "empty")
        hits = store.retriever.retrieve(Query("råd om export vid hamnen", 5))
        assert len(hits) == min(5, sum(map(len, found.values())))
        assert {hit.passage.id for hit in hits} <= {one for each in found.values() for one in each}
    finally:
        store.close()


def kill_often(tmp_path: Path, embedder: Embedder, documents: int, kills: int) -> None:
    seed = int(os.environ.get("KILL_SEED", time.time_ns() % 10**6))
    print(f"KILL_SEED={seed}")
    moments = random.Random(seed)
    folder, data = tmp_path / "files", tmp_path / "data"
    write_documents(folder, documents)
    began = time.monotonic()
    assert finish(folder, tmp_path / "uninterrupted")["added"] == documents
    longest = time.monotonic() - began
    whole = stored(open_catalogue(settings_for(tmp_path / "uninterrupted")))
    assert len(whole) == documents
    killed = 0
    for number in range(kills):
        at_work = kill_after(moments.uniform(0.3, longest), folder, data)
        assert_answers(data, embedder, whole)
        killed += at_work
        if not at_work:  # it was done already: begin anew, so that the next ones have work to do
            data = tmp_path / f"data-{number}"
    assert finish(folder, data)["failed"] == 0
    catalogue = open_catalogue(settings_for(data))
    assert stored(catalogue) == whole
    catalogue.close()
    assert_answers(data, embedder, whole)
    assert finish(folder, data)["unchanged"] == documents
    print(f"{killed} of {kills} runs were killed at work; a whole one takes {longest:.1f} s")
    assert killed


@pytest.mark.slow
def test_killed_twice(tmp_path: Path, embedder: Embedder) -> None:
    kill_often(tmp_path, embedder, documents=24, kills=2)


@pytest.mark.soak
def test_killed_twenty_times(tmp_path: Path, embedder: Embedder) -> None:
    kill_often(tmp_path, embedder, documents=200, kills=20)
