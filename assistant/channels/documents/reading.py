"""A document laid out for reading: its own words in blocks, with anchors, page numbers and the mark."""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from assistant.channels.documents.text_shapes import Range, Shape, shapes
from vectorstore.passages import Document, Metadata, Passage

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_STRESSED = re.compile(
    r"(?P<stars>\*\*)(?=\S)(?P<strong>[^*\n]+?)(?<=\S)\*\*"
    r"|<(?P<tag>i|b|em|strong)>(?P<told>[^<>\n]+)</(?P=tag)>"
)
_MARK = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, `stressed` or not; `anchors` are the passages that begin with it."""

    text: str
    marked: bool
    anchors: tuple[str, ...] = ()
    stressed: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list or table, or with no pieces a `label`: a page number or a date.

    `kind` is "text", "heading", "bullets", "numbers", "table", "page" or "dated". `level` is a heading's
    element (2 to 6), or a numbered list's first number. Lists hold `items`; tables hold `rows` of cells,
    below a `head` of column names where there is one. `pieces` are all of a block's, in order.
    """

    kind: str
    pieces: Pieces = ()
    label: str = ""
    level: int = 0
    items: tuple[Pieces, ...] = ()
    head: tuple[Pieces, ...] = ()
    rows: tuple[tuple[Pieces, ...], ...] = ()


def read_mark(text: str) -> Range:
    """The stretch that ?mark=start-end asks for; an empty one when it makes no sense."""
    found = _MARK.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def lay_out(document: Document, passages: Sequence[Passage], mark: Range = (0, 0)) -> list[Block]:
    """The document as blocks, whose pieces together are its text apart from the signs of its shapes.

    Those are blank lines, # signs, signs of lists and of stress, and the bars of tables.
    """
    labels = _labels(document)
    body = _body_start(document.text)
    cutting = _Cutting(document.text, mark, deque(sorted((one.start, one.id) for one in passages)))
    known = _headings(document.text, passages)
    blocks: list[Block] = []
    for shape in shapes(document.text, sorted(at for at, _ in labels), known):
        if shape.end <= body:
            continue
        while labels and labels[0][0] < shape.end:
            blocks.append(labels.popleft()[1])
        blocks.append(_block(shape, cutting))
    return _stepped(blocks)


def lay_out_text(text: str, mark: Range = (0, 0)) -> list[Block]:
    """A stretch of a document as blocks, `mark` counting its own characters."""
    return lay_out(Document("", "", "", "", text, Metadata("")), (), mark)


def outline(passages: Sequence[Passage], title: str = "") -> list[tuple[int, str, str]]:
    """Each heading with its depth from 1 and the passage it first stands over; `title` is left out."""
    found: list[tuple[int, str, str]] = []
    before: tuple[str, ...] = ()
    for passage in passages:
        path = tuple(name for name in passage.headings if name != title)
        same = 0
        while same < min(len(path), len(before)) and path[same] == before[same]:
            same += 1
        found += [(depth, name, passage.id) for depth, name in enumerate(path[same:], start=same + 1)]
        before = path or before
    return found


@dataclass(slots=True)
class _Cutting:
    """Cuts pieces off a text from its beginning on, handing out each passage's anchor once."""

    text: str
    mark: Range
    starts: deque[tuple[int, str]] = field(default_factory=deque)

    def pieces(self, start: int, end: int) -> Pieces:
        """What stands in text[start:end]; a passage that began before, in signs, begins with it."""
        if start >= end:
            return ()
        begins: dict[int, list[str]] = {}
        while self.starts and self.starts[0][0] < end:
            at, passage_id = self.starts.popleft()
            begins.setdefault(max(at, start), []).append(passage_id)
        signs, stressed = _stress(self.text, start, end)
        inner = [at for span in (*signs, *stressed, self.mark) for at in span if start < at < end]
        found: list[Piece] = []
        anchors: list[str] = []
        for left, right in pairwise(sorted({start, end, *begins, *inner})):
            anchors += begins.get(left, ())
            if not _within(left, signs):
                marked = self.mark[0] <= left < right <= self.mark[1]
                found.append(Piece(self.text[left:right], marked, tuple(anchors), _within(left, stressed)))
                anchors = []
        if anchors and found:
            found[-1] = replace(found[-1], anchors=(*found[-1].anchors, *anchors))
        return tuple(found)


def _stress(text: str, start: int, end: int) -> tuple[list[Range], list[Range]]:
    """Where the signs of stress stand in text[start:end], and the words between them."""
    signs: list[Range] = []
    words: list[Range] = []
    for found in _STRESSED.finditer(text, start, end):
        inside = found.span("strong" if found["stars"] else "told")
        signs += [(found.start(), inside[0]), (inside[1], found.end())]
        words.append(inside)
    return signs, words


def _within(at: int, spans: Iterable[Range]) -> bool:
    return any(start <= at < end for start, end in spans)


def _block(shape: Shape, cutting: _Cutting) -> Block:
    parts = tuple(cutting.pieces(*part) for part in shape.parts)
    pieces = tuple(piece for part in parts for piece in part)
    if shape.kind == "table":
        rows = _rows(parts, [width for width in shape.widths if width])
        head = rows[0] if shape.headed else ()
        return Block("table", pieces, head=head, rows=rows[1:] if head else rows)
    items = parts if shape.kind in ("bullets", "numbers") else ()
    return Block(shape.kind, pieces, level=shape.level, items=items)


def _rows(cells: tuple[Pieces, ...], widths: Sequence[int]) -> tuple[tuple[Pieces, ...], ...]:
    """The cells in rows that are all as long as the longest."""
    most, waiting = max(widths), iter(cells)
    rows = [[next(waiting) for _ in range(width)] for width in widths]
    return tuple((*row, *[()] * (most - len(row))) for row in rows)


def _stepped(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with headings that follow on each other: below the page's own, no step down left out."""
    depth, found = 1, []
    for block in blocks:
        if block.kind == "heading":
            depth = min(block.level + 1, depth + 1, DEEPEST)
            block = replace(block, level=depth)
        found.append(block)
    return found


def _headings(text: str, passages: Sequence[Passage]) -> Mapping[int, int]:
    """Where the lines stand that are headings of the passage after them, and how deep each is."""
    found: dict[int, int] = {}
    end = 0
    for passage in sorted(passages, key=lambda each: each.start):
        depths = {" ".join(name.split()): depth for depth, name in enumerate(passage.headings, start=1)}
        at = end
        for line in text[end : passage.start].splitlines(keepends=True):
            depth = depths.get(" ".join(line.split()))
            if depth and (at == 0 or text[at - 1] in "\r\n"):
                found[at] = depth
            at += len(line)
        end = max(end, passage.end)
    return found


def _body_start(text: str) -> int:
    """Where the text begins after front matter, whose fields the page shows in words."""
    found = _FRONT_MATTER.match(text)
    return found.end() if found else 0


def _labels(document: Document) -> deque[tuple[int, Block]]:
    labels = [(page.start, Block("page", label=str(page.number))) for page in document.pages]
    dated = (section for section in document.sections if section.published)
    labels += [(section.start, Block("dated", label=section.published)) for section in dated]
    return deque(sorted(labels, key=lambda each: each[0]))
