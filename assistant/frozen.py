"""The passages that an answer cites, kept as they were: documents change, answers that were given do not."""

from collections.abc import Iterable
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from assistant.answers import Answer, Citation
from vectorstore.passages import Document, Passage


class Shelf(Protocol):
    """Where documents and their passages are read; a Store is one."""

    def document(self, id: str, /) -> Document | None: ...
    def passages(self, document_id: str, /) -> list[Passage]: ...


class FrozenSource(BaseModel):
    """One cited passage: its text and offsets, and the digest of the document it was cut from."""

    model_config = ConfigDict(frozen=True)

    document_id: str
    digest: str
    title: str
    source: str
    dated: str
    passage_id: str
    start: int
    end: int
    text: str


def freeze(answer: Answer, shelf: Shelf) -> list[FrozenSource]:
    """Each passage that the answer cites, once, in the order of its citations.

    One that is no longer there when the answer is kept is left out; the answer still has its quote.
    """
    cited = {citation.passage_id: citation for citation in answer.citations}
    frozen = (_frozen(citation, shelf) for citation in cited.values())
    return [source for source in frozen if source]


def _frozen(citation: Citation, shelf: Shelf) -> FrozenSource | None:
    document = shelf.document(citation.document_id)
    passage = _find(citation.passage_id, shelf.passages(citation.document_id))
    if document is None or passage is None:
        return None
    return FrozenSource(
        document_id=document.id,
        digest=document.digest,
        title=document.metadata.title,
        source=document.source,
        dated=passage.published or document.metadata.dated,
        passage_id=passage.id,
        start=passage.start,
        end=passage.end,
        text=passage.text,
    )


def _find(passage_id: str, passages: Iterable[Passage]) -> Passage | None:
    return next((passage for passage in passages if passage.id == passage_id), None)
