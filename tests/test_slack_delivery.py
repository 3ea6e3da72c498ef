"""Sending: none lost and none twice, whatever Slack answers; what it will not take is told and kept."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_faults import Fault, RateLimited, Refused, Reset, ServerError, Slow
from slack_killed import QUICK, slack_worker
from slack_server import SlackServer, slack_server
from slack_small import waiting
from small_service import SmallAssistant, SmallLibrary

from assistant.channels.slack.answering.progress import Progress
from assistant.channels.slack.answering.wording import CHARACTERS, in_words
from assistant.channels.slack.answering.working import answering
from assistant.channels.slack.messages import Body, How, Message
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.response_urls import is_slacks
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.jobs import Job, JobState

CHANNEL, ANNA = "C0OMVARLD", "U0ANNA"
NEVER = replace(QUICK, longest=-1)


@pytest.fixture(scope="module")
def served() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


@pytest.fixture
def slack(served: SlackServer) -> Iterator[SlackServer]:
    served.calls.clear()
    served.faults = []
    yield served
    served.faults = []


@pytest.fixture
def parts(slack: SlackServer, tmp_path: Path) -> Iterator[SlackParts]:
    with slack_worker(tmp_path, slack.settings(), SmallAssistant(), SmallLibrary()) as found:
        yield found


def mention(slack: SlackServer, words: str = "Vad gäller?", channel: str = CHANNEL) -> Wish:
    ts = slack.mention(channel, ANNA, words)["event"]["ts"]
    return Wish(What.ANSWER, Way.MENTION, slack.team, channel, ANNA, words, ts, ts)


def command(slack: SlackServer, words: str = "Vad gäller?") -> Wish:
    url = slack.command(CHANNEL, ANNA, words)["response_url"]
    return Wish(What.ANSWER, Way.COMMAND, slack.team, CHANNEL, ANNA, words, response_url=url)


def done(parts: SlackParts, *wishes: Wish) -> list[Job]:
    """The jobs of the wishes, when all have ended."""
    for wish in wishes:
        assert parts.inbox.keep(wish, [f"key:{time.monotonic()}"])
    with answering(parts, QUICK):
        return waiting(lambda: ended(parts))


def ended(parts: SlackParts) -> list[Job]:
    jobs = parts.service.jobs.newest(1000, [KIND])
    return jobs if all(job.state in (JobState.DONE, JobState.FAILED) for job in jobs) else []


def words(message: Mapping[str, Any]) -> str:
    return f"{message['text']} {message['blocks']}"


def kept(parts: SlackParts, wish: Wish, *messages: Message) -> None:
    """A wish whose reply is composed already."""
    assert parts.inbox.keep(wish, [f"key:{time.monotonic()}"])
    job = parts.service.jobs.take([KIND])
    assert job
    parts.service.jobs.end(job.id, JobState.FAILED, Progress(messages).kept())
    assert parts.service.jobs.again(job.id)


def sent(parts: SlackParts, wish: Wish, *messages: Message) -> Job:
    kept(parts, wish, *messages)
    with answering(parts, QUICK):
        return waiting(lambda: ended(parts))[0]


class Chaos:
    """Every kind of fault, for so large a part of the calls."""

    def __init__(self, seed: int, part: float) -> None:
        self._random, self._part, self._lock = random.Random(seed), part, threading.Lock()

    def __call__(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        kinds = (RateLimited(1), ServerError(True), ServerError(False), Reset(True), Reset(False), Slow(0.15))
        with self._lock:
            wrong = self._random.random() < self._part
            return self._random.choice(kinds) if wrong else None


def test_thirty_answers_under_every_fault_arrive_once_each(slack: SlackServer, parts: SlackParts) -> None:
    wishes = [mention(slack) for _ in range(30)]
    slack.faults = Chaos(3, 0.4)
    jobs = done(parts, *wishes)
    assert [len(slack.ours(CHANNEL, wish.thread)) for wish in wishes] == [1] * 30
    assert {job.state for job in jobs} == {JobState.DONE}
    went_wrong = [call for call in slack.calls if call.status != 200]
    assert len({call.status for call in went_wrong}) == 3 and len(went_wrong) > 10


@pytest.mark.parametrize("fault", [Reset(False), ServerError(True)])
def test_in_doubt_it_is_looked_for_in_the_thread(slack: SlackServer, parts: SlackParts, fault: Fault) -> None:
    slack.faults = [fault, fault]
    wish = mention(slack)
    done(parts, wish)
    (only,) = slack.ours(CHANNEL, wish.thread)
    happened = not fault.before  # type: ignore[union-attr]
    assert len(slack.called("conversations.replies")) == (1 if happened else 2)
    assert len(slack.called("chat.postMessage")) == (1 if happened else 3)
    key = only["metadata"]["event_payload"]["key"]
    assert only["metadata"]["event_type"] == "utblick" and key.endswith(":0")


def test_in_a_direct_conversation_it_is_looked_for_among_all_that_was_said(
    slack: SlackServer, parts: SlackParts
) -> None:
    asked = slack.direct(ANNA, "Vad gäller?")["event"]
    slack.faults = [Reset(False)]
    before = len(slack.ours(asked["channel"]))
    wish = Wish(What.ANSWER, Way.DIRECT, slack.team, asked["channel"], ANNA, "Vad gäller?", asked["ts"])
    done(parts, wish)
    assert len(slack.ours(asked["channel"])) == before + 1
    assert slack.called("conversations.history") and len(slack.called("chat.postMessage")) == 1


def test_it_is_looked_for_on_every_page(slack: SlackServer, parts: SlackParts) -> None:
    wish = mention(slack)
    for number in range(450):
        slack.add(CHANNEL, ANNA, f"inlägg {number}", thread_ts=wish.thread)
    slack.faults = [Reset(False)]
    done(parts, wish)
    assert len(slack.ours(CHANNEL, wish.thread)) == 1
    assert len(slack.called("conversations.replies")) == 3


def test_while_it_is_not_known_whether_it_arrived_nothing_is_sent(
    slack: SlackServer, parts: SlackParts
) -> None:
    wrong: dict[str, list[Fault]] = {
        "chat.postMessage": [Reset(False)],
        "conversations.replies": [ServerError(), RateLimited(1), Reset(True)],
    }
    slack.faults = lambda method, arguments: wrong[method].pop(0) if wrong.get(method) else None
    wish = mention(slack)
    done(parts, wish)
    assert len(slack.ours(CHANNEL, wish.thread)) == 1 and len(slack.called("chat.postMessage")) == 1
    assert len(slack.called("conversations.replies")) == 4


def test_where_slack_does_not_let_us_look_it_is_sent_again(slack: SlackServer, parts: SlackParts) -> None:
    wrong = {"chat.postMessage": [Reset(True)]}
    slack.faults = lambda method, arguments: (
        Refused("missing_scope")
        if method == "conversations.replies"
        else wrong[method].pop()
        if wrong.get(method)
        else None
    )
    wish = mention(slack)
    done(parts, wish)
    assert len(slack.ours(CHANNEL, wish.thread)) == 1


def test_it_waits_as_long_as_slack_says_and_however_often(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = [RateLimited(1), RateLimited(1)]
    wish, other = mention(slack), mention(slack, channel="C0ANNAN")
    following = replace(mention(slack), thread=wish.thread)
    jobs = done(parts, wish, other, following)[::-1]
    calls = [call for call in slack.called("chat.postMessage")]
    for channel in (CHANNEL, "C0ANNAN"):
        times = [call.at for call in calls if call.arguments["channel"] == channel]
        limited = [call.at for call in calls if call.arguments["channel"] == channel and call.status == 429]
        for at in limited:
            assert not [each for each in times if at < each < at + 1], "Retry-After is obeyed"
    assert not slack.called("conversations.replies"), "a 429 leaves no doubt"
    assert len(slack.ours(other.channel, other.thread)) == 1
    found = [each["metadata"]["event_payload"]["key"] for each in slack.ours(CHANNEL, wish.thread)]
    assert found == [f"{jobs[0].id}:0", f"{jobs[2].id}:0"], "a thread keeps its order"


def test_waiting_has_an_end(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = [RateLimited(1)] * 5
    kept(parts, mention(slack), Message(How.POST, CHANNEL, Body("Svar.")))
    with answering(parts, NEVER):
        (job,) = waiting(lambda: ended(parts))
    assert (job.state, job.result["error"]) == (JobState.FAILED, "ratelimited")


def test_doubt_has_an_end_and_a_dead_letter_can_be_sent_anew(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = lambda method, arguments: Reset(True)
    wish = mention(slack)
    (job,) = done(parts, wish)
    assert job.state is JobState.FAILED and job.result["error"]
    assert job.about["text"] == "Vad gäller?" and not slack.ours(CHANNEL, wish.thread)
    slack.faults = []
    assert parts.service.jobs.again(job.id)
    with answering(parts, QUICK):
        (job,) = waiting(lambda: ended(parts))
    assert job.state is JobState.DONE and len(slack.ours(CHANNEL, wish.thread)) == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("not_in_channel", "Bjud in Utblick"),
        ("is_archived", "arkiverad"),
        ("restricted_action", "restricted_action"),
        ("token_revoked", ""),
    ],
)
def test_what_slack_refuses_for_good_is_told_and_kept(
    slack: SlackServer, parts: SlackParts, code: str, told: str
) -> None:
    direct, before = slack.dm(ANNA), len(slack.ours(slack.dm(ANNA)))
    slack.faults = [Refused(code)]
    wish = mention(slack)
    (job,) = done(parts, wish)
    assert (job.state, job.result["error"]) == (JobState.FAILED, code)
    assert job.about["text"] == "Vad gäller?", "a dead letter keeps what it is about"
    said = slack.ours(direct)[before:]
    assert [told in words(each) for each in said] == ([True] if told else [])
    assert parts.service.jobs.again(job.id)
    with answering(parts, QUICK):
        (job,) = waiting(lambda: ended(parts))
    assert job.state is JobState.DONE and len(slack.ours(CHANNEL, wish.thread)) == 1


def test_a_refusal_that_may_be_none_is_a_doubt(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = [Refused("fatal_error")]
    wish = mention(slack)
    (job,) = done(parts, wish)
    assert job.state is JobState.DONE and len(slack.ours(CHANNEL, wish.thread)) == 1
    assert slack.called("conversations.replies")


def test_blocks_that_slack_does_not_take_are_said_in_words(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = [Refused("msg_blocks_too_long")]
    wish = mention(slack)
    (job,) = done(parts, wish)
    (said,) = slack.ours(CHANNEL, wish.thread)
    assert job.state is JobState.DONE and not said["blocks"]
    assert "100 000 kronor" in said["text"] and "Samarbetet gäller först" in said["text"]
    assert "<" not in said["text"]


def test_the_words_of_blocks_are_cut_between_signs() -> None:
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": "å&b<c> " * 900}]}
    told = in_words(Body("kort", ({"type": "rich_text", "elements": [element]},)))
    assert told.text.startswith("å&amp;b&lt;c&gt; å") and told.text.endswith("…")
    assert len(told.text) <= CHARACTERS and not told.blocks
    bare = told.text.removesuffix("…")
    for entity in ("&amp;", "&lt;", "&gt;"):
        bare = bare.replace(entity, "")
    assert "&" not in bare
    assert in_words(Body("kort")).text == "kort"


def test_who_deleted_their_question_is_answered_alone(slack: SlackServer, parts: SlackParts) -> None:
    slack.faults = [Refused("thread_not_found")]
    wish = mention(slack)
    (job,) = done(parts, wish)
    said = slack.ours(CHANNEL)[-1]
    assert job.state is JobState.DONE and said["ephemeral_for"] == ANNA and not said["thread_ts"]
    assert not slack.ours(CHANNEL, wish.thread)


def test_what_one_person_sees_is_sent_again_in_doubt(slack: SlackServer, parts: SlackParts) -> None:
    body, wish = Body("Bara du."), replace(mention(slack), thread="1.1")
    slack.faults = [Reset(False)]
    job = sent(parts, wish, Message(How.EPHEMERAL, CHANNEL, body, "1.1", ANNA))
    assert job.state is JobState.DONE
    assert [each["text"] for each in slack.ours(CHANNEL, "1.1")] == ["Bara du."] * 2
    asked = command(slack)
    slack.faults = [Reset(False)]
    before = len(slack.ours(CHANNEL))
    job = sent(parts, asked, Message(How.RESPOND, CHANNEL, body, response_url=asked.response_url))
    assert job.state is JobState.DONE and len(slack.ours(CHANNEL)) == before + 2


def test_a_first_answer_to_one_person_is_shown_in_the_channel(slack: SlackServer, parts: SlackParts) -> None:
    wish = mention(slack)
    sent(parts, wish, Message(How.EPHEMERAL, CHANNEL, Body("Bara du."), wish.thread, ANNA))
    assert slack.ours(CHANNEL)[-1]["thread_ts"] is None, "Slack shows none in a thread that has no answers"


def test_a_command_is_answered_over_its_address(slack: SlackServer, parts: SlackParts) -> None:
    (job,) = done(parts, command(slack))
    (call,) = slack.called("response_url")
    assert job.state is JobState.DONE and slack.ours(CHANNEL)[-1]["ephemeral_for"] == ANNA
    assert call.arguments["response_type"] == "ephemeral" and not slack.called("chat.postMessage")
    assert "response_url" not in job.about and "text" not in job.about
    assert set(job.result) == {"answer_id", "ts"}


def test_an_address_that_is_too_old_is_answered_otherwise(slack: SlackServer, parts: SlackParts) -> None:
    wish = command(slack)
    slack.urls.clear()
    (job,) = done(parts, wish)
    assert job.state is JobState.DONE and slack.ours(CHANNEL)[-1]["ephemeral_for"] == ANNA
    assert len(slack.called("chat.postEphemeral")) == 1
    shared = Message(How.RESPOND, CHANNEL, Body("För alla."), response_url=wish.response_url, open=True)
    sent(parts, replace(wish, ts="9.9"), shared)
    assert slack.ours(CHANNEL)[-1]["text"] == "För alla." and not slack.ours(CHANNEL)[-1]["ephemeral_for"]


def test_who_asked_where_nothing_can_be_written_is_told_elsewhere(
    slack: SlackServer, parts: SlackParts
) -> None:
    before, wish = len(slack.ours(slack.dm(ANNA))), replace(command(slack), channel="C0UTANFOR")
    shared = Message(How.POST, "C0UTANFOR", Body("För alla."))
    job = sent(parts, wish, shared)
    assert job.result["error"] == "not_in_channel" and slack.ours(CHANNEL)[-1]["ephemeral_for"] == ANNA
    assert len(slack.ours(slack.dm(ANNA))) == before, "once is enough"
    slack.urls.clear()
    sent(parts, wish, shared)
    assert "Bjud in Utblick" in words(slack.ours(slack.dm(ANNA))[before])


def test_nothing_is_sent_to_an_address_that_is_not_slacks(slack: SlackServer, parts: SlackParts) -> None:
    foreign = slack.response_url().replace("127.0.0.1", "localhost")
    (job,) = done(parts, replace(command(slack), response_url=foreign))
    assert job.state is JobState.DONE and not slack.called("response_url")
    assert len(slack.called("chat.postEphemeral")) == 1


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://hooks.slack.com/actions/T1/2/3", True),
        ("http://hooks.slack.com/actions/T1/2/3", False),
        ("https://hooks.slack.com.evil.example/1", False),
        ("https://hooks.slack.com@evil.example/1", False),
        ("https://hooks.slack.com:444/1", False),
        ("https://[evil/1", False),
        ("https://slack.com/1", True),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_which_addresses_are_slacks(address: str, good: bool) -> None:
    assert is_slacks(address, "https://slack.com/api/") is good


def test_nothing_in_a_message_turns_into_previews_or_mentions(slack: SlackServer, parts: SlackParts) -> None:
    done(parts, mention(slack), command(slack))
    calls = [*slack.called("chat.postMessage"), *slack.called("response_url")]
    assert len(calls) == 2
    for call in calls:
        flags = {
            name: call.arguments[name] for name in ("unfurl_links", "unfurl_media", "parse", "link_names")
        }
        assert flags == {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}


def test_a_reply_of_many_messages_goes_on_where_it_was(slack: SlackServer, parts: SlackParts) -> None:
    wish = mention(slack)
    messages = [Message(How.POST, CHANNEL, Body(f"Del {n}."), wish.thread) for n in range(4)]
    slack.faults = [None, Reset(False), None, ServerError(True)]
    job = sent(parts, wish, *messages)
    assert [each["text"] for each in slack.ours(CHANNEL, wish.thread)] == [f"Del {n}." for n in range(4)]
    assert job.result == {"answer_id": "", "ts": slack.ours(CHANNEL, wish.thread)[0]["ts"]}


def test_questions_that_cannot_be_proposed_cost_no_greeting(slack: SlackServer, parts: SlackParts) -> None:
    pane = slack.pane_opened(ANNA)["event"]["assistant_thread"]
    place = (slack.team, pane["channel_id"], ANNA)
    wish = Wish(What.GREET, Way.DIRECT, *place, thread=pane["thread_ts"])
    done(parts, wish)
    assert len(slack.prompts[-1]["prompts"]) == 4
    slack.faults = lambda method, arguments: Reset(True) if "Prompts" in method else None
    jobs = done(parts, wish)
    assert {job.state for job in jobs} == {JobState.DONE}
    assert len(slack.ours(place[1], pane["thread_ts"])) >= 2
