"""Tell running text from what surrounds it: contents lists, pull quotes, logo blocks, links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.headings import LINK, heading_text, is_quotation
from ingest.loaded import Block, BlockKind

FEWEST_ENTRIES = 3
CONTENTS_LINE = re.compile(r"^.{2,110}?(?:\t|\s?\.{3,}|(?:\s\.){3,}|\s{3,}|…)\s*\d{1,4}\s*$")
SENTENCE_END = (".", "!", "?", ":", "”", '"', "…")
FEWEST_NAMES = 4
LONGEST_NAME = 45


@dataclass(frozen=True, slots=True)
class Body:
    """The running text: its blocks, and the stretches (`gaps`) that interrupt it."""

    blocks: tuple[Block, ...]
    gaps: tuple[tuple[int, int], ...]
    contents: tuple[str, ...]


def running_text(text: str, blocks: Sequence[Block]) -> Body:
    """Take contents lists, pull quotes with their names, and link lines out of `blocks`.

    What is taken out stays in the stored text; only passages leave it out. A logo block, one name
    a paragraph, becomes a single list so that the names are found together.
    """
    spans = contents_spans(text)
    titles = tuple(_entry(line) for start, end in spans for line in text[start:end].splitlines() if line.strip())
    kept: list[Block] = []
    gaps: list[tuple[int, int]] = []
    for index, block in enumerate(blocks):
        if any(start <= block.start < end for start, end in spans):
            continue
        if _interrupts(text, blocks, index):
            gaps.append((block.start, block.end))
            continue
        raw = text[block.start : block.end].strip()
        if not any(sign.isalnum() for sign in raw) or (LINK.match(heading_text(raw)) and len(raw) < 60):
            continue
        kept.append(block)
    return Body(tuple(_join_names(text, _join_broken(text, kept, gaps))), tuple(gaps), titles)


def contents_spans(text: str) -> list[tuple[int, int]]:
    """Where tables of contents stand: runs of lines that end in a page number after a leader."""
    spans: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        if CONTENTS_LINE.match(line.rstrip("\r\n")):
            run.append((position, position + len(line)))
        elif line.strip():
            spans += [(run[0][0], run[-1][1])] if len(run) >= FEWEST_ENTRIES else []
            run = []
        position += len(line)
    return spans + ([(run[0][0], run[-1][1])] if len(run) >= FEWEST_ENTRIES else [])


def _entry(line: str) -> str:
    return heading_text(re.sub(r"[\s.…]*\d{1,4}\s*$", "", line))


def _interrupts(text: str, blocks: Sequence[Block], index: int) -> bool:
    """A pull quote that cuts a sentence in two, or the name printed under one."""
    raw = text[blocks[index].start : blocks[index].end].strip()
    if is_quotation(raw) and blocks[index].kind is BlockKind.PARAGRAPH:
        before = text[blocks[index - 1].start : blocks[index - 1].end].rstrip() if index else ""
        return before[-1:].islower() or before.endswith(",")
    if index and raw.isupper() and len(raw.split()) <= 4 and not raw.endswith(SENTENCE_END):
        return _interrupts(text, blocks, index - 1)
    return False


def _join_broken(text: str, blocks: list[Block], gaps: list[tuple[int, int]]) -> list[Block]:
    """A paragraph that a page, column or pull quote cut in two is one paragraph again."""
    joined: list[Block] = []
    for block in blocks:
        above = joined[-1] if joined else None
        if above and block.kind is BlockKind.PARAGRAPH and above.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            ended = text[above.start : above.end].rstrip().endswith(SENTENCE_END)
            cut = text[block.start].islower() or any(above.end <= start < block.start for start, _ in gaps)
            between = text[above.end : block.start].strip()
            if cut and not ended and (not between or any(above.end <= start < block.start for start, _ in gaps)):
                joined[-1] = replace(above, end=block.end)
                continue
        joined.append(block)
    return joined


def _join_names(text: str, blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        apart = bool(block and run and text[run[-1].end : block.start].strip())
        if block is not None and not apart and _is_name(text, block):
            run.append(block)
            continue
        if len(run) >= FEWEST_NAMES:
            joined.append(replace(run[0], kind=BlockKind.ROW, end=run[-1].end, level=0))
        else:
            joined += run
        run = [block] if block is not None and apart and _is_name(text, block) else []
        if block is not None and not run:
            joined.append(block)
    return joined


def _is_name(text: str, block: Block) -> bool:
    raw = text[block.start : block.end].strip()
    return (
        block.kind is BlockKind.PARAGRAPH
        and len(raw) <= LONGEST_NAME
        and not raw.startswith("#")
        and not raw.endswith(SENTENCE_END)
        and heading_text(raw)[:1].isupper()
        and raw.count("\n") <= 2
    )
