"""Corpus gaps: what was asked in vain, what is nearest to it, and what somebody does about it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

import prompts
from assistant.channels.desk.desk_questions import logged_or_gone
from assistant.channels.desk.filters import NOBODY
from assistant.channels.desk.naming import Naming
from assistant.channels.desk.register import names_of
from assistant.channels.desk.shown import shown, went
from assistant.channels.evaluation.workplace import attachment, spoken
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.desk.gaps import NOTE_CHARACTERS, Gap, Gaps
from assistant.desk.matters import Matter
from assistant.desk.nearest import Neighbourhood, neighbourhood
from assistant.desk.out_of_date import bare_regions, out_of_date
from assistant.desk.sheet import csv_parts
from assistant.privacy import guarded
from assistant.questions import Persona, Question

router = APIRouter(prefix=DESK)

ON_A_PAGE = 8
MATTERS_SHOWN = 4
COLUMNS = ("theme", "region", "question", "count", "first", "last", "outcomes", "poor", "note")


@router.get("/gaps")
def gaps_page(
    request: Request,
    service: Served,
    theme: Annotated[str, Query(max_length=50)] = "",
    region: Annotated[str, Query(max_length=100)] = "",
    solved: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The gaps, largest first, a page at a time; of a theme or a region where the address names them."""
    known = "" if region == NOBODY else region or None
    every = _gaps(service).read(solved=solved)
    gaps = [gap for gap in every if theme in ("", gap.theme) and known in (None, gap.region)]
    covered = _covered(service)
    here = gaps[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return shown(
        request,
        "gaps.html",
        phrases="gaps",
        gaps=here,
        near=[] if solved else [_near(service, gap, gap.matters[0], covered) for gap in here],
        count=sum(gap.count for gap in gaps),
        most=None if theme and region else MATTERS_SHOWN,
        page=page,
        further=len(gaps) > page * ON_A_PAGE,
        chosen={"theme": theme, "region": region},
        themes=sorted({gap.theme for gap in every}),
        regions=sorted({gap.region or NOBODY for gap in every}),
        solved=solved,
        days=service.settings.history_days,
        named=Naming(page_language(request)),
    )


@router.get("/gaps.csv")
def gaps_csv(request: Request, service: Served) -> Response:
    """Every open gap as a table for a spreadsheet."""
    language = page_language(request)
    x, named = prompts.phrases("gaps", language), Naming(language)
    lines = csv_parts([x[f"column_{name}"] for name in COLUMNS], _rows(_gaps(service).read(), named))
    return StreamingResponse(
        lines, media_type="text/csv; charset=utf-8", headers=attachment(f"{x['file']}.csv")
    )


@router.get("/gaps/out-of-date")
def out_of_date_page(request: Request, service: Served) -> Response:
    """What is out of date in the documents."""
    documents, today = service.store.documents(), date.today()
    names = names_of(service.store)

    def headings(document_id: str) -> Iterator[str]:
        return (text for one in service.store.passages(document_id) for text in one.headings)

    return shown(
        request,
        "out_of_date.html",
        phrases="gaps",
        found=out_of_date(documents, names, today),
        bare=bare_regions(documents, headings),
        titles={one.id: one.metadata.title for one in documents},
        named=Naming(page_language(request)),
    )


@router.get("/gaps/{answer_id}")
def gap_page(answer_id: str, request: Request, service: Served) -> Response:
    """Like questions that were asked in vain, the documents nearest to them, and what to do."""
    return _gap_page(request, service, answer_id)


@router.post("/gaps/{answer_id}/solve")
def solve(
    answer_id: str,
    request: Request,
    service: Served,
    note: Annotated[str, Form(max_length=NOTE_CHARACTERS)] = "",
) -> Response:
    """Somebody has dealt with it."""
    _gaps(service).solve(_matter(service, answer_id)[1], note)
    return went(request, "gaps", answer_id, said="gap_solved")


@router.post("/gaps/{answer_id}/reopen")
def reopen(answer_id: str, request: Request, service: Served) -> Response:
    """It was not dealt with after all."""
    _gaps(service).reopen(_matter(service, answer_id)[1])
    return went(request, "gaps", answer_id, said="gap_reopened")


@router.post("/gaps/{answer_id}/again")
async def ask_again(answer_id: str, request: Request, service: Served) -> Response:
    """Ask the question once more, as the documents are now; it is neither logged nor counted."""
    logged = await run_in_threadpool(logged_or_gone, service, answer_id)
    persona = Persona(logged.persona) if logged.persona in set(Persona) else None
    question = Question(logged.question, logged.history, persona, language=logged.answer.language)
    asked = guarded(replace(question, region=logged.region))
    answer = await asyncio.wrap_future(service.workers.submit(service.assistant.ask, asked))

    def page() -> Response:
        quoted = spoken(service, answer) | spoken(service, logged.answer)
        named = Naming(page_language(request))
        return shown(
            request, "again.html", phrases="gaps", named=named, logged=logged, answer=answer, quoted=quoted
        )

    return await run_in_threadpool(page)


def _gap_page(request: Request, service: Service, answer_id: str) -> Response:
    gap, matter = _matter(service, answer_id)
    return shown(
        request,
        "gap.html",
        phrases="gaps",
        gap=gap,
        matter=matter,
        near=_near(service, gap, matter, _covered(service)),
        answer_id=answer_id,
        most=NOTE_CHARACTERS,
        named=Naming(page_language(request)),
    )


def _gaps(service: Service) -> Gaps:
    return Gaps(service.log.engine, service.settings.history_days)


def _matter(service: Service, answer_id: str) -> tuple[Gap, Matter]:
    found = _gaps(service).matter(answer_id)
    if found is None:
        raise Problem(404, "unknown_logged")
    return found


def _covered(service: Service) -> set[str]:
    """The regions that some document is about."""
    return {region for one in service.store.documents() for region in one.metadata.regions}


def _near(service: Service, gap: Gap, matter: Matter, covered: set[str]) -> Neighbourhood:
    names, question = names_of(service.store), matter.newest.question
    return neighbourhood(service.store.retriever, question, gap.region, covered, names, date.today())


def _rows(gaps: list[Gap], named: Naming) -> Iterator[list[Any]]:
    for gap in gaps:
        for matter in gap.matters:
            yield [
                named("theme", gap.theme),
                named("region", gap.region),
                matter.newest.question,
                len(matter.open),
                f"{matter.first.astimezone():%Y-%m-%d}",
                f"{matter.newest.at.astimezone():%Y-%m-%d}",
                ", ".join(f"{named('status', status)}: {n}" for status, n in matter.statuses.items()),
                matter.poor,
                matter.solution.note if matter.solution else "",
            ]
