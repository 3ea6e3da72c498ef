"""What people asked: searched and filtered, each as it was, and taken away as a file."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

import prompts
from assistant.answers import AnswerStatus
from assistant.channels.desk.filters import NOBODY, Filters
from assistant.channels.desk.naming import Naming
from assistant.channels.desk.shown import shown
from assistant.channels.evaluation.workplace import attachment, spoken
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.desk.asking import CHANNELS
from assistant.desk.figures import read_values
from assistant.desk.sheet import csv_parts, gathered
from assistant.desk.themes import OTHER, themes
from assistant.desk.wanted import HELPFUL, NONE, UNHELPFUL
from assistant.evaluation.wording import Wording
from assistant.feedback import Reason
from assistant.question_log import Logged

router = APIRouter(prefix=DESK)

ON_A_PAGE = 25
OPINIONS = (UNHELPFUL, *(reason.value for reason in Reason if reason), HELPFUL, NONE)
COLUMNS = (
    *("at", "question", "status", "answer", "seconds", "language", "themes", "region", "persona", "channel"),
    *("opinion", "comment", "sources", "answer_id"),
)

Narrowed = Annotated[Filters, Query()]


@router.get("/questions")
def questions_page(
    request: Request, service: Served, filters: Narrowed, before: Annotated[int, Query(ge=0, lt=2**62)] = 0
) -> Response:
    """The questions that the filters leave, newest first, a page at a time."""
    wanted = filters.wanted()
    found = service.log.search(wanted, ON_A_PAGE + 1, before)
    return shown(
        request,
        "questions.html",
        phrases="desk_questions",
        found=found[:ON_A_PAGE],
        older=found[ON_A_PAGE - 1].number if len(found) > ON_A_PAGE else 0,
        newest=not before,
        count=None if wanted.words else service.log.count(wanted),
        filters=filters,
        choices=_choices(service, page_language(request)),
        days=service.settings.history_days,
        named=Naming(page_language(request)),
    )


@router.get("/questions.csv")
def questions_csv(request: Request, service: Served, filters: Narrowed) -> Response:
    """The same questions as a table for a spreadsheet."""
    language = page_language(request)
    x, named = prompts.phrases("desk_questions", language), Naming(language)
    rows = (_row(each, named) for each in service.log.each(filters.wanted()))
    lines = csv_parts([x[f"column_{name}"] for name in COLUMNS], rows)
    return StreamingResponse(
        lines, media_type="text/csv; charset=utf-8", headers=attachment(f"{x['file']}.csv")
    )


@router.get("/questions.jsonl")
def questions_jsonl(request: Request, service: Served, filters: Narrowed) -> Response:
    """The same questions whole, one JSON object a line."""
    name = f"{prompts.phrases('desk_questions', page_language(request))['file']}.jsonl"
    lines = gathered(_json_lines(service.log.each(filters.wanted())))
    return StreamingResponse(lines, media_type="application/jsonl", headers=attachment(name))


@router.get("/questions/{answer_id}")
def question_page(answer_id: str, request: Request, service: Served) -> Response:
    """One question: the answer as the user saw it, what was said before it, and what they thought."""
    logged = logged_or_gone(service, answer_id)
    return shown(
        request,
        "question.html",
        phrases="desk_questions",
        logged=logged,
        answer=logged.answer,
        quoted=spoken(service, logged.answer),
        named=Naming(page_language(request)),
        days=service.settings.history_days,
    )


def logged_or_gone(service: Service, answer_id: str) -> Logged:
    """The exchange with that answer; a Problem when it is forgotten."""
    logged = service.log.find(answer_id)
    if logged is None:
        raise Problem(404, "unknown_logged")
    return logged


def _choices(service: Service, language: str) -> dict[str, list[tuple[str, str]]]:
    """What each list of the form offers, with its name, in the order of the form."""
    named = Naming(language)
    values = {
        "status": [each.value for each in AnswerStatus],
        "theme": [*themes(), OTHER],
        "region": [*sorted(one for one in read_values(service.log.engine, "region") if one), NOBODY],
        "language": list(prompts.LANGUAGES),
        "channel": [*CHANNELS, NOBODY],
        "opinion": list(OPINIONS),
    }
    return {kind: [(value, named(kind, value)) for value in listed] for kind, listed in values.items()}


def _row(logged: Logged, named: Naming) -> list[object]:
    view, answer = logged.view, logged.answer
    return [
        f"{logged.at.astimezone():%Y-%m-%d %H:%M}",
        logged.question,
        named("status", answer.status.value),
        answer.text,
        Wording(named.language).number(answer.seconds.get("total", 0.0), 2),
        answer.language,
        ", ".join(named("theme", one) for one in logged.themes),
        logged.region,
        logged.persona,
        logged.channel,
        named.opinion(logged),
        view.text if view else "",
        ", ".join(dict.fromkeys(citation.title for citation in answer.citations)),
        answer.id,
    ]


def _json_lines(found: Iterator[Logged]) -> Iterator[str]:
    for each in found:
        yield json.dumps(_record(each), ensure_ascii=False) + "\n"


def _record(logged: Logged) -> dict[str, Any]:
    view = logged.view
    return {
        "at": logged.at.isoformat(),
        "question": logged.question,
        "history": [{"role": turn.role, "text": turn.text} for turn in logged.history],
        "region": logged.region,
        "persona": logged.persona,
        "channel": logged.channel,
        "themes": list(logged.themes),
        "answer": logged.answer.model_dump(mode="json"),
        "sources": [source.model_dump() for source in logged.sources],
        "feedback": view and {"helpful": view.helpful, "reason": view.reason, "text": view.text},
    }
