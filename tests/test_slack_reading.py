"""What Slack takes for a mention or a link is found, and what it takes for text is not."""

from typing import Any

import pytest
from slack_reading import links, mentions, read, unfurled, words

EVIL = "<!channel> <@U1> <#C1|x> <https://evil.example/a|hej> https://evil.example/b @here #omvarld"
SAFE = EVIL.replace("<", "&lt;").replace(">", "&gt;")


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def said(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text, **more}}


def message(*blocks: dict[str, Any], text: str = "", parse: str | None = "none") -> dict[str, Any]:
    return {"text": text, "blocks": list(blocks), "parse": parse}


@pytest.mark.parametrize(
    ("given", "mentioned", "linked"),
    [
        (message(text=EVIL), ["!channel", "@U1", "#C1"], ["https://evil.example/a"]),
        (message(text=SAFE), [], []),
        (message(text="https://a.example/b. @here", parse=None), ["!here"], ["https://a.example/b"]),
        (message(text="<!subteam^S1|@alla> <!here|here>"), ["!S1", "!here"], []),
        (message(said("plain_text", EVIL)), [], []),
        (message(said("mrkdwn", SAFE, verbatim=True)), [], []),
        (
            message(said("mrkdwn", EVIL, verbatim=True)),
            ["!channel", "@U1", "#C1"],
            ["https://evil.example/a"],
        ),
        (
            message(said("mrkdwn", SAFE)),
            ["#C1", "!here", "#omvarld"],
            ["https://evil.example/a", "https://evil.example/b"],
        ),
        (message(rich({"type": "text", "text": EVIL})), [], []),
        (
            message(rich({"type": "link", "url": "https://a.example", "text": EVIL})),
            [],
            ["https://a.example"],
        ),
        (
            message(rich({"type": "user", "user_id": "U1"}, {"type": "usergroup", "usergroup_id": "S1"})),
            ["@U1", "!S1"],
            [],
        ),
        (message(rich({"type": "broadcast", "range": "channel"})), ["!channel"], []),
        (message(rich({"type": "channel", "channel_id": "C1"})), ["#C1"], []),
        (message({"type": "markdown", "text": "[a](https://evil.example)"}), [], ["https://evil.example"]),
        (
            message({"type": "image", "image_url": "https://a.example/p.png", "alt_text": "<!here>"}),
            [],
            ["https://a.example/p.png"],
        ),
        (
            message({"type": "actions", "elements": [{"type": "button", "url": "https://a.example"}]}),
            [],
            ["https://a.example"],
        ),
    ],
)
def test_mentions_and_links(given: dict[str, Any], mentioned: list[str], linked: list[str]) -> None:
    assert (mentions(given), links(given)) == (mentioned, linked)


def test_what_is_escaped_is_read_as_it_was_written() -> None:
    assert words(read(message(text=SAFE))) == EVIL
    assert words(read(message(said("mrkdwn", "a &amp;lt; b", verbatim=True)))) == "a &lt; b"


def test_links_are_fetched_unless_the_sender_says_no() -> None:
    sent = message(text="<https://a.example>")
    assert unfurled(sent) == ["https://a.example"]
    assert unfurled({**sent, "unfurl_links": False}) == ["https://a.example"]
    assert unfurled({**sent, "unfurl_links": False, "unfurl_media": False}) == []
