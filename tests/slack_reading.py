"""A message as Slack reads it: what in its text and blocks is a mention or a link, and what is only text."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slack_workspace import Json

MARKED = re.compile(r"<([^<>\n]+)>")
BARE = re.compile(r"(?:https?://|www\.)[^\s<>|\"]+[^\s<>|\".,;:!?)\]}'*_~`]")
NAMED = re.compile(r"(?<!\w)@(?:channel|here|everyone)\b|(?<![\w&])#[\w-]+")
MARKDOWN = re.compile(r"\]\(\s*<?([^)\s>]+)")


@dataclass(frozen=True)
class Piece:
    """Part of a text: `kind` is text, link, user, channel, group or everyone; `value` its id or address."""

    kind: str
    text: str
    value: str = ""


def pieces(text: str, bare: bool) -> Iterator[Piece]:
    """mrkdwn taken apart; with `bare` Slack makes links and mentions of plain addresses and names too."""
    at = 0
    for found in MARKED.finditer(text):
        yield from _plain(text[at : found.start()], bare)
        yield _marked(found[1])
        at = found.end()
    yield from _plain(text[at:], bare)


def _marked(inside: str) -> Piece:
    target, _, label = inside.partition("|")
    label, target = html.unescape(label), html.unescape(target)
    if target.startswith("@"):
        return Piece("user", label or target, target[1:])
    if target.startswith("#"):
        return Piece("channel", label or target, target[1:])
    if target.startswith("!subteam^"):
        return Piece("group", label or "@" + target[9:], target[9:])
    if target.startswith("!date^"):
        return Piece("text", label)
    if target.startswith("!"):
        return Piece("everyone", "@" + target[1:], target[1:])
    return Piece("link", label or target, target)


def _plain(text: str, bare: bool) -> Iterator[Piece]:
    at = 0
    for found in (
        sorted([*BARE.finditer(text), *NAMED.finditer(text)], key=lambda each: each.start()) if bare else ()
    ):
        if found.start() < at:
            continue
        if text[at : found.start()]:
            yield Piece("text", html.unescape(text[at : found.start()]))
        word, at = html.unescape(found[0]), found.end()
        kind = {"@": "everyone", "#": "channel"}.get(word[0], "link")
        yield Piece(kind, word, word.lstrip("@#"))
    if text[at:]:
        yield Piece("text", html.unescape(text[at:]))


def read(message: Json) -> Iterator[Piece]:
    """Everything that can be seen or is notified of a message, blocks and text."""
    if not message.get("link_names") and message.get("parse") == "none":
        yield from pieces(message.get("text") or "", bare=False)
    else:
        yield from pieces(message.get("text") or "", bare=True)
    yield from _inside(message.get("blocks") or [])


def _inside(value: object) -> Iterator[Piece]:
    if isinstance(value, list):
        for each in value:
            yield from _inside(each)
    elif isinstance(value, dict):
        yield from _of(value)


def _of(value: Json) -> Iterator[Piece]:
    kind, text = value.get("type"), value.get("text")
    if kind == "mrkdwn":
        yield from pieces(str(text), bare=value.get("verbatim") is not True)
    elif kind == "markdown":
        yield from pieces(MARKDOWN.sub("]", str(text)), bare=True)
        yield from (Piece("link", url, url) for url in MARKDOWN.findall(str(text)))
    elif kind in ("user", "channel"):
        yield Piece(kind, value[f"{kind}_id"], value[f"{kind}_id"])
    elif kind == "usergroup":
        yield Piece("group", value["usergroup_id"], value["usergroup_id"])
    elif kind == "broadcast":
        yield Piece("everyone", "@" + value["range"], value["range"])
    elif kind in ("plain_text", "text", "raw_text"):
        yield Piece("text", str(text))
    else:
        address = value.get("url") or value.get("image_url") or ""
        if address:
            yield Piece("link", text if isinstance(text, str) else address, address)
        yield from _inside([each for each in value.values() if isinstance(each, dict | list)])


def mentions(message: Json) -> list[str]:
    """Who and what is mentioned: @U..., #C..., !S... for groups and !channel, !here or !everyone."""
    signs = {"user": "@", "channel": "#", "group": "!", "everyone": "!"}
    return [signs[piece.kind] + piece.value for piece in read(message) if piece.kind in signs]


def links(message: Json) -> list[str]:
    """The addresses that can be opened or are fetched, those of buttons and images too."""
    return [piece.value for piece in read(message) if piece.kind == "link"]


def unfurled(message: Json) -> list[str]:
    """The addresses that Slack would fetch to show what is there, unless the sender said no to both kinds."""
    refused = message.get("unfurl_links") is False and message.get("unfurl_media") is False
    return [] if refused or message.get("ephemeral_for") else links(message)


def words(pieces: Iterable[Piece]) -> str:
    """What a reader sees of them."""
    return "".join(piece.text for piece in pieces)
