"""The worker as a process: it does what is asked for, survives its own deaths, and goes with its server."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest
from prose import ADVICE, NETWORK, text_of
from small_workshop import small_workshop, work_off
from sqlalchemy import Engine

from assistant.channels.worker import working
from ingest.working.loop import do, work_through
from ingest.workshop import Workshop
from vectorstore.catalogue import Catalogue
from vectorstore.corrections import Corrections
from vectorstore.database import open_database
from vectorstore.errors import StoreError
from vectorstore.jobs import ENDED, Job, Jobs, JobState
from vectorstore.settings import Settings
from vectorstore.uploads import Uploads, upload_uri

TEXT = text_of("Stöd till export", ADVICE, "Nätverk", NETWORK)
COMMAND = [sys.executable, "-m", "ingest.working", "--attached"]
SERVER = """
import time
from assistant.channels.worker import working
with working():
    time.sleep(600)
"""


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(engine: Engine) -> Jobs:
    return Jobs(engine)


@pytest.fixture
def workshop(settings: Settings) -> Iterator[Workshop]:
    with small_workshop(settings) as one:
        yield one


def uploaded(settings: Settings, jobs: Jobs, name: str, content: str | bytes) -> Job:
    data = content.encode() if isinstance(content, str) else content
    arrived = Uploads(settings.data_dir).take_in(io.BytesIO(data))
    return jobs.add("read", {"uri": upload_uri(name), "name": name, "arrived": arrived, "why": "upload"})


def wait(until: Callable[[], Any]) -> Any:
    """What `until` gives once it gives something; fails after three minutes."""
    for _ in range(3600):
        if found := until():
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def ended(jobs: Jobs, job: Job) -> Job:
    def look() -> Job | None:
        found = jobs.find(job.id)
        return found if found and found.state in ENDED else None

    found: Job = wait(look)
    return found


def environment(settings: Settings) -> Mapping[str, str]:
    return {**os.environ, "UTBLICK_DATA_DIR": str(settings.data_dir)}


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The real process, ended as its server ends it."""
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, env=environment(settings)) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()
            code = process.wait(60)
    assert code in (0, -signal.SIGKILL)


def holder(settings: Settings) -> int:
    """The process that works on the data folder, once there is one."""
    path = settings.data_dir / "worker.lock"
    return int(wait(lambda: path.exists() and path.read_text()))


@pytest.mark.slow
def test_an_upload_is_read_and_a_killed_reading_is_done_again_once(
    settings: Settings, engine: Engine, jobs: Jobs
) -> None:
    long = text_of(*(f"Avsnitt {n} om export.\n\n{ADVICE} Nummer {n}." for n in range(20)))
    big = uploaded(settings, jobs, "Stor plan.txt", long)
    small = uploaded(settings, jobs, "Liten plan.txt", TEXT)
    with worker(settings) as process:
        wait(lambda: (found := jobs.find(big.id)) and found.state is JobState.WORKING)
        process.kill()
        process.wait()
    assert [found.state for job in (big, small) if (found := jobs.find(job.id))] == ["working", "waiting"]
    with worker(settings) as process, worker(settings) as second:
        for job, tries in [(big, 2), (small, 1)]:
            done = ended(jobs, job)
            assert (done.state, done.tries, done.result["outcome"]) == (JobState.DONE, tries, "added")
        # The second waits its turn, and takes over when the first is gone.
        assert holder(settings) in (process.pid, second.pid)
        os.kill(holder(settings), signal.SIGTERM)
        again = jobs.add("read", {"uri": upload_uri("Liten plan.txt"), "name": "Liten plan.txt"})
        assert ended(jobs, again).result["outcome"] == "unchanged"
    listed = Catalogue(engine).documents()
    assert sorted(one.source for one in listed) == ["Liten plan.txt", "Stor plan.txt"]
    kept = [path for path in (settings.data_dir / "uploads").rglob("*") if path.is_file()]
    assert sorted(path.read_text("utf-8") for path in kept) == sorted([long, TEXT])


@pytest.mark.slow
def test_the_worker_dies_with_its_server_however_that_ends(settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER], env=environment(settings)) as server:
        process = psutil.Process(holder(settings))
        assert process.ppid() == server.pid
        server.kill()
    wait(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_a_worker_that_dies_is_started_again_after_pauses_that_grow(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = tmp_path / "starts"
    command = [sys.executable, "-c", f"open({str(told)!r}, 'a').write('x'); raise SystemExit(3)"]
    with caplog.at_level(logging.WARNING), working(command, first_pause=0.01):
        wait(lambda: told.exists() and len(told.read_text()) >= 3)
    assert [record.args for record in caplog.records][:2] == [(3, 0.01), (3, 0.02)]
    starts = told.read_text()
    time.sleep(0.2)
    assert told.read_text() == starts  # stopped with the block


def test_a_job_at_three_deaths_is_given_up_and_said_so(workshop: Workshop, jobs: Jobs) -> None:
    job = uploaded(workshop.settings, jobs, "a.txt", TEXT)
    stop = Event()
    for _ in range(3):
        jobs.resume(("read",))
        jobs.take(("read",))
    stop.set()
    work_through(workshop, {"read": lambda *_: {}}, lambda _: None, stop)
    found = jobs.find(job.id)
    assert found and (found.state, found.result["status"]) == (JobState.FAILED, "given_up")


def test_faults_end_a_job_and_nothing_else(workshop: Workshop, jobs: Jobs) -> None:
    known, unknown = jobs.add("known", {}), jobs.add("unknown", {})
    stop = Event()

    def refuse(*_: object) -> Mapping[str, Any]:
        raise StoreError("the store is closed")

    def crash(*_: object) -> Mapping[str, Any]:
        stop.set()
        raise ZeroDivisionError("a secret detail")

    def due(_: Workshop) -> None:
        raise RuntimeError("what is due")

    work_through(workshop, {"known": refuse, "unknown": crash}, due, stop)
    results = [found.result for job in (known, unknown) if (found := jobs.find(job.id))]
    assert results == [
        {"outcome": "failed", "status": "", "reason": "the store is closed"},
        {"outcome": "failed", "status": "unexpected", "reason": "ZeroDivisionError"},
    ]


def test_a_new_version_that_cannot_be_read_leaves_the_former_one(workshop: Workshop, jobs: Jobs) -> None:
    uploads = Uploads(workshop.settings.data_dir)
    uploaded(workshop.settings, jobs, "plan.txt", TEXT)
    uploaded(workshop.settings, jobs, "plan.txt", b"")
    uploaded(workshop.settings, jobs, "kopia.txt", TEXT)
    first, failed, copy = (job.result for job in work_off(workshop))
    assert (first["outcome"], first["kept"]) == ("added", True)
    assert (failed["outcome"], failed["status"], failed["kept"]) == ("failed", "empty", True)
    assert (copy["outcome"], copy["document_id"]) == ("duplicate", first["document_id"])
    kept = [path for path in uploads.folder.rglob("*") if path.is_file()]
    assert kept == [uploads.path("plan.txt")] and kept[0].read_text("utf-8") == TEXT
    jobs.add("read", {"uri": upload_uri("plan.txt"), "name": "plan.txt"})
    uploads.remove("plan.txt")
    (gone,) = work_off(workshop)
    assert (gone.state, gone.result["outcome"], gone.result["kept"]) == (JobState.DONE, "gone", True)


def test_a_reading_whose_end_was_lost_gives_the_same_result_again(workshop: Workshop, jobs: Jobs) -> None:
    from ingest.working.documents import read

    for content in (TEXT, b""):
        job = uploaded(workshop.settings, jobs, "plan.txt", content)
        taken = jobs.take(("read",))
        assert taken
        first = read(workshop, taken)
        again = jobs.find(job.id)
        assert again
        do(workshop, again, read)
        found = jobs.find(job.id)
        assert found and found.result == first


def test_removing_takes_the_document_its_file_and_what_was_corrected(workshop: Workshop, jobs: Jobs) -> None:
    uri = upload_uri("plan.txt")
    uploaded(workshop.settings, jobs, "plan.txt", TEXT)
    (read,) = work_off(workshop)
    corrections = Corrections(workshop.catalogue.engine)
    corrections.save(uri, {"title": "X"})
    jobs.add("remove", {"id": read.result["document_id"], "uri": uri, "name": "plan.txt"})
    (removed,) = work_off(workshop)
    assert removed.result["removed"] == 1 and workshop.catalogue.documents() == []
    assert corrections.all() == {} and not Uploads(workshop.settings.data_dir).path("plan.txt").exists()
