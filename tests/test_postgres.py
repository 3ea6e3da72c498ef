"""The catalogue in PostgreSQL: the same as in SQLite. Runs where PostgreSQL and psycopg are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from fakes import HashedEmbedder
from shelf import EMBEDDER, TEXTS, document, passages, put

from assistant.channels.desk.slack_jobs import SlackJobs
from assistant.channels.slack.inbox import Inbox
from assistant.channels.slack.threads import Threads
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from assistant.question_log import QuestionLog
from vectorstore.catalogue import open_catalogue
from vectorstore.database import open_database
from vectorstore.entities import LANGUAGES, Entity, Kind, Register
from vectorstore.errors import ModelMismatch, StoreError
from vectorstore.jobs import Jobs, JobState
from vectorstore.publish import publish
from vectorstore.queries import Query
from vectorstore.reembedding import reembed
from vectorstore.relinking import store_register
from vectorstore.settings import Settings
from vectorstore.store import open_store
from vectorstore.stored_register import read_mentioning, read_mentions, read_register


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server of the test's own, reached by a socket in its folder."""
    pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
    if not shutil.which("initdb") or not shutil.which("pg_ctl"):
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on the path")
    # PostgreSQL refuses to run as root.
    run_as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        if run_as:
            shutil.chown(folder, "postgres")
        start = f"-k {folder} -c listen_addresses="
        subprocess.run(
            [*run_as, "initdb", "-D", f"{folder}/db", "-U", "utblick", "-A", "trust"], **quiet(folder)
        )
        subprocess.run([*run_as, "pg_ctl", "-D", f"{folder}/db", "-w", "-o", start, "start"], **quiet(folder))
        yield f"postgresql://utblick@/postgres?host={folder}"
        subprocess.run([*run_as, "pg_ctl", "-D", f"{folder}/db", "-m", "immediate", "stop"], **quiet(folder))


def quiet(folder: str) -> dict[str, object]:
    return {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "timeout": 120}


def test_the_catalogue_in_postgresql(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    assert put(catalogue, *map(document, TEXTS)) == [True] * len(TEXTS)
    assert put(catalogue, document("dalarna")) == [False]
    assert catalogue.document("id-dalarna") == document("dalarna")
    assert catalogue.passages("id-dalarna") == passages(document("dalarna"))
    with pytest.raises(StoreError, match="catalogue failed"):
        put(catalogue, replace(document("nul", "noll\x00byte")))
    publish(catalogue, tmp_path)
    store = open_store(settings, EMBEDDER, check_seconds=0.1)
    assert store.state().name == "ready"
    assert store.retriever.retrieve(Query("Skogsindustrin är viktig", 1))[0].document.id == "id-värmland"
    assert catalogue.remove(["id-värmland"]) == 1
    publish(catalogue, tmp_path)
    assert store.document("id-värmland") is None
    store.close()
    with pytest.raises(ModelMismatch):
        catalogue.check_model(HashedEmbedder("another").identity)
    assert reembed(catalogue, HashedEmbedder("another"), batch=2) == 6
    open_catalogue(settings).close()
    catalogue.close()


def test_the_register_in_postgresql(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    put(catalogue, *map(document, TEXTS))
    known = [Entity(one, Kind.TERM, dict.fromkeys(LANGUAGES, (one,))) for one in ("Interreg", "export")]
    assert store_register(catalogue, Register(tuple(known)))
    assert not store_register(catalogue, Register(tuple(known)))
    assert store_register(catalogue, Register((known[0],)))
    put(catalogue, document("ny", "Interreg\nInterreg och Interreg"))
    with catalogue.reading() as connection:
        assert read_register(connection) == Register((known[0],))
        told = read_mentioning(connection, "Interreg")
        assert [(one.document_id, one.passages) for one in told] == [("id-ny", 2), ("id-värmland", 1)]
    catalogue.remove(["id-ny"])
    with catalogue.reading() as connection:
        assert read_mentions(connection, "id-ny") == []
    catalogue.close()


def test_no_answer_has_an_id_that_postgresql_refuses(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server)  # type: ignore[call-arg]
    engine = open_database(settings)
    assert QuestionLog(engine, 30).find("a\0") is None
    engine.dispose()


def test_jobs_in_postgresql_are_numbered_apart_and_each_is_taken_by_one(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    jobs = Jobs(catalogue.engine)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: jobs.add("read", {"number": number}), range(40)))
        taken = [job.id for job in threads.map(lambda _: jobs.take(["read"]), range(40)) if job]
    assert len(set(taken)) == len(taken)
    while job := jobs.take(["read"]):
        taken.append(job.id)
    assert len(set(taken)) == len(taken) == 40
    catalogue.close()


def test_the_way_in_from_slack_in_postgresql(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, catalogue_url=server)  # type: ignore[call-arg]
    engine = open_database(settings)
    inbox, jobs, threads = Inbox(Jobs(engine)), Jobs(engine), Threads(engine)
    wishes = [Wish(What.ANSWER, Way.MENTION, "T1", "C1", "U1", f"Fråga {n}", "1.2", "1.2") for n in range(20)]
    keep = partial(inbox.keep, joins=True)
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda wish: keep(wish, [f"event:{wish.text}", f"m:{wish.text}"]), wishes * 6))
    assert sum(kept) == len(wishes)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: threads.answered("T1", "C1", "1.2", f"a-{n}"), range(10)))
    assert set(threads.answers("T1", "C1", "1.2")) == {f"a-{n}" for n in range(10)}
    desk = SlackJobs(engine)
    assert (desk.traffic().waiting, desk.traffic().answered) == (len(wishes), 0)
    done, later, failed = (jobs.take([KIND]) for _ in range(3))
    assert done and later and failed
    jobs.end(done.id, JobState.DONE, {"answer_id": "a-1"}, Wish.of(done.about).wordless())
    jobs.put_back(later.id, {"sent": 1}, timedelta(minutes=1))
    jobs.end(failed.id, JobState.FAILED, {"error": "is_archived"})
    traffic = desk.traffic()
    assert (traffic.waiting, traffic.answered, desk.given_up()) == (len(wishes) - 2, 1, 1)
    assert traffic.heard and traffic.late is None
    [letter] = desk.letters(10)
    assert letter.id == failed.id and desk.again(letter) and not desk.drop(letter)
    assert jobs.resume([KIND], pause=timedelta(minutes=1)) == []
    taken = [job.id for job in iter(lambda: jobs.take([KIND]), None)]
    assert len(taken) == len(wishes) - 2 and failed.id in taken and later.id not in taken
    engine.dispose()
