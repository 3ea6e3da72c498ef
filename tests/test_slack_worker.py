"""The worker: every wish once, in order, through deaths, stops and faults; nobody is left without a word."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from slack_bolt import App
from slack_killed import QUICK, kill, slack_worker, workers
from slack_server import SlackServer, slack_server
from slack_small import waiting
from slack_workspace import Json
from small_service import SmallAssistant, SmallLibrary
from sqlalchemy import text

from assistant.answers import Answer, AnswerStatus
from assistant.channels.slack.answering.lanes import MOST_PARKED, Lanes, Place
from assistant.channels.slack.answering.pace import BURST, Turns
from assistant.channels.slack.answering.progress import Progress
from assistant.channels.slack.answering.working import LOCK, answering, forget
from assistant.channels.slack.arriving.bolt import bolt_app, close, taken_in
from assistant.channels.slack.arriving.guard import checked
from assistant.channels.slack.arriving.payloads import read
from assistant.channels.slack.messages import Body, How, Message
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from assistant.questions import Question
from vectorstore.jobs import Job, JobState
from vectorstore.locks import is_locked

CHANNEL, ANNA = "C0OMVARLD", "U0ANNA"


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


class Slow(SmallAssistant):
    """Takes a while, and knows how many questions of one conversation were under way at once."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.most = seconds, 0
        self._under_way: Counter[str] = Counter()
        self._counting = threading.Lock()

    def ask(self, question: Question) -> Answer:
        with self._counting:
            self._under_way[question.conversation_id] += 1
            self.most = max(self.most, *self._under_way.values())
        time.sleep(self.seconds)
        with self._counting:
            self._under_way[question.conversation_id] -= 1
        return super().ask(question)


class Gated(SmallAssistant):
    """Answers as soon as its gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.begun = threading.Event(), threading.Event()

    def ask(self, question: Question) -> Answer:
        self.begun.set()
        self.gate.wait()
        return super().ask(question)


class Failing(SmallAssistant):
    """Fails so many times before it answers."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def ask(self, question: Question) -> Answer:
        self.left -= 1
        if self.left >= 0:
            raise RuntimeError("secret words")
        return super().ask(question)


class Ending(SmallAssistant):
    """Every question ends with the status that it names, and without a text."""

    def ask(self, question: Question) -> Answer:
        return Answer(id=question.text, status=AnswerStatus(question.text), language="sv", text="")


def mention(slack: SlackServer, words: str, thread: str = "") -> Wish:
    event = slack.mention(CHANNEL, ANNA, words, thread or None)["event"]
    top = thread or event["ts"]
    conversation = f"slack:{slack.team}:{CHANNEL}:{top}"
    return Wish(What.ANSWER, Way.MENTION, slack.team, CHANNEL, ANNA, words, event["ts"], top, conversation)


def keep(parts: SlackParts, wish: Wish, key: str = "") -> None:
    assert parts.inbox.keep(wish, [key or f"message:{wish.channel}:{wish.ts}"], joins=True)


def newest(parts: SlackParts) -> Job:
    return parts.service.jobs.newest(1, [KIND])[0]


def ended(parts: SlackParts) -> bool:
    found = parts.service.jobs.newest(1000, [KIND])
    return all(job.state in (JobState.DONE, JobState.FAILED) for job in found)


def holder(folder: Path) -> set[int]:
    """The process that works."""
    told = (folder / LOCK).read_text() if is_locked(folder / LOCK) else ""
    return {int(told)} if told else set()


def test_delivered_many_times_and_killed_twice_each_is_answered_once(
    slack: SlackServer, tmp_path: Path
) -> None:
    numbers = random.Random(7)
    with workers() as starting, slack_worker(tmp_path, slack.settings()) as parts, receiving(parts) as app:
        # On a busy machine a message that was under way takes a while to arrive.
        pace, before = replace(QUICK, grace=timedelta(seconds=1)), len(slack.ours())
        standing = {starting.start(tmp_path, slack.settings(), pace=pace) for _ in range(3)}
        events = [slack.mention(CHANNEL, ANNA, f"Vad gäller {n}?") for n in range(24)]
        events += [slack.direct(ANNA, f"Vad gäller {n}? dröj") for n in range(4)]
        deliveries = [each for each in events for _ in range(numbers.randint(1, 4))]
        numbers.shuffle(deliveries)
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(lambda each: received(slack, app, each), deliveries))
        assert set(given) == {200}
        for least in (6, 14):
            waiting(lambda: len(slack.ours()) >= before + least)  # noqa: B023
            worker = waiting(lambda: holder(tmp_path) & standing)  # noqa: B023
            standing -= worker
            kill(*worker)
        waiting(lambda: ended(parts))
    threads = [each["event"]["ts"] for each in events if each["event"]["channel"] == CHANNEL]
    assert [len(slack.ours(CHANNEL, ts)) for ts in threads] == [1] * 24
    assert len(slack.ours(slack.dm(ANNA))) == 4


def test_one_thread_is_answered_in_order_one_at_a_time(slack: SlackServer, tmp_path: Path) -> None:
    assistant = Slow(0.03)
    with slack_worker(tmp_path, slack.settings(), assistant) as parts:
        first = mention(slack, "Fråga 0?")
        wishes = [first, *(mention(slack, f"Fråga {n}?", first.ts) for n in range(1, 8))]
        other = mention(slack, "Annan tråd?")
        for wish in (*wishes[:4], other, *wishes[4:]):
            keep(parts, wish)
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        asked = [each.text for each in assistant.asked if each.conversation_id == first.conversation]
        assert asked == [wish.text for wish in wishes] and assistant.most == 1
        assert all(each.channel == "slack" for each in assistant.asked)
        said = [each["metadata"]["event_payload"]["key"] for each in slack.ours(CHANNEL, first.ts)]
        jobs = reversed(parts.service.jobs.newest(20, [KIND]))
        assert said == [f"{job.id}:0" for job in jobs if job.about["thread"] == first.ts]
        assert parts.threads.answers(slack.team, CHANNEL, first.ts) == tuple(
            job.result["answer_id"]
            for job in reversed(parts.service.jobs.newest(20, [KIND]))
            if job.about["thread"] == first.ts
        )


def test_a_thread_keeps_its_order_when_another_process_goes_on(slack: SlackServer, tmp_path: Path) -> None:
    assistant = SmallAssistant()
    with slack_worker(tmp_path, slack.settings(), assistant) as parts:
        first = mention(slack, "Den första?")
        keep(parts, first)
        job = parts.service.jobs.take([KIND])
        assert job
        parts.service.jobs.put_back(job.id, {}, timedelta(seconds=0.5))
        keep(parts, mention(slack, "Den andra?", first.ts))
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        assert [each.text for each in assistant.asked] == ["Den första?", "Den andra?"]


def test_however_a_question_ends_the_asker_gets_words(slack: SlackServer, tmp_path: Path) -> None:
    with slack_worker(tmp_path, slack.settings(), Ending()) as parts:
        wishes = [mention(slack, status.value) for status in AnswerStatus]
        for wish in wishes:
            keep(parts, wish)
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        for wish in wishes:
            (said,) = slack.ours(CHANNEL, wish.ts)
            assert said["text"].strip() and said["blocks"]


def test_while_the_service_is_off_the_asker_is_told_why(slack: SlackServer, tmp_path: Path) -> None:
    assistant = SmallAssistant()
    with slack_worker(tmp_path, slack.settings(), assistant) as parts, answering(parts, QUICK):
        parts.service.switch.turn_off("Vi byter dokument till på fredag.")
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        waiting(lambda: ended(parts))
        assert not assistant.asked and not slack.ours(CHANNEL, wish.ts)
        told = [each for each in slack.ours(CHANNEL) if each["ephemeral_for"] == ANNA][-1]
        assert "Vi byter dokument till på fredag." in str(told["blocks"])


@pytest.mark.parametrize("was_sent", [True, False])
def test_a_reply_under_way_at_a_death_is_looked_for_before_it_is_sent_again(
    slack: SlackServer, tmp_path: Path, was_sent: bool
) -> None:
    with slack_worker(tmp_path, slack.settings()) as parts:
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        job = parts.service.jobs.take([KIND])
        assert job
        body = Body("Svaret.")
        message = Message(How.POST, CHANNEL, body, wish.thread)
        parts.service.jobs.tell(job.id, Progress((message,), answer_id="a", doubt=True).kept())
        if was_sent:
            metadata = {"event_type": "utblick", "event_payload": {"key": f"{job.id}:0"}}
            sent = {"channel": CHANNEL, "text": "Svaret.", "thread_ts": wish.thread, "metadata": metadata}
            parts.client.api_call("chat.postMessage", json=sent)
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        assert [each["text"] for each in slack.ours(CHANNEL, wish.ts)] == ["Svaret."]
        done = newest(parts)
        assert done.state is JobState.DONE
        assert done.result == {"answer_id": "a", "ts": slack.ours(CHANNEL, wish.ts)[0]["ts"]}
        assert "text" not in done.about


def test_what_is_under_way_at_a_stop_is_answered_once_by_the_next(slack: SlackServer, tmp_path: Path) -> None:
    with slack_worker(tmp_path, slack.settings(), Slow(0.05)) as parts:
        wishes = [mention(slack, f"Fråga {n}?") for n in range(12)]
        wishes += [mention(slack, "Och?", wishes[0].ts) for _ in range(4)]
        for wish in wishes:
            keep(parts, wish)
        for _ in range(2):
            seen = len(slack.ours())
            with answering(parts, QUICK):
                waiting(lambda: len(slack.ours()) > seen + 2)  # noqa: B023
            states = {job.state for job in parts.service.jobs.newest(100, [KIND])}
            assert JobState.WORKING not in states and not is_locked(tmp_path / LOCK)
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        found = [len(slack.ours(CHANNEL, wish.ts)) for wish in wishes[:12]]
        assert found == [5, *[1] * 11]


def test_a_stop_does_not_wait_for_an_answer_that_takes_long(slack: SlackServer, tmp_path: Path) -> None:
    pace = replace(QUICK, stopping=0.2, grace=timedelta(0))
    assistant = Gated()
    with slack_worker(tmp_path, slack.settings(), assistant) as parts:
        wish = mention(slack, "Fråga?")
        keep(parts, wish)
        with answering(parts, pace):
            assistant.begun.wait()
        assistant.gate.set()
        waiting(lambda: not [each for each in threading.enumerate() if each.name == "slack-answer"])
        # Its time was over before it had the answer: it neither sent nor wrote anything.
        left = newest(parts)
        assert (left.state, left.result) == (JobState.WORKING, {}) and assistant.asked
        assert not slack.ours(CHANNEL, wish.ts)
        with answering(parts, pace):
            waiting(lambda: ended(parts))
        assert len(slack.ours(CHANNEL, wish.ts)) == 1


@pytest.mark.parametrize(("times", "answered"), [(3, True), (4, False)])
def test_a_reply_that_cannot_be_composed_is_tried_again_and_then_told(
    slack: SlackServer, tmp_path: Path, times: int, answered: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with slack_worker(tmp_path, slack.settings(), Failing(times)) as parts, answering(parts, QUICK):
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        waiting(lambda: ended(parts))
        job = newest(parts)
        public = slack.ours(CHANNEL, wish.ts)
        if answered:
            assert job.state is JobState.DONE and len(public) == 1
        else:
            assert job.state is JobState.FAILED and not public
            assert job.result == {"error": "RuntimeError"} and job.about["text"] == "Vad gäller?"
            assert "Något gick fel" in slack.ours(CHANNEL)[-1]["text"]
            assert parts.service.jobs.again(job.id)
            waiting(lambda: ended(parts))
            assert newest(parts).state is JobState.DONE and len(slack.ours(CHANNEL, wish.ts)) == 1
        assert "secret words" not in caplog.text and "Vad gäller" not in caplog.text


POST = {"how": "post", "channel": CHANNEL, "prompts": []}
ODD = [None, [], "text", {"messages": None}, {"messages": [{**POST, "body": {"text": 5, "blocks": []}}]}]
"""Results of jobs that nothing of ours writes, most of them."""


def alone(slack: SlackServer) -> int:
    return sum(each["ephemeral_for"] == ANNA for each in slack.ours(CHANNEL))


def test_jobs_that_are_odd_cost_nobody_the_worker(slack: SlackServer, tmp_path: Path) -> None:
    before = alone(slack)
    with slack_worker(tmp_path, slack.settings()) as parts:
        for result in ODD:
            wish = mention(slack, "Vad gäller?")
            keep(parts, wish)
            with parts.service.jobs.engine.begin() as connection:
                told = {"result": json.dumps(result), "id": newest(parts).id}
                connection.execute(text("UPDATE jobs SET result = :result WHERE id = :id"), told)
        keep(parts, last := mention(slack, "Och sedan?"))
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        states = [job.state for job in parts.service.jobs.newest(len(ODD) + 1, [KIND])]
        assert states == [JobState.DONE, *[JobState.FAILED] * len(ODD)]
        assert len(slack.ours(CHANNEL, last.ts)) == 1
        # Whose answer failed by a fault of ours is told so.
        waiting(lambda: alone(slack) == before + 1)


def test_without_words_it_is_about_what_the_thread_began_with(slack: SlackServer, tmp_path: Path) -> None:
    assistant = SmallAssistant()
    with slack_worker(tmp_path, slack.settings(), assistant) as parts, answering(parts, QUICK):
        began = slack.said(CHANNEL, ANNA, "Vem ger <https://x.example|stöd> till &lt;små&gt; företag?")[
            "event"
        ]
        wish = Wish(What.ANSWER, Way.MENTION, slack.team, CHANNEL, ANNA, "", began["ts"], began["ts"])
        keep(parts, wish, "a")
        waiting(lambda: ended(parts))
        assert [each.text for each in assistant.asked] == ["Vem ger stöd till <små> företag?"]
        gone = Wish(What.ANSWER, Way.MENTION, slack.team, CHANNEL, ANNA, "", "1.1", "1.1")
        keep(parts, gone, "b")
        waiting(lambda: ended(parts))
        assert "kan inte läsa" in slack.ours(CHANNEL)[-1]["text"] and len(assistant.asked) == 1


def test_the_channels_rule_is_asked_by(slack: SlackServer, tmp_path: Path) -> None:
    file = tmp_path / "slack.yaml"
    file.write_text(
        f"channels:\n  {CHANNEL}:\n    region: Påhitt\n    persona: officer\n"
        "    documents: [strategi.md]\n    publishers: [Region Påhitt]\n    answers: asker\n"
    )
    assistant = SmallAssistant()
    given = {**slack.settings(), "slack_file": str(file)}
    with slack_worker(tmp_path / "data", given, assistant, SmallLibrary()) as parts, answering(parts, QUICK):
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        waiting(lambda: ended(parts))
        (asked,) = assistant.asked
        assert (asked.region, asked.persona, asked.conversation_id) == (
            "Påhitt",
            "officer",
            wish.conversation,
        )
        assert (asked.filters.documents, asked.filters.publishers) == (("strategi",), ("Region Påhitt",))
        assert not slack.ours(CHANNEL, wish.ts) and slack.ours(CHANNEL)[-1]["ephemeral_for"] == ANNA


def test_a_sign_of_work_is_shown_while_it_takes_long(slack: SlackServer, tmp_path: Path) -> None:
    assistant = Gated()
    with slack_worker(tmp_path, slack.settings(), assistant) as parts, answering(parts, QUICK):
        wish = mention(slack, "Vad gäller?")
        pane = slack.pane_opened(ANNA)["event"]["assistant_thread"]
        asked = slack.direct(ANNA, "Vad gäller?", pane["thread_ts"])["event"]
        keep(parts, wish)
        place = (slack.team, asked["channel"], ANNA, "Vad gäller?", asked["ts"], pane["thread_ts"])
        keep(parts, Wish(What.ANSWER, Way.DIRECT, *place))
        waiting(lambda: (CHANNEL, wish.ts, "eyes") in slack.reactions)
        waiting(lambda: [each for each in slack.statuses if each[2] == "letar i dokumenten …"])
        assistant.gate.set()
        waiting(lambda: ended(parts))
        waiting(lambda: not slack.reactions)
        waiting(lambda: slack.statuses[-1][2] == "")


def test_a_database_that_fails_is_waited_for(slack: SlackServer, tmp_path: Path) -> None:
    with slack_worker(tmp_path, slack.settings(), Slow(0.2)) as parts, answering(parts, QUICK):
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        waiting(lambda: newest(parts).state is JobState.WORKING)
        with parts.service.log.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(text("ALTER TABLE jobs RENAME TO jobs_away"))
        time.sleep(0.5)
        with parts.service.log.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(text("ALTER TABLE jobs_away RENAME TO jobs"))
        waiting(lambda: ended(parts))
        assert newest(parts).state is JobState.DONE and len(slack.ours(CHANNEL, wish.ts)) == 1


def test_a_wish_that_was_under_way_at_every_death_is_given_up_with_a_word(
    slack: SlackServer, tmp_path: Path
) -> None:
    with slack_worker(tmp_path, slack.settings()) as parts:
        keep(parts, mention(slack, "Vad gäller?"))
        for _ in range(8):
            assert parts.service.jobs.take([KIND])
            parts.service.jobs.resume([KIND], 9)
        assert parts.service.jobs.take([KIND])
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
            waiting(lambda: "Något gick fel" in slack.ours(CHANNEL)[-1]["text"])
        assert newest(parts).state is JobState.FAILED


def test_what_is_no_wish_ends_as_a_dead_letter(slack: SlackServer, tmp_path: Path) -> None:
    with slack_worker(tmp_path, slack.settings()) as parts, answering(parts, QUICK):
        parts.service.jobs.add(KIND, {"what": "dance"})
        waiting(lambda: ended(parts))
        assert newest(parts).result == {"error": "unreadable"}


def test_old_keys_threads_and_wishes_are_forgotten(slack: SlackServer, tmp_path: Path) -> None:
    with slack_worker(tmp_path, {**slack.settings(), "history_days": 0}) as parts:
        wish = mention(slack, "Vad gäller?")
        keep(parts, wish)
        with answering(parts, QUICK):
            waiting(lambda: ended(parts))
        forget(parts)
        assert not parts.service.jobs.newest(5, [KIND])
        assert not parts.inbox.keep(wish, [f"message:{CHANNEL}:{wish.ts}"])


@contextmanager
def receiving(parts: SlackParts) -> Iterator[App]:
    """Where what Slack sends comes in."""
    app = bolt_app(parts)
    yield app
    close(app)


def received(slack: SlackServer, app: App, payload: Json) -> int:
    """The HTTP status that a signed request gets."""
    body, kind = slack.wire(payload)
    headers = {"content-type": kind, **{name.lower(): value for name, value in slack.sign(body).items()}}
    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    wanted = read(checked(given, body, slack.signing_secret, time.time()))
    assert wanted
    return taken_in(app, wanted).status


def job_of(id: str, thread: str) -> Job:
    wish = Wish(What.ANSWER, Way.MENTION, "T1", "C1", "U1", thread=thread)
    now = datetime.now(UTC)
    return Job(id, KIND, wish.about(), JobState.WORKING, {}, 1, now, now)


def test_a_lane_holds_one_at_a_time_and_lets_the_others_out_in_order() -> None:
    lanes = Lanes()
    first, second, third, other = (job_of(id, id[0]) for id in ("a1", "a2", "a3", "b1"))
    assert [lanes.enter(each) for each in (first, second, third, other)] == [
        Place.FIRST,
        Place.BEHIND,
        Place.BEHIND,
        Place.FIRST,
    ]
    assert lanes.enter(first) is Place.FIRST, "it was put back and is taken again"
    assert lanes.leave(first) == second and lanes.leave(second) == third and lanes.leave(third) is None
    assert lanes.enter(first) is Place.FIRST
    full = [lanes.enter(job_of(f"b{n}", "b")) for n in range(2, MOST_PARKED + 3)]
    assert full == [*[Place.BEHIND] * MOST_PARKED, Place.NOWHERE]


def test_a_channel_takes_a_few_at_once_and_then_one_a_second() -> None:
    now = [100.0]
    turns = Turns(clock=lambda: now[0])
    assert [turns.due("C1", 9) for _ in range(BURST + 2)] == [0, 0, 0, 1, 2]
    assert turns.due("C2", 9) == 0
    assert turns.due("C1", 2) == 3 and turns.due("C1", 2) == 3, "a turn that is too late is not taken"
    turns.hold("C2", 30)
    assert turns.due("C2", 2) == 30
    now[0] += 30
    assert turns.due("C2", 2) == 0
