"""What people think of an answer: helpful or not, why, and in their own words."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

import prompts
from assistant.channels.asker import counties, read_asker
from assistant.channels.bodies import MOST_TURNS, clean
from assistant.channels.chat_page import Talk, went_on
from assistant.channels.documents.cited import Given, find_given
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.feedback import Feedback, Reason
from assistant.personal import redacted, visible

router = APIRouter()

LONGEST = 2000
REASONS = [reason.value for reason in Reason if reason is not Reason.NONE]

Turns = Annotated[list[str], Query(max_length=MOST_TURNS)]
FormTurns = Annotated[list[str], Form(max_length=MOST_TURNS)]
FormText = Annotated[str, Form()]


@router.get("/answers/{answer_id}/opinion")
def opinion_page(
    answer_id: str,
    request: Request,
    service: Served,
    fragment: bool = False,
    turn: Turns = [],  # noqa: B006
) -> Response:
    """The form, holding what was said before: a page, or with `fragment` only the form."""
    given = _given(service, answer_id, request)
    asker = read_asker(request.query_params, counties(service.store))
    asked_why = request.query_params.get("why") == "1"
    return _shown(request, service, given, "why" if asked_why else "change", Talk(turn, asker), fragment)


@router.post("/answers/{answer_id}/opinion")
def give_opinion(
    answer_id: str,
    request: Request,
    service: Served,
    helpful: FormText = "",
    reason: FormText = "",
    text: FormText = "",
    step: FormText = "",
    region: FormText = "",
    persona: FormText = "",
    turn: FormTurns = [],  # noqa: B006
    fragment: bool = False,
) -> Response:
    """Keep what was said; a first "no" is asked for its reason. The newest about an answer counts."""
    given = _given(service, answer_id, request)
    asker = read_asker({"region": region, "persona": persona}, counties(service.store))
    talk = Talk(turn or [answer_id], asker, thanked=answer_id)
    told = _words(text, page_language(request))
    feedback = _feedback(given, helpful, reason, told, page_language(request))
    service.feedback.add(feedback)
    if not feedback.helpful and not step:
        return _asked_why(request, service, given, talk, fragment)
    if fragment:
        removed = redacted(visible(told), given.answer.language) != visible(told)
        return _shown(request, service, given, "thanks", talk, True, more=bool(step), removed=removed)
    return went_on(request, talk)


def _given(service: Service, answer_id: str, request: Request) -> Given:
    given = find_given(service, answer_id)
    if given is None:
        raise Problem(404, "unknown_answer", page_language(request))
    return given


def _words(text: str, language: str) -> str:
    """What somebody wrote, of a length that is kept; a browser counts a line's end as one sign."""
    told = clean(text.replace("\r\n", "\n"), language)
    if len(told) > LONGEST:
        field = prompts.phrases("opinions", language)["words"]
        raise Problem(422, "long_field", language, field=field, most=LONGEST)
    return told


def _feedback(given: Given, helpful: str, reason: str, text: str, language: str) -> Feedback:
    if helpful not in ("yes", "no") or reason not in ("", *REASONS):
        raise Problem(422, "bad_opinion", language)
    why = Reason(reason) if helpful == "no" else Reason.NONE
    return Feedback(given.question, given.answer, helpful == "yes", why, text)


def _asked_why(request: Request, service: Service, given: Given, talk: Talk, fragment: bool) -> Response:
    if fragment:
        return _shown(request, service, given, "why", talk, True)
    place = f"/answers/{quote(given.answer.id, safe='')}/opinion"
    address = Talk(talk.turns, talk.asker).address(page_language(request), "/")
    return RedirectResponse(f"{place}{address.removeprefix('/')}&why=1", 303)


def _shown(
    request: Request,
    service: Service,
    given: Given,
    state: str,
    talk: Talk,
    fragment: bool,
    **values: Any,
) -> Response:
    language = page_language(request)
    shown = {
        "o": prompts.phrases("opinions", language),
        "answer_id": given.answer.id,
        "state": state,
        "reasons": REASONS,
        "days": service.settings.history_days,
        "removed": False,
        **_said(service, given),
        **values,
    }
    if fragment:
        return HTMLResponse(page("opinion_box.html", language, **shown))
    turns = talk.turns or [given.answer.id]
    html = page(
        "opinion_page.html",
        language,
        turns=turns,
        asker=talk.asker,
        question=given.question,
        back=Talk(turns, talk.asker).address(language) + f"#a-{quote(given.answer.id, safe='')}",
        same_page=same_page(request),
        local=is_local(request.scope),
        **shown,
    )
    return HTMLResponse(html)


def _said(service: Service, given: Given) -> Mapping[str, str]:
    """The newest that was said of the answer, as the form shows it."""
    logged = service.log.find(given.answer.id)
    view = logged.view if logged else None
    if view is None:
        return {"given": "", "helpful": "", "given_reason": "", "given_text": ""}
    helpful = "yes" if view.helpful else "no"
    return {"given": helpful, "helpful": helpful, "given_reason": view.reason, "given_text": view.text}
