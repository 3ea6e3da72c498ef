"""What is watched, and what has changed there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

import prompts
from assistant.channels.desk.shown import shown, went
from assistant.channels.desk.watch_feed import MEDIA_TYPE, atom
from assistant.channels.desk.watch_words import NewsLine, WatchedLine, item_line, news_line, watched_line
from assistant.channels.evaluation.form_faults import FormFault
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.personal import visible
from vectorstore.jobs import ENDED
from vectorstore.watch_news import News, NewsKind, WatchNews
from vectorstore.watchable import NotWatchable, check_address, check_folder
from vectorstore.watched import (
    HOURS,
    UNWATCH,
    WATCH,
    AlreadyWatched,
    Watched,
    WatchKind,
    WatchList,
)

router = APIRouter(prefix=f"{DESK}/watching")

PHRASES = "watching"
PAGE_OF_NEWS = 50
IN_FEED = 100


class WatchForm(BaseModel):
    """What the form for adding holds."""

    kind: WatchKind = WatchKind.PAGE
    address: Annotated[str, Field(max_length=2000)] = ""
    title: Annotated[str, Field(max_length=200)] = ""
    hours: int = 24
    removes: bool = False


@router.get("")
def watching_page(
    request: Request,
    service: Served,
    kind: Annotated[str, Query(max_length=20)] = "",
    most: Annotated[int, Query(ge=1, le=2000)] = PAGE_OF_NEWS,
) -> Response:
    """What is watched, the news, and the form to add something."""
    return _page(request, service, WatchForm(), kind=kind, most=most)


@router.post("")
def add(request: Request, service: Served, form: Annotated[WatchForm, Form()]) -> Response:
    """Put something on the list, and have it read."""
    watch_list = WatchList(service.log.engine)
    try:
        if form.hours not in HOURS:
            raise NotWatchable("hours")
        folder = form.kind is WatchKind.FOLDER
        settings = service.settings
        address = (
            check_folder(form.address, settings) if folder else check_address(form.address, settings).address
        )
        new = watch_list.add(
            form.kind, address, " ".join(visible(form.title).split()), form.hours, form.removes and folder
        )
    except NotWatchable as error:
        return _page(request, service, form, fault=_fault(request, error.code, error.detail))
    except AlreadyWatched:
        return _page(request, service, form, fault=_fault(request, "already", ""))
    watch_list.ask(service.jobs, new.id)
    return went(request, "watching", said="added", at="list")


@router.get("/feed.xml")
def feed(request: Request, service: Served) -> Response:
    """The news as an Atom feed."""
    language = page_language(request)
    news = _news(service, WatchNews(service.log.engine).newest(IN_FEED), language)
    base = f"{request.url.scheme}://{request.url.netloc}"
    body = atom(news, base, service.settings.organisation, prompts.phrases(PHRASES, language), language)
    return Response(body, media_type=MEDIA_TYPE)


@router.get("/{watched_id}")
def watched_page(watched_id: str, request: Request, service: Served) -> Response:
    """One thing that is watched, with its documents."""
    watched, language = _found(service, watched_id), page_language(request)
    watch_list, x = WatchList(service.log.engine), prompts.phrases(PHRASES, language)
    items, stored = watch_list.items(watched_id), _stored(service)
    return shown(
        request,
        "watching_one.html",
        phrases=PHRASES,
        each=watched_line(
            watched, Counter(item.state for item in items), _busy(service, watched_id), x, language
        ),
        items=[item_line(item, stored, x, language) for item in items],
        here="/desk/watching",
    )


@router.post("/{watched_id}/read")
def read_now(watched_id: str, request: Request, service: Served) -> Response:
    """Have it read now."""
    WatchList(service.log.engine).ask(service.jobs, _found(service, watched_id).id)
    return went(request, "watching", said="asked", at="list")


@router.post("/{watched_id}/pause")
def pause(watched_id: str, request: Request, service: Served) -> Response:
    """Leave it unread until it is taken up again."""
    WatchList(service.log.engine).change(_found(service, watched_id).id, paused=True)
    return went(request, "watching", said="paused", at="list")


@router.post("/{watched_id}/resume")
def resume(watched_id: str, request: Request, service: Served) -> Response:
    """Take it up again."""
    WatchList(service.log.engine).change(_found(service, watched_id).id, paused=False)
    return went(request, "watching", said="resumed", at="list")


@router.get("/{watched_id}/remove")
def ask_to_remove(watched_id: str, request: Request, service: Served) -> Response:
    """What becomes of its documents."""
    watched, stored = _found(service, watched_id), _stored(service)
    items = WatchList(service.log.engine).items(watched_id)
    count = len({item.document_id for item in items} & stored)
    return shown(
        request, "watching_remove.html", phrases=PHRASES, each=watched, count=count, here="/desk/watching"
    )


@router.post("/{watched_id}/remove")
def remove(
    watched_id: str,
    request: Request,
    service: Served,
    documents: Annotated[str, Form(max_length=10)] = "keep",
) -> Response:
    """Take it off the list; with `documents` = "remove" the worker removes those too."""
    watched, watch_list = _found(service, watched_id), WatchList(service.log.engine)
    if documents != "remove":
        watch_list.remove(watched.id)
        return went(request, "watching", said="removed", at="list")
    watch_list.change(watched.id, paused=True)
    service.jobs.add(UNWATCH, {"id": watched.id})
    return went(request, "watching", said="removing", at="list")


def _page(
    request: Request,
    service: Service,
    form: WatchForm,
    fault: FormFault | None = None,
    kind: str = "",
    most: int = PAGE_OF_NEWS,
) -> Response:
    language, watch_news = page_language(request), WatchNews(service.log.engine)
    chosen = NewsKind(kind) if kind in set(NewsKind) else None
    found = watch_news.newest(most + 1, chosen)
    return shown(
        request,
        "watching.html",
        422 if fault else 200,
        phrases=PHRASES,
        watched=_lines(service, language),
        news=_news(service, found[:most], language),
        more=most + PAGE_OF_NEWS if len(found) > most else 0,
        counts=watch_news.counts(),
        kind=chosen.value if chosen else "",
        form=form,
        fault=fault,
        hours=HOURS,
        hosts=service.settings.watch_hosts.split(),
        refused=fault.text if fault else "",
    )


def _lines(service: Service, language: str) -> Sequence[WatchedLine]:
    watch_list, x = WatchList(service.log.engine), prompts.phrases(PHRASES, language)
    counts, busy = watch_list.counts(), _asked_for(service)
    return [
        watched_line(each, counts.get(each.id, Counter()), each.id in busy, x, language)
        for each in watch_list.all()
    ]


def _news(service: Service, found: Sequence[News], language: str) -> Sequence[NewsLine]:
    stored, x = _stored(service), prompts.phrases(PHRASES, language)
    return [news_line(each, stored, x, language) for each in found]


def _stored(service: Service) -> frozenset[str]:
    return frozenset(document.id for document in service.store.documents())


def _asked_for(service: Service) -> set[str]:
    jobs = service.jobs.newest(200, (WATCH, UNWATCH))
    return {str(job.about.get("id")) for job in jobs if job.state not in ENDED}


def _busy(service: Service, watched_id: str) -> bool:
    return watched_id in _asked_for(service)


def _found(service: Service, watched_id: str) -> Watched:
    found = WatchList(service.log.engine).find(watched_id)
    if found is None:
        raise Problem(404, "not_found")
    return found


def _fault(request: Request, code: str, detail: str) -> FormFault:
    """What is wrong with the form, told at its field."""
    x: Mapping[str, str] = prompts.phrases(PHRASES, page_language(request))
    at = "hours" if code == "hours" else "address"
    return FormFault(at, x[at], prompts.fill(x[f"fault_{code}"], detail=detail))
