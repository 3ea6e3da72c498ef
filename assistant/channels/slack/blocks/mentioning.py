"""Texts of ours with people and links in them, put where Slack reads none of the words around them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.channels.slack.blocks.lines import exact
from assistant.channels.slack.blocks.plain_bodies import escaped
from assistant.channels.slack.blocks.rich import Element
from assistant.channels.slack.messages import Body

_NAME = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class People:
    """Users and user groups by their ids; they are told of a message that holds them."""

    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address of Slack's or ours, and the words to press."""

    address: str
    words: str


Part = str | People | Channel | Link


def mentioning(text: str, /, **parts: Part) -> Body:
    """`text` with its $names filled in. Words stay words: only People are mentioned, only Links are links."""
    filled = list(_filled(text, parts))
    elements = [element for part in filled for element in elements_of(part)]
    section = {"type": "rich_text_section", "elements": elements}
    return Body("".join(map(_notified, filled)), ({"type": "rich_text", "elements": [section]},))


def elements_of(part: Part) -> list[Element]:
    """The part as Slack shows it in rich text."""
    match part:
        case str():
            return [{"type": "text", "text": part}]
        case Link():
            return [{"type": "link", "url": part.address, "text": part.words}]
        case Channel():
            return [{"type": "channel", "channel_id": part.id}]
        case People():
            people = ([_person(id), {"type": "text", "text": " "}] for id in part.ids)
            return [element for each in people for element in each][:-1]


def _filled(text: str, parts: Mapping[str, Part]) -> Iterator[Part]:
    for number, piece in enumerate(_NAME.split(text)):
        part = parts[piece] if number % 2 else piece
        part = exact(part) if isinstance(part, str) else part
        if part:
            yield part


def _person(id: str) -> Element:
    return {"type": "usergroup", "usergroup_id": id} if _is_group(id) else {"type": "user", "user_id": id}


def _notified(part: Part) -> str:
    match part:
        case str():
            return escaped(part)
        case Link():
            return escaped(part.words)
        case Channel():
            return f"<#{part.id}>"
        case People():
            return " ".join(f"<!subteam^{id}>" if _is_group(id) else f"<@{id}>" for id in part.ids)


def _is_group(id: str) -> bool:
    return id.startswith("S")
