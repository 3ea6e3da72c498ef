"""Pages about the service, filled in from the settings: what it is, what it keeps, how accessible it is."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

import prompts
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.model_use import model_use
from assistant.channels.pages import page
from assistant.channels.service import REMEMBERED, Library, Served, Service
from assistant.validity import spoken
from vectorstore.settings import PREFIX, Settings

router = APIRouter()

SUPERVISION = "https://www.digg.se/tdosanmalan"
DATA_PROTECTION = "https://www.imy.se"
WANTED = ("organisation", "organisation_url", "contact", "accessibility_date")
"""Settings that the pages are filled in from and that have no others in their place."""


@dataclass(frozen=True, slots=True)
class Collection:
    """How many documents there are, and the newest date that any of them bears, in words (or empty)."""

    count: int
    newest: str


@router.get("/om", response_class=HTMLResponse)
def about_page(request: Request, service: Served) -> str:
    """What the service is, who answers for it, how answers are made."""
    held = collection(service.store, page_language(request), date.today())
    return _page(request, service, "about", collection=held)


@router.get("/integritet", response_class=HTMLResponse)
def privacy_page(request: Request, service: Served) -> str:
    """What is kept, why and for how long."""
    contact = service.settings.privacy_contact or service.settings.contact
    return _page(
        request, service, "privacy", reach=contact, remembered=REMEMBERED, data_protection=DATA_PROTECTION
    )


@router.get("/tillganglighet", response_class=HTMLResponse)
def accessibility_page(request: Request, service: Served) -> str:
    """The accessibility statement."""
    settings = service.settings
    when = settings.accessibility_date
    return _page(
        request,
        service,
        "accessibility",
        reach=settings.accessibility_contact or settings.contact,
        assessed=spoken(when, page_language(request)) if when else "",
        supervision=SUPERVISION,
    )


def collection(library: Library, language: str, today: date) -> Collection:
    """What there is to answer from. Dates to come are plans, and not counted as news."""
    listed = library.documents()
    dates = [one.metadata.dated for one in listed if "" < one.metadata.dated <= today.isoformat()]
    return Collection(len(listed), spoken(max(dates), language) if dates else "")


def missing(settings: Settings) -> list[str]:
    """The settings that the pages want and that nobody has filled in, as they are named."""
    return [f"{PREFIX}{name.upper()}" for name in WANTED if not getattr(settings, name)]


def _page(request: Request, service: Service, name: str, **values: object) -> str:
    language, settings, local = page_language(request), service.settings, is_local(request.scope)
    return page(
        f"{name}.html",
        language,
        a=prompts.phrases("about", language),
        x=prompts.phrases(name, language),
        settings=settings,
        model=model_use(settings),
        missing=missing(settings) if local else [],
        local=local,
        same_page=same_page(request),
        **values,
    )
