"""An answer or a conversation to take along: DOCX, Markdown, and a page for print."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

import prompts
from assistant.channels.bodies import MOST_TURNS
from assistant.channels.documents.cited import Given, Standing, cited, find_given
from assistant.channels.documents.panel import place_address
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.export.as_markdown import as_markdown
from assistant.export.as_word import as_word
from assistant.export.composing import Conversation, Turn, compose

router = APIRouter()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Turns = Annotated[list[str], Query()]


@router.get("/export.docx")
def word_export(request: Request, service: Served, turn: Turns = []) -> Response:  # noqa: B006
    """The conversation as a Word document."""
    conversation = _conversation(request, service, turn)
    return _file(as_word(compose(conversation), conversation), conversation, "docx", WORD)


@router.get("/export.md")
def markdown_export(request: Request, service: Served, turn: Turns = []) -> Response:  # noqa: B006
    """The conversation as Markdown."""
    conversation = _conversation(request, service, turn)
    written = as_markdown(compose(conversation)).encode()
    return _file(written, conversation, "md", "text/markdown; charset=utf-8")


@router.get("/export.html", response_class=HTMLResponse)
def print_export(request: Request, service: Served, turn: Turns = []) -> str:  # noqa: B006
    """The conversation as a page to print, or to save as PDF by the browser's own print."""
    conversation, language = _conversation(request, service, turn), page_language(request)
    names = urlencode([*(("turn", each) for each in turn), ("lang", language)])
    return page(
        "export.html",
        language,
        x=conversation.words,
        title=conversation.title,
        parts=[(type(part).__name__, part) for part in compose(conversation)],
        files={form: f"/export.{form}?{names}" for form in ("docx", "md")},
        back=f"/?{names}",
        same_page=same_page(request),
        local=is_local(request.scope),
    )


def _conversation(request: Request, service: Service, turns: list[str]) -> Conversation:
    language, settings = page_language(request), service.settings
    if len(turns) > MOST_TURNS:
        raise Problem(422, "long_export", language, most=MOST_TURNS)
    base = settings.public_url or str(request.base_url).rstrip("/")
    found = [find_given(service, each) for each in turns]
    return Conversation(
        turns=[_turn(given, service, base, language) if given else None for given in found],
        language=language,
        on=date.today(),
        address=base,
        contact=settings.contact,
        organisation=settings.organisation,
    )


def _turn(given: Given, service: Service, base: str, language: str) -> Turn:
    """The answer with where each of its sources is read today, and what became of it since."""
    standing = prompts.phrases("sources", language)
    links: dict[int, str] = {}
    spoken: dict[int, str] = {}
    told: dict[int, str] = {}
    for citation in given.answer.citations:
        found = cited(given, citation, service.store)
        place = place_address(found, citation.document_id, language)
        if place:
            links[citation.number] = base + place
        if found.document:
            spoken[citation.number] = found.document.metadata.language
        if found.standing is not Standing.SAME:
            told[citation.number] = standing[f"standing_{found.standing}"]
    return Turn(given.question, given.answer, given.at and given.at.date(), links, spoken, told)


def _file(written: bytes, conversation: Conversation, suffix: str, kind: str) -> Response:
    name = f"utblick-{conversation.words['file']}-{conversation.on.isoformat()}.{suffix}"
    disposition = f'attachment; filename="{name}"'
    return Response(written, media_type=kind, headers={"Content-Disposition": disposition})
