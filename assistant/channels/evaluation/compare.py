"""Two runs set against each other: a page, and the same as a report, as text and as JSON."""

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from assistant.channels.evaluation.workplace import (
    AtWork,
    Workplace,
    address,
    attachment,
    report_headers,
    shown,
    texts,
)
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.evaluation.compare import Comparison, compare, to_dict, to_text
from assistant.evaluation.comparison_report import render_comparison
from assistant.evaluation.errors import EvaluationError

router = APIRouter(prefix="/evaluation/compare")


@router.get("")
def comparison_page(request: Request, work: AtWork, a: str = "", b: str = "") -> Response:
    """What became better and worse from run `a` to run `b`, and which questions."""
    language = page_language(request)
    back = address(language)
    if a == b:
        return shown(request, "evaluation_refused.html", 422, refused=texts(language)["same_run"], back=back)
    try:
        found = compare(work.run(a), work.run(b))
    except EvaluationError:
        refused = texts(language)["no_comparison"]
        return shown(request, "evaluation_refused.html", 422, refused=refused, back=back)
    numbers = {case.id: n for n, case in enumerate(work.run(b).questions().cases, start=1)}
    return shown(request, "evaluation_compare.html", comparison=found, a=a, b=b, numbers=numbers)


@router.get("/report")
def as_report(request: Request, work: AtWork, a: str, b: str, save: bool = False) -> Response:
    """The comparison as one page of its own."""
    html = render_comparison(_comparison(work, a, b), page_language(request))
    saved = attachment(f"{a}_{b}.html") if save else {}
    return HTMLResponse(html, headers={**report_headers(), **saved})


@router.get("/text")
def as_text(work: AtWork, a: str, b: str) -> Response:
    """The comparison as plain text."""
    text = to_text(_comparison(work, a, b)) + "\n"
    return Response(text, media_type="text/plain", headers=attachment(f"{a}_{b}.txt"))


@router.get("/json")
def as_json(work: AtWork, a: str, b: str) -> Response:
    """The comparison for other programs."""
    text = json.dumps(to_dict(_comparison(work, a, b)), ensure_ascii=False, indent=2) + "\n"
    return Response(text, media_type="application/json", headers=attachment(f"{a}_{b}.json"))


def _comparison(work: Workplace, a: str, b: str) -> Comparison:
    try:
        return compare(work.run(a), work.run(b))
    except EvaluationError as error:
        raise Problem(422, "no_comparison") from error
