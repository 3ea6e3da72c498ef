"""The chat inside the pages of another site: its script, what that starts with, answers and their sources."""

from functools import cache
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

import prompts
from assistant.channels.asker import counties, read_asker
from assistant.channels.bodies import ChatBody, to_question
from assistant.channels.chat_page import find_exchange
from assistant.channels.documents.panel import source_page
from assistant.channels.events import event_response
from assistant.channels.languages import page_language
from assistant.channels.opinions import REASONS
from assistant.channels.pages import STATIC, page
from assistant.channels.problems import Problem
from assistant.channels.service import Exchange, Served, Service

router = APIRouter()

NAMES = ("element.js", "opinion.js", "service.js", "source.js", "styles.js", "talk.js", "widget.css")
STARTERS = 3
"""How many of the questions that prompts/*/ui.md proposes to a kind of asker are shown."""
SHARED = ("fragment.js", "identity_number.js", "live_text.js", "stream.js", "warning.js")
SHEETS = ("style.css", "answer.css", "source.css", "opinion.css")
FILES = (*(f"widget/{name}" for name in NAMES), *(f"chat/{name}" for name in SHARED), *SHEETS)
_TYPES = {"js": "text/javascript", "css": "text/css"}

Short = Annotated[str, Query(max_length=100)]
Fragment = dict[str, str]
"""`html`, put in its place by the script; no page of its own, wherever it is opened."""


@router.get("/widget.js")
def script(service: Served) -> Response:
    """What the other site's page names: starts the element, with the words it needs before it is served."""
    texts = {language: prompts.phrases("widget", language) for language in prompts.LANGUAGES}
    needed = ("launch", "close", "refused", "to_full")
    words = {language: {key: found[key] for key in needed} for language, found in texts.items()}
    start = {"language": service.settings.language, "texts": words}
    text = page("widget.js", service.settings.language, start=f"/widget/{version()}/{FILES[0]}", words=start)
    return Response(text, media_type=_TYPES["js"], headers={"Cache-Control": "no-cache"})


@router.get("/widget/start")
def start(
    request: Request, service: Served, region: Short = "", persona: Short = "", heading: Short = ""
) -> Fragment:
    """The chat before the first question, for the county and kind of asker that the page around names."""
    language, settings = page_language(request), service.settings
    asker = read_asker({"region": region, "persona": persona}, counties(service.store))
    words = prompts.phrases("widget", language)
    html = page(
        "widget.html",
        language,
        w=words,
        heading=heading,
        asker=asker,
        starters=STARTERS,
        switched=service.switch.state(),
        most=settings.question_characters,
        contact=settings.contact,
        days=settings.history_days,
        removed=prompts.phrases("routing", language)["redacted"],
    )
    return {"html": html}


@router.post("/widget/answers")
async def ask(body: ChatBody, service: Served, request: Request) -> Response:
    """The events of /api/chat, then the exchange as the widget shows it."""
    language, request_id = page_language(request), request.scope["request_id"]
    asked = body.model_copy(update={"channel": "widget", "conversation_id": ""})
    question = to_question(asked, service.settings, language)
    return await event_response(
        service, question, language, request_id, lambda each: _shown(service, each, language)
    )


@router.get("/widget/answers/{answer_id}")
def answer(answer_id: str, request: Request, service: Served) -> Fragment:
    """One question with its answer, as it was shown before."""
    exchange, language = find_exchange(service, answer_id), page_language(request)
    if exchange is None:
        raise Problem(404, "unknown_answer", language)
    return {"html": _shown(service, exchange, language)}


@router.get("/widget/answers/{answer_id}/sources/{number}")
def source(answer_id: str, number: int, request: Request, service: Served) -> Fragment:
    """The passage behind mark `number` of an answer."""
    return {"html": source_page(answer_id, number, request, service, fragment=True, turn=[])}


@router.get("/widget/{kept}/{name:path}")
def file(kept: str, name: str) -> Response:
    """One of the files that the script loads; its address changes with the content of any of them."""
    if name not in FILES:
        raise Problem(404, "not_found")
    forever = "public, max-age=31536000, immutable" if kept == version() else "no-cache"
    content = STATIC.joinpath(name).read_bytes()
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers={"Cache-Control": forever})


@cache
def version() -> str:
    """Tells one set of those files from another."""
    return sha256(b"".join(STATIC.joinpath(name).read_bytes() for name in FILES)).hexdigest()[:16]


def _shown(service: Service, exchange: Exchange, language: str) -> str:
    cited = {citation.document_id for citation in exchange.answer.citations}
    found = (service.store.document(each) for each in sorted(cited))
    # The language of each document that is quoted, so that screen readers pronounce it right.
    quoted = {each.id: each.metadata.language for each in found if each}
    return page("widget_exchange.html", language, exchange=exchange, reasons=REASONS, quoted=quoted)
