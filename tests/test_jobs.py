"""Jobs: in order, each taken by one, done again after a death, given up after three."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from vectorstore.database import open_database
from vectorstore.jobs import MOST_TRIES, Job, Jobs, JobState
from vectorstore.settings import Settings

KINDS = ("read", "remove")


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> Jobs:
    return Jobs(engine, clock)


def taken(jobs: Jobs) -> Job:
    job = jobs.take(KINDS)
    assert job
    return job


def found(jobs: Jobs, job: Job) -> Job:
    one = jobs.find(job.id)
    assert one
    return one


def test_a_job_goes_from_waiting_to_done(jobs: Jobs, clock: Clock) -> None:
    job = jobs.add("read", {"uri": "upload:a", "ä": [1]})
    assert found(jobs, job) == job and job.state is JobState.WAITING
    clock.now += timedelta(seconds=1)
    working = taken(jobs)
    assert (working.id, working.state, working.tries) == (job.id, JobState.WORKING, 1)
    assert jobs.take(KINDS) is None
    jobs.tell(job.id, {"done": 1})
    assert found(jobs, job).result == {"done": 1}
    jobs.end(job.id, JobState.DONE, {"outcome": "added"})
    ended = found(jobs, job)
    assert (ended.state, ended.result, ended.changed) == (JobState.DONE, {"outcome": "added"}, clock.now)


def test_the_oldest_of_the_kinds_asked_for_is_taken_first(jobs: Jobs) -> None:
    watch, read, remove = (jobs.add(kind, {}) for kind in ("watch", "read", "remove"))
    assert [taken(jobs).id, taken(jobs).id] == [read.id, remove.id]
    assert jobs.take(KINDS) is None and found(jobs, watch).state is JobState.WAITING
    assert [job.kind for job in jobs.newest()] == ["remove", "read", "watch"]
    assert [job.kind for job in jobs.newest(1, ("watch", "read"))] == ["read"]


def test_a_transaction_that_fails_leaves_no_job(jobs: Jobs, engine: Engine) -> None:
    with pytest.raises(RuntimeError), engine.execution_options(immediate=True).begin() as connection:
        jobs.add_in(connection, "read", {})
        raise RuntimeError("the rest failed")
    assert jobs.newest() == []


def test_two_takers_get_different_jobs(settings: Settings, jobs: Jobs) -> None:
    wanted = {jobs.add("read", {"n": n}).id for n in range(20)}
    got: list[list[str]] = [[], []]
    start = threading.Barrier(2)

    def take(mine: list[str]) -> None:
        engine = open_database(settings)
        own = Jobs(engine)
        start.wait()
        while job := own.take(KINDS):
            mine.append(job.id)
        engine.dispose()

    threads = [threading.Thread(target=take, args=(mine,)) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got[0]) + len(got[1]) == 20 and {*got[0], *got[1]} == wanted


def test_what_was_under_way_at_a_death_is_done_again_until_it_is_given_up(jobs: Jobs) -> None:
    job, other = jobs.add("read", {}), jobs.add("watch", {})
    jobs.take(("watch",))
    for tries in range(1, MOST_TRIES):
        assert taken(jobs).tries == tries
        assert jobs.resume(KINDS) == []
        assert found(jobs, job).state is JobState.WAITING
    taken(jobs)
    assert [each.id for each in jobs.resume(KINDS)] == [job.id]
    assert found(jobs, job).state is JobState.FAILED and jobs.take(KINDS) is None
    assert found(jobs, other).state is JobState.WORKING  # another worker's kind


def test_what_is_put_back_waits_for_its_time_and_goes_on_from_what_it_has(jobs: Jobs, clock: Clock) -> None:
    job, other = jobs.add("read", {}), jobs.add("read", {})
    for pauses in range(MOST_TRIES + 2):
        assert taken(jobs).id == job.id
        jobs.put_back(job.id, {"sent": pauses}, timedelta(seconds=30))
        clock.now += timedelta(seconds=29)
        if not pauses:
            assert taken(jobs).id == other.id  # nothing stands behind it
        assert jobs.take(KINDS) is None
        clock.now += timedelta(seconds=1)
        back = found(jobs, job)
        assert (back.state, back.result, back.due) == (JobState.WAITING, {"sent": pauses}, clock.now)
    assert taken(jobs).tries == 1
    assert [each.id for each in jobs.resume(KINDS)] == []


def test_a_clock_that_is_put_back_makes_no_pause_longer(jobs: Jobs, clock: Clock) -> None:
    job = jobs.add("read", {})
    taken(jobs)
    jobs.put_back(job.id, {}, timedelta(seconds=30))
    clock.now -= timedelta(seconds=59)
    assert jobs.take(KINDS) is None
    clock.now -= timedelta(days=3)
    assert taken(jobs).id == job.id


def test_a_death_gives_what_was_begun_time_to_come_to_its_end(jobs: Jobs, clock: Clock) -> None:
    job = jobs.add("read", {})
    taken(jobs)
    jobs.tell(job.id, {"sent": 1})
    assert jobs.resume(KINDS, pause=timedelta(seconds=15)) == []
    clock.now += timedelta(seconds=14)
    assert jobs.take(KINDS) is None
    clock.now += timedelta(seconds=1)
    assert (taken(jobs).result, found(jobs, job).tries) == ({"sent": 1}, 2)


def test_how_many_deaths_are_too_many_is_for_the_kind_to_say(jobs: Jobs) -> None:
    job = jobs.add("read", {})
    for tries in range(1, 8):
        assert taken(jobs).tries == tries and jobs.resume(KINDS, most_tries=8) == []
    taken(jobs)
    assert [each.id for each in jobs.resume(KINDS, most_tries=8)] == [job.id]


def test_only_what_was_given_up_is_done_once_more(jobs: Jobs, clock: Clock) -> None:
    job = jobs.add("read", {})
    assert not jobs.again(job.id)
    taken(jobs)
    assert not jobs.again(job.id)
    jobs.end(job.id, JobState.FAILED, {"sent": 1})
    assert jobs.again(job.id) and not jobs.again(job.id)
    once_more = taken(jobs)
    assert (once_more.result, once_more.tries, once_more.due) == ({"sent": 1}, 1, None)
    jobs.end(job.id, JobState.DONE, {})
    assert not jobs.again(job.id) and not jobs.again("nothing")


def test_an_ended_job_can_be_about_less_than_it_was(jobs: Jobs) -> None:
    job, other = (jobs.add("read", {"text": "ord", "channel": "C1"}) for _ in range(2))
    jobs.end(job.id, JobState.DONE, {}, about={"channel": "C1"})
    jobs.end(other.id, JobState.DONE, {})
    assert found(jobs, job).about == {"channel": "C1"} and "text" in found(jobs, other).about


def test_each_kind_is_forgotten_in_its_own_time(jobs: Jobs, clock: Clock) -> None:
    read, remove = (jobs.add(kind, {}) for kind in KINDS)
    for job in (read, remove):
        jobs.end(job.id, JobState.FAILED, {})
    clock.now += timedelta(days=5)
    jobs.forget(4, ["read"])
    assert jobs.find(read.id) is None and jobs.find(remove.id)


def test_only_jobs_that_ended_long_ago_are_forgotten(jobs: Jobs, clock: Clock) -> None:
    old, waiting, late = (jobs.add("read", {}) for _ in range(3))
    jobs.end(old.id, JobState.DONE, {})
    clock.now += timedelta(days=40)
    jobs.end(late.id, JobState.FAILED, {})
    jobs.forget(30)
    assert [job.id for job in jobs.newest()] == [late.id, waiting.id]
