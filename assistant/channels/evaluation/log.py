"""Questions that people have asked, and how one becomes a test case."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from assistant.answers import AnswerStatus
from assistant.channels.evaluation.case_form import CaseForm, offered
from assistant.channels.evaluation.form_faults import FormFault, label, told_in_form
from assistant.channels.evaluation.workplace import AtWork, Workplace, shown, spoken, texts, went
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.evaluation.collection import NoSuchSet, SetExists
from assistant.evaluation.sets import SetError
from assistant.question_log import Logged
from assistant.questions import Persona
from prompts import fill

router = APIRouter(prefix="/evaluation/questions")

MOST_SHOWN = 200


@router.get("")
def log_page(
    request: Request,
    service: Served,
    q: Annotated[str, Query(max_length=200)] = "",
    status: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """The latest questions, narrowed down by words and by how they ended."""
    status = status if status in set(AnswerStatus) else ""
    found = service.log.newest(MOST_SHOWN, q.strip(), status)
    return shown(
        request,
        "evaluation_log.html",
        found=found,
        q=q,
        outcome=status,
        statuses=[each.value for each in AnswerStatus],
        days=service.settings.history_days,
        most=MOST_SHOWN,
    )


@router.get("/{answer_id}")
def case_page(answer_id: str, request: Request, work: AtWork, service: Served) -> Response:
    """The question with its answer, and the form filled in as far as is known."""
    logged = _logged(service, answer_id)
    return _page(request, work, service, logged, CaseForm.of(logged))


@router.post("/{answer_id}")
def save(
    answer_id: str, request: Request, work: AtWork, service: Served, form: Annotated[CaseForm, Form()]
) -> Response:
    """Put the case into a set that is there, or into a new one; the same checks as for an uploaded file."""
    logged, language = _logged(service, answer_id), page_language(request)
    e, name = texts(language), form.set or form.new_set.strip()
    try:
        case = form.to_case(logged.history, offered(logged))
        if form.set:
            work.collection.add(form.set, case)
        elif name:
            name = work.collection.keep(name, [case])
        else:
            return _page(request, work, service, logged, form, [_about_set(e["no_set_chosen"], language)])
    except SetError as error:
        return _page(request, work, service, logged, form, told_in_form(error.faults, language))
    except SetExists:
        fault = _about_set(fill(e["taken_new_name"], set=name), language)
        return _page(request, work, service, logged, form, [fault])
    except NoSuchSet:
        return _page(request, work, service, logged, form, [_about_set(e["set_gone"], language)])
    return went(request, "sets", name, said="case_kept")


def _about_set(text: str, language: str) -> FormFault:
    return FormFault("new_set", label("new_set", language), text)


def _page(
    request: Request,
    work: Workplace,
    service: Service,
    logged: Logged,
    form: CaseForm,
    faults: Sequence[FormFault] = (),
) -> Response:
    return shown(
        request,
        "evaluation_case.html",
        422 if faults else 200,
        logged=logged,
        answer=logged.answer,
        quoted=spoken(service, logged.answer),
        form=form,
        history=logged.history,
        offered=offered(logged),
        sets=work.collection.names(),
        personas=[each.value for each in Persona],
        days=service.settings.history_days,
        refused=texts(page_language(request))["faulty_case"] if faults else "",
        faults=faults,
    )


def _logged(service: Service, answer_id: str) -> Logged:
    logged = service.log.find(answer_id)
    if logged is None:
        raise Problem(404, "unknown_logged")
    return logged
