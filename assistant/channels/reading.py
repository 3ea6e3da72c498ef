"""A document laid out for reading: its own words in blocks, with anchors, page numbers and the mark."""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorstore.passages import Document, Passage

_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TABLE = re.compile(r"[ \t]*\|")
_MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `anchors` are the passages that begin with it."""

    text: str
    marked: bool
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table, or with no pieces a `label`: a page number or a date.

    `kind` is "text", "heading", "table", "page" or "dated".
    """

    kind: str
    pieces: tuple[Piece, ...] = ()
    label: str = ""


def read_mark(text: str) -> tuple[int, int]:
    """The stretch that ?mark=start-end asks for; an empty one when it makes no sense."""
    found = _MARK.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def lay_out(document: Document, passages: Sequence[Passage], mark: tuple[int, int] = (0, 0)) -> list[Block]:
    """The document as blocks, whose pieces together are its text apart from blank lines and # signs."""
    labels = _labels(document)
    body = _body_start(document.text)
    starts = deque(sorted((passage.start, passage.id) for passage in passages))
    blocks: list[Block] = []
    for start, end, kind in _spans(document.text, sorted(at for at, _ in labels)):
        if end <= body:
            continue
        while labels and labels[0][0] < end:
            blocks.append(labels.popleft()[1])
        begins: dict[int, list[str]] = {}
        while starts and starts[0][0] < end:
            at, passage_id = starts.popleft()
            # One that begins in the blank line or # sign before a block begins with the block.
            begins.setdefault(max(at, start), []).append(passage_id)
        blocks.append(Block(kind, tuple(_pieces(document.text, start, end, begins, mark))))
    return blocks


def _body_start(text: str) -> int:
    """Where the text begins after front matter, whose fields the page shows in words."""
    found = _FRONT_MATTER.match(text)
    return found.end() if found else 0


def contents(passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """The headings in order, each with the passage it first appears over."""
    found: list[tuple[str, str]] = []
    seen = ""
    for passage in passages:
        heading = " › ".join(passage.headings)
        if heading and heading != seen:
            found.append((heading, passage.id))
        seen = heading or seen
    return found


def _labels(document: Document) -> deque[tuple[int, Block]]:
    labels = [(page.start, Block("page", label=str(page.number))) for page in document.pages]
    dated = (section for section in document.sections if section.published)
    labels += [(section.start, Block("dated", label=section.published)) for section in dated]
    return deque(sorted(labels, key=lambda each: each[0]))


def _spans(text: str, breaks: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """The blocks of `text` as (start, end, kind); every offset in `breaks` (sorted) begins a new one."""
    at, open_from, open_kind = 0, -1, ""
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        heading = _HEADING.match(line)
        kind = "heading" if heading else "table" if _TABLE.match(line) else "text" if bare else ""
        first = bisect_left(breaks, at)
        breaks_here = first < len(breaks) and breaks[first] == at
        if open_kind and (kind != open_kind or breaks_here or kind == "heading"):
            yield open_from, at, open_kind
            open_kind = ""
        if kind and not open_kind:
            open_from, open_kind = at + (heading.end() if heading else 0), kind
        for cut in breaks[first : bisect_left(breaks, at + len(line))]:
            if open_kind and cut > open_from:
                yield open_from, cut, open_kind
                open_from = cut
        at += len(line)
    if open_kind:
        yield open_from, at, open_kind


def _pieces(
    text: str,
    start: int,
    end: int,
    begins: dict[int, list[str]],
    mark: tuple[int, int],
) -> Iterator[Piece]:
    cuts = sorted({start, end, *begins, *(at for at in mark if start < at < end)})
    for left, right in zip(cuts, cuts[1:], strict=False):
        yield Piece(text[left:right], mark[0] <= left < right <= mark[1], tuple(begins.get(left, ())))
