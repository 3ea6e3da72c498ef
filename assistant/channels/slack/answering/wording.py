"""The words of a message without its blocks, for when Slack will not take those."""

from collections.abc import Iterator
from typing import Any

from assistant.channels.slack.blocks.plain_bodies import escaped
from assistant.channels.slack.messages import Body

CHARACTERS = 3_900
"""Slack asks for no more than 4 000 in a text."""


def in_words(body: Body) -> Body:
    """The body as text alone, cut off where it is long; buttons are left out."""
    told = "\n".join(filter(None, ("".join(_words(block)).strip() for block in body.blocks)))
    return Body(_cut(escaped(told)) if told else body.text)


def _cut(text: str) -> str:
    if len(text) <= CHARACTERS:
        return text
    # No half of an escaped sign at the end.
    whole, _, rest = text[: CHARACTERS - 1].rpartition("&")
    return (whole if whole and ";" not in rest else text[: CHARACTERS - 1]).rstrip() + "…"


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict) and value.get("type") not in ("actions", "button"):
        if isinstance(value.get("text"), str):
            yield value["text"]
        elif value.get("type") == "link":
            yield value.get("url", "")
        for name in ("text", "elements", "fields"):
            if isinstance(value.get(name), (list, tuple, dict)):
                yield from _words(value[name])
        if value.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            yield "\n"
