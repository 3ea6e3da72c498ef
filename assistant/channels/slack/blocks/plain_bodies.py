"""Blocks as messages: within Slack's limits, with the words that a notification shows."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from assistant.channels.slack.blocks.lines import in_a_line, lines
from assistant.channels.slack.blocks.rich import rich_blocks
from assistant.channels.slack.blocks.splitting import shortened
from assistant.channels.slack.messages import Block, Body

MOST_BLOCKS = 45
MOST_CHARACTERS = 12_000
"""Of text, addresses and values over all blocks of a message. Slack refuses somewhat more, undocumented."""
NOTIFIED = 300
_WEIGHED = ("text", "url", "value", "accessibility_label", "alt_text")


def said(text: str) -> Body:
    """A short text of ours, a little Markdown, with what was filled into it shown as it stands.

    What does not fit into one message is left out.
    """
    return bodies(rich_blocks(lines(text, {})))[0]


def bodies(blocks: Sequence[Block], otherwise: str = "") -> tuple[Body, ...]:
    """The blocks as messages, at least one; `otherwise` is notified where they hold no words."""
    return tuple(_body(each, otherwise) for each in _packed(blocks)) or (_body([], otherwise),)


def escaped(text: str) -> str:
    """`text` as it must be written where Slack reads markup, so that it means nothing there."""
    return escape(text, quote=False)


def weight(value: Any) -> int:
    """Characters of text, addresses and values in blocks."""
    if isinstance(value, dict):
        own = sum(len(value[name]) for name in _WEIGHED if isinstance(value.get(name), str))
        return own + sum(weight(each) for each in value.values() if not isinstance(each, str))
    return sum(map(weight, value)) if isinstance(value, list) else 0


def _body(blocks: Sequence[Block], otherwise: str) -> Body:
    parts, told = (part for block in blocks for part in _said_in(block)), ""
    while len(told) <= NOTIFIED and (part := next(parts, "")):
        told = f"{told} {part}"
    return Body(escaped(shortened(in_a_line(told or otherwise), NOTIFIED)), tuple(blocks))


def _packed(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    held: list[Block] = []
    used = 0
    for block in blocks:
        heavy = weight(block)
        if held and (used + heavy > MOST_CHARACTERS or len(held) >= MOST_BLOCKS):
            yield held
            held, used = [], 0
        held.append(block)
        used += heavy
    if held:
        yield held


def _said_in(block: Block) -> Iterator[str]:
    """The texts of a rich text block, element by element."""
    for element in block["elements"] if block["type"] == "rich_text" else ():
        items = element["elements"] if element["type"] == "rich_text_list" else [element]
        for item in items:
            yield "".join(part["text"] for part in item["elements"])
