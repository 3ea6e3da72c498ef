"""Plain text: paragraphs between blank lines, and list items."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ingest.loaded import Block, BlockKind, LoadedFile
from ingest.loaders.decoding import decode

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BULLET = re.compile(r"\s*[•▪◦·●○‣*–-]\s+\S")
_NUMBER = re.compile(r"\s*(?:\d{1,3}[.)]|[a-zåäö]\))\s+\S")

_Line = tuple[int, int]


def load_text(data: bytes) -> LoadedFile:
    """The decoded file, unchanged; raises Unreadable when it cannot be decoded."""
    text = decode(data)
    blocks = (block for lines in _paragraphs(text) for block in _split(text, lines))
    return LoadedFile(text, tuple(blocks))


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    """Runs of lines, as (start, end), with a blank line or the text's end after each."""
    lines: list[_Line] = []
    for found in _LINE.finditer(text):
        if found.group().strip():
            lines.append(found.span())
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _split(text: str, lines: list[_Line]) -> Iterator[Block]:
    """One paragraph, or the words that lead in to a list and its items with their further lines."""
    firsts = list(_item_lines(text, lines))
    if not firsts:
        yield Block(BlockKind.PARAGRAPH, lines[0][0], lines[-1][1])
        return
    if firsts[0] > 0:
        yield Block(BlockKind.PARAGRAPH, lines[0][0], lines[firsts[0] - 1][1])
    for first, after in pairwise([*firsts, len(lines)]):
        yield Block(BlockKind.ITEM, lines[first][0], lines[after - 1][1])


def _item_lines(text: str, lines: list[_Line]) -> Iterable[int]:
    """The positions of lines that begin an item; a lone numbered line may be a heading, so it is none."""
    pieces = [text[start:end] for start, end in lines]
    numbered = [n for n, piece in enumerate(pieces) if _NUMBER.match(piece)]
    bullets = [n for n, piece in enumerate(pieces) if _BULLET.match(piece)]
    return sorted(bullets + (numbered if len(numbered) > 1 or bullets else []))
