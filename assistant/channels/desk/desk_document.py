"""One document at the desk: what is known of it and how, corrections, reading again, removal."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

import prompts
from assistant.channels.desk.document_form import CorrectionForm
from assistant.channels.desk.document_jobs import lines, stamp
from assistant.channels.desk.document_shelf import READ, AtShelf, Row, Shelf, swedish_order
from assistant.channels.desk.shown import shown, went
from assistant.channels.evaluation.form_faults import FormFault
from assistant.channels.languages import page_language
from vectorstore.jobs import Job
from vectorstore.passages import Document, Passage, Status

router = APIRouter(prefix="/documents/{document_id}")

PHRASES = "desk_documents"
PASSAGES = 20

Search = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("")
def document_page(
    document_id: str, request: Request, shelf: AtShelf, q: Search = "", page: PageNumber = 1
) -> Response:
    """All that is known of the document, and its passages."""
    row = shelf.row(document_id)
    form = CorrectionForm.of(row.metadata, shelf.corrections.find(row.uri))
    return _page(request, shelf, row, form, q=q, page=page)


@router.post("")
def correct(
    document_id: str, request: Request, shelf: AtShelf, form: Annotated[CorrectionForm, Form()]
) -> Response:
    """Keep what is corrected, and have the document read again with it."""
    row = shelf.row(document_id)
    before = shelf.corrections.find(row.uri)
    x = prompts.phrases(PHRASES, page_language(request))
    if faults := form.faults(shelf.regions(), row.metadata, x):
        return _page(request, shelf, row, form, 422, faults)
    after = form.corrected(row.metadata, before)
    if after == dict(before):
        return went(request, "documents", document_id, said="nothing_corrected")
    shelf.correct(row, after)
    return went(request, "documents", document_id, said="corrected")


@router.post("/undo")
def undo(
    document_id: str,
    request: Request,
    shelf: AtShelf,
    field: Annotated[str, Form(max_length=50)] = "",
) -> Response:
    """Take back the correction of one field: what was found counts again."""
    row = shelf.row(document_id)
    before = shelf.corrections.find(row.uri)
    after = {name: value for name, value in before.items() if name != field}
    if after != dict(before):
        shelf.correct(row, after)
    return went(request, "documents", document_id, said="undone")


@router.post("/read")
def read_again(document_id: str, request: Request, shelf: AtShelf) -> Response:
    """Have the document's file read again."""
    shelf.read_again(shelf.row(document_id))
    return went(request, "documents", document_id, said="reading")


@router.get("/remove")
def ask_remove(document_id: str, request: Request, shelf: AtShelf) -> Response:
    """What removing means, and the button that does it."""
    return shown(request, "document_remove.html", phrases=PHRASES, row=shelf.row(document_id))


@router.post("/remove")
def remove(document_id: str, request: Request, shelf: AtShelf) -> Response:
    """Have the document removed for good."""
    shelf.remove(shelf.row(document_id))
    return went(request, "documents", said="removing", at="jobs")


def _page(
    request: Request,
    shelf: Shelf,
    row: Row,
    form: CorrectionForm,
    status: int = 200,
    faults: Sequence[FormFault] = (),
    q: str = "",
    page: int = 1,
) -> Response:
    x = prompts.phrases(PHRASES, page_language(request))
    document, passages = shelf.whole(row.id)
    jobs = shelf.latest_on(row.uri)
    told = lines(jobs, x)
    return shown(
        request,
        "document.html",
        status,
        phrases=PHRASES,
        row=row,
        document=document,
        form=form,
        faults=faults,
        refused=x["faulty_form"] if faults else "",
        corrected=shelf.corrections.find(row.uri),
        offered=swedish_order(list({*shelf.regions(), *row.metadata.regions, *form.regions})),
        statuses=[each.value for each in Status],
        job=told[0] if told else None,
        stamp=stamp(told),
        warnings=_warnings(jobs),
        named=shelf.named(row.id),
        **_passages(document, passages, q, page),
    )


def _passages(document: Document, passages: Sequence[Passage], q: str, page: int) -> Mapping[str, Any]:
    """The page of those passages that hold every word of `q`."""
    words = q.casefold().split()
    found = [each for each in passages if all(word in _searched(each) for word in words)]
    pages = max(1, ceil(len(found) / PASSAGES))
    page = min(page, pages)
    part = found[PASSAGES * (page - 1) : PASSAGES * page]
    return {"q": q, "found": len(found), "passages": part, "page": page, "pages": pages}


def _searched(passage: Passage) -> str:
    return f"{' '.join(passage.headings)} {passage.text} {passage.search_text}".casefold()


def _warnings(jobs: Sequence[Job]) -> str:
    """What the latest reading remarked on, in the words of the reader."""
    for job in jobs:
        if job.kind == READ and job.result.get("outcome") in ("added", "changed"):
            return str(job.result.get("reason", ""))
    return ""
