"""Templates to HTML. Everything a person or a document wrote is escaped on its way in."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import prompts
from assistant.answers import Answer, Card, Citation
from assistant.channels.contact_links import with_contacts, with_mail
from assistant.channels.marked_text import marked_html, marked_line
from assistant.spoken_dates import dated, spoken_period
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


def source_url(answer_id: str, number: int, language: str) -> str:
    """Where the passage behind citation `number` of an answer is shown."""
    return f"/answers/{quote(answer_id, safe='')}/sources/{number}?lang={language}"


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
    environment.globals |= {"place_url": place_url, "source_url": source_url, "phrases": prompts.phrases}
    environment.filters |= {
        "first_address": _first_address,
        "dated": dated,
        "period": spoken_period,
        "answer_html": _answer_html,
        "with_links": _with_links,
        "card_value": _card_value,
        "with_mail": lambda text: Markup(with_mail(text)),
    }
    return environment


def _first_address(text: str) -> str:
    """The first word of `text` where that may be linked to."""
    return web_address(next(iter(text.split()), ""))


def _answer_html(text: str, answer: Answer, language: str, panel: bool) -> Markup:
    return Markup(marked_html(text, _links(answer, language, panel)))


def _with_links(text: str, answer: Answer, language: str, panel: bool) -> Markup:
    return Markup(marked_line(text, _links(answer, language, panel)))


def _card_value(text: str, card: Card, answer: Answer, language: str, panel: bool) -> Markup:
    """A card's field: its markers linked, and the e-mail addresses and phone numbers that a source gives."""
    quotes = [each.quote for each in answer.citations if each.number in card.citations]
    links = _links(answer, language, panel)
    return Markup(with_contacts(text, quotes, lambda part: marked_line(part, links)))


def _links(answer: Answer, language: str, panel: bool) -> Mapping[int, tuple[str, str]]:
    """Where each marker leads: to the source beside the answer with `panel`, else into the document."""

    def place(citation: Citation) -> str:
        if panel:
            return source_url(answer.id, citation.number, language)
        return passage_url(citation, language)

    return {each.number: (place(each), each.title) for each in answer.citations}
