"""The buttons under an answer in Slack: what they say is kept at once, thanked for, and done only once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from block_rules import faults, view_faults
from slack_faults import Refused
from slack_server import SlackServer
from slack_small import slack_service, waiting
from small_service import EVIL_TEXT, Running
from test_slack_rules import texts

from assistant.channels.slack.actions import Action
from assistant.channels.slack.rules import Answers, Rule, Rules
from assistant.channels.slack.wishes import KIND, What
from assistant.question_log import View
from prompts import phrases
from vectorstore.jobs import Job, Jobs

TEAM, PERSON, OTHER = "T0PAHITT", "U0ANNA", "U0ADMIN"
NUMBER, QUESTION = "811228-9874", "Vilket stöd finns?"
OPINIONS, WORDS = phrases("opinions", "sv"), phrases("slack", "sv")
HELPFUL, UNHELPFUL, MORE = Action.HELPFUL, Action.UNHELPFUL, Action.MORE
SHARE, COLLEAGUE = Action.SHARE, Action.COLLEAGUE
Message = dict[str, Any]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, SlackServer]]:
    with slack_service(tmp_path_factory.mktemp("buttons")) as both:
        yield both


@pytest.fixture
def service(both: tuple[Running, SlackServer]) -> Running:
    return both[0]


@pytest.fixture
def slack(both: tuple[Running, SlackServer]) -> SlackServer:
    both[1].faults = []
    return both[1]


@pytest.fixture
def rules(service: Running) -> Rules:
    return Rules(service.log.engine)


@pytest.fixture
def events(service: Running) -> str:
    return service.url + "/slack/events"


@pytest.fixture(scope="module")
def one(both: tuple[Running, SlackServer]) -> Message:
    """An answer for tests that leave nothing behind."""
    service, slack = both
    return answered(slack, service.url + "/slack/events")


def answered(slack: SlackServer, events: str, rules: Rules | None = None, **rule: Any) -> Message:
    """The message with the answer and its buttons, in a channel of its own that has this rule."""
    channel = slack.add_channel(f"C0KANAL{len(slack.channels)}", "kanal")
    if rules:
        rules.keep(TEAM, channel, Rule(**rule), OTHER)
    assert slack.post(events, slack.mention(channel, PERSON, QUESTION)).status_code == 200
    return waiting(lambda: slack.ours(channel))[-1]


def press(
    slack: SlackServer, events: str, message: Message, action: Action, user: str = PERSON, **more: Any
) -> None:
    response = slack.post(events, slack.press(message, action.value, user, **more))
    assert (response.status_code, response.content) == (200, b"")


def whose(message: Message) -> str:
    """The answer's id, as its buttons hold it."""
    actions = next(block for block in message["blocks"] if block["type"] == "actions")
    return str(actions["elements"][0]["value"])


def with_button(message: Message, action: Action) -> Message:
    """The message with a button that it does not offer, as one of another time may have."""
    button = {"type": "button", "action_id": action.value, "value": whose(message)}
    return {**message, "blocks": [*message["blocks"], {"type": "actions", "elements": [button]}]}


def view(service: Running, message: Message) -> View | None:
    found = service.log.find(whose(message))
    assert found is not None
    return found.view


def wishes(service: Running, what: What, answer_id: str) -> list[Job]:
    jobs = Jobs(service.log.engine).newest(1000, [KIND])
    return [job for job in jobs if job.about["what"] == what and job.about.get("answer_id") == answer_id]


def told(slack: SlackServer, message: Message, user: str = PERSON) -> list[str]:
    """What was said to one person alone after the message."""
    said = slack.messages(message["channel"])
    after = [one for one in said if one["ts"] > message["ts"] and one["ephemeral_for"] == user]
    return [texts(one["blocks"]) for one in after]


def modal(slack: SlackServer, events: str, message: Message, user: str = PERSON) -> dict[str, Any]:
    before = len(slack.views)
    press(slack, events, message, UNHELPFUL, user)
    return waiting(lambda: slack.views[before:])[0]


def sent(slack: SlackServer, events: str, opened: dict[str, Any], **values: Any) -> Any:
    response = slack.post(events, slack.submit(opened, values, PERSON))
    assert response.status_code == 200
    return response.json()


def test_a_helpful_answer_is_kept_and_thanked_for_to_the_presser_alone(
    service: Running, slack: SlackServer, events: str
) -> None:
    message = answered(slack, events)
    press(slack, events, message, HELPFUL, OTHER)
    assert view(service, message) == View(True, "", "")
    assert waiting(lambda: told(slack, message, OTHER)) == [OPINIONS["thanks"]]
    assert slack.ours(message["channel"])[-1]["ephemeral_for"] == OTHER
    press(slack, events, message, HELPFUL, OTHER)
    assert view(service, message) == View(True, "", "")


def test_an_unhelpful_answer_is_kept_at_once_and_its_reason_after(
    service: Running, slack: SlackServer, events: str
) -> None:
    message = answered(slack, events)
    opened = modal(slack, events, message)
    assert view(service, message) == View(False, "", "")
    assert faults(opened["blocks"], "modal") == []
    assert QUESTION in texts(opened["blocks"])
    done = sent(slack, events, opened, reason="outdated", text="Siffrorna är från 2019.")
    assert done["response_action"] == "update"
    assert view_faults(done["view"]) == []
    assert OPINIONS["thanks_more"] in texts(done["view"])
    assert view(service, message) == View(False, "outdated", "Siffrorna är från 2019.")


def test_a_second_no_does_not_wipe_out_the_reason(service: Running, slack: SlackServer, events: str) -> None:
    message = answered(slack, events)
    sent(slack, events, modal(slack, events, message), reason="wrong")
    rows = len(service.feedback.newest())
    opened = modal(slack, events, message, OTHER)
    assert view(service, message) == View(False, "wrong", "")
    assert sent(slack, events, opened)["response_action"] == "update"
    assert len(service.feedback.newest()) == rows
    press(slack, events, message, HELPFUL)
    modal(slack, events, message)
    assert view(service, message) == View(False, "", "")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Jag har {NUMBER}.", f"Jag har {phrases('routing', 'sv')['redacted']}."),
        (EVIL_TEXT, EVIL_TEXT),
        ("a\0b", "ab"),
        ("<!channel> <@U0ANNA> & co", "<!channel> <@U0ANNA> & co"),
        ("å" * 2000, "å" * 2000),
    ],
    ids=["number", "hostile", "nul", "mentions", "long"],
)
def test_what_somebody_writes_is_kept_as_words_without_personal_data(
    service: Running, slack: SlackServer, events: str, text: str, kept: str
) -> None:
    message = answered(slack, events)
    before = len(slack.messages())
    done = sent(slack, events, modal(slack, events, message), text=text[:2000])
    found = view(service, message)
    assert found is not None and found.text == kept
    assert (OPINIONS["removed"] in texts(done["view"])) == (NUMBER in text)
    assert len(slack.messages()) == before


@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        ("reason", {"type": "radio_buttons", "selected_option": {"value": "bribed"}}),
        ("text", {"type": "plain_text_input", "value": "å" * 2001}),
    ],
)
def test_what_no_modal_of_ours_holds_is_told_at_its_field(
    service: Running, slack: SlackServer, events: str, field: str, chosen: dict[str, Any]
) -> None:
    message = answered(slack, events)
    payload = slack.submit(modal(slack, events, message), {}, PERSON)
    payload["view"]["state"]["values"][field][field] = chosen
    assert list(slack.post(events, payload).json()["errors"]) == [field]
    assert view(service, message) == View(False, "", "")


@pytest.mark.parametrize("place", ["", "{", "[1]", '{"answer": "okänt"}', '{"answer": null}', "[" * 2000])
def test_a_modal_about_no_answer_keeps_nothing(
    service: Running, slack: SlackServer, events: str, place: str
) -> None:
    opened = modal(slack, events, answered(slack, events))
    rows = len(service.feedback.newest())
    done = sent(slack, events, {**opened, "private_metadata": place}, reason="wrong")
    assert done["errors"] == {"reason": WORDS["refuse_unknown_answer"]}
    assert len(service.feedback.newest()) == rows


def test_a_no_is_kept_where_the_modal_does_not_open(
    service: Running, slack: SlackServer, events: str
) -> None:
    message = answered(slack, events)
    slack.faults = lambda method, _: Refused("expired_trigger_id") if method == "views.open" else None
    press(slack, events, message, UNHELPFUL)
    assert waiting(lambda: told(slack, message)) == [WORDS["opinion_not_opened"]]
    assert view(service, message) == View(False, "", "")


@pytest.mark.parametrize(
    "answer_id", ["svar-okänt", "", "x" * 2000, "'; drop table feedback; --", "svar-\0-1"]
)
def test_an_opinion_on_an_answer_that_is_not_kept_keeps_nothing(
    service: Running, slack: SlackServer, events: str, one: Message, answer_id: str
) -> None:
    rows, views, said = len(service.feedback.newest()), len(slack.views), len(told(slack, one))
    for action in HELPFUL, UNHELPFUL:
        press(slack, events, one, action, value=answer_id)
    words = waiting(lambda: [*told(slack, one)[said:]] if len(told(slack, one)) > said + 1 else [])
    assert words == [WORDS["refuse_unknown_answer"]] * 2
    assert (len(service.feedback.newest()), len(slack.views)) == (rows, views)


@pytest.mark.parametrize(("action", "what"), [(MORE, What.MORE), (COLLEAGUE, What.COLLEAGUE)])
def test_what_all_see_is_done_once_however_often_and_by_whom_it_is_pressed(
    service: Running, slack: SlackServer, events: str, rules: Rules, action: Action, what: What
) -> None:
    message = with_button(answered(slack, events), action)
    rules.keep(TEAM, message["channel"], Rule(colleagues=("U0KOLLEGA",)), OTHER)
    with ThreadPoolExecutor(6) as at_once:
        list(
            at_once.map(lambda user: press(slack, events, message, action, user), [PERSON, OTHER, PERSON] * 2)
        )
    waiting(lambda: len(told(slack, message)) + len(told(slack, message, OTHER)) == 5)
    assert set(told(slack, message)) | set(told(slack, message, OTHER)) == {WORDS[f"already_{what}"]}
    assert len(wishes(service, what, whose(message))) == 1


def test_what_one_sees_alone_is_done_once_for_each(
    service: Running, slack: SlackServer, events: str, rules: Rules
) -> None:
    message = with_button(answered(slack, events, rules, answers=Answers.ASKER), MORE)
    assert message["ephemeral_for"] == PERSON
    for user in PERSON, OTHER, PERSON:
        press(slack, events, message, MORE, user)
    assert len(wishes(service, What.MORE, whose(message))) == 2


def test_an_answer_is_shared_once_in_its_channel(
    service: Running, slack: SlackServer, events: str, rules: Rules
) -> None:
    message = answered(slack, events, rules, answers=Answers.ASKER)
    for _ in range(2):
        press(slack, events, message, SHARE)
    assert len(wishes(service, What.SHARE, whose(message))) == 1
    waiting(lambda: WORDS["already_share"] in told(slack, message))


def test_the_way_to_the_web_chat_is_only_acknowledged(
    service: Running, slack: SlackServer, events: str, one: Message
) -> None:
    def done() -> tuple[int, int, int]:
        jobs = Jobs(service.log.engine).newest(1000, [KIND])
        return len(jobs), len(slack.messages(one["channel"])), len(slack.views)

    before = done()
    press(slack, events, one, Action.WEB)
    assert done() == before


@pytest.mark.parametrize("action", [HELPFUL, UNHELPFUL, MORE])
def test_slack_is_told_that_a_press_came_when_it_is_on_disk(
    service: Running, slack: SlackServer, events: str, action: Action
) -> None:
    message = with_button(answered(slack, events), MORE)
    held = Event()

    def hold() -> None:
        with service.log.engine.execution_options(immediate=True).begin():
            held.set()
            time.sleep(0.4)

    with ThreadPoolExecutor(1) as beside:
        beside.submit(hold)
        held.wait()
        press(slack, events, message, action)
        kept = view(service, message) or wishes(service, What.MORE, whose(message))
    assert kept


def test_a_press_that_cannot_be_kept_is_not_acknowledged(tmp_path: Path) -> None:
    with slack_service(tmp_path) as (service, slack):
        events = service.url + "/slack/events"
        message = answered(slack, events)
        with service.log.engine.begin() as connection:
            connection.exec_driver_sql("drop table feedback")
        said = len(slack.messages())
        response = slack.post(events, slack.press(message, HELPFUL.value, PERSON))
        assert response.status_code == 503
        assert len(slack.messages()) == said


def test_without_history_an_answer_in_memory_takes_an_opinion(tmp_path: Path) -> None:
    with slack_service(tmp_path, history_days=0) as (service, slack):
        events = service.url + "/slack/events"
        message = answered(slack, events)
        press(slack, events, message, HELPFUL)
        assert waiting(lambda: told(slack, message)) == [OPINIONS["thanks"]]
        assert not any("sparas i" in texts(one) for one in slack.views)
