"""A cited passage as it stood when the answer was given, and whether it stands in its document today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.answers import Answer, Citation
from assistant.channels.documents.reading import Block, lay_out_text
from assistant.channels.service import Service
from assistant.frozen import FrozenSource, Shelf, freeze
from vectorstore.passages import Document


class Standing(StrEnum):
    """Where the words are today: where they were, elsewhere in the document, or nowhere in it."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, its question, and the passages it cites as they stood then.

    `at` is when it was given, where that was kept.
    """

    question: str
    answer: Answer
    sources: Sequence[FrozenSource]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """The passage's words, the quote in them at `mark`, and the same place in today's document.

    `place` is empty unless the quote stands there; `passage_id` is today's passage at the place, or "".
    """

    text: str
    mark: tuple[int, int]
    standing: Standing
    place: tuple[int, int] = (0, 0)
    passage_id: str = ""
    document: Document | None = None

    @property
    def blocks(self) -> list[Block]:
        """The words laid out for reading, the quote marked."""
        return lay_out_text(self.text, self.mark)


def find_given(service: Service, answer_id: str) -> Given | None:
    """The answer with what is kept of it; None when it is forgotten or never was."""
    logged = service.log.find(answer_id)
    if logged:
        sources = logged.sources or freeze(logged.answer, service.store)
        return Given(logged.question, logged.answer, sources, logged.at)
    exchange = service.exchanges.find(answer_id)
    if exchange is None:
        return None
    return Given(exchange.question, exchange.answer, freeze(exchange.answer, service.store))


def cited(given: Given, citation: Citation, shelf: Shelf) -> Cited:
    """The passage of `citation`; where it was not kept, only the words that the answer quotes."""
    kept = next((one for one in given.sources if _holds(one, citation)), None)
    text, start = (kept.text, kept.start) if kept else (citation.quote, citation.start)
    mark = (citation.start - start, citation.end - start)
    document = shelf.document(citation.document_id)
    if document is None:
        return Cited(text, mark, Standing.GONE)
    at = _found(document.text, text, start, citation)
    if at < 0:
        return Cited(text, mark, Standing.CHANGED, document=document)
    place = (at + mark[0], at + mark[1])
    same = at == start and (kept is None or kept.digest == document.digest)
    return Cited(
        text,
        mark,
        Standing.SAME if same else Standing.MOVED,
        place,
        _passage_at(document.id, place[0], shelf),
        document,
    )


def _holds(source: FrozenSource, citation: Citation) -> bool:
    """Whether it is the cited passage, with the quote where the citation says it is."""
    start, end = citation.start - source.start, citation.end - source.start
    is_it = source.passage_id == citation.passage_id
    return is_it and 0 <= start < end and source.text[start:end] == citation.quote


def _found(now: str, text: str, start: int, citation: Citation) -> int:
    """Where the passage's text begins in today's document: where it was, or where it stands once more."""
    if now.startswith(text, start):
        return start
    return now.find(text)


def _passage_at(document_id: str, position: int, shelf: Shelf) -> str:
    passages = shelf.passages(document_id)
    return next((each.id for each in passages if each.start <= position < each.end), "")
