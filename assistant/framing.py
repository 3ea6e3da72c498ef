"""The words around the quotes, in the language of the question."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answers import AnswerStatus, Citation, Claim
from assistant.extractive import Statement
from assistant.validity import notices
from prompts import fill, phrases

Cited = tuple[Statement, Citation]


@dataclass(frozen=True, slots=True)
class Framed:
    """The answer's text with [1] marks, and the parts it was made from."""

    status: AnswerStatus
    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()


def frame(cited: Sequence[Cited], missing: Sequence[str], language: str) -> Framed:
    """The statements under the names of their documents, each with its mark; what is missing after them."""
    texts = phrases("answers", language)
    blocks = []
    for _, group in groupby(cited, key=lambda pair: pair[1].document_id):
        statements = list(group)
        lead = fill(texts["from"], **_source(statements[0][1]))
        lines = [f"- {statement.text} [{citation.number}]" for statement, citation in statements]
        blocks.append("\n".join([lead, *lines]))
    blocks += [fill(texts["not_in_sources_part"], part=part) for part in missing]
    foreign = any(_language(statement) not in ("", language) for statement, _ in cited)
    notes = notices(citation.validity for _, citation in cited)
    return Framed(
        status=AnswerStatus.PARTIAL if missing else AnswerStatus.ANSWERED,
        text="\n\n".join(blocks),
        claims=tuple(
            Claim(text=statement.text, citations=[citation.number]) for statement, citation in cited
        ),
        citations=tuple(citation for _, citation in cited),
        notices=tuple(notes + [texts["foreign"]] * foreign),
    )


def refusal(language: str, contact: str) -> Framed:
    """That the sources hold no answer, and whom to ask instead where that is set."""
    texts = phrases("answers", language)
    parts = [texts["not_in_sources"]] + [fill(texts["contact"], contact=contact)] * bool(contact)
    return Framed(AnswerStatus.NOT_IN_SOURCES, " ".join(parts))


def _source(citation: Citation) -> dict[str, str]:
    """The document's title, and its publisher and year as a reader would add them."""
    details = [part for part in (citation.publisher, citation.validity.as_of[:4]) if part]
    return {"title": citation.title, "details": "".join(f", {part}" for part in details)}


def _language(statement: Statement) -> str:
    return statement.quote.hit.document.metadata.language
