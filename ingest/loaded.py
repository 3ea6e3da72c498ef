"""What a loader makes of a file's bytes, before anything is decided about its content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vectorstore.passages import Page


class BlockKind(StrEnum):
    """What a stretch of text is in its source."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """text[start:end] is one heading, paragraph, list item or table row.

    `level` is 1-6 for a heading whose level the format states, else 0. A table's first row has
    `level` 1 when it is a header row.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file's text with its blocks and pages, in reading order, and what the file says of itself.

    `text` is what will be stored and quoted; for .txt and .md it is the decoded file, unchanged.
    `structured` is true where the format itself marks headings (.md .html .docx), false where they
    must be guessed (.txt .pdf). `properties` holds file-level facts under the names of `Metadata`
    ("title", "publisher", "published", "language", "source_url"), or front matter as given.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    structured: bool = False
    properties: Mapping[str, object] = field(default_factory=dict)
    front_matter: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
