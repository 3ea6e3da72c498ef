"""Cut a document into passages that can be found by their context and quoted word for word."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.cleaning import mend, search_text
from ingest.context import BLANK_LINES, context_header, listed, published, without
from ingest.furniture import Body
from ingest.headings import heading_text
from ingest.loaded import Block, BlockKind
from vectorstore.passages import Document, Page, Passage, Section
from vectorstore.plain_text import plain

VERSION = 1
"""Raise when passages come out differently, so that documents are read anew."""
TARGET = 900
"""Characters a passage aims at: about 185 tokens of Swedish, the length measured in docs/performance.md."""
LONGEST = 1300
LONGEST_HEAD_ROW = 300
IN_THE_GAP = "\ufffc"
LONGEST_LEAD = 160
"""Characters of a line ending in a colon that stays with the list it leads in to."""
SENTENCE_ENDS = [
    BLANK_LINES.pattern,
    r"(?<=[.!?…])\s+(?=[^\sa-zåäöæø])",
    r"(?<=[.!?;:])\s+",
    r"[\r\n]+",
    r",\s+",
    r"\s+",
    "",
]


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
        for start, end in _spans(document.text, draft, body.gaps):
            passages.append(_passage(document, body, draft, start, end, len(passages), repairs))
    return passages


def _drafts(document: Document, blocks: Iterable[Block]) -> Iterator[_Draft]:
    path: list[tuple[int, str]] = []
    draft = _Draft()
    above: BlockKind | None = None
    for block in blocks:
        raw = document.text[block.start : block.end]
        if block.kind is BlockKind.HEADING:
            stacked = above is BlockKind.HEADING  # a title and its subtitle may share a level
            path = [(level, head) for level, head in path if level < block.level + stacked]
            path.append((block.level, _head(raw)))
            above = block.kind
            if draft.blocks:
                yield draft
            section = _section(document.sections, block.start)
            draft = _Draft(_within(section, tuple(title for _, title in path)), section)
            continue
        above = block.kind
        if draft.blocks and not _belongs(document.text, draft, block):
            yield draft
            draft = _Draft(draft.headings, _section(document.sections, block.start), _head_row(draft, block))
        if block.kind is BlockKind.ROW and block.level == 1:
            draft.head_row = plain(raw) if len(raw) <= LONGEST_HEAD_ROW else ""
        draft.section = draft.section or _section(document.sections, block.start)
        draft.blocks.append(block)
    if draft.blocks:
        yield draft


def _within(section: Section | None, headings: tuple[str, ...]) -> tuple[str, ...]:
    return headings if section is None or section.title in headings else (section.title, *headings)


def _belongs(text: str, draft: _Draft, block: Block) -> bool:
    first, last = draft.blocks[0], draft.blocks[-1]
    apart = text[last.end : block.start].strip(" \t\r\n-*•|#_>\u00a0.0123456789")
    introduces = block.end - block.start <= LONGEST_LEAD and text[block.end - 1] == ":"
    return not apart and not introduces and block.end - first.start <= TARGET


def _head_row(draft: _Draft, block: Block) -> str:
    return draft.head_row if block.kind is BlockKind.ROW else ""


def _head(raw: str) -> str:
    return heading_text(plain(raw))


def _section(sections: Sequence[Section], position: int) -> Section | None:
    before = bisect_right(sections, position, key=lambda section: section.start)
    return sections[before - 1] if before and position < sections[before - 1].end else None


def _spans(text: str, draft: _Draft, gaps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = draft.blocks[0].start, draft.blocks[-1].end
    if end - start <= LONGEST:
        yield start, end
        return
    splitter = RecursiveCharacterTextSplitter(
        SENTENCE_ENDS,
        keep_separator="end",
        is_separator_regex=True,
        chunk_size=TARGET,
        chunk_overlap=0,
        add_start_index=True,
    )
    for piece in splitter.create_documents([_bridged(text, start, end, gaps)]):
        offset = start + piece.metadata["start_index"]
        if any(sign.isalnum() for sign in piece.page_content):
            yield offset, offset + len(piece.page_content)


def _bridged(text: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> str:
    """text[start:end] with its gaps, and the blank lines around them, as one word that is not cut."""
    for first, last in (gap for gap in gaps if start <= gap[0] and gap[1] <= end):
        left, right = text[start:first].rstrip(), text[last:end].lstrip()
        text = text[:start] + left + IN_THE_GAP * (end - start - len(left) - len(right)) + right + text[end:]
    return text[start:end]


def _passage(
    document: Document,
    body: Body,
    draft: _Draft,
    start: int,
    end: int,
    number: int,
    repairs: Mapping[str, str],
) -> Passage:
    gaps = tuple((a, b) for a, b in body.gaps if start <= a and b <= end)
    words = without(document.text, start, end, gaps)
    words = search_text(listed(words) if _holds_names(document.text, draft) else words, repairs)
    if draft.head_row and draft.head_row not in words:
        words = f"{draft.head_row}\n{words}"
    return Passage(
        id=str(uuid5(UUID(document.id), f"{document.digest}:{number}")),
        document_id=document.id,
        number=number,
        text=document.text[start:end],
        start=start,
        end=end,
        header=mend(context_header(document.metadata, draft.section, draft.headings), repairs),
        search_text=words,
        page=_page(document.pages, start),
        headings=draft.headings,
        published=published(document.metadata, draft.section),
        gaps=gaps,
    )


def _holds_names(text: str, draft: _Draft) -> bool:
    """Whether furniture.running_text has put a block of logos together in `draft`."""
    rows = (block for block in draft.blocks if block.kind is BlockKind.ROW)
    return any(BLANK_LINES.search(text, row.start, row.end) for row in rows)


def _page(pages: Sequence[Page], position: int) -> int | None:
    return next((page.number for page in pages if page.start <= position < page.end), None)
