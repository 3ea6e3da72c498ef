"""Citations: made from passages, numbered once, and checked against the stored document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answers import Citation, Validity
from assistant.lineage import UNKNOWN_NAMES
from assistant.validity import validity
from vectorstore.naming import Names
from vectorstore.passages import Document
from vectorstore.queries import Hit

Documents = Callable[[str], Document | None]
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a hit's passage: document.text[start:end]."""

    hit: Hit
    start: int
    end: int

    @property
    def key(self) -> Key:
        """What makes two quotes the same."""
        return (self.hit.passage.id, self.start, self.end)


def cite(
    quotes: Sequence[Quote], documents: Documents, language: str, today: date, names: Names = UNKNOWN_NAMES
) -> list[Citation | None]:
    """A citation for each quote, numbered from 1 in their order; None where the quote cannot be shown.

    Nothing is cited on trust: the words are read from the stored document at the quote's offsets,
    and a quote outside its passage, of a document that is gone or changed, is no citation.
    """
    made: list[Citation | None] = []
    number = 0
    for quote in quotes:
        document = documents(quote.hit.passage.document_id)
        if document is None or not _stands(quote, document):
            made.append(None)
            continue
        number += 1
        made.append(
            _citation(number, quote, document, validity(document, quote.hit.passage, language, today, names))
        )
    return made


def _stands(quote: Quote, document: Document) -> bool:
    passage = quote.hit.passage
    inside = passage.start <= quote.start < quote.end <= passage.end
    return inside and document.text[passage.start : passage.end] == passage.text


def _citation(number: int, quote: Quote, document: Document, stated: Validity) -> Citation:
    passage, metadata = quote.hit.passage, document.metadata
    return Citation(
        number=number,
        document_id=document.id,
        passage_id=passage.id,
        title=metadata.title,
        publisher=metadata.publisher,
        region=", ".join(metadata.regions),
        source=document.source,
        page=passage.page,
        heading=list(passage.headings),
        quote=document.text[quote.start : quote.end],
        start=quote.start,
        end=quote.end,
        validity=stated,
    )
