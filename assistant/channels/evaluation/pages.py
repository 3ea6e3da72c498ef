"""The evaluators' first page, and the question sets: take one in, look at it, download it, remove it."""

from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from assistant.channels.bodies import clean
from assistant.channels.evaluation.run_view import listed
from assistant.channels.evaluation.workplace import AtWork, Workplace, address, attachment, shown, texts, went
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.evaluation.collection import NoSuchSet, SetExists
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.set_workbook import NotForExcel, to_xlsx
from assistant.evaluation.sets import SetError, read_bytes, set_name, told
from assistant.evaluation.template import template
from prompts import LANGUAGES, fill

router = APIRouter(prefix="/evaluation")

MOST_NAMED = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def overview(request: Request, work: AtWork) -> Response:
    """The sets, the runs with their key figures, and the forms."""
    return _overview(request, work)


@router.get("/template/{language}.xlsx")
def template_file(language: str) -> Response:
    """An empty spreadsheet to write questions in."""
    if language not in LANGUAGES:
        raise Problem(404, "not_found")
    return Response(template(language), media_type=XLSX, headers=attachment(f"utblick-{language}.xlsx"))


@router.get("/sets")
def no_list(request: Request) -> Response:
    """The sets are listed on the first page."""
    return RedirectResponse(address(page_language(request)), 303)


@router.post("/sets")
def upload(
    request: Request,
    work: AtWork,
    file: Annotated[UploadFile | None, File()] = None,
    name: Annotated[str, Form(max_length=200)] = "",
    replace: Annotated[bool, Form()] = False,
) -> Response:
    """Take in a JSONL, CSV or XLSX file: all of it, or nothing and a list of what is wrong."""
    language = page_language(request)
    e = texts(language)
    sent = _bare_name(file.filename or "") if file else ""
    if not file or not sent:
        return _overview(request, work, 422, refused=e["no_file"])
    name = clean(name, language) or PurePosixPath(sent).stem
    try:
        found = read_bytes(sent, file.file.read())
        kept = work.collection.keep(name, found.cases, replace)
    except SetError as error:
        refused = fill(e["faulty_file"], file=sent)
        return _overview(request, work, 422, refused=refused, faults=told(error.faults, language))
    except SetExists:
        refused = fill(e["taken_name"], set=set_name(f"{name}.jsonl"))
        return _overview(request, work, 409, refused=refused, typed=name)
    return went(request, "sets", kept, said="set_kept")


@router.get("/sets/{name}")
def set_page(name: str, request: Request, work: AtWork) -> Response:
    """The set's questions, and what can be done with it."""
    return shown(request, "evaluation_set.html", questions=work.set(name))


@router.get("/sets/{name}/download")
def set_file(name: str, work: AtWork) -> Response:
    """The set as JSONL."""
    try:
        data = work.collection.data(name)
    except NoSuchSet as error:
        raise Problem(404, "unknown_set") from error
    return Response(data, media_type="application/x-ndjson", headers=attachment(f"{name}.jsonl"))


@router.get("/sets/{name}/excel")
def excel_file(name: str, request: Request, work: AtWork) -> Response:
    """The set in the template's columns."""
    try:
        data = to_xlsx(work.set(name), page_language(request))
    except NotForExcel as error:
        ids = ", ".join(error.ids[:MOST_NAMED]) + (" …" if len(error.ids) > MOST_NAMED else "")
        raise Problem(422, "not_for_excel", ids=ids) from error
    return Response(data, media_type=XLSX, headers=attachment(f"{name}.xlsx"))


@router.post("/sets/{name}/remove")
def remove(name: str, request: Request, work: AtWork) -> Response:
    """Remove the set; its runs stay."""
    try:
        work.collection.remove(name)
    except NoSuchSet as error:
        raise Problem(404, "unknown_set") from error
    return went(request, said="set_removed")


def _overview(
    request: Request, work: Workplace, status: int = 200, typed: str = "", **values: object
) -> Response:
    runs = [listed(folder) for folder in work.desk.listed()]
    progress = work.desk.progress()
    sets = [_described(work, name) for name in work.collection.names()]
    return shown(
        request, "evaluation.html", status, sets=sets, runs=runs, progress=progress, typed=typed, **values
    )


def _described(work: Workplace, name: str) -> tuple[str, int]:
    """The set's name and the number of its questions; -1 when its file was damaged."""
    try:
        return name, len(work.collection.read(name).cases)
    except EvaluationError:
        return name, -1


def _bare_name(path: str) -> str:
    """The file's own name; some browsers send the folders before it."""
    return PureWindowsPath(PurePosixPath(path).name).name
