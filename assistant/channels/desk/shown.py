"""How the desk's pages are shown, and where they lead."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

import prompts
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import DESK
from assistant.channels.pages import page
from assistant.evaluation.wording import Wording


def address(language: str, *parts: object, **query: object) -> str:
    """The address of a page below /desk, in `language`."""
    path = "/".join([DESK, *(quote(str(part), safe="") for part in parts)])
    return f"{path}?{urlencode({**query, 'lang': language}, doseq=True)}"


def shown(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """The page templates/desk/`template`.

    `d` holds the desk's words, `x` those of the page's own file of phrases where `phrases` names one, `to`
    makes addresses, `when` puts a time into words. `said` is what the address says was done, in words.
    """
    language = page_language(request)
    d, wording = prompts.phrases("desk", language), Wording(language)
    x = prompts.phrases(str(values.pop("phrases")), language) if "phrases" in values else d
    done = f"said_{request.query_params.get('said', '')}"
    given: dict[str, Any] = {
        "d": d,
        "x": x,
        "w": wording,
        "to": lambda *parts, **query: address(language, *parts, **query),
        "when": lambda at: wording.date(_local(at)),
        "said": (x.get(done) or d.get(done, "")) if request.method == "GET" else "",
        "refused": "",
        "same_page": same_page(request),
        "here": request.url.path,
    }
    return HTMLResponse(page(f"desk/{template}", language, **given | values), status)


def went(request: Request, *parts: object, at: str = "", **query: object) -> Response:
    """On to another page of the desk, which tells what `said=` names and starts at the element `at`."""
    return RedirectResponse(address(page_language(request), *parts, **query) + (at and f"#{at}"), 303)


def _local(at: str | datetime) -> str:
    """The time in ISO form and this machine's zone; a text that is no time stays as it is."""
    try:
        time = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    return (time.astimezone() if time.tzinfo else time).isoformat()
