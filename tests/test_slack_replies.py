"""What people in Slack get who press a button under an answer, ask for help or cannot be answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from block_rules import faults
from slack_faults import Refused
from slack_server import SlackServer
from slack_small import slack_service, waiting
from small_service import Running, good_answer
from test_slack_rules import texts

from assistant.channels.slack.actions import Action
from assistant.channels.slack.rules import Answers, Rule, Rules
from assistant.questions import Question
from assistant.switch import Switch
from prompts import LANGUAGES, phrases

TEAM, PERSON, OTHER, COLLEAGUE, GROUP = "T0PAHITT", "U0ANNA", "U0ADMIN", "U0KOLLEGA", "S0GRUPP"
WORDS, CONTACT = phrases("slack", "sv"), "info@region.example"
HOSTILE = "Vilket stöd finns? <!channel> <@U0ADMIN> https://evil.example/ *fet* :wave:"
TYPED = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
"""As Slack sends what somebody typed."""
Message = dict[str, Any]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, SlackServer]]:
    with slack_service(tmp_path_factory.mktemp("replies")) as both:
        yield both


@pytest.fixture
def service(both: tuple[Running, SlackServer]) -> Running:
    return both[0]


@pytest.fixture
def slack(both: tuple[Running, SlackServer]) -> SlackServer:
    both[1].faults = []
    return both[1]


@pytest.fixture
def events(service: Running) -> str:
    return service.url + "/slack/events"


@pytest.fixture
def rules(service: Running) -> Rules:
    return Rules(service.log.engine)


def room(slack: SlackServer, rules: Rules, **rule: Any) -> str:
    """A channel of its own that has this rule."""
    channel = slack.add_channel(f"C0RUM{len(slack.channels)}", "rum")
    rules.keep(TEAM, channel, Rule(**rule), OTHER)
    return channel


def after(slack: SlackServer, channel: str, ts: str) -> Message:
    """The next message of ours, which is valid and holds no mention that is not meant."""
    found = waiting(lambda: [one for one in slack.ours(channel) if one["ts"] > ts])[0]
    assert faults(found["blocks"]) == []
    return found


def asked(slack: SlackServer, events: str, channel: str, text: str = "Vilket stöd finns?") -> Message:
    payload = slack.mention(channel, PERSON, text)
    assert slack.post(events, payload).status_code == 200
    return after(slack, channel, payload["event"]["ts"])


def commanded(slack: SlackServer, events: str, channel: str, text: str) -> Message:
    ts = slack.ts()
    assert slack.post(events, slack.command(channel, PERSON, text)).status_code == 200
    return after(slack, channel, ts)


def pressed(slack: SlackServer, events: str, message: Message, action: Action, user: str = PERSON) -> Message:
    """What comes of pressing a button."""
    ts = slack.ts()
    assert slack.post(events, slack.press(message, action.value, user)).status_code == 200
    return after(slack, message["channel"], ts)


def with_more(message: Message) -> Message:
    """The message with the button for the rest, as a longer answer has it."""
    value = next(block for block in message["blocks"] if block["type"] == "actions")["elements"][0]["value"]
    button = {"type": "button", "action_id": Action.MORE.value, "value": value}
    return {**message, "blocks": [*message["blocks"], {"type": "actions", "elements": [button]}]}


def actions(message: Message) -> set[str]:
    found = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return {str(one["action_id"]) for elements in found for one in elements}


@pytest.mark.parametrize("word", ["", "help", "hjälp"])
def test_help_says_what_it_can_do_here_what_is_kept_and_whom_to_reach(
    slack: SlackServer, events: str, rules: Rules, word: str
) -> None:
    channel = room(slack, rules, region="Påhitt", publishers=("P",), only_mentioned=True)
    said = commanded(slack, events, channel, word)
    assert said["ephemeral_for"] == PERSON
    told = texts(said["blocks"])
    starter = phrases("ui", "sv")["starter_officer_1"]
    for wanted in (
        "AI-assistent",
        "Påhitt",
        "en del av dokumenten",
        "nämn mig igen",
        starter,
        "30 dagar",
        CONTACT,
    ):
        assert wanted in told
    elsewhere = texts(commanded(slack, events, room(slack, rules), word)["blocks"])
    assert "Påhitt" not in elsewhere and WORDS["help_limited"] not in elsewhere
    assert WORDS["help_thread"] in elsewhere


def test_a_mention_without_words_is_told_how_to_ask_alone(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    said = asked(slack, events, room(slack, rules), "")
    assert said["ephemeral_for"] == PERSON
    assert "Så frågar du" in texts(said["blocks"])


def test_the_pane_greets_with_questions_to_begin_with(slack: SlackServer, events: str) -> None:
    opened = slack.pane_opened(PERSON)
    assert slack.post(events, opened).status_code == 200
    thread = opened["event"]["assistant_thread"]["thread_ts"]
    said = after(slack, slack.dm(PERSON), thread)
    assert said["thread_ts"] == thread
    assert "AI-assistent och ingen människa" in texts(said["blocks"])
    proposed = waiting(lambda: slack.prompts)[-1]
    assert proposed["thread_ts"] == thread
    starters = [phrases("ui", "sv")[f"starter_officer_{n}"] for n in range(1, 5)]
    assert [one["message"] for one in proposed["prompts"]] == starters


def test_why_there_is_no_answer_is_told_to_the_asker_alone(
    service: Running, slack: SlackServer, events: str, rules: Rules
) -> None:
    off = asked(slack, events, room(slack, rules, on=False))
    assert off["ephemeral_for"] == PERSON
    assert "avstängt i den här kanalen" in texts(off["blocks"]) and CONTACT in texts(off["blocks"])
    outside = asked(slack, events, "C0DELAD")
    assert outside["ephemeral_for"] == PERSON and "annan organisation" in texts(outside["blocks"])
    long = asked(slack, events, room(slack, rules), "å" * 2001)
    assert "högst 2000 tecken" in texts(long["blocks"]) and CONTACT not in texts(long["blocks"])
    switch = Switch(service.log.engine)
    switch.turn_off("Vi byter server & <!channel>.")
    try:
        closed = asked(slack, events, room(slack, rules))
    finally:
        switch.turn_on()
    assert "Vi byter server & <!channel>." in texts(closed["blocks"])
    assert slack.mentions(closed) == []


def test_the_whole_answer_comes_in_the_thread_where_all_saw_its_beginning(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    message = asked(slack, events, room(slack, rules))
    said = pressed(slack, events, with_more(message), Action.MORE, OTHER)
    assert said["ephemeral_for"] is None
    assert said["thread_ts"] == message["thread_ts"]
    assert "Samarbetet gäller" in texts(said["blocks"])


def test_the_whole_answer_comes_to_the_one_alone_who_saw_its_beginning(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    message = asked(slack, events, room(slack, rules, answers=Answers.ASKER))
    assert message["ephemeral_for"] == PERSON
    assert pressed(slack, events, with_more(message), Action.MORE)["ephemeral_for"] == PERSON


def test_a_shared_answer_names_who_shared_it_and_mentions_nobody_else(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    alone = commanded(slack, events, room(slack, rules), TYPED)
    assert alone["ephemeral_for"] == PERSON
    said = pressed(slack, events, alone, Action.SHARE)
    assert said["ephemeral_for"] is None and said["thread_ts"] is None
    assert set(slack.mentions(said)) == {f"@{PERSON}"}
    assert not any("evil.example" in link for link in slack.links(said))
    assert HOSTILE in texts(said["blocks"])
    assert Action.SHARE.value not in actions(said) and Action.HELPFUL.value in actions(said)


def test_an_answer_is_shared_where_the_bot_is_no_member_and_goes_on_there(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    channel = slack.add_channel(f"C0UTE{len(slack.channels)}", "ute", is_member=False)
    rules.keep(TEAM, channel, Rule(colleagues=(COLLEAGUE,)), OTHER)
    said = pressed(slack, events, commanded(slack, events, channel, "Vilket stöd finns?"), Action.SHARE)
    assert said["ephemeral_for"] is None and said["responded"]
    whole = pressed(slack, events, with_more(said), Action.MORE, OTHER)
    assert whole["ephemeral_for"] is None and whole["thread_ts"] == said["ts"]
    called = pressed(slack, events, said, Action.COLLEAGUE, OTHER)
    assert called["ephemeral_for"] is None and f"@{COLLEAGUE}" in slack.mentions(called)


def test_an_answer_is_shared_where_slack_does_not_tell_whether_the_bot_is_a_member(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    alone = commanded(slack, events, room(slack, rules), "Vilket stöd finns?")
    slack.faults = lambda method, _: Refused("missing_scope") if method == "conversations.info" else None
    assert pressed(slack, events, alone, Action.SHARE)["responded"]


def test_colleagues_are_called_to_the_answer(slack: SlackServer, events: str, rules: Rules) -> None:
    message = asked(slack, events, room(slack, rules, colleagues=(COLLEAGUE, GROUP)))
    said = pressed(slack, events, message, Action.COLLEAGUE, OTHER)
    assert said["thread_ts"] == message["thread_ts"] and said["ephemeral_for"] is None
    assert set(slack.mentions(said)) == {f"@{COLLEAGUE}", f"!{GROUP}", f"@{OTHER}"}
    assert slack.links(said) == [
        f"https://pahitt.slack.com/archives/{message['channel']}/p{message['ts'].replace('.', '')}"
    ]
    assert "Vilket stöd finns?" in texts(said["blocks"])


def test_colleagues_are_called_without_an_address_where_slack_gives_none(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    message = asked(slack, events, room(slack, rules, colleagues=(COLLEAGUE,)))
    slack.faults = lambda method, _: Refused("message_not_found") if method == "chat.getPermalink" else None
    said = pressed(slack, events, message, Action.COLLEAGUE)
    assert f"@{COLLEAGUE}" in slack.mentions(said) and slack.links(said) == []


def test_colleagues_see_an_answer_that_only_its_asker_saw(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    channel = room(slack, rules, colleagues=(COLLEAGUE,))
    said = pressed(slack, events, commanded(slack, events, channel, TYPED), Action.COLLEAGUE)
    assert set(slack.mentions(said)) == {f"@{COLLEAGUE}", f"@{PERSON}"}
    assert HOSTILE in texts(said["blocks"]) and "Regionen ger checkar" in texts(said["blocks"])


def test_where_no_colleague_is_set_any_more_is_told_how_to(
    slack: SlackServer, events: str, rules: Rules
) -> None:
    channel = room(slack, rules, colleagues=(COLLEAGUE,))
    message = asked(slack, events, channel)
    rules.keep(TEAM, channel, Rule(), OTHER)
    said = pressed(slack, events, message, Action.COLLEAGUE)
    assert said["ephemeral_for"] == PERSON
    assert WORDS["no_colleagues"] in texts(said["blocks"]) and CONTACT in texts(said["blocks"])


@pytest.mark.parametrize("action", [Action.SHARE, Action.COLLEAGUE, Action.MORE])
def test_nothing_is_done_in_a_channel_that_was_turned_off(
    slack: SlackServer, events: str, rules: Rules, action: Action
) -> None:
    channel = room(slack, rules, colleagues=(COLLEAGUE,))
    message = with_more(commanded(slack, events, channel, "Vilket stöd finns?"))
    rules.keep(TEAM, channel, Rule(on=False, colleagues=(COLLEAGUE,)), OTHER)
    said = pressed(slack, events, message, action)
    assert said["ephemeral_for"] == PERSON and "avstängt i den här kanalen" in texts(said["blocks"])


@pytest.mark.parametrize("action", [Action.SHARE, Action.COLLEAGUE])
def test_nothing_is_shown_to_another_organisation_until_that_is_allowed(
    slack: SlackServer, events: str, rules: Rules, action: Action
) -> None:
    channel = slack.add_channel(f"C0DEL{len(slack.channels)}", "delad", is_ext_shared=True)
    rules.keep(TEAM, channel, Rule(colleagues=(COLLEAGUE,)), OTHER)
    alone = commanded(slack, events, channel, "Vilket stöd finns?")
    said = pressed(slack, events, alone, action)
    assert said["ephemeral_for"] == PERSON and WORDS["refuse_external"] in texts(said["blocks"])
    rules.keep(TEAM, channel, Rule(colleagues=(COLLEAGUE,), external=True), OTHER)
    said = pressed(slack, events, alone, action)
    assert said["ephemeral_for"] is None and "Regionen ger checkar" in texts(said["blocks"])


@pytest.mark.parametrize("action", [Action.SHARE, Action.COLLEAGUE, Action.MORE])
def test_an_answer_that_is_forgotten_is_told(
    slack: SlackServer, events: str, rules: Rules, action: Action
) -> None:
    channel = room(slack, rules, colleagues=(COLLEAGUE,))
    message = with_more(commanded(slack, events, channel, "Vilket stöd finns?"))
    ts = slack.ts()
    payload = slack.press(message, action.value, PERSON, value="svar-glömt")
    assert slack.post(events, payload).status_code == 200
    said = after(slack, channel, ts)
    assert said["ephemeral_for"] == PERSON and WORDS["refuse_unknown_answer"] in texts(said["blocks"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_about_an_answer_are_in_its_language(
    service: Running, slack: SlackServer, events: str, rules: Rules, language: str
) -> None:
    channel, words = room(slack, rules, colleagues=(COLLEAGUE,)), phrases("slack", language)
    service.log.add(Question("What?"), good_answer(f"svar-{language}-1", language))
    alone = commanded(slack, events, channel, "Vilket stöd finns?")
    for action, key in (Action.SHARE, "shared"), (Action.COLLEAGUE, "ask_colleague"):
        ts = slack.ts()
        payload = slack.press(alone, action.value, PERSON, value=f"svar-{language}-1")
        assert slack.post(events, payload).status_code == 200
        assert words[key].split("$who")[1].split("$")[0].strip() in texts(after(slack, channel, ts)["blocks"])
    views = len(slack.views)
    payload = slack.press(alone, Action.UNHELPFUL.value, PERSON, value=f"svar-{language}-1")
    assert slack.post(events, payload).status_code == 200
    assert waiting(lambda: slack.views[views:])[0]["title"]["text"] == words["opinion_title"]
