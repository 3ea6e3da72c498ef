"""An answer's text, a little Markdown, as parts; its [1] markers lead to their sources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.parts import Listed, Paragraph, Part, Run, Runs, plain

# Addresses, images and HTML of a text stay the text they are, and so does a quoted line's shape.
_OFF = ["link", "image", "autolink", "html_inline", "html_block", "reference"]
_OFF += ["heading", "lheading", "hr", "code", "fence", "entity"]
MARKER = re.compile(r"\[(\d{1,3})\]")


def text_parts(text: str, links: Mapping[int, str], spoken: str) -> Iterator[Part]:
    """The paragraphs, lists and quotes of `text`, in order."""
    items: list[tuple[int, Runs]] = []
    lists: list[bool] = []
    quoted = 0
    for token in _markdown().parse(plain(text)):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token.type == "ordered_list_open")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbered = lists.pop()
            if not lists and items:
                yield Listed(tuple(items), numbered, spoken)
                items = []
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted += 1 if token.type == "blockquote_open" else -1
        elif token.type == "inline":
            runs = tuple(_runs(token.children or (), links))
            if lists:
                items.append((len(lists) - 1, runs))
            else:
                yield Paragraph(runs, "quote" if quoted else "", spoken)


def linked(text: str, links: Mapping[int, str]) -> Runs:
    """`text` as it stands, only its markers made links."""
    return tuple(with_links(plain(text), links, strong=False))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(_OFF)


def _runs(tokens: Sequence[Token], links: Mapping[int, str]) -> Iterator[Run]:
    strong = 0
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            strong += 1 if token.type == "strong_open" else -1
        elif token.type in ("softbreak", "hardbreak"):
            yield Run("\n")
        elif token.content:
            yield from with_links(token.content, links, bool(strong))


def with_links(text: str, links: Mapping[int, str], strong: bool) -> Iterator[Run]:
    """The text with those of its markers as links that `links` knows; what is not linked keeps its weight."""
    at = 0
    for found in MARKER.finditer(text):
        link = links.get(int(found[1]), "")
        if link:
            if found.start() > at:
                yield Run(text[at : found.start()], strong=strong)
            yield Run(found[0], link)
            at = found.end()
    if at < len(text):
        yield Run(text[at:], strong=strong)
