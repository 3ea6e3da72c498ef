"""What the asked assistant reads from, as far as scoring needs it: passages by id, and texts of documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from assistant.answers import Citation, RankedPassage
from assistant.evaluation.results import Found
from vectorstore.passages import Document, Metadata, Passage


class Described(Protocol):
    """A document as listings show it."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def metadata(self) -> Metadata: ...


class Library(Protocol):
    """Documents and their passages; a Store is one."""

    def documents(self) -> Sequence[Described]: ...
    def document(self, id: str, /) -> Document | None: ...
    def passages(self, document_id: str, /) -> list[Passage]: ...


@dataclass(slots=True)
class Sources:
    """Reads each document of a library once; safe to use from several threads."""

    library: Library
    _passages: dict[str, tuple[Described, Passage]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def found(self, ranked: Iterable[RankedPassage]) -> tuple[Found, ...]:
        """The passages an answer names; one that is nowhere (any more) keeps its rank, without text."""
        return tuple(self._found(each) for each in ranked)

    def exact(self, citation: Citation) -> bool:
        """Whether the quote stands in its document at its offsets, inside the passage it names."""
        text = self.text(citation.document_id)
        place = self._place(citation.passage_id)
        if not citation.quote or place is None or place[0].id != citation.document_id:
            return False
        inside = place[1].start <= citation.start < citation.end <= place[1].end
        return inside and text[citation.start : citation.end] == citation.quote

    def text(self, document_id: str) -> str:
        """The document's text, empty for an unknown one."""
        with self._lock:
            if document_id not in self._texts:
                document = self.library.document(document_id)
                self._texts[document_id] = document.text if document else ""
            return self._texts[document_id]

    def _found(self, ranked: RankedPassage) -> Found:
        place = self._place(ranked.passage_id)
        if place is None:
            return Found(ranked.passage_id, "", ranked.score, "", "", None, (), "")
        document, passage = place
        title, page = document.metadata.title, passage.page
        text, heading = passage.text, tuple(passage.headings)
        return Found(passage.id, document.id, ranked.score, document.source, title, page, heading, text)

    def _place(self, passage_id: str) -> tuple[Described, Passage] | None:
        with self._lock:
            if not self._passages:
                for document in self.library.documents():
                    cut = self.library.passages(document.id)
                    self._passages |= {passage.id: (document, passage) for passage in cut}
            return self._passages.get(passage_id)
