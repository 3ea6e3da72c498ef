"""The documents to read: their list, narrowed down by a form, and each in its own words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

import prompts
from assistant.answers import Validity
from assistant.channels.asker import Registered
from assistant.channels.documents.reading import lay_out, outline, read_mark
from assistant.channels.documents.words import originals, source_words
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.service import Library, Served
from assistant.evaluation.sources import Described
from assistant.lineage import UNKNOWN_NAMES
from assistant.validity import status_of, validity
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata, Passage, Status

router = APIRouter()

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed down to; empty fields narrow nothing."""

    q: str = ""
    region: str = ""
    publisher: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document as the list shows it."""

    id: str
    source: str
    metadata: Metadata
    validity: Validity

    def fits(self, asked: Asked) -> bool:
        """Whether it is among those asked for; every word has to stand in its title, publisher or file."""
        named = f"{self.metadata.title} {self.metadata.publisher} {self.source}".casefold()
        return (
            all(word in named for word in asked.q.casefold().split())
            and asked.region in ("", *self.metadata.regions)
            and asked.publisher in ("", self.metadata.publisher)
            and asked.status in ("", self.validity.status)
        )


@router.get("/documents", response_class=HTMLResponse)
def documents_page(request: Request, service: Served) -> str:
    """What there is to read, by title."""
    sent = request.query_params
    asked = Asked(*(sent.get(name, "").strip()[:LONGEST] for name in ("q", "region", "publisher", "status")))
    names = _names(service.store)
    shelved = [_shelved(each, names) for each in service.store.documents()]
    shelved.sort(key=lambda one: one.metadata.title.casefold())
    return _shown(
        request,
        "documents.html",
        documents=[one for one in shelved if one.fits(asked)],
        total=len(shelved),
        asked=asked,
        narrowed=asked != Asked(),
        lists=_lists(shelved, page_language(request)),
    )


@router.get("/documents/{document_id}", response_class=HTMLResponse)
def document_page(document_id: str, request: Request, service: Served, mark: str = "") -> str:
    """One document in its own words, each passage at #p-<id>, the quote in ?mark=start-end marked."""
    document = service.store.document(document_id)
    language = page_language(request)
    if document is None:
        raise Problem(404, "unknown_document", language)
    passages = service.store.passages(document.id)
    return _shown(
        request,
        "document.html",
        document=document,
        blocks=lay_out(document, passages, read_mark(mark)),
        outline=outline(passages, document.metadata.title),
        validity=_validity(document, passages, language, _names(service.store)),
        originals=originals(document.metadata.source_url),
        ask_address=_ask_address(document.metadata.title, language),
    )


def _names(store: Library) -> Names:
    """The register's names, which tell whether a document's subject still exists."""
    return store.names() if isinstance(store, Registered) else UNKNOWN_NAMES


def _shelved(document: Described, names: Names) -> Shelved:
    metadata = document.metadata
    status = status_of(metadata, date.today(), names)
    period = list(metadata.period) if any(metadata.period) else []
    return Shelved(document.id, document.source, metadata, Validity(status=status, period=period))


def _validity(document: Document, passages: Sequence[Passage], language: str, names: Names) -> Validity:
    """What the whole document says of its time: a document of dated posts has no time of its own."""
    if document.sections or not passages:
        return _shelved(document, names).validity
    return validity(document, passages[0], language, date.today(), names)


def _lists(shelved: Iterable[Shelved], language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The lists to choose from: each field's name, its label, and the values that documents have."""
    s, t = prompts.phrases("sources", language), prompts.phrases("ui", language)
    shelved = list(shelved)
    regions = {region for one in shelved for region in one.metadata.regions}
    publishers = {one.metadata.publisher for one in shelved if one.metadata.publisher}
    statuses = {one.validity.status for one in shelved}
    told: Mapping[str, Callable[[str], str]] = {"status": lambda value: t[f"validity_{value}"]}
    return [
        (name, s[name], [(value, told.get(name, str)(value)) for value in values])
        for name, values in (
            ("region", sorted(regions, key=str.casefold)),
            ("publisher", sorted(publishers, key=str.casefold)),
            ("status", [each.value for each in Status if each in statuses]),
        )
        if len(values) > 1
    ]


def _ask_address(title: str, language: str) -> str:
    """The chat with the beginning of a question on the document in its box."""
    begun = prompts.fill(prompts.phrases("sources", language)["question_document"], title=title)
    return f"/?{urlencode({'question': f'{begun} ', 'lang': language})}"


def _shown(request: Request, template: str, **values: object) -> str:
    language = page_language(request)
    shared = {"same_page": same_page(request), "local": is_local(request.scope)}
    return page(template, language, **shared, **source_words(language), **values)
