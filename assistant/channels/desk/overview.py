"""The desk at a glance: what needs somebody, and the off switch."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

import prompts
from assistant.channels.desk.document_shelf import KINDS
from assistant.channels.desk.naming import Naming
from assistant.channels.desk.register import names_of
from assistant.channels.desk.shown import shown, went
from assistant.channels.desk.slack_jobs import SlackJobs
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from assistant.channels.service import Served, Service
from assistant.desk.attention import DAYS, Need, failed_jobs, missing_settings, question_needs
from assistant.desk.figures import read_figures
from assistant.desk.out_of_date import out_of_date
from assistant.switch import LONGEST
from vectorstore.watched import UNWATCH, WATCH, WatchList, WatchState

router = APIRouter(prefix=DESK)

JOBS_LOOKED_AT = 200
OF_DOCUMENTS = (*KINDS, WATCH, UNWATCH)
_AILING = (WatchState.FAILING, WatchState.GONE)

Reason = Annotated[str, Form()]


@router.get("")
def overview_page(request: Request, service: Served) -> Response:
    """What needs somebody today, and how the service is switched."""
    return _page(request, service)


@router.post("/switch")
def switch_off(
    request: Request, service: Served, reason: Reason = "", step: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Show how users will see the reason; switch off once that is confirmed."""
    texts = prompts.phrases("overview", page_language(request))
    told = reason.strip()
    if not told or len(told) > LONGEST:
        refused = texts["no_reason"] if not told else prompts.fill(texts["long_reason"], most=LONGEST)
        return _page(request, service, 422, refused=refused, reason=told)
    if step == "change":
        return _page(request, service, reason=told)
    if step != "off":
        return shown(request, "switch.html", phrases="overview", reason=told)
    service.switch.turn_off(told)
    return went(request, said="switched_off", at="switch")


@router.post("/switch/on")
def switch_on(request: Request, service: Served) -> Response:
    """On again."""
    service.switch.turn_on()
    return went(request, said="switched_on", at="switch")


def _page(
    request: Request, service: Service, status: int = 200, refused: str = "", reason: str = ""
) -> Response:
    since = date.today() - timedelta(days=DAYS - 1)
    figures = read_figures(service.log.engine, DAYS, date.today())
    needs = list(_needs(service))
    return shown(
        request,
        "overview.html",
        status,
        phrases="overview",
        refused=refused,
        reason=reason,
        needs=[need for need in needs if need.count],
        calm=[need for need in needs if not need.count],
        figures=figures,
        answered=sum(day.answered for day in figures.days),
        in_field=sum(day.in_field for day in figures.days),
        documents=len(service.store.documents()),
        state=service.store.state(),
        switch=service.switch.state(),
        since=since,
        most=LONGEST,
        named=Naming(page_language(request)),
    )


def _needs(service: Service) -> Iterator[Need]:
    """Everything that may need somebody, the most pressing first."""
    yield from question_needs(service.log, date.today())
    yield failed_jobs(service.jobs.newest(JOBS_LOOKED_AT, OF_DOCUMENTS), datetime.now(UTC))
    given_up = SlackJobs(service.log.engine).given_up()
    if given_up or service.settings.slack_bot_token.get_secret_value():
        yield Need("slack", given_up)
    watched = WatchList(service.log.engine).all()
    yield Need("watched", sum(one.state in _AILING and not one.paused for one in watched))
    found = out_of_date(service.store.documents(), names_of(service.store), date.today())
    yield Need("out_of_date", found.count)
    yield missing_settings(service.settings)
