"""What each thing that Slack sends comes to, through the real address."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_server import SlackServer
from slack_small import slack_service
from small_service import Running

from assistant.channels.slack.arriving.slack_text import mentions, plain, says, to_others
from assistant.channels.slack.inbox import Inbox
from assistant.channels.slack.wishes import KIND, Way, What, Wish
from vectorstore.jobs import Jobs
from vectorstore.locks import locked

Place = tuple[Running, SlackServer]
Payload = dict[str, Any]
HOME, OFF, SHARED, OPEN, QUIET = "C0OMVARLD", "C0AVSTANGD", "C0DELAD", "C0OPPEN", "C0TYST"
RULES = """
channels:
  C0AVSTANGD: {on: false}
  C0OPPEN: {external: true}
  C0TYST: {only_mentioned: true}
"""
ROOT = "1700000000.000100"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service whose work another process does, so that every wish stays as it was kept."""
    folder = tmp_path_factory.mktemp("intake")
    rules = folder / "slack.yaml"
    rules.write_text(RULES, encoding="utf-8")
    with locked(folder / "slack.lock", 0), slack_service(folder, slack_file=str(rules)) as (service, slack):
        for channel in (OFF, QUIET):
            slack.add_channel(channel, channel.lower())
        slack.add_channel(OPEN, "oppen", is_ext_shared=True, is_shared=True)
        yield service, slack


def _wishes(place: Place, *payloads: Payload) -> list[dict[str, Any]]:
    """What is on disk after `payloads` that was not before, oldest first."""
    service, slack = place
    jobs = Jobs(service.log.engine)
    before = {job.id for job in jobs.newest(100_000, [KIND])}
    for payload in payloads:
        answer = slack.post(f"{service.url}/slack/events", payload)
        assert (answer.status_code, answer.text) == (200, "")
    return [dict(job.about) for job in reversed(jobs.newest(100_000, [KIND])) if job.id not in before]


def _said(slack: SlackServer, text: str, thread: str | None = None, channel: str = HOME) -> Payload:
    return slack.said(channel, "U0ANNA", text, thread)


def _mention(slack: SlackServer, text: str, thread: str | None = None, channel: str = HOME) -> Payload:
    return slack.mention(channel, "U0ANNA", text, thread)


ANSWERED: dict[str, tuple[Callable[[SlackServer], Payload], dict[str, str]]] = {
    "mention": (
        lambda slack: _mention(slack, "<@U0UTBLICK>: vilka stöd finns &amp; för vem?"),
        {"what": "answer", "way": "mention", "text": "vilka stöd finns & för vem?", "thread": "ts"},
    ),
    "mention in the middle": (
        lambda slack: _mention(slack, "Hej <@U0UTBLICK> vilka stöd finns?"),
        {"what": "answer", "way": "mention", "text": "Hej vilka stöd finns?", "thread": "ts"},
    ),
    "mention in a thread": (
        lambda slack: _mention(slack, "vilka länder?", ROOT),
        {"what": "answer", "way": "mention", "text": "vilka länder?", "thread": ROOT},
    ),
    "mention seen as a message": (
        lambda slack: slack.as_message(_mention(slack, "vilka länder?")),
        {"what": "answer", "way": "mention", "text": "vilka länder?", "thread": "ts"},
    ),
    "mention with a file": (
        lambda slack: slack.mention(HOME, "U0ANNA", "vad är detta?", subtype="file_share"),
        {"what": "answer", "way": "mention", "text": "vad är detta?", "thread": "ts"},
    ),
    "mention alone": (
        lambda slack: _mention(slack, "<@U0UTBLICK>"),
        {"what": "help", "way": "mention", "thread": "ts"},
    ),
    "mention with an emoji": (
        lambda slack: _mention(slack, ":wave:"),
        {"what": "help", "way": "mention", "thread": "ts"},
    ),
    "mention asking for help": (
        lambda slack: _mention(slack, "Hjälp!"),
        {"what": "help", "way": "mention", "text": "Hjälp!", "thread": "ts"},
    ),
    "mention where it is only mentioned": (
        lambda slack: _mention(slack, "vilka länder?", channel=QUIET),
        {"what": "answer", "way": "mention", "text": "vilka länder?", "thread": "ts"},
    ),
    "mention in an open shared channel": (
        lambda slack: _mention(slack, "vilka länder?", channel=OPEN),
        {"what": "answer", "way": "mention", "text": "vilka länder?", "thread": "ts"},
    ),
    "mention where it is off": (
        lambda slack: _mention(slack, "vilka länder?", channel=OFF),
        {"what": "refuse", "way": "mention", "code": "off", "thread": "ts"},
    ),
    "mention in a shared channel": (
        lambda slack: _mention(slack, "vilka länder?", channel=SHARED),
        {"what": "refuse", "way": "mention", "code": "external", "thread": "ts"},
    ),
    "mention too long": (
        lambda slack: _mention(slack, "å" * 2001),
        {"what": "refuse", "way": "mention", "code": "long", "thread": "ts"},
    ),
    "mention as long as may be": (
        lambda slack: _mention(slack, "<@U0UTBLICK> " + "&amp;" * 1000 + "å" * 1000),
        {"what": "answer", "way": "mention", "text": "&" * 1000 + "å" * 1000, "thread": "ts"},
    ),
    "direct": (
        lambda slack: slack.direct("U0ANNA", "vilka stöd finns?"),
        {"what": "answer", "way": "direct", "text": "vilka stöd finns?"},
    ),
    "direct in the pane": (
        lambda slack: slack.direct("U0ANNA", "vilka stöd finns?", ROOT),
        {"what": "answer", "way": "direct", "text": "vilka stöd finns?", "thread": ROOT},
    ),
    "direct with a mention": (
        lambda slack: slack.direct("U0ANNA", "<@U0UTBLICK> vilka stöd finns?"),
        {"what": "answer", "way": "direct", "text": "vilka stöd finns?"},
    ),
    "direct with a file alone": (
        lambda slack: slack.direct("U0ANNA", "", subtype="file_share"),
        {"what": "help", "way": "direct"},
    ),
    "direct too long": (
        lambda slack: slack.direct("U0ANNA", "å" * 2001),
        {"what": "refuse", "way": "direct", "code": "long"},
    ),
    "direct with what cannot be stored": (
        lambda slack: slack.direct("U0ANNA", "vilka\0 stöd\ud800 finns\u202e?"),
        {"what": "answer", "way": "direct", "text": "vilka stöd finns?"},
    ),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_what_is_said_to_utblick(place: Place, name: str) -> None:
    make, expected = ANSWERED[name]
    payload = make(place[1])
    event = payload["event"]
    known = {"team": place[1].team, "channel": event["channel"], "user": "U0ANNA", "ts": event["ts"]}
    thread = {"ts": event["ts"]}.get(expected.get("thread", ""), expected.get("thread", ""))
    day = time.strftime("%Y-%m-%d", time.localtime(float(event["ts"])))
    talk = f"slack:{place[1].team}:{event['channel']}:{thread or day}"
    whole = {**known, **expected, **({"thread": thread} if thread else {}), "conversation": talk}
    assert _wishes(place, payload) == [whole]
    assert _wishes(place, payload) == []


def _bot(slack: SlackServer) -> Payload:
    return slack.mention(HOME, "U0ANNA", "vilka stöd?", bot_id="B0ANNAN")


IGNORED: dict[str, Callable[[SlackServer], Payload]] = {
    "a message to others": lambda slack: _said(slack, "Ska vi äta lunch?"),
    "a message in a thread of others": lambda slack: _said(slack, "Ska vi äta lunch?", ROOT + "1"),
    "a mention of somebody else": lambda slack: _said(slack, "<@U0ADMIN> Ska vi äta lunch?"),
    "ourselves in a channel": lambda slack: slack.said(HOME, slack.bot_user, "Här är svaret"),
    "ourselves in a direct conversation": lambda slack: slack.event(
        {**slack.direct("U0ANNA", "Här är svaret")["event"], "user": slack.bot_user, "bot_id": slack.bot_id}
    ),
    "ourselves mentioning ourselves": lambda slack: slack.mention(HOME, slack.bot_user, "hej"),
    "a bot": _bot,
    "a program": lambda slack: slack.mention(HOME, "U0ANNA", "vilka stöd?", app_id="A0ANNAN"),
    "a bot in a direct conversation": lambda slack: slack.direct("U0ANNA", "hej", bot_id="B0ANNAN"),
    "nobody": lambda slack: slack.event({"type": "message", "channel": HOME, "ts": ROOT, "text": "hej"}),
    "an edit": lambda slack: slack.edited(slack.direct("U0ANNA", "vilka stöd?"), "vilka länder?"),
    "an edit of a mention": lambda slack: slack.edited(_mention(slack, "vilka stöd?"), "vilka länder?"),
    "a mention put in by an edit": lambda slack: slack.mention(
        HOME, "U0ANNA", "vilka stöd?", edited={"user": "U0ANNA", "ts": ROOT}
    ),
    "a deletion": lambda slack: slack.event(
        {"type": "message", "subtype": "message_deleted", "channel": HOME, "ts": ROOT, "deleted_ts": ROOT}
    ),
    "somebody who joins": lambda slack: slack.said(
        HOME, "U0ANNA", "<@U0ANNA> är här", subtype="channel_join"
    ),
    "a bot's message": lambda slack: slack.said(HOME, "U0ANNA", "<@U0UTBLICK> hej", subtype="bot_message"),
    "another event": lambda slack: slack.event({"type": "reaction_added", "user": "U0ANNA", "item": {}}),
    "a channel that is made": lambda slack: {
        **slack.event({}),
        "event": {"type": "channel_created", "channel": {"id": "C1"}},
    },
    "a closed modal": lambda slack: {"type": "view_closed", "view": {}},
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_not_said_to_utblick(place: Place, name: str) -> None:
    assert _wishes(place, IGNORED[name](place[1])) == []


def test_an_answered_message_is_not_answered_again_when_it_is_edited(place: Place) -> None:
    slack = place[1]
    asked = slack.direct("U0ANNA", "vilka stöd finns?")
    assert len(_wishes(place, asked, slack.edited(asked, "vilka länder finns?"))) == 1


def test_mention_and_message_of_the_same_are_one(place: Place) -> None:
    slack = place[1]
    first, second = _mention(slack, "vilka stöd?"), _mention(slack, "vilka länder?")
    both = (first, slack.as_message(first), slack.as_message(second), second)
    assert [each["text"] for each in _wishes(place, *both)] == ["vilka stöd?", "vilka länder?"]


def test_mention_without_words_in_a_thread_is_about_what_began_it(place: Place) -> None:
    [wish] = _wishes(place, _mention(place[1], "<@U0UTBLICK> :point_up:", ROOT))
    assert (wish["what"], wish["ts"], wish["thread"], wish.get("text")) == ("answer", ROOT, ROOT, None)


def test_thread_is_followed_once_taken_part_in(place: Place) -> None:
    slack = place[1]
    asked = _mention(slack, "vilka stöd finns?")
    thread = asked["event"]["ts"]
    before = _said(slack, "och länder?", thread)
    assert _wishes(place, before) == []
    [mention, follow_up] = _wishes(place, asked, _said(slack, "och länder?", thread))
    assert (mention["way"], follow_up["way"], follow_up["text"]) == ("mention", "follow_up", "och länder?")
    assert follow_up["conversation"] == mention["conversation"] and follow_up["thread"] == thread
    assert _wishes(place, slack.said(HOME, "U0ADMIN", "vem då?", thread, subtype="thread_broadcast"))
    for text in ("<@U0ADMIN> vad tror du?", "<!here> ser ni?", "<!subteam^S0A|@alla> hej", ":+1:", "", "..."):
        assert _wishes(place, _said(slack, text, thread)) == [], text
    assert _wishes(place, _said(slack, "vad menar <@U0ADMIN>?", thread))[0]["text"] == "vad menar?"
    [again] = _wishes(place, _mention(slack, "och vem?", thread))
    assert again["way"] == "mention"
    [long] = _wishes(place, _said(slack, "å" * 2001, thread))
    assert (long["what"], long["code"]) == ("refuse", "long")


@pytest.mark.parametrize(("channel", "followed"), [(HOME, 1), (QUIET, 0), (OPEN, 1), (SHARED, 0), (OFF, 0)])
def test_thread_is_followed_where_the_channel_lets_it(place: Place, channel: str, followed: int) -> None:
    service, slack = place
    began = Wish(What.ANSWER, Way.MENTION, slack.team, channel, "U0ANNA", "vilka stöd?", ROOT, ROOT + "7")
    # Taken part in while the channel was on, for all and not shared.
    Inbox(Jobs(service.log.engine)).keep(began, (f"began:{channel}",), joins=True)
    assert len(_wishes(place, _said(slack, "och länder?", ROOT + "7", channel))) == followed


def test_pane_is_greeted_once(place: Place) -> None:
    opened = place[1].pane_opened("U0ANNA")
    pane = opened["event"]["assistant_thread"]
    known = {"what": "greet", "way": "direct", "team": place[1].team, "user": "U0ANNA"}
    expected = {**known, "channel": pane["channel_id"], "thread": pane["thread_ts"]}
    assert _wishes(place, opened) == [expected]
    assert _wishes(place, place[1].event(opened["event"])) == []


COMMANDS = {
    "vilka stöd finns?": {"what": "answer", "text": "vilka stöd finns?"},
    "  vem är <@U0ANNA|anna> i <#C0OMVARLD|omvarld>  ": {"what": "answer", "text": "vem är @anna i #omvarld"},
    "": {"what": "help"},
    "help": {"what": "help", "text": "help"},
    " HJÄLP ": {"what": "help", "text": "HJÄLP"},
    "hjelp": {"what": "help", "text": "hjelp"},
    "å" * 2001: {"what": "refuse", "code": "long"},
    "settings för Vinnova?": {"what": "answer", "text": "settings för Vinnova?"},
}


@pytest.mark.parametrize("text", COMMANDS, ids=lambda text: text[:20])
def test_command(place: Place, text: str) -> None:
    payload = place[1].command(HOME, "U0ANNA", text)
    known = {"way": "command", "team": place[1].team, "channel": HOME, "user": "U0ANNA"}
    expected = {**known, "response_url": payload["response_url"], **COMMANDS[text]}
    assert _wishes(place, payload) == [expected]
    assert _wishes(place, payload) == []


@pytest.mark.parametrize("text", ["settings", "Inställningar", " innstillinger "])
def test_command_for_settings_is_no_question(place: Place, text: str) -> None:
    wishes = _wishes(place, place[1].command(HOME, "U0ANNA", text))
    assert [each for each in wishes if each["what"] in ("answer", "help")] == []


def test_command_where_it_is_off(place: Place) -> None:
    [wish] = _wishes(place, place[1].command(OFF, "U0ANNA", "vilka stöd?"))
    assert (wish["what"], wish["code"], "text" in wish) == ("refuse", "off", False)


MESSAGES = {
    "Vilka stöd finns för <https://x.se|små företag>?": {
        "what": "answer",
        "text": "Vilka stöd finns för små företag?",
    },
    "": {"what": "refuse", "code": "empty"},
    ":wave: ...": {"what": "refuse", "code": "empty"},
    "å" * 2001: {"what": "refuse", "code": "long"},
}


@pytest.mark.parametrize("text", MESSAGES, ids=lambda text: text[:20])
@pytest.mark.parametrize("thread", [None, ROOT])
def test_shortcut(place: Place, text: str, thread: str | None) -> None:
    message = {"text": text, "user": "U0ADMIN", "thread_ts": thread}
    payload = place[1].shortcut(HOME, "U0ANNA", message)
    ts = payload["message"]["ts"]
    known = {"way": "shortcut", "team": place[1].team, "channel": HOME, "user": "U0ANNA", "ts": ts}
    where = {"thread": thread or ts, "response_url": payload["response_url"]}
    assert _wishes(place, payload) == [{**known, **where, **MESSAGES[text]}]


def test_shortcut_on_what_a_bot_said(place: Place) -> None:
    message = {"text": "Ny utlysning: Eureka", "bot_id": "B0ANNAN", "subtype": "bot_message"}
    [wish] = _wishes(place, place[1].shortcut(HOME, "U0ANNA", message))
    assert (wish["what"], wish["text"]) == ("answer", "Ny utlysning: Eureka")


def test_team_is_kept_per_wish(place: Place) -> None:
    slack = place[1]
    asked = {**_mention(slack, "vilka stöd?"), "team_id": "T0ANNAT"}
    elsewhere = {**slack.shortcut(HOME, "U0ANNA", {"text": "vad?"}), "team": None}
    elsewhere["user"] = {"id": "U0ANNA", "team_id": "T0TREDJE"}
    assert [each["team"] for each in _wishes(place, asked, elsewhere)] == ["T0ANNAT", "T0TREDJE"]


def test_replies_go_to_slack_alone(place: Place) -> None:
    service, slack = place
    for address in (
        "http://127.0.0.1:1/x",
        "https://evil.example/",
        "https://hooks.slack.com.evil.example/x",
    ):
        command = {**slack.command(HOME, "U0ANNA", "vilka stöd?"), "response_url": address}
        assert slack.post(f"{service.url}/slack/events", command).status_code == 400
    real = {
        **slack.command(HOME, "U0ANNA", "vilka?"),
        "response_url": "https://hooks.slack.com/commands/T/1/x",
    }
    assert len(_wishes(place, real)) == 1


PLAIN = {
    "<@U0UTBLICK> hej": "hej",
    "<@U0UTBLICK|utblick>, hej": "hej",
    "hej <@U0ANNA>": "hej",
    "hej <@U0ANNA|anna>": "hej @anna",
    "i <#C0OMVARLD|omvarld> och <#C0X|> och <#C0X>": "i #omvarld och och",
    "<!subteam^S0A|@alla> <!here> <!channel|channel>": "@alla channel",
    "senast <!date^1392734382^{date}|18 februari 2014>": "senast 18 februari 2014",
    "<https://x.se/a?b=1&amp;c=2>": "https://x.se/a?b=1&c=2",
    "<https://x.se|x.se> <mailto:a@x.se|a@x.se> <mailto:b@x.se>": "x.se a@x.se b@x.se",
    "a &lt; b &amp;amp; c &gt; d &amp;lt;": "a < b &amp; c > d &lt;",
    "&lt;@U0ANNA&gt; är text": "<@U0ANNA> är text",
    "`kod` och ```mer\nkod```": "`kod` och ```mer\nkod```",
    "ett\r\n\n\n\ntvå\u200b  tre\t fyra": "ett\n\ntvå tre fyra",
    "<>": "",
    "a < b > c": "a b c",
    ":wave: hej": ":wave: hej",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words(text: str) -> None:
    assert plain(text, "U0UTBLICK") == PLAIN[text]


HOSTILE = (
    "<",
    "<@",
    "<<@U0ANNA>",
    "<a|b",
    "&lt;",
    "&amp;",
    ":",
    ":a",
    ":a:",
    "\n ",
    " \n",
    "\0",
    "<|>",
    "|",
    "`",
    "<!",
)


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    for longer in (text, f"{text}>", f"<{text}"):
        words = plain(longer, "U0UTBLICK")
        assert len(words) <= len(longer)
        says(words)
        mentions(longer, "U0UTBLICK")
        to_others(longer, "U0UTBLICK")
