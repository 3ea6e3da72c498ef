"""What is stored: a document with its metadata, and the passages cut from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """What a document's subject is today, as its metadata states it; never guessed from its age."""

    CURRENT = "current"
    ENDED = "ended"
    HISTORICAL = "historical"
    PROPOSAL = "proposal"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document, and how each field was found.

    Dates are ISO 8601 and may be partial ("2009", "2009-01", "2009-01-29"). `period` is the time
    the document's subject covers, open ends empty. `found` names for each filled field where it
    came from: "sidecar", "front matter", "file", "posts", "heading", "imprint", "text", "name" or
    "language model".
    """

    title: str
    publisher: str = ""
    regions: tuple[str, ...] = ()
    language: str = ""
    published: str = ""
    as_of: str = ""
    period: tuple[str, str] = ("", "")
    status: Status = Status.UNKNOWN
    source_url: str = ""
    kind: str = ""
    confidence: str = ""
    found: Mapping[str, str] = field(default_factory=dict)

    @property
    def dated(self) -> str:
        """The date the content stands for: as-of before published."""
        return self.as_of or self.published


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the document that has a date of its own, such as one post of a blog.

    `published` is a partial ISO date; where the text gives none, `earliest` and `latest` bound it
    by the posts around it. `found` says how.
    """

    title: str
    start: int
    end: int
    published: str = ""
    earliest: str = ""
    latest: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of the source covers text[start:end]."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source as stored: `text` is verbatim and every offset elsewhere counts its characters.

    `uri` identifies the source (absolute file URI, or "starter:name"), `source` is what a reader
    sees (a file name or URL), `digest` is the SHA-256 of everything the document was made from.
    """

    id: str
    uri: str
    source: str
    digest: str
    text: str
    metadata: Metadata
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable stretch of a document: text == document.text[start:end].

    `header` (title, region, year, headings) and `search_text` (cleaned) are what searches read;
    `text` is what answers quote. `published` is the section's date, else the document's.
    `gaps` are stretches within [start, end) that do not belong to the running text, such as a
    pull quote in the middle of a sentence; searches and claims leave them out.
    """

    id: str
    document_id: str
    number: int
    text: str
    start: int
    end: int
    header: str
    search_text: str
    page: int | None = None
    headings: tuple[str, ...] = ()
    published: str = ""
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def indexed_text(self) -> str:
        """The text that is embedded and indexed: context first, then the words."""
        return f"{self.header}\n{self.search_text}" if self.header else self.search_text
