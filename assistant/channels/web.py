"""The web pages: the chat, the list of documents, and each document to read. All work without JavaScript."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from assistant.channels.answering import whole_answer
from assistant.channels.bodies import MOST_TURNS, question_text
from assistant.channels.evaluation_guard import is_local
from assistant.channels.languages import page_language, same_page
from assistant.channels.pages import STATIC, page
from assistant.channels.problems import Problem, problem_body
from assistant.channels.reading import contents, lay_out, read_mark
from assistant.channels.service import Exchange, Served, Service
from assistant.feedback import Feedback, Reason
from assistant.questions import Question, Turn

router = APIRouter()

MOST_EXCHANGES = MOST_TURNS // 2

Turns = Annotated[list[str], Query(max_length=MOST_TURNS)]
FormTurns = Annotated[list[str], Form(max_length=MOST_TURNS)]
FormText = Annotated[str, Form()]


@router.get("/", response_class=HTMLResponse)
def chat_page(request: Request, service: Served, turn: Turns = [], thanked: str = "") -> str:  # noqa: B006
    """The conversation so far, which the address names by its answers, and the form to go on."""
    return _chat(request, service, turn, thanked=thanked)


@router.post("/")
async def ask(
    request: Request,
    service: Served,
    question: FormText = "",
    suggestion: FormText = "",
    feedback: FormText = "",
    turn: FormTurns = [],  # noqa: B006
) -> Response:
    """Answer what the form asks, or keep the feedback it gives, and show the conversation again."""
    try:
        if feedback:
            thanked = await run_in_threadpool(_keep_feedback, service, feedback)
            return _conversation(request, turn, thanked)
        text = question_text(suggestion or question, service.settings, page_language(request))
        asked = Question(text, history=_history(_known(service, turn)))
        answer = await whole_answer(service, asked, request)
        return _conversation(request, [*turn, answer.id])
    except Problem as problem:
        html = await run_in_threadpool(_chat, request, service, turn, problem=problem, typed=question)
        return HTMLResponse(html, problem.status)


@router.get("/answers/{answer_id}", response_class=HTMLResponse)
def answer_fragment(answer_id: str, request: Request, service: Served) -> str:
    """One question with its answer, as the chat page shows it; its script puts it in place."""
    exchange = service.exchanges.find(answer_id)
    if exchange is None:
        raise Problem(404, "unknown_answer")
    shown = _shown(service, [exchange])
    return page("exchange.html", page_language(request), exchange=exchange, thanked="", **shown)


@router.get("/documents", response_class=HTMLResponse)
def documents_page(request: Request, service: Served) -> str:
    """What there is to read."""
    documents = sorted(service.store.documents(), key=lambda each: each.metadata.title.casefold())
    return _page(request, "documents.html", documents=documents)


@router.get("/documents/{document_id}", response_class=HTMLResponse)
def document_page(document_id: str, request: Request, service: Served, mark: str = "") -> str:
    """One document in its own words, each passage at #p-<id>, the quote in ?mark=start-end marked."""
    document = service.store.document(document_id)
    if document is None:
        raise Problem(404, "unknown_document", page_language(request))
    passages = service.store.passages(document.id)
    blocks = lay_out(document, passages, read_mark(mark))
    return _page(request, "document.html", document=document, blocks=blocks, contents=contents(passages))


def mount_static(app: FastAPI) -> None:
    """Serve the style sheet and the script."""
    app.mount("/static", _Static(directory=str(STATIC)), name="static")


class _Static(StaticFiles):
    """Addresses carry a hash of the content (see pages.asset), so what is fetched may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        return response


def _page(request: Request, template: str, **values: object) -> str:
    shared = {"same_page": same_page(request), "local": is_local(request.scope)}
    return page(template, page_language(request), **shared, **values)


def _chat(
    request: Request,
    service: Service,
    turns: Sequence[str],
    *,
    problem: Problem | None = None,
    typed: str = "",
    thanked: str = "",
) -> str:
    exchanges = _known(service, turns)
    told = problem and problem_body(problem, page_language(request), request.scope["request_id"])
    return _page(
        request,
        "chat.html",
        exchanges=exchanges,
        forgotten=len(exchanges) < len(turns),
        problem=told,
        typed=typed,
        thanked=thanked,
        most=service.settings.question_characters,
        contact=service.settings.contact,
        days=service.settings.history_days,
        **_shown(service, exchanges),
    )


def _conversation(request: Request, turns: Sequence[str], thanked: str = "") -> Response:
    # Shown with GET, so that the browser's Back and Reload find the conversation.
    turns = turns[-MOST_EXCHANGES:]
    names = [("turn", each) for each in turns] + ([("thanked", thanked)] if thanked else [])
    address = urlencode([*names, ("lang", page_language(request))])
    return RedirectResponse(f"/?{address}#a-{quote(thanked or turns[-1])}", 303)


def _known(service: Service, turns: Sequence[str]) -> list[Exchange]:
    found = (service.exchanges.find(each) for each in turns[-MOST_EXCHANGES:])
    return [each for each in found if each]


def _history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    pairs = ((Turn("user", each.question), Turn("assistant", each.answer.text)) for each in exchanges)
    return tuple(turn for pair in pairs for turn in pair)


def _shown(service: Service, exchanges: Sequence[Exchange]) -> dict[str, dict[str, str]]:
    """The language of each document that is quoted, so that screen readers pronounce it right."""
    quoted = {citation.document_id for each in exchanges for citation in each.answer.citations}
    found = (service.store.document(each) for each in sorted(quoted))
    return {"quoted": {each.id: each.metadata.language for each in found if each}}


def _keep_feedback(service: Service, given: str) -> str:
    """Keep `given`, "yes:<answer id>" or "<reason>:<answer id>"; returns the answer's id."""
    said, _, answer_id = given.partition(":")
    exchange = service.exchanges.find(answer_id)
    if exchange is None:
        raise Problem(404, "unknown_answer")
    reason = Reason(said) if said in set(Reason) else Reason.NONE
    service.feedback.add(Feedback(exchange.question, exchange.answer, said == "yes", reason))
    return answer_id
