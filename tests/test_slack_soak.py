"""Slack for a long time: hundreds of events under repeated deliveries, deaths and faults."""

import random
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from slack_faults import Slow
from slack_killed import kill, slack_worker, workers
from slack_server import SlackServer, slack_server
from slack_small import waiting
from slack_workspace import Json
from test_slack_delivery import Chaos

from assistant.channels.slack.answering.pace import Pace
from assistant.channels.slack.answering.working import answering
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.jobs import JobState

EVENTS, KILLS, ANSWERS = 500, 20, 300
CHANNELS = [f"C0SOAK{n:02}" for n in range(20)]
ANNA = "U0ANNA"


def populated(slack: SlackServer) -> None:
    for channel in CHANNELS:
        slack.add_channel(channel, channel.lower())


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def count_ours(slack: SlackServer) -> Counter[tuple[str, str]]:
    return Counter((each["channel"], each["thread_ts"]) for each in slack.ours())


class Service:
    """The service in a process that is killed and started anew while its events come in."""

    def __init__(self, starting: Any, folder: Path, slack: SlackServer) -> None:
        self._start = lambda: starting.start(folder, slack.settings(), self.port)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/slack/events"
        self.worker = self._start()

    def killed_once(self) -> None:
        kill(self.worker)
        self.worker = self._start()


def deliver(slack: SlackServer, service: Service, payload: Json) -> None:
    """Until it is acknowledged, as patiently as Slack does in an hour."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        response = slack.deliver(service.url, payload, pause=0.3)
        if response is not None and response.is_success:
            return
    raise AssertionError("never acknowledged")


@pytest.mark.soak
def test_five_hundred_events_and_twenty_deaths_make_five_hundred_answers(tmp_path: Path) -> None:
    numbers = random.Random(11)
    with slack_server() as slack, workers() as starting:
        populated(slack)
        # What was posted is known here a while before it is known there: many deaths fall in between.
        slack.faults = lambda method, arguments: Slow(0.5) if method == "chat.postMessage" else None
        service = Service(starting, tmp_path, slack)
        events = [slack.mention(numbers.choice(CHANNELS), ANNA, f"Vad gäller {n}?") for n in range(EVENTS)]
        deliveries = [each for each in events for _ in range(numbers.randint(1, 4))]
        numbers.shuffle(deliveries)
        began = time.monotonic()

        def kills() -> None:
            for _ in range(KILLS):
                time.sleep(numbers.uniform(0.5, 6))
                service.killed_once()

        killing = threading.Thread(target=kills)
        killing.start()

        def slowly(payload: Json) -> None:
            deliver(slack, service, payload)
            time.sleep(0.4)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(slowly, deliveries))
        killing.join()
        wanted = {(each["event"]["channel"], each["event"]["ts"]): 1 for each in events}
        waiting(lambda: set(count_ours(slack)) >= set(wanted), 300)
        # Time enough for one that would come twice.
        time.sleep(10)
        found = count_ours(slack)
        looked = len(slack.called("conversations.replies"))
        print(f"\n{len(deliveries)} deliveries of {EVENTS} events, {KILLS} deaths, {looked} look-ups:")
        print(f"{sum(found.values())} answers in {time.monotonic() - began:.0f} s")
        assert found == wanted


def ended(parts: SlackParts) -> bool:
    jobs = parts.service.jobs.newest(1000, [KIND])
    return all(job.state in (JobState.DONE, JobState.FAILED) for job in jobs)


@pytest.mark.soak
def test_three_hundred_answers_under_faults_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    with slack_server() as slack, slack_worker(tmp_path, slack.settings()) as parts:
        populated(slack)
        wishes = []
        for number in range(ANSWERS):
            channel = CHANNELS[number % len(CHANNELS)]
            ts = slack.mention(channel, ANNA, f"Vad gäller {number}?")["event"]["ts"]
            wishes.append(Wish(What.ANSWER, Way.MENTION, slack.team, channel, ANNA, "Vad gäller?", ts, ts))
        slack.faults = Chaos(5, 0.4)
        began = time.monotonic()
        for wish in wishes:
            assert parts.inbox.keep(wish, [f"message:{wish.ts}"])
        with answering(parts, Pace(doubts=(0.5,) * 8)):
            waiting(lambda: ended(parts), 600)
        statuses = Counter(call.status for call in slack.calls)
        print(f"\n{ANSWERS} answers in {time.monotonic() - began:.0f} s; calls by status: {dict(statuses)}")
        assert {job.state for job in parts.service.jobs.newest(1000, [KIND])} == {JobState.DONE}
        assert count_ours(slack) == {(wish.channel, wish.thread): 1 for wish in wishes}
