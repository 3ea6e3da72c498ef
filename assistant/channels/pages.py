"""Templates to HTML. Everything a person or a document wrote is escaped on its way in."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import prompts
from assistant.answers import Citation, Validity
from assistant.channels.marked_text import marked_html, marked_line
from assistant.web_address import web_address

STATIC = files(__package__).joinpath("static")


def page(template: str, language: str, **values: object) -> str:
    """The page or fragment `template` in `language`; `t` holds the texts of prompts/*/ui.md."""
    texts = prompts.phrases("ui", language)
    return _environment().get_template(template).render(language=language, t=texts, **values)


def passage_url(citation: Citation, language: str = "") -> str:
    """Where the cited words can be read in their document, marked."""
    spoken = f"&lang={language}" if language else ""
    place = f"mark={citation.start}-{citation.end}{spoken}#p-{quote(citation.passage_id, safe='')}"
    return f"/documents/{quote(citation.document_id, safe='')}?{place}"


def place_url(document_id: str, passage_id: str, language: str) -> str:
    """Where a passage can be read in its document."""
    place = f"lang={language}#p-{quote(passage_id, safe='')}"
    return f"/documents/{quote(document_id, safe='')}?{place}"


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for good."""
    return f"/static/{name}?v={sha256(STATIC.joinpath(name).read_bytes()).hexdigest()[:16]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assistant.channels"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"asset": asset, "fill": prompts.fill, "passage_url": passage_url}
    environment.globals["place_url"] = place_url
    environment.filters |= {
        "first_address": _first_address,
        "period": _period,
        "answer_html": _answer_html,
        "with_links": _with_links,
    }
    return environment


def _first_address(text: str) -> str:
    """The first word of `text` where that may be linked to."""
    return web_address(next(iter(text.split()), ""))


def _period(validity: Validity) -> str:
    """ "2019-01–2021-03"; open ends stay open."""
    return "–".join(validity.period).strip() if any(validity.period) else ""


def _answer_html(text: str, citations: list[Citation], language: str) -> Markup:
    return Markup(marked_html(text, _links(citations, language)))


def _with_links(text: str, citations: list[Citation], language: str) -> Markup:
    return Markup(marked_line(text, _links(citations, language)))


def _links(citations: list[Citation], language: str) -> Mapping[int, tuple[str, str]]:
    return {each.number: (passage_url(each, language), each.title) for each in citations}
