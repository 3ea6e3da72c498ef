"""Two hundred hostile texts wherever an answer says something: no mention, no link that is not ours."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient
from slack_server import SlackServer, slack_server
from test_slack_lengths import check, rich, texts

from assistant.answers import Answer, AnswerStatus, Card, Citation, Table, Validity
from assistant.channels.slack.actions import Action
from assistant.channels.slack.blocks.answer_blocks import Shown, short, whole
from assistant.channels.slack.blocks.lines import exact
from assistant.channels.slack.blocks.plain_bodies import said
from assistant.channels.slack.messages import Body
from vectorstore.passages import Status

PUBLIC = "https://utblick.example"
FILE = Path(__file__).parent / "evals" / "hostile_texts.yaml"
OURS = [text.replace("LONG", "x" * 2000) for text in yaml.safe_load(FILE.read_text("utf-8")).values()]
SLACKS = [
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!here|här>",
    "<@U0000ALICE>",
    "<@U0000ALICE|alice>",
    "<@W0000BORIS>",
    "<#C0000ALLA>",
    "<#C0000ALLA|alla>",
    "<!subteam^S0000GRUPP>",
    "<!subteam^S0000GRUPP|@grupp>",
    "<!date^1700000000^{date}^https://evil.example/x|i dag>",
    "<http://evil.example|Region Påhitt>",
    "<https://evil.example/?q=1&amp;r=2>",
    "<mailto:ond@evil.example|skriv>",
    "<tel:+46700000000|ring>",
    "https://evil.example/path?q=hemligt",
    "http://evil.example",
    "www.evil.example",
    "evil.example/väg",
    "@channel @here @everyone @alice",
    "#alla",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "&#60;!channel&#62;",
    "*fet* _kursiv_ ~struken~ `kod`",
    "```\n<!channel>\n```",
    "> <!channel>\n>>> <@U0000ALICE>",
    ":bomb: :rotating_light::skin-tone-2: :+1:",
    "a\x00b\x07c\x1bd\x7fe\x85f",
    "\u202e>lennahc!<\u202c \u2066<!here>\u2069",
    "<\u200b!channel>",
    "<!chan\u00adnel>",
    "<!channel\n>",
    '{"type": "rich_text", "elements": [{"type": "broadcast", "range": "channel"}]}',
    '[{"type":"section","text":{"type":"mrkdwn","text":"<!channel>"}}]',
    "x" * 1_500,
    "<!channel>" * 150,
    "[1](https://evil.example) [1][1]: https://evil.example",
    "**<!channel>**\n- <@U0000ALICE>\n1. <http://evil.example>",
]
FRAMES = ["{}", "Enligt {} gäller det. [1]", "*{}*", "\n- {}\n- {}"]
HOSTILE = [*OURS, *(frame.replace("{}", text) for text, frame in product(SLACKS, FRAMES))]


def answer(text: str) -> Answer:
    """One that says `text` wherever something can be said."""
    validity = Validity(status=Status.PROPOSAL, period=[text, text], as_of=text, note=text)
    cited = Citation(
        number=1,
        document_id="d1",
        passage_id="p1",
        title=text,
        publisher=text,
        region=text,
        source=text,
        heading=[text],
        quote=f"{text} x",
        start=0,
        end=1,
        validity=validity,
    )
    return Answer(
        id="svar-1",
        status=AnswerStatus.ANSWERED,
        language="sv",
        text=f"{text} [1]\n\n- {text}",
        ai_generated=True,
        model=text,
        citations=[cited],
        cards=[Card(kind=text, name=text, fields={text: text}, citations=[1], validity=validity)],
        table=Table(columns=[text, text], rows=[[text, text, text], [text]]),
        notices=[text],
        follow_ups=[text],
    )


@cache
def messages(text: str) -> list[Body]:
    """Everything that Slack gets when an answer says `text`, and when a text of ours holds it."""
    place = f"{PUBLIC}/documents/d1?mark=0-1&lang=sv#p-p1"
    web = f"{PUBLIC}/?turn=svar-1&lang=sv"
    seen = Shown(answer(text), text, {1: place}, {1: text}, web, frozenset(Action), asked=True)
    return [*short(seen), *whole(seen), said(text), said(f"Nu är tjänsten avstängd: {text}")]


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with slack_server() as server:
        yield server


def test_there_are_two_hundred_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 200


def sent(body: Body) -> dict[str, Any]:
    """As our messages are sent."""
    return {"text": body.text, "blocks": list(body.blocks), "parse": "none", "link_names": False}


def test_no_hostile_text_mentions_anybody_or_leads_elsewhere(slack: SlackServer) -> None:
    for text in HOSTILE:
        for body in messages(text):
            assert slack.mentions(sent(body)) == []
            assert [link for link in slack.links(sent(body)) if not link.startswith(f"{PUBLIC}/")] == []
        assert len([body for body in messages(text) if slack.links(sent(body))]) >= 2


def test_slack_takes_what_hostile_texts_become(slack: SlackServer) -> None:
    client, channel = WebClient(slack.bot_token, base_url=slack.api_url), next(iter(slack.channels))
    bodies = [body for text in HOSTILE[::9] for body in messages(text)]
    for body in bodies:
        client.chat_postMessage(channel=channel, **sent(body))
    posted = slack.messages(channel)
    assert [message["text"] for message in posted] == [body.text for body in bodies]
    assert not any(map(slack.mentions, posted))


@pytest.mark.parametrize("text", HOSTILE[:: len(HOSTILE) // 20])
def test_hostile_texts_are_shown_as_they_stand_within_the_limits(text: str) -> None:
    bodies = messages(text)
    check(tuple(bodies))
    title = " ".join(exact(text).split())[:50]
    assert any(title in part for body in bodies for part in texts((body,)))


def test_what_is_notified_holds_no_markup() -> None:
    for text in HOSTILE:
        for body in messages(text):
            bare = body.text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
            assert not set("<>&") & set(bare)


def test_blocks_hold_nothing_that_slack_reads_as_markup() -> None:
    for text in HOSTILE:
        for body in messages(text):
            assert "mrkdwn" not in {kind for block in body.blocks for kind in kinds(block)}
            elements = {kind for block in rich(body) for kind in kinds(block)}
            allowed = {"rich_text", "rich_text_section", "rich_text_list", "rich_text_quote", "text", "link"}
            assert elements <= allowed


def kinds(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (kind for name, kind in value.items() if name == "type" and isinstance(kind, str))
        value = list(value.values())
    if isinstance(value, list):
        yield from (kind for each in value for kind in kinds(each))
