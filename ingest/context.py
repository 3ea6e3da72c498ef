"""What searches read beside and instead of a passage's raw words."""

import re
from collections.abc import Sequence

from vectorstore.passages import Metadata, Section

BLANK_LINES = re.compile(r"(?:\r\n|\r(?!\n)|\n)[^\S\r\n]*(?:\r\n?|\n)\s*")


def context_header(metadata: Metadata, section: Section | None, headings: Sequence[str]) -> str:
    """What stands before a passage in the index: title, regions, time and headings.

    A post stands for itself: its file's title says nothing of it, its publisher does.
    """
    whole = metadata.publisher if section else metadata.title
    time = published(metadata, section)[:4]
    if not time and not section:
        time = "–".join(dict.fromkeys(end[:4] for end in metadata.period if end))
    parts = [whole, ", ".join(metadata.regions), time, *(head for head in headings if head != whole)]
    return " · ".join(part for part in parts if part)


def published(metadata: Metadata, section: Section | None) -> str:
    """A post's own date; the document's only where the document has no posts."""
    if section:
        return section.published
    return metadata.dated


def without(text: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    """text[start:end] without its `gaps`."""
    kept, position = [], start
    for gap_start, gap_end in gaps:
        kept.append(text[position:gap_start])
        position = gap_end
    return " ".join([*kept, text[position:end]]) if gaps else text[start:end]


def listed(words: str) -> str:
    """A block of logos read as a list: one name after the other, not in capitals."""
    names = [" ".join(name.split()) for name in BLANK_LINES.split(words) if name.strip()]
    return ", ".join(map(_uncapital, names)).replace(":,", ":")


def _uncapital(name: str) -> str:
    if not name.isupper():
        return name
    return name.capitalize() if name.endswith(":") else name.title()
