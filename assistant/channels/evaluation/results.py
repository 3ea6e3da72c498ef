"""One question of a run: the answer, what it was held against, and what a person decides about it."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response

from assistant.channels.bodies import clean
from assistant.channels.evaluation.run_view import Row, rows
from assistant.channels.evaluation.workplace import AtWork, Workplace, shown, spoken, went
from assistant.channels.languages import page_language
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.evaluation.verdicts import Verdict, add, withdraw

router = APIRouter(prefix="/evaluation/runs/{name}/questions")

LONGEST_NOTE = 2000


@router.get("/{number}")
def result_page(name: str, number: int, request: Request, work: AtWork, service: Served) -> Response:
    """The question with everything that is known about its answer."""
    return _page(request, work, service, name, number)


@router.post("/{number}")
def decide(
    name: str,
    number: int,
    request: Request,
    work: AtWork,
    verdict: Annotated[Literal["right", "wrong", "withdraw"], Form()],
    note: Annotated[str, Form(max_length=2 * LONGEST_NOTE)] = "",
) -> Response:
    """Keep or take back a person's view; the report tells it when it is opened next."""
    language = page_language(request)
    folder = work.run(name)
    row = _row(rows(folder), number)
    note = clean(note.replace("\r\n", "\n"), language)[:LONGEST_NOTE]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    if verdict == "withdraw":
        withdraw(folder, row.result.case.id, at)
    else:
        add(folder, Verdict(row.result.case.id, verdict == "right", note, at))
    said = "verdict_withdrawn" if verdict == "withdraw" else "verdict_kept"
    return went(request, "runs", name, "questions", number, said=said)


def _page(request: Request, work: Workplace, service: Service, name: str, number: int) -> Response:
    folder = work.run(name)
    found = rows(folder)
    row = _row(found, number)
    numbers = [each.number for each in found]
    at = numbers.index(number)
    return shown(
        request,
        "evaluation_result.html",
        folder=folder,
        row=row,
        answer=row.result.answer,
        quoted=spoken(service, row.result.answer),
        previous=numbers[at - 1] if at else 0,
        following=numbers[at + 1] if at + 1 < len(numbers) else 0,
        most=LONGEST_NOTE,
        finished=folder.finished,
    )


def _row(found: list[Row], number: int) -> Row:
    for row in found:
        if row.number == number:
            return row
    raise Problem(404, "unknown_question")
