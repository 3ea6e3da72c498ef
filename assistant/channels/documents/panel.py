"""A cited passage to read beside the answer, and its place in the document."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.answers import Citation
from assistant.channels.bodies import MOST_TURNS
from assistant.channels.documents.cited import Cited, Given, Standing, cited, find_given
from assistant.channels.documents.reading import Block
from assistant.channels.documents.words import originals, source_words
from assistant.channels.languages import page_language, same_page
from assistant.channels.local_guard import is_local
from assistant.channels.pages import page
from assistant.channels.problems import Problem
from assistant.channels.service import Served, Service
from assistant.web_address import web_address

router = APIRouter()

Turns = Annotated[list[str], Query(max_length=MOST_TURNS)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the panel shows of one source; `before` and `after` are the numbers of its neighbours, or 0."""

    citation: Citation
    count: int
    spoken: str
    path: list[str]
    blocks: list[Block]
    standing: Standing
    place: str
    original: str
    before: int
    after: int


@router.get("/answers/{answer_id}/sources/{number}", response_class=HTMLResponse)
def source_page(
    answer_id: str,
    number: int,
    request: Request,
    service: Served,
    fragment: bool = False,
    turn: Turns = [],  # noqa: B006
) -> str:
    """The passage behind mark `number` of an answer: a page, or with `fragment` only its section.

    `turn` names the conversation that the page leads back to.
    """
    language = page_language(request)
    given = find_given(service, answer_id)
    if given is None:
        raise Problem(404, "unknown_answer", language)
    citation = next((one for one in given.answer.citations if one.number == number), None)
    if citation is None:
        raise Problem(404, "unknown_source", language, number=number)

    def to(other: int) -> str:
        names = [*(("turn", each) for each in turn), ("lang", language)]
        return f"/answers/{quote(answer_id, safe='')}/sources/{other}?{urlencode(names)}"

    values = {
        **source_words(language),
        "seen": _seen(given, citation, service, language),
        "to": to,
        "heading": 2 if fragment else 1,
    }
    if fragment:
        return page("source_section.html", language, **values)
    names = [("turn", each) for each in turn or [answer_id]]
    back = f"/?{urlencode([*names, ('lang', language)])}#a-{quote(answer_id, safe='')}"
    shared = {"same_page": same_page(request), "local": is_local(request.scope)}
    return page("source.html", language, back=back, question=given.question, **shared, **values)


def place_address(seen: Cited, document_id: str, language: str) -> str:
    """Where the passage can be read in its document, marked; without its place, the document alone."""
    address = f"/documents/{quote(document_id, safe='')}"
    if seen.document is None:
        return ""
    if seen.place == (0, 0):
        return f"{address}?lang={language}"
    at = f"#p-{quote(seen.passage_id, safe='')}" if seen.passage_id else ""
    return f"{address}?mark={seen.place[0]}-{seen.place[1]}&lang={language}{at}"


def _seen(given: Given, citation: Citation, service: Service, language: str) -> Seen:
    found = cited(given, citation, service.store)
    numbers = sorted(one.number for one in given.answer.citations)
    at = numbers.index(citation.number)
    metadata = found.document.metadata if found.document else None
    written = [*originals(metadata.source_url if metadata else ""), web_address(citation.source)]
    return Seen(
        citation=citation,
        count=len(numbers),
        spoken=metadata.language if metadata else given.answer.language,
        path=[name for name in citation.heading if name != citation.title],
        blocks=found.blocks,
        standing=found.standing,
        place=place_address(found, citation.document_id, language),
        original=written[0],
        before=numbers[at - 1] if at else 0,
        after=numbers[at + 1] if at + 1 < len(numbers) else 0,
    )
