"""The page to search the documents on, with how each passage was found. Works without JavaScript."""

from collections.abc import Iterable, Mapping, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

import prompts
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem, problem_body
from assistant.channels.search.explanation import ExplainedHit, Explanation, Leg, explained_search
from assistant.channels.search.request import SearchBody, read_search, to_query
from assistant.channels.search.words import decimal, limits_told, milliseconds
from assistant.channels.service import Served, Service
from vectorstore.queries import Hit

router = APIRouter()

COUNTS = (5, 10, 20, 50)
LISTS = ("region", "publisher", "language")
SINGLE = ("q", "k", "year_from", "year_to")


@router.get("/search", response_class=HTMLResponse)
def search_page(request: Request, service: Served) -> Response:
    """The form, and what was found for ?q= within its limits; a search that is refused says why."""
    language = page_language(request)
    body = SearchBody(q=request.query_params.get("q", ""))
    try:
        body = read_search(_given(request), prompts.phrases("search", language), language)
        if not body.q.strip():
            return HTMLResponse(_shown(request, service, body))
        hits, explanation = explained_search(
            service.store.retriever, to_query(body, service.settings, language)
        )
        return HTMLResponse(_shown(request, service, body, found=(hits, explanation)))
    except Problem as problem:
        return HTMLResponse(_shown(request, service, body, problem=problem), problem.status)


def _given(request: Request) -> Mapping[str, object]:
    """The address's parameters as SearchBody takes them; what was left empty in the form is left out."""
    sent = request.query_params
    single = {name: sent[name] for name in SINGLE if sent.get(name)}
    return {"q": "", **single, **{name: sent.getlist(name) for name in LISTS}}


def _shown(
    request: Request,
    service: Service,
    body: SearchBody,
    *,
    found: tuple[Sequence[Hit], Explanation] | None = None,
    problem: Problem | None = None,
) -> str:
    language = page_language(request)
    s = prompts.phrases("search", language)
    hits, explanation = found or ((), None)
    return page(
        "search.html",
        language,
        s=s,
        body=body,
        hits=list(zip(hits, explanation.hits, strict=True)) if explanation else [],
        explanation=explanation,
        limits=limits_told(explanation.filters, s) if explanation else [],
        choices=_choices(service, body, s),
        counts=sorted({*COUNTS, body.k}),
        problem=problem and problem_body(problem, language, request.scope["request_id"]),
        most=service.settings.question_characters,
        bars=_bars,
        decimal=decimal,
        milliseconds=milliseconds,
        same_page=same_page(request),
        local=is_local(request.scope),
    )


def _choices(
    service: Service, body: SearchBody, s: Mapping[str, str]
) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    """For each list of the form its name, what is chosen, and (value, label) of what the documents hold."""
    described = [each.metadata for each in service.store.documents()]
    held: dict[str, Iterable[str]] = {
        "region": (region for each in described for region in each.regions),
        "publisher": (each.publisher for each in described),
        "language": (each.language for each in described),
    }
    made = []
    for name in LISTS:
        chosen = getattr(body, name)
        values = sorted({*filter(None, held[name]), *chosen}, key=str.casefold)
        labels = [s.get(f"language_{each}", each) if name == "language" else each for each in values]
        made.append((name, chosen, list(zip(values, labels, strict=True))))
    return made


def _bars(told: ExplainedHit) -> list[tuple[Leg, float]]:
    """Each leg with the length of its bar, in percent of the longest."""
    most = max([leg.share for leg in told.legs if leg.share > 0], default=1.0)
    return [(leg, round(100 * max(leg.share, 0.0) / most, 1)) for leg in told.legs]
