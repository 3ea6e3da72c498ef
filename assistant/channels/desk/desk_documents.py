"""Documents at the desk: the list, uploads, and how far the work on them has come."""

import logging
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse

import prompts
from assistant.channels.desk import desk_document
from assistant.channels.desk.document_jobs import lines, stamp
from assistant.channels.desk.document_list import SORTS, Selection, select
from assistant.channels.desk.document_shelf import AtShelf, Shelf
from assistant.channels.desk.shown import shown, went
from assistant.channels.desk.watch_words import marked
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK
from vectorstore.jobs import Job
from vectorstore.uploads import bare_name

log = logging.getLogger(__name__)
router = APIRouter(prefix=DESK)

PHRASES = "desk_documents"
FILE_MB = 50


@router.get("/documents")
def document_list(request: Request, shelf: AtShelf, chosen: Annotated[Selection, Query()]) -> Response:
    """What is stored, what is being read, and the forms to search and to upload."""
    return _list(request, shelf, chosen)


@router.post("/documents")
def upload(
    request: Request, shelf: AtShelf, files: Annotated[list[UploadFile] | None, File()] = None
) -> Response:
    """Take in files and have each of them read; the worker tells what becomes of them."""
    x = prompts.phrases(PHRASES, page_language(request))
    sent = [(bare_name(file.filename or ""), file) for file in files or []]
    sent = [(name, file) for name, file in sent if name or file.size]
    refused = _refused(sent, x)
    if not refused:
        try:
            jobs = [_take_in(shelf, name, file) for name, file in sent]
        except OSError as error:
            log.error("an upload cannot be kept: %s", error)
            refused = x["not_kept"]
    if _wants_json(request):
        told = {"title": refused} if refused else {"jobs": [job.id for job in jobs]}
        return JSONResponse(told, 422 if refused else 202)
    if refused:
        return _list(request, shelf, Selection(), 422, refused)
    return went(request, "documents", said="uploaded", at="jobs")


@router.get("/documents/jobs.json")
def jobs_as_json(
    request: Request, shelf: AtShelf, document: Annotated[str, Query(max_length=100)] = ""
) -> JSONResponse:
    """How far the work has come, for the pages' script: all of it, or that on one document."""
    jobs = [job for job in shelf.latest() if not document or job.about.get("id") == document]
    told = lines(jobs, prompts.phrases(PHRASES, page_language(request)))
    ended = {each.id: f"{each.name}: {each.text}" for each in told if each.ended}
    busy = any(not each.ended for each in told)
    return JSONResponse({"busy": busy, "stamp": stamp(told), "ended": ended})


router.include_router(desk_document.router)


def _list(
    request: Request, shelf: Shelf, chosen: Selection, status: int = 200, refused: str = ""
) -> Response:
    language = page_language(request)
    told = lines(shelf.latest(), prompts.phrases(PHRASES, language))
    return shown(
        request,
        "documents.html",
        status,
        phrases=PHRASES,
        chosen=chosen,
        list=select(shelf.rows(), chosen),
        sorts=SORTS,
        marks=marked(shelf.marks(), language),
        jobs=told,
        stamp=stamp(told),
        busy=any(not each.ended for each in told),
        most_mb=FILE_MB,
        refused=refused,
    )


def _refused(sent: Sequence[tuple[str, UploadFile]], x: dict[str, str]) -> str:
    if not sent:
        return x["no_file"]
    if not all(name for name, _ in sent):
        return x["no_name"]
    large = [name for name, file in sent if (file.size or 0) > FILE_MB * 2**20]
    return prompts.fill(x["large_file"], name=large[0], most=FILE_MB) if large else ""


def _take_in(shelf: Shelf, name: str, file: UploadFile) -> Job:
    return shelf.upload(name, shelf.uploads.take_in(file.file))


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
