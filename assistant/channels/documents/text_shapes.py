"""The shapes a stored text's lines have: headings, lists, tables and running text, by their offsets."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
_TABLE = re.compile(r"[ \t]*\|")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BULLET = re.compile(r"[ \t]*[-*•·▪◦‣][ \t]+(?=\S)")
_NUMBER = re.compile(r"[ \t]*(\d{1,2})[.)][ \t]+(?=\S)")
_CELL_END = re.compile(r"(?<!\\)\|")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """A stretch of one kind: "text", "heading", "bullets", "numbers" or "table".

    `parts` are what is shown of it in order, without the signs that make the shape: one range for text and
    headings, one for each item of a list, and one for each cell of a table, whose rows have `widths` cells.
    `level` is a heading's depth from 1, or a numbered list's first number. `headed` tables begin with a row
    of column names.
    """

    kind: str
    start: int
    end: int
    parts: tuple[Range, ...]
    level: int = 0
    widths: tuple[int, ...] = ()
    headed: bool = False


def shapes(text: str, breaks: Sequence[int], known: Mapping[int, int]) -> Iterator[Shape]:
    """The shapes of `text`; every offset in `breaks` (sorted) begins a new one.

    `known` are headings without a sign of their own: the offset of their line, and their depth.
    """
    waiting: Shape | None = None
    for shape in _by_lines(text, breaks, known):
        joined = waiting and _joined(waiting, shape, breaks)
        if waiting and not joined:
            yield _settled(waiting)
        waiting = joined or shape
    if waiting:
        yield _settled(waiting)


def _by_lines(text: str, breaks: Sequence[int], known: Mapping[int, int]) -> Iterator[Shape]:
    at = 0
    for line in text.splitlines(keepends=True):
        cuts = [at, *breaks[bisect_right(breaks, at) : bisect_left(breaks, at + len(line))], at + len(line)]
        for start, end in zip(cuts, cuts[1:], strict=False):
            if not text[start:end].strip():
                continue
            # Signs that make a shape stand where a line begins.
            plain = Shape("text", start, end, ((start, end),))
            yield _of_line(text, start, end, known.get(start, 0)) if start == at else plain
        at += len(line)


def _of_line(text: str, start: int, end: int, known: int) -> Shape:
    line = text[start:end].rstrip("\r\n")
    if found := _HEADING.match(line):
        return Shape("heading", start, end, ((start + found.end(), end),), level=len(found[1]))
    if known:
        return Shape("heading", start, end, ((start, end),), level=known)
    if _TABLE.match(line):
        cells = tuple(_cells(line, start))
        return Shape("table", start, end, cells, widths=(len(cells),))
    if found := _BULLET.match(line):
        return Shape("bullets", start, end, ((start + found.end(), end),))
    if found := _NUMBER.match(line):
        return Shape("numbers", start, end, ((start + found.end(), end),), level=int(found[1]))
    return Shape("text", start, end, ((start, end),))


def _cells(line: str, start: int) -> Iterator[Range]:
    """The cells of a table's line, without the blanks around them; a rule between rows has none."""
    if _RULE.fullmatch(line):
        return
    signs = [found.start() for found in _CELL_END.finditer(line)]
    ends = signs[1:] if len(signs) > 1 and not line[signs[-1] + 1 :].strip() else [*signs[1:], len(line)]
    for left, right in zip([sign + 1 for sign in signs], ends, strict=False):
        cell = line[left:right]
        blank = len(cell) - len(cell.lstrip())
        yield start + left + blank, start + left + max(len(cell.rstrip()), blank)


def _joined(before: Shape, after: Shape, breaks: Sequence[int]) -> Shape | None:
    """Both as one, where they belong together and nothing breaks between them."""
    place = bisect_left(breaks, before.end)
    if place < len(breaks) and breaks[place] <= after.start:
        return None
    kinds = (before.kind, after.kind)
    if kinds in (("bullets", "bullets"), ("numbers", "numbers")):
        follows = after.kind == "bullets" or after.level == before.level + len(before.parts)
        return _together(before, after, before.parts + after.parts) if follows else None
    if before.end != after.start:
        return None
    if kinds == ("table", "table"):
        headed = before.headed or (len(before.widths) == 1 and not after.widths[0] and bool(before.parts))
        widths = before.widths + after.widths
        return Shape("table", before.start, after.end, before.parts + after.parts, 0, widths, headed)
    if after.kind == "text" and before.kind in ("text", "bullets", "numbers"):
        *first, (start, _) = before.parts
        return _together(before, after, (*first, (start, after.end)))
    return None


def _together(before: Shape, after: Shape, parts: tuple[Range, ...]) -> Shape:
    return Shape(before.kind, before.start, after.end, parts, before.level)


def _settled(shape: Shape) -> Shape:
    """A number before a single line is no list, and a table without cells is none: both stay text."""
    lonely = shape.kind == "numbers" and len(shape.parts) == 1
    if lonely or (shape.kind == "table" and not shape.parts):
        return Shape("text", shape.start, shape.end, ((shape.start, shape.end),))
    return shape
