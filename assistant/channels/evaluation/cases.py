"""One question of a set: correct it, or take it out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from assistant.channels.evaluation.case_form import CaseForm
from assistant.channels.evaluation.form_faults import FormFault, told_in_form
from assistant.channels.evaluation.workplace import AtWork, Workplace, shown, texts, went
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.evaluation.cases import Case, Evidence
from assistant.evaluation.collection import LastCase, NoSuchCase, NoSuchSet
from assistant.evaluation.sets import SetError
from assistant.questions import Persona

router = APIRouter(prefix="/evaluation/sets/{name}/case")

CaseId = Annotated[str, Query(alias="id", max_length=1000)]


@router.get("")
def case_page(name: str, case_id: CaseId, request: Request, work: AtWork) -> Response:
    """The form with what the set says."""
    case = _case(work, name, case_id)
    return _page(request, name, case, CaseForm.of_case(case))


@router.post("")
def change(
    name: str, case_id: CaseId, request: Request, work: AtWork, form: Annotated[CaseForm, Form()]
) -> Response:
    """Put the corrected question where it stood."""
    case = _case(work, name, case_id)
    try:
        changed = form.to_case(case.history, _offered(case))
        with _there():
            work.collection.change(name, case_id, changed)
    except SetError as error:
        return _page(request, name, case, form, told_in_form(error.faults, page_language(request)))
    return went(request, "sets", name, said="case_changed")


@router.post("/remove")
def remove(name: str, case_id: CaseId, request: Request, work: AtWork) -> Response:
    """Take the question out of the set."""
    with _there():
        work.collection.drop(name, case_id)
    return went(request, "sets", name, said="case_removed")


@contextmanager
def _there() -> Iterator[None]:
    """Tell as a Problem what is not there."""
    try:
        yield
    except NoSuchSet as error:
        raise Problem(404, "unknown_set") from error
    except NoSuchCase as error:
        raise Problem(404, "unknown_case") from error
    except LastCase as error:
        raise Problem(409, "last_case") from error


def _case(work: Workplace, name: str, case_id: str) -> Case:
    for case in work.set(name).cases:
        if case.id == case_id:
            return case
    raise Problem(404, "unknown_case")


def _offered(case: Case) -> dict[int, Evidence]:
    return dict(enumerate(case.evidence, start=1))


def _page(
    request: Request, name: str, case: Case, form: CaseForm, faults: Sequence[FormFault] = ()
) -> Response:
    return shown(
        request,
        "evaluation_edit.html",
        422 if faults else 200,
        name=name,
        case=case,
        form=form,
        history=case.history,
        offered=_offered(case),
        personas=[each.value for each in Persona],
        refused=texts(page_language(request))["faulty_case"] if faults else "",
        faults=faults,
    )
