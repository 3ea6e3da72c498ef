"""A document laid out for reading: its own words in blocks, with anchors, page numbers and the mark."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorstore.passages import Document, Passage

_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
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
    anchors: dict[int, list[str]] = {}
    for passage in passages:
        anchors.setdefault(passage.start, []).append(passage.id)
    blocks: list[Block] = []
    pending = sorted(labels)
    waiting: list[str] = []
    for start, end, kind in _spans(document.text, set(labels)):
        while pending and pending[0] < end:
            blocks += labels[pending.pop(0)]
        # A passage that begins in the blank line or heading sign before a block begins with the block.
        begins = {at: ids for at, ids in anchors.items() if start <= at < end}
        early = [at for at in anchors if at < start]
        waiting += [id for at in sorted(early) for id in anchors[at]]
        for at in [*early, *begins]:
            del anchors[at]
        pieces = _pieces(document.text, start, end, begins, mark, waiting)
        waiting = []
        blocks.append(Block(kind, tuple(pieces)))
    return blocks


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


def _labels(document: Document) -> dict[int, list[Block]]:
    labels: dict[int, list[Block]] = {}
    for page in document.pages:
        labels.setdefault(page.start, []).append(Block("page", label=str(page.number)))
    for section in document.sections:
        if section.published:
            labels.setdefault(section.start, []).append(Block("dated", label=section.published))
    return labels


def _spans(text: str, breaks: set[int]) -> Iterator[tuple[int, int, str]]:
    """The blocks of `text` as (start, end, kind); every offset in `breaks` begins a new one."""
    at, open_from, open_kind = 0, -1, ""
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        heading = _HEADING.match(line)
        kind = "heading" if heading else "table" if _TABLE.match(line) else "text" if bare else ""
        if open_kind and (kind != open_kind or at in breaks or kind == "heading"):
            yield open_from, at, open_kind
            open_kind = ""
        if kind and not open_kind:
            open_from, open_kind = at + (heading.end() if heading else 0), kind
        cuts = sorted(each for each in breaks if at < each < at + len(line)) if breaks else []
        for cut in cuts if open_kind else []:
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
    waiting: Sequence[str],
) -> Iterator[Piece]:
    cuts = sorted({start, end, *begins, *(at for at in mark if start < at < end)})
    for left, right in zip(cuts, cuts[1:], strict=False):
        ids = (*waiting, *begins.get(left, ())) if left == start else tuple(begins.get(left, ()))
        yield Piece(text[left:right], mark[0] <= left < right <= mark[1], ids)
