"""What the lines of a PDF are: running headers, headings, list items or body text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_lines import Line

_EDGE_LINES = 3  # a running header or footer is among this many lines at the top or bottom
_EDGE_SHARE = 0.4  # of the pages; less than half, since left and right pages often differ
_FEWEST_PAGES = 3
_NUMBERS = re.compile(r"\d+")
_LARGER = 1.15  # times the body size, for a heading
_HEADING_CHARACTERS = 120
_HEADING_LINES = 3
_LEVELS = 6
_NO_HEADING_END = (".", ",", ";", ":", "-")
_ITEM = re.compile(r"(?:[•▪◦·●○‣–*-]|\d{1,2}[.)]|[a-zåäö]\))\s+\S")
_BULLET_ONLY = re.compile(r"[•▪◦·●○‣]$")
UNREADABLE_SIZE = 2.0  # points; smaller type is for machines, not readers

Style = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Layout:
    """What is common to a document's pages: repeated edge lines, and its heading styles by level."""

    edges: frozenset[str]
    levels: dict[Style, int]
    gap: float  # the usual distance between the tops of two lines, in type sizes

    def is_edge(self, lines: Sequence[Line], number: int) -> bool:
        """Whether line `number` of a page is a running header or footer."""
        return _at_edge(number, len(lines)) and _pattern(lines[number]) in self.edges

    def level(self, line: Line) -> int:
        """1-6 when the line is set as a heading, else 0."""
        return self.levels.get((line.size, line.bold), 0) if _may_head(line) else 0


def read_layout(pages: Sequence[Sequence[Line]]) -> Layout:
    """Learns from all pages what is common to them."""
    edges = _edges(pages)
    lines = [
        line
        for page in pages
        for number, line in enumerate(page)
        if not (_at_edge(number, len(page)) and _pattern(line) in edges)
    ]
    return Layout(edges, _levels(lines), _gap(pages))


def starts_item(line: Line) -> bool:
    """Whether the line begins with a bullet or a number."""
    return bool(_ITEM.match(line.text) or _BULLET_ONLY.match(line.text))


def _at_edge(number: int, count: int) -> bool:
    return number < _EDGE_LINES or number >= count - _EDGE_LINES


def _pattern(line: Line) -> str:
    """The line with its numbers as one sign, so that page numbers repeat too."""
    return _NUMBERS.sub("#", " ".join(line.text.casefold().split()))


def _edges(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Patterns near the edge of many pages, or the outermost line of a few, as chapter headers are."""
    near: Counter[str] = Counter()
    outermost: Counter[str] = Counter()
    for page in pages:
        near.update({_pattern(line) for number, line in enumerate(page) if _at_edge(number, len(page))})
        outermost.update({_pattern(page[0]), _pattern(page[-1])} if page else ())
    least = max(_FEWEST_PAGES, _EDGE_SHARE * len(pages))
    repeated = {pattern for pattern, count in near.items() if count >= least}
    repeated |= {pattern for pattern, count in outermost.items() if count >= _FEWEST_PAGES}
    return frozenset(repeated | ({"#"} if len(pages) > 1 else set()))


def _levels(lines: Iterable[Line]) -> dict[Style, int]:
    """Heading styles by size, largest first, bold before regular; body text is the commonest style."""
    characters: Counter[Style] = Counter()
    heading_like: set[Style] = set()
    for line in lines:
        characters[line.size, line.bold] += len(line.text)
        if _may_head(line):
            heading_like.add((line.size, line.bold))
    if not characters:
        return {}
    (body, body_bold), _ = characters.most_common(1)[0]
    total = characters.total()
    styles = [
        (size, bold)
        for size, bold in heading_like
        if (size >= body * _LARGER or (bold and not body_bold and size >= body))
        and characters[size, bold] < total / 3
    ]
    return {style: min(rank, _LEVELS) for rank, style in enumerate(sorted(styles, reverse=True), 1)}


def _may_head(line: Line) -> bool:
    text = line.text
    if len(text) > _HEADING_CHARACTERS or text.endswith(_NO_HEADING_END):
        return False
    return sum(map(str.isalpha, text)) >= 2


def _gap(pages: Sequence[Sequence[Line]]) -> float:
    """The commonest distance between following lines, in type sizes; 1.2 where nothing tells."""
    gaps: Counter[float] = Counter()
    for page in pages:
        for above, below in zip(page, page[1:], strict=False):
            if above.size == below.size > 0 and below.top > above.top:
                gaps[round((below.top - above.top) / below.size, 1)] += 1
    return gaps.most_common(1)[0][0] if gaps else 1.2


def heading_goes_on(first: Line, previous: Line, line: Line, count: int) -> bool:
    """Whether `line` is a further line of the heading that began with `first`."""
    return (
        (line.size, line.bold) == (first.size, first.bold)
        and count < _HEADING_LINES
        and 0 < line.top - previous.top < 1.8 * line.size
    )
