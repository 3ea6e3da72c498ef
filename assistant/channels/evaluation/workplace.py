"""What the evaluators' pages share: sets and runs to work on, addresses, texts, and how a page is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol
from urllib.parse import quote, urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

import prompts
from assistant.answers import Answer
from assistant.channels.evaluation.address import ADDRESS
from assistant.channels.languages import page_language, same_page
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.service import Service
from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.collection import Collection, NoSuchSet
from assistant.evaluation.desk import Desk
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.report_page import content_security_policy
from assistant.evaluation.target import Target
from assistant.evaluation.wording import Wording


class _To(Protocol):
    def __call__(self, *parts: object, **query: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Workplace:
    """One per process: the sets that are kept, and the desk where they are run."""

    collection: Collection
    desk: Desk

    @classmethod
    def under(cls, folder: Path, target: Callable[[], Target]) -> "Workplace":
        """Everything kept in `folder`: sets/<name>.jsonl and runs/<run>/."""
        return cls(Collection(folder / "sets"), Desk(folder / "runs", target))

    def set(self, name: str) -> QuestionSet:
        """The set called `name`; a Problem when there is none."""
        try:
            return self.collection.read(name)
        except NoSuchSet as error:
            raise Problem(404, "unknown_set") from error

    def run(self, name: str) -> RunFolder:
        """The run called `name`; a Problem when there is none."""
        try:
            return self.desk.find(name)
        except RunError as error:
            raise Problem(404, "unknown_run") from error


def _workplace(request: Request) -> Workplace:
    workplace: Workplace = request.app.state.workplace
    return workplace


AtWork = Annotated[Workplace, Depends(_workplace)]


def texts(language: str) -> Mapping[str, str]:
    """The words of these pages."""
    return prompts.phrases("evaluation", language)


def address(language: str, *parts: object, **query: object) -> str:
    """The address of a page below /evaluation, in `language`."""
    path = "/".join([ADDRESS, *(quote(str(part), safe="") for part in parts)])
    return f"{path}?{urlencode({**query, 'lang': language})}"


def shown(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """The page `template`.

    `e` holds its words, `r` those of the report, `w` puts values into words, `to` makes addresses.
    """
    language = page_language(request)
    e, wording = texts(language), Wording(language)
    said = e.get(f"said_{request.query_params.get('said', '')}", "")
    given: dict[str, Any] = {
        "e": e,
        "r": wording.texts,
        "w": wording,
        "to": _addresses(language),
        "said": said if request.method == "GET" else "",
        "refused": "",
        "faults": [],
        "when": lambda at: wording.date(_local(at)),
        "day": lambda at: _day(_local(at), wording, e["day"]),
        "same_page": same_page(request),
    }
    return HTMLResponse(page(template, language, **given | values), status)


def went(request: Request, *parts: object, at: str = "", **query: object) -> Response:
    """On to another page of the workplace, which tells what `said=` names and starts at the element `at`."""
    return RedirectResponse(address(page_language(request), *parts, **query) + (at and f"#{at}"), 303)


def spoken(service: Service, answer: Answer) -> dict[str, str]:
    """The language of each document that the answer quotes and that is still here."""
    found = (service.store.document(id) for id in sorted({each.document_id for each in answer.citations}))
    return {document.id: document.metadata.language for document in found if document}


def attachment(name: str) -> dict[str, str]:
    """Headers that make a browser save the response as `name`, whatever characters that has."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "_" for each in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": disposition}


def report_headers() -> dict[str, str]:
    """The policy that a report carries in itself, as a header, which can also forbid framing."""
    return {"Content-Security-Policy": f"{content_security_policy()}; frame-ancestors 'none'"}


def _local(at: str | datetime) -> str:
    """The time in ISO form and this machine's zone; a text that is no time stays as it is."""
    try:
        time = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    return (time.astimezone() if time.tzinfo else time).isoformat()


def _day(at: str, wording: Wording, form: str) -> str:
    """The day of the time in ISO form; a text that is no time stands as it is."""
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        return at
    month = wording.texts["months"].split()[time.month - 1]
    return prompts.fill(form, day=time.day, month=month, year=time.year)


def _addresses(language: str) -> _To:
    def to(*parts: object, **query: object) -> str:
        return address(language, *parts, **query)

    return to
