"""Every refusal and failure as application/problem+json (RFC 9457), or as a page where one was asked for."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

import prompts
from assistant.channels.languages import api_language, page_language, same_page
from assistant.channels.pages import page

_CODES = {400: "bad_body", 404: "not_found", 405: "wrong_method"}


class Problem(Exception):
    """A request that cannot be met. `code` names the text in prompts/*/problems.md, `names` fill it in."""

    def __init__(self, status: int, code: str, language: str = "", **names: object) -> None:
        super().__init__(code)
        self.status, self.code, self.language, self.names = status, code, language, names


def problem_body(problem: Problem, language: str, request_id: str) -> dict[str, Any]:
    """The problem as a dict; the text's first line is its title, the rest its detail."""
    text = prompts.fill(prompts.phrases("problems", language)[problem.code], **problem.names)
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
    request_id = str(request.scope.get("request_id", ""))
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if wants_page:
        language = problem.language or page_language(request)
        body = problem_body(problem, language, request_id)
        html = page("problem.html", language, problem=body, same_page=same_page(request))
        return HTMLResponse(html, problem.status)
    language = problem.language or api_language(request)
    body = problem_body(problem, language, request_id)
    return JSONResponse(
        body,
        problem.status,
        headers={"Content-Language": language},
        media_type="application/problem+json",
    )


def handle_problems(app: FastAPI) -> None:
    """Answer every expected exception of `app` with a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return respond(request, error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # A body that cannot be read is refused like one that makes no sense.
    status = 422 if error.status_code == 400 else error.status_code
    response = respond(request, Problem(status, _CODES.get(error.status_code, "bad_body")))
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = sorted({_field(each["loc"]) for each in error.errors()})
    language = api_language(request, error.body)
    return respond(request, Problem(422, "bad_fields", language, fields=", ".join(fields)))


def _field(place: tuple[int | str, ...]) -> str:
    # Names of unknown fields are the caller's own text: shortened, and surrogates made printable.
    name = ".".join(str(step) for step in place[1:]) or str(place[0])
    return name[:60].encode("utf-8", "backslashreplace").decode()
