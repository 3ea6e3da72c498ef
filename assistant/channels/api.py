"""The HTTP API and the app that serves it with the web pages."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from dataclasses import fields, replace
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from assistant.channels import about, exporting, opinions, web, widget
from assistant.channels.answering import whole_answer
from assistant.channels.bodies import ChatBody, FeedbackBody, clean, to_question
from assistant.channels.chat_page import find_exchange
from assistant.channels.desk import desk_documents, desk_questions, figures, gaps, overview, watching
from assistant.channels.desk import slack as desk_slack
from assistant.channels.documents import pages as document_pages
from assistant.channels.documents import panel as source_panel
from assistant.channels.evaluation import cases as evaluation_cases
from assistant.channels.evaluation import compare as evaluation_compare
from assistant.channels.evaluation import log as evaluation_log
from assistant.channels.evaluation import pages as evaluation_pages
from assistant.channels.evaluation import results as evaluation_results
from assistant.channels.evaluation import runs as evaluation_runs
from assistant.channels.evaluation.workplace import Workplace
from assistant.channels.events import event_response
from assistant.channels.guards import Guard
from assistant.channels.languages import api_language
from assistant.channels.local_guard import is_local
from assistant.channels.origins import allowed_origins
from assistant.channels.problems import Problem, handle_problems
from assistant.channels.resources import pages as resources
from assistant.channels.search import pages as search_page
from assistant.channels.search.request import SearchBody, to_query
from assistant.channels.search.result import search_result
from assistant.channels.service import Answering, Library, Served, open_service
from assistant.channels.slack.answering.working import answering as answering_slack
from assistant.channels.slack.arriving import route as slack_route
from assistant.channels.slack.parts import slack_parts, wants_slack
from assistant.evaluation.sources import Described
from assistant.evaluation.target import UNLOGGED, Target
from assistant.feedback import Feedback, FeedbackStore
from assistant.question_log import QuestionLog
from vectorstore.passages import Metadata
from vectorstore.settings import Settings

ANSWERS_AT_ONCE = 8
READS_AT_ONCE = 16
DESCRIBED = [field.name for field in fields(Metadata) if field.name != "found"]

PAGES = (
    *(web, document_pages, source_panel, exporting, opinions, search_page, resources, about, widget),
    *(evaluation_cases, evaluation_pages, evaluation_runs, evaluation_results, evaluation_compare),
    *(evaluation_log, overview, desk_documents, desk_questions, gaps, figures, watching),
    *(desk_slack, slack_route),
)

router = APIRouter()


def create_app(
    assistant: Answering,
    store: Library,
    settings: Settings,
    feedback: FeedbackStore,
    log: QuestionLog,
    target: Callable[[], Target],
) -> FastAPI:
    """The whole HTTP channel over what it is given; `target` makes what evaluations ask."""
    workplace = Workplace.under(settings.data_dir / "evaluation", target)
    workers = ThreadPoolExecutor(ANSWERS_AT_ONCE, thread_name_prefix="answer")
    service = open_service(assistant, store, settings, feedback, log, workers)
    slack = slack_parts(service) if wants_slack(settings) else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = READS_AT_ONCE
        with answering_slack(slack) if slack else nullcontext():
            yield
        await anyio.to_thread.run_sync(workplace.desk.close)
        workers.shutdown(wait=False, cancel_futures=True)

    app = FastAPI(title="Utblick", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service, app.state.slack = service, slack
    app.state.workplace = workplace
    app.add_middleware(Guard, origins=allowed_origins(settings))
    handle_problems(app)
    app.include_router(router)
    for pages in PAGES:
        app.include_router(pages.router)
    web.mount_static(app)
    return app


@router.post("/api/chat")
async def chat(body: ChatBody, service: Served, request: Request) -> Response:
    """Answer a question: the contract as JSON, or as events where the caller accepts those."""
    language = api_language(request, {"language": body.language})
    question = to_question(body, service.settings, language)
    if UNLOGGED in request.headers and is_local(request.scope):
        service = replace(service, log=replace(service.log, silent=True))
    if "text/event-stream" in request.headers.get("accept", ""):
        return await event_response(service, question, language, request.scope["request_id"])
    answer = await whole_answer(service, question, request)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.get("/api/search")
def search(service: Served, request: Request, body: Annotated[SearchBody, Query()]) -> dict[str, Any]:
    """The passages nearest to `q`, within the limits given; with `explain`, how they were found."""
    query = to_query(body, service.settings, api_language(request))
    return search_result(service.store.retriever, query, body.explain)


@router.get("/api/documents")
def documents(service: Served) -> dict[str, Any]:
    """Every document, without its text."""
    return {"documents": [_described(each) for each in service.store.documents()]}


@router.get("/api/documents/{document_id}")
def document(document_id: str, service: Served) -> dict[str, Any]:
    """One document with its text and its passages, whose offsets count the text's characters."""
    found = service.store.document(document_id)
    if found is None:
        raise Problem(404, "unknown_document")
    names = ("id", "number", "start", "end", "page", "headings", "published", "text")
    passages = [{name: getattr(each, name) for name in names} for each in service.store.passages(found.id)]
    return {**_described(found), "text": found.text, "passages": passages}


@router.post("/api/feedback", status_code=201)
def give_feedback(body: FeedbackBody, service: Served, request: Request) -> dict[str, str]:
    """Keep what someone thought of an answer, with the answer as it was."""
    exchange = find_exchange(service, body.answer_id)
    if exchange is None:
        raise Problem(404, "unknown_answer")
    text = clean(body.text, api_language(request))
    service.feedback.add(Feedback(exchange.question, exchange.answer, body.helpful, body.reason, text))
    return {"answer_id": body.answer_id}


@router.api_route("/livez", methods=["GET", "HEAD"])
async def live() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def ready(service: Served) -> JSONResponse:
    """Whether questions can be answered: 503 while the store is empty, and why."""
    state = service.store.state()
    body = {"state": state.name, "reason": state.reason}
    return JSONResponse(body, 503 if state.name == "empty" else 200)


@router.get("/metrics")
async def metrics(service: Served) -> PlainTextResponse:
    """Counts and times for Prometheus."""
    return PlainTextResponse(service.metrics.text(), media_type="text/plain; version=0.0.4")


def _described(document: Described) -> dict[str, Any]:
    described = {name: getattr(document.metadata, name) for name in DESCRIBED}
    return {"id": document.id, "source": document.source, **described}
