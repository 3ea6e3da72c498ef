"""The way in from Slack: every wish once, on disk before anybody is told, whoever else takes in beside us."""

import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels.slack.inbox import SEEN_DAYS, Inbox
from assistant.channels.slack.threads import DAYS, MOST_ANSWERS, Threads
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.database import open_database
from vectorstore.jobs import Jobs
from vectorstore.settings import Settings
from vectorstore.slack_tables import slack_seen

ASKED = Wish(What.ANSWER, Way.MENTION, "T1", "C1", "U1", "Vad finns det för stöd?", "1.2", "1.2")
DELIVERED = 30
TIMES = 8
# What a second process does, once it is told to begin; it is given the data folder.
BESIDE = """
import sys
from pathlib import Path
from test_slack_inbox import deliver
from vectorstore.database import open_database
from vectorstore.settings import Settings
engine = open_database(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
print(deliver(engine))
"""


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def inbox(engine: Engine) -> Inbox:
    return Inbox(Jobs(engine))


def kept(engine: Engine) -> list[Wish]:
    """The wishes that are jobs, oldest first."""
    return [Wish.of(job.about) for job in reversed(Jobs(engine).newest(1000, [KIND]))]


def seen(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(slack_seen.c.team_id, slack_seen.c.key)).all()
    return {(row[0], row[1]) for row in rows}


def deliver(engine: Engine) -> int:
    """Keep every wish TIMES times, in disorder, from as many threads; how often one was new."""
    wishes = [replace(ASKED, text=f"Fråga {n}") for n in range(DELIVERED)] * TIMES
    random.shuffle(wishes)
    inbox = Inbox(Jobs(engine))
    with ThreadPoolExecutor(TIMES) as threads:
        return sum(threads.map(lambda wish: inbox.keep(wish, [f"event:{wish.text}"], joins=True), wishes))


def test_a_wish_is_kept_as_it_is(engine: Engine, inbox: Inbox) -> None:
    assert inbox.keep(ASKED, ["event:1", "message:C1:1.2"])
    assert kept(engine) == [ASKED]
    assert seen(engine) == {("T1", "event:1"), ("T1", "message:C1:1.2")}


def test_what_was_seen_is_not_kept_again(engine: Engine, inbox: Inbox) -> None:
    assert inbox.keep(ASKED, ["event:1", "message:C1:1.2"])
    assert not inbox.keep(ASKED, ["event:1", "message:C1:1.2"])
    assert not inbox.keep(ASKED, ["event:2", "message:C1:1.2"])  # the same message, told as another event
    assert len(kept(engine)) == 1
    assert inbox.keep(replace(ASKED, team="T2"), ["event:1"])  # another team numbers its own
    assert len(kept(engine)) == 2


def test_keys_and_job_are_there_both_or_neither(engine: Engine, inbox: Inbox) -> None:
    refuse = "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    with engine.begin() as connection:
        connection.exec_driver_sql(refuse)
    with pytest.raises(SQLAlchemyError) as refused:
        inbox.keep(ASKED, ["event:1"], joins=True)
    assert "Vad finns" not in str(refused.value)
    assert seen(engine) == set() and not Threads(engine).joined("T1", "C1", "1.2")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert inbox.keep(ASKED, ["event:1"], joins=True)  # Slack delivers it once more
    assert kept(engine) == [ASKED] and Threads(engine).joined("T1", "C1", "1.2")


def test_many_threads_and_two_processes_keep_each_once(engine: Engine, settings: Settings) -> None:
    command = [sys.executable, "-c", BESIDE, str(settings.data_dir)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": Path(__file__).parent}
    with subprocess.Popen(command, **pipes) as beside:
        assert beside.stdout and beside.stdin and beside.stdout.readline() == "ready\n"
        print("begin", file=beside.stdin, flush=True)
        here = deliver(engine)
        there, _ = beside.communicate(timeout=60)
    assert here + int(there) == DELIVERED
    assert sorted(wish.text for wish in kept(engine)) == sorted(f"Fråga {n}" for n in range(DELIVERED))


def test_keys_are_forgotten_when_nothing_will_come_for_them_again(engine: Engine) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    inbox = Inbox(Jobs(engine), lambda: now[0])
    inbox.keep(ASKED, ["event:old"])
    now[0] += timedelta(days=SEEN_DAYS - 1)
    inbox.keep(ASKED, ["event:new"])
    inbox.forget()
    assert len(seen(engine)) == 2
    now[0] += timedelta(days=2)
    inbox.forget()
    assert seen(engine) == {("T1", "event:new")}


def test_a_thread_is_joined_by_what_is_asked_there_only(engine: Engine, inbox: Inbox) -> None:
    threads = Threads(engine)
    inbox.keep(ASKED, ["event:1"])
    inbox.keep(replace(ASKED, thread=""), ["event:2"], joins=True)
    assert not threads.joined("T1", "C1", "1.2") and not threads.joined("T1", "C1", "")
    inbox.keep(ASKED, ["event:3"], joins=True)
    assert threads.joined("T1", "C1", "1.2")
    for team, channel, thread in (("T2", "C1", "1.2"), ("T1", "C2", "1.2"), ("T1", "C1", "1.3")):
        assert not threads.joined(team, channel, thread)


def test_a_thread_keeps_its_latest_answers_in_order(engine: Engine, inbox: Inbox) -> None:
    threads, here = Threads(engine), ("T1", "C1", "1.2")
    threads.answered(*here, "a-early")
    assert threads.answers(*here) == ()  # not taken part in
    inbox.keep(ASKED, ["event:1"], joins=True)
    for n in range(MOST_ANSWERS + 3):
        threads.answered(*here, f"a-{n}")
        threads.answered(*here, f"a-{n}")  # a worker that died tells it again
    assert threads.answers(*here) == tuple(f"a-{n}" for n in range(3, MOST_ANSWERS + 3))
    inbox.keep(ASKED, ["event:2"], joins=True)  # asked again: what was said stays
    assert len(threads.answers(*here)) == MOST_ANSWERS


def test_a_thread_is_left_when_nobody_asks_there(engine: Engine) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    inbox, threads = Inbox(Jobs(engine), lambda: now[0]), Threads(engine, lambda: now[0])
    for thread in ("1.2", "3.4"):
        inbox.keep(replace(ASKED, thread=thread), [f"event:{thread}"], joins=True)
    now[0] += timedelta(days=DAYS - 1)
    inbox.keep(ASKED, ["event:again"], joins=True)
    now[0] += timedelta(days=2)
    threads.forget()
    assert threads.joined("T1", "C1", "1.2") and not threads.joined("T1", "C1", "3.4")


def test_a_finished_wish_holds_no_words() -> None:
    wish = replace(ASKED, response_url="https://hooks.slack.com/commands/1", answer_id="a-1")
    assert Wish.of(wish.about()) == wish
    assert Wish.of(wish.wordless()) == replace(wish, text="", response_url="")
