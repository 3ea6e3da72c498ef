"""The chat page, its stream of answers and its fragments. The page works without JavaScript."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.channels.answering import whole_answer
from assistant.channels.asker import Asker, counties, read_asker
from assistant.channels.bodies import MOST_TURNS, ChatBody, question_text, to_question
from assistant.channels.chat_page import (
    Talk,
    chat_html,
    exchange_html,
    find_exchange,
    history,
    known,
    went_on,
)
from assistant.channels.events import event_response
from assistant.channels.identity_numbers import holds_identity_number, without_personal_data
from assistant.channels.languages import ChosenLanguage, page_language
from assistant.channels.pages import STATIC
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.questions import Question

router = APIRouter()

Turns = Annotated[list[str], Query(max_length=MOST_TURNS)]
FormTurns = Annotated[list[str], Form(max_length=MOST_TURNS)]
FormText = Annotated[str, Form()]


@router.get("/", response_class=HTMLResponse)
def chat_page(
    request: Request,
    service: Served,
    turn: Turns = [],  # noqa: B006
    thanked: str = "",
    question: str = "",
) -> Response:
    """The conversation so far, which the address names by its answers, and the form to go on.

    `question` is put in the form's box, for its reader to change and send.
    """
    asker = read_asker(request.query_params, counties(service.store))
    typed = question[: service.settings.question_characters]
    return HTMLResponse(chat_html(request, service, Talk(turn, asker, typed, thanked=thanked)))


@router.post("/")
async def ask(
    request: Request,
    service: Served,
    question: FormText = "",
    suggestion: FormText = "",
    identity: FormText = "",
    keep: FormText = "",
    region: FormText = "",
    persona: FormText = "",
    turn: FormTurns = [],  # noqa: B006
) -> Response:
    """Answer what the form asks, or keep what it says of the asker, and show the conversation again."""
    given = {"region": region, "persona": persona}
    asker = await run_in_threadpool(lambda: read_asker(given, counties(service.store)))
    talk = Talk(turn, asker, typed=question)
    try:
        if keep:
            return went_on(request, talk)
        text = question_text(suggestion or question, service.settings, page_language(request))
        if identity:
            text = without_personal_data(text, page_language(request))
        elif holds_identity_number(text):
            return await _shown_again(request, service, Talk(turn, asker, typed=text, identity=True), 200)
        asked = await run_in_threadpool(_question, service, text, turn, asker)
        answer = await whole_answer(service, asked, request)
        return went_on(request, Talk([*turn, answer.id], asker))
    except Problem as problem:
        return await _shown_again(request, service, Talk(turn, asker, question, problem), problem.status)


@router.post("/answers")
async def stream(body: ChatBody, service: Served, request: Request) -> Response:
    """The chat page's own stream: the events of /api/chat, then the exchange as the page shows it."""
    language = page_language(request)
    question = to_question(body, service.settings, language)
    return await event_response(
        service,
        question,
        language,
        request.scope["request_id"],
        lambda exchange: exchange_html(service, exchange, language),
    )


@router.get("/answers/{answer_id}", response_class=HTMLResponse)
def answer_fragment(answer_id: str, request: Request, service: Served) -> str:
    """One question with its answer, as the chat page shows it; its script puts it in place."""
    exchange = find_exchange(service, answer_id)
    if exchange is None:
        raise Problem(404, "unknown_answer")
    return exchange_html(service, exchange, page_language(request))


def mount_static(app: FastAPI) -> None:
    """Serve the style sheets and scripts, and let the language stay that a person chose."""
    app.mount("/static", _Static(directory=str(STATIC)), name="static")
    app.add_middleware(ChosenLanguage)


class _Static(StaticFiles):
    """Addresses carry a hash of the content (see pages.asset), so what is fetched may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        return response


def _question(service: Service, text: str, turns: Sequence[str], asker: Asker) -> Question:
    before = history(known(service, turns))
    return Question(text, before, asker.persona, asker.region, channel="web")


async def _shown_again(request: Request, service: Service, talk: Talk, status: int) -> Response:
    html = await run_in_threadpool(chat_html, request, service, talk)
    return HTMLResponse(html, status, headers=dict(talk.problem.headers) if talk.problem else None)
