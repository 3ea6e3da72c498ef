"""Runs: start, follow, stop and go on with one; its report and its files."""

import io
import logging
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from assistant.channels.evaluation.run_view import Row, broken, listed, rows
from assistant.channels.evaluation.workplace import (
    AtWork,
    Workplace,
    address,
    attachment,
    report_headers,
    shown,
    texts,
    went,
)
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.evaluation.desk import Busy, Ended, HeldElsewhere, Progress
from assistant.evaluation.errors import EvaluationError, RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.report import FILE as REPORT
from assistant.evaluation.report import renew_report
from prompts import LANGUAGES, fill
from vectorstore.errors import UtblickError

log = logging.getLogger(__name__)
router = APIRouter(prefix="/evaluation")


@router.post("/sets/{name}/run")
def start(name: str, request: Request, work: AtWork) -> Response:
    """Begin to ask the set."""
    questions, language = work.set(name), page_language(request)
    return _start(request, work, lambda: work.desk.start(questions, language), ("sets", name))


@router.post("/runs/{name}/continue")
def go_on(name: str, request: Request, work: AtWork) -> Response:
    """Ask what an interrupted run has left."""
    folder, language = work.run(name), page_language(request)
    return _start(request, work, lambda: work.desk.go_on(folder, language), ("runs", name))


@router.post("/runs/{name}/remove")
def remove(name: str, request: Request, work: AtWork) -> Response:
    """Remove the run, unless somebody works on it."""
    try:
        work.desk.remove(work.run(name))
    except HeldElsewhere:
        return _refused(request, "run_held", ("runs", name))
    return went(request, said="run_removed")


@router.get("/now")
def now(request: Request, work: AtWork) -> Response:
    """How far the run has come; on to the run itself once it has ended."""
    progress = work.desk.progress()
    if progress.run:
        return went(request, "runs", progress.run)
    if not progress.set:
        return went(request)
    return shown(request, "evaluation_now.html", progress=progress, line=_line(progress, request))


@router.get("/now.json")
def now_as_json(request: Request, work: AtWork) -> JSONResponse:
    """The same for the page's script."""
    progress = work.desk.progress()
    told = {"done": progress.done, "total": progress.total, "running": progress.running}
    return JSONResponse({**told, "line": _line(progress, request)})


@router.post("/now/stop")
def stop(request: Request, work: AtWork) -> Response:
    """Ask no more questions."""
    work.desk.stop()
    return went(request, "now")


@router.get("/runs/{name}")
def run_page(name: str, request: Request, work: AtWork, show: str = "all") -> Response:
    """The run's figures, its files and its questions, failures first."""
    folder = work.run(name)
    run, found = listed(folder), list[Row]()
    try:
        found = sorted(rows(folder), key=lambda row: (row.right is not False, row.right is True, row.number))
    except EvaluationError as error:
        run = broken(folder, error)
    counts = {"failed": False, "passed": True, "undecided": None}
    kinds = {kind: [row for row in found if row.right is right] for kind, right in counts.items()}
    return shown(
        request,
        "evaluation_run.html",
        422 if run.fault else 200,
        run=run,
        kinds={"all": found, **kinds},
        show=show if show in kinds else "all",
        files=sorted((path.name for path in _files(folder)), key=lambda file: file != "results.xlsx"),
        here=work.desk.progress().folder == name,
    )


@router.get("/runs/{name}/report")
def report(name: str, request: Request, work: AtWork) -> Response:
    """The report, with all that people have decided until now."""
    folder = work.run(name)
    _renew(folder, request)
    data = _file(folder, REPORT).read_bytes()
    return HTMLResponse(data.decode("utf-8", "replace"), headers=report_headers())


@router.get("/runs/{name}/files/{file}")
def file(name: str, file: str, request: Request, work: AtWork) -> Response:
    """One of the run's files; a CSV begins with the mark by which Excel knows UTF-8."""
    folder = work.run(name)
    if file == REPORT:
        _renew(folder, request)
    path = _file(folder, file)
    headers = attachment(f"{name}_{file}")
    if path.suffix == ".csv":
        data = path.read_bytes()
        return Response(BOM_UTF8 + data.removeprefix(BOM_UTF8), media_type="text/csv", headers=headers)
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


@router.get("/runs/{name}/zip")
def zipped(name: str, request: Request, work: AtWork) -> Response:
    """All of the run's files in one; a report that cannot be made does not keep the others."""
    folder, packed = work.run(name), io.BytesIO()
    try:
        _renew(folder, request)
    except EvaluationError as error:
        log.warning("the zip file of %s has no new report: %s", name, error)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            archive.writestr(f"{name}/{path.name}", path.read_bytes())
    return Response(packed.getvalue(), media_type="application/zip", headers=attachment(f"{name}.zip"))


def _start(request: Request, work: Workplace, begin: Callable[[], None], back: tuple[str, str]) -> Response:
    try:
        begin()
    except Busy:
        return _refused(request, "busy", back, set=work.desk.progress().set)
    except Ended:
        return _refused(request, "run_ended", back)
    except HeldElsewhere:
        return _refused(request, "run_held", back)
    return went(request, "now")


def _refused(request: Request, key: str, back: tuple[str, str], **names: object) -> Response:
    language = page_language(request)
    links = {each: address(each, *back) for each in LANGUAGES}
    told = {"refused": fill(texts(language)[key], **names), "back": links[language], "same_page": links}
    return shown(request, "evaluation_refused.html", 409, **told)


def _renew(folder: RunFolder, request: Request) -> None:
    """Bring the report of a finished run up to date; RunError when that cannot be done."""
    if not folder.finished:
        return
    language = folder.about().get("language")
    try:
        renew_report(folder, language if language in LANGUAGES else page_language(request))
    except UtblickError:
        raise
    except OSError as error:
        raise RunError(f"{folder.path / REPORT} cannot be written: {error.strerror or error}") from error
    except Exception as error:
        log.exception("the report of %s cannot be made", folder.name)
        raise RunError(f"the report of {folder.name} cannot be made of what its folder holds") from error


def _line(progress: Progress, request: Request) -> str:
    key = "stopping_line" if progress.stopping else "progress_line"
    return fill(texts(page_language(request))[key], done=progress.done, total=progress.total)


def _files(folder: RunFolder) -> list[Path]:
    """The files to download: plain ones, none that is hidden."""
    found = (path for path in folder.path.iterdir() if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if not path.name.startswith("."))


def _file(folder: RunFolder, name: str) -> Path:
    for path in _files(folder):
        if path.name == name:
            return path
    raise Problem(404, "unknown_file")
