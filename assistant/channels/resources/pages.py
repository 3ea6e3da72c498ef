"""The resource bank: the register for everybody to browse and search."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

import prompts
from assistant.channels.bodies import clean
from assistant.channels.languages import api_language, page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.resources.entry import entry_record, shown
from assistant.channels.resources.listing import address_of, listing, options
from assistant.channels.resources.words import BANK, called
from assistant.channels.service import Served, Service
from assistant.resources.choosing import Wanted, choose
from assistant.resources.mentions import Naming, named_in
from assistant.resources.standing import Phase
from assistant.validity import spoken
from vectorstore.entities import Kind, Register
from vectorstore.naming import Names

router = APIRouter()

LONGEST = 100
MOST = 1000
_KINDS, _PHASES = {each.value: each for each in Kind}, {each.value: each for each in Phase}

Text = Annotated[str, Query(max_length=LONGEST)]


@router.get(BANK, response_class=HTMLResponse)
def resources_page(
    request: Request,
    service: Served,
    q: str = "",
    kind: str = "",
    region: str = "",
    status: str = "",
    page: str = "",
) -> str:
    """The register to search and browse. What makes no sense in the address sets no limit."""
    language, names = page_language(request), _names(service)
    text = clean(q, language)[:LONGEST]
    wanted = Wanted(text, _KINDS.get(kind), names.entities.get(region), _PHASES.get(status))
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    found = listing(names, wanted, number, language, date.today())
    return _page(
        request,
        "resources.html",
        found=found,
        options=options(names, language),
        loaded=bool(names.entities),
        as_of=_newest(names, language),
        to=lambda number: address_of(wanted, language, number),
        place=called(wanted.place, language) if wanted.place else "",
    )


@router.get(BANK + "/{entity_id}", response_class=HTMLResponse)
def resource_page(entity_id: str, request: Request, service: Served) -> str:
    """One entry of the register, with where the documents name it."""
    language, names = page_language(request), _names(service)
    entity, naming = names.entities.get(entity_id), _naming(service)
    if entity is None or naming is None:
        raise Problem(404, "unknown_resource", language)
    named = named_in(naming, service.store, entity.id)
    return _page(request, "resource.html", entry=shown(names, entity, named, language, date.today()))


@router.get("/api/register")
def register(
    request: Request,
    service: Served,
    q: Text = "",
    kind: Kind | None = None,
    region: Text = "",
    status: Phase | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """The entries that are wanted, as JSON; the same limits as on the page."""
    language, names, today = api_language(request), _names(service), date.today()
    place = names.entities.get(region)
    if region and place is None:
        raise Problem(422, "bad_fields", language, fields="region")
    chosen = choose(names, Wanted(clean(q, language), kind, place, status), language, today)
    shown = chosen.found[offset : offset + limit]
    return {
        "total": len(chosen.found),
        "kinds": {each.value: chosen.counts[each] for each in Kind},
        "entries": [entry_record(names, one.entity, today) for one in shown],
    }


def _page(request: Request, template: str, **values: object) -> str:
    language = page_language(request)
    shared = {"same_page": same_page(request), "local": is_local(request.scope)}
    return page(template, language, r=prompts.phrases("resources", language), **shared, **values)


def _newest(names: Names, language: str) -> str:
    """As of when the newest facts are, in words."""
    newest = max((one.as_of for one in names.register.entities), default="")
    return spoken(newest, language) if newest else ""


def _naming(service: Service) -> Naming | None:
    """The store's register; None for a library without one."""
    naming: Naming | None = getattr(service.store, "names", None)
    return naming


def _names(service: Service) -> Names:
    naming = _naming(service)
    return naming() if naming else Names(Register())
