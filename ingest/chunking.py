"""Cut a document into passages that can be found by their context and quoted word for word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.cleaning import mend, search_text
from ingest.furniture import Body
from ingest.headings import heading_text
from ingest.loaded import Block, BlockKind
from vectorstore.passages import Document, Metadata, Page, Passage, Section
from vectorstore.plain_text import plain

VERSION = 1
"""Raise when passages come out differently, so that documents are read anew."""
TARGET = 900
"""Characters a passage aims at: about 185 tokens of Swedish, the length measured in docs/performance.md."""
LONGEST = 1300
LONGEST_LEAD = 160
"""Characters of a line ending in a colon that stays with the list it leads in to."""
SENTENCE_ENDS = ["\n\n", ". ", "! ", "? ", ".\n", "; ", "\n", ", ", " ", ""]


BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass
class _Draft:
    """Blocks gathered for one passage."""

    headings: tuple[str, ...] = ()
    section: Section | None = None
    head_row: str = ""
    blocks: list[Block] = field(default_factory=list)


def cut(document: Document, body: Body, repairs: Mapping[str, str]) -> list[Passage]:
    """The passages of `document` in reading order.

    A passage keeps to one heading, one section and one page run; whole blocks are put together up
    to TARGET characters and only blocks over LONGEST are cut, at sentence ends. `repairs` mends
    words in the search text (see cleaning.lost_letters); the quoted text is untouched.
    """
    passages: list[Passage] = []
    for draft in _drafts(document, body.blocks):
        for start, end in _spans(document.text, draft):
            passages.append(_passage(document, body, draft, start, end, len(passages), repairs))
    return passages


def context_header(metadata: Metadata, section: Section | None, headings: Sequence[str]) -> str:
    """What stands before a passage in the index: title, regions, time and headings.

    A post stands for itself: its file's title says nothing of it, its publisher does.
    """
    whole = metadata.publisher if section else metadata.title
    time = _published(metadata, section)[:4]
    if not time and not section:
        time = "–".join(dict.fromkeys(end[:4] for end in metadata.period if end))
    parts = [whole, ", ".join(metadata.regions), time, *(head for head in headings if head != whole)]
    return " · ".join(part for part in parts if part)


def _drafts(document: Document, blocks: Iterable[Block]) -> Iterator[_Draft]:
    path: list[tuple[int, str]] = []
    draft = _Draft()
    for block in blocks:
        raw = document.text[block.start : block.end]
        if block.kind is BlockKind.HEADING:
            path = [(level, title) for level, title in path if level < block.level] + [(block.level, _head(raw))]
            if draft.blocks:
                yield draft
            section = _section(document.sections, block.start)
            draft = _Draft(_within(section, tuple(title for _, title in path)), section)
            continue
        if draft.blocks and not _belongs(document.text, draft, block):
            yield draft
            draft = _Draft(draft.headings, _section(document.sections, block.start), _head_row(draft, block))
        if block.kind is BlockKind.ROW and block.level == 1:
            draft.head_row = plain(raw)
        draft.section = draft.section or _section(document.sections, block.start)
        draft.blocks.append(block)
    if draft.blocks:
        yield draft


def _within(section: Section | None, headings: tuple[str, ...]) -> tuple[str, ...]:
    return headings if section is None or section.title in headings else (section.title, *headings)


def _belongs(text: str, draft: _Draft, block: Block) -> bool:
    first, last = draft.blocks[0], draft.blocks[-1]
    apart = text[last.end : block.start].strip(" \t\r\n-*•|#_>\u00a0.0123456789")
    introduces = len(text[block.start : block.end]) <= LONGEST_LEAD and text[block.start : block.end].endswith(":")
    return not apart and not introduces and block.end - first.start <= TARGET


def _head_row(draft: _Draft, block: Block) -> str:
    return draft.head_row if block.kind is BlockKind.ROW else ""


def _head(raw: str) -> str:
    return heading_text(plain(raw))


def _section(sections: Sequence[Section], position: int) -> Section | None:
    return next((section for section in sections if section.start <= position < section.end), None)


def _spans(text: str, draft: _Draft) -> Iterator[tuple[int, int]]:
    start, end = draft.blocks[0].start, draft.blocks[-1].end
    if end - start <= LONGEST:
        yield start, end
        return
    splitter = RecursiveCharacterTextSplitter(
        SENTENCE_ENDS, keep_separator="end", chunk_size=TARGET, chunk_overlap=0, add_start_index=True
    )
    for piece in splitter.create_documents([text[start:end]]):
        offset = start + piece.metadata["start_index"]
        yield offset, offset + len(piece.page_content)


def _passage(
    document: Document, body: Body, draft: _Draft, start: int, end: int, number: int, repairs: Mapping[str, str]
) -> Passage:
    gaps = tuple((a, b) for a, b in body.gaps if start <= a and b <= end)
    words = search_text(_names(document.text, draft, _without(document.text, start, end, gaps)), repairs)
    if draft.head_row and draft.head_row not in words:
        words = f"{draft.head_row}\n{words}"
    header = context_header(document.metadata, draft.section, draft.headings)
    return Passage(
        id=str(uuid5(UUID(document.id), f"{document.digest}:{number}")),
        document_id=document.id,
        number=number,
        text=document.text[start:end],
        start=start,
        end=end,
        header=mend(header, repairs),
        search_text=words,
        page=_page(document.pages, start),
        headings=draft.headings,
        published=_published(document.metadata, draft.section),
        gaps=gaps,
    )


def _without(text: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    kept, position = [], start
    for gap_start, gap_end in gaps:
        kept.append(text[position:gap_start])
        position = gap_end
    return " ".join([*kept, text[position:end]]) if gaps else text[start:end]


def _names(text: str, draft: _Draft, words: str) -> str:
    """A block of logos read as a list: one name after the other, not in capitals."""
    if not any(block.kind is BlockKind.ROW and "\n\n" in text[block.start : block.end] for block in draft.blocks):
        return words
    names = [" ".join(name.split()) for name in BLANK_LINES.split(words) if name.strip()]
    listed = ", ".join(name.capitalize() if name.isupper() and name.endswith(":") else _uncapital(name) for name in names)
    return listed.replace(":,", ":")


def _uncapital(name: str) -> str:
    return name.title() if name.isupper() else name


def _published(metadata: Metadata, section: Section | None) -> str:
    """A post's own date; the document's only where the document has no posts."""
    if section:
        return section.published
    return metadata.dated


def _page(pages: Sequence[Page], position: int) -> int | None:
    return next((page.number for page in pages if page.start <= position < page.end), None)
