"""An answer's text as safe HTML: a little Markdown, and its [1] markers as links to our own pages."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt

Links = Mapping[int, tuple[str, str]]

_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "blockquote"}
# No addresses, images or HTML from a text: the only links are those made from citations.
_OFF = ["link", "image", "autolink", "html_inline", "html_block", "reference"]
# Would turn a quoted line of a document into something else than it was.
_OFF += ["heading", "lheading", "hr", "code", "fence"]
_MARKER = re.compile(r"\[(\d{1,3})\]")


def marked_html(text: str, links: Links) -> str:
    """`text` as paragraphs and lists, each [n] a link when citation n is in `links`."""
    rendered = _markdown().render(text)
    return _link_markers(nh3.clean(rendered, tags=_TAGS, attributes={}), links)


def marked_line(text: str, links: Links) -> str:
    """`text` as it stands, only its [n] markers linked."""
    return _link_markers(escape(text), links)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(_OFF)


def _link_markers(html: str, links: Links) -> str:
    # No tag in `html` has attributes, so a marker is always in running text.
    return _MARKER.sub(lambda found: _marker(found, links), html)


def _marker(found: re.Match[str], links: Links) -> str:
    number = int(found[1])
    if number not in links:
        return found[0]
    url, title = links[number]
    named = f'data-source="{number}" title="{escape(title)}"'
    return f'<a class="marker" href="{escape(url)}" {named}>[{number}]</a>'
