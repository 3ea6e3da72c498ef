"""Every refusal and failure as application/problem+json (RFC 9457), or as a page where one was asked for."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

import prompts
from assistant.channels.evaluation.address import is_evaluation
from assistant.channels.evaluation.form_faults import label
from assistant.channels.languages import api_language, page_language, same_page
from assistant.channels.pages import page
from assistant.evaluation.errors import EvaluationError

_ELSEWHERE = frozenset({"local_only", "unknown_host"})
"""Problems of those who cannot open the evaluators' pages, and so are led to the chat."""
_CODES = {400: "bad_body", 404: "not_found", 405: "wrong_method"}


class Problem(Exception):
    """A request that cannot be met. `code` names the text in prompts/*/problems.md, `names` fill it in.

    `headers` go with the response, whatever form it has.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, code: str, language: str = "", **names: object) -> None:
        super().__init__(code)
        self.status, self.code, self.language, self.names = status, code, language, names


def problem_body(problem: Problem, language: str, request_id: str, path: str = "") -> dict[str, Any]:
    """The problem as a dict; the text's first line is its title, the rest its detail.

    On the evaluators' pages, by their `path`, some problems are told in words of their own.
    """
    texts = prompts.phrases("problems", language)
    own = texts.get(f"evaluation_{problem.code}") if is_evaluation(path) else None
    text = prompts.fill(own or texts[problem.code], **problem.names)
    title, _, detail = text.partition("\n")
    return {
        "type": f"urn:utblick:problem:{problem.code}",
        "status": problem.status,
        "code": problem.code,
        "title": title.strip(),
        "detail": detail.strip(),
        "request_id": request_id,
    }


def respond(request: Request, problem: Problem) -> Response:
    """The response for `problem`: a page for a browser on a page's address, else JSON."""
    response = _told(request, problem)
    response.headers.update(problem.headers)
    return response


def _told(request: Request, problem: Problem) -> Response:
    request_id, path = str(request.scope.get("request_id", "")), request.url.path
    if _wants_page(request):
        language = problem.language or page_language(request)
        body = problem_body(problem, language, request_id, path)
        back = is_evaluation(path) and problem.code not in _ELSEWHERE
        e = prompts.phrases("evaluation", language)
        html = page("problem.html", language, problem=body, back=back, e=e, same_page=same_page(request))
        return HTMLResponse(html, problem.status)
    language = problem.language or api_language(request)
    body = problem_body(problem, language, request_id, path)
    return JSONResponse(
        body,
        problem.status,
        headers={"Content-Language": language},
        media_type="application/problem+json",
    )


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


def handle_problems(app: FastAPI) -> None:
    """Answer every expected exception of `app` with a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(EvaluationError, _evaluation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return respond(request, error)


async def _evaluation_error(request: Request, error: Exception) -> Response:
    return respond(request, Problem(422, "unusable", reason=error))


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # A body that cannot be read is refused like one that makes no sense.
    status = 422 if error.status_code == 400 else error.status_code
    response = respond(request, Problem(status, _CODES.get(error.status_code, "bad_body")))
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if is_evaluation(request.url.path):
        return respond(request, _invalid_form(request, error))
    fields = sorted({_field(each["loc"]) for each in error.errors()})
    language = api_language(request, error.body)
    return respond(request, Problem(422, "bad_fields", language, fields=", ".join(fields)))


def _invalid_form(request: Request, error: RequestValidationError) -> Problem:
    """What is wrong with a form, or with an address that names nothing."""
    found = error.errors()
    if any(each["loc"][0] == "path" for each in found):
        return Problem(404, "not_found")
    language = page_language(request) if _wants_page(request) else api_language(request)
    for each in found:
        if each["type"] == "string_too_long":
            most, name = each["ctx"]["max_length"], label(_field(each["loc"]), language)
            return Problem(422, "long_field", language, field=name, most=most)
    fields = sorted({label(_field(each["loc"]), language) for each in found})
    return Problem(422, "bad_fields", language, fields=", ".join(fields))


def _field(place: tuple[int | str, ...]) -> str:
    # Names of unknown fields are the caller's own text: shortened, and surrogates made printable.
    name = ".".join(str(step) for step in place[1:]) or str(place[0])
    return name[:60].encode("utf-8", "backslashreplace").decode()
