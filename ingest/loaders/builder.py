"""Builds a text block by block, for the formats whose text we put together ourselves."""

import re

from ingest.loaded import Block, BlockKind
from ingest.loaders.tidy import TEXT_LIMIT
from ingest.statuses import FileStatus, Unreadable

CELL_SEPARATOR = " | "
_SPACES = re.compile(r"[^\S\n]+")
_TIGHT = frozenset({BlockKind.ITEM, BlockKind.ROW})


class TextBuilder:
    """Text that grows by blocks, set apart by blank lines; items and rows of one list by line ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.length = 0
        self._parts: list[str] = []
        self._last: BlockKind | None = None

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self._parts)

    def add(self, kind: BlockKind, text: str, level: int = 0, *, block: bool = True) -> None:
        """Append `text`, as no block when it is not content (a running header); blank text is ignored."""
        if not (text := text.strip()):
            return
        if self._parts:
            self._append("\n" if kind in _TIGHT and kind is self._last else "\n\n")
        start = self.length
        self._append(text)
        self._last = kind
        if block:
            self.blocks.append(Block(kind, start, self.length, level))

    def add_row(self, cells: list[str], *, header: bool) -> None:
        """Append a table row as "cell | cell"; a header row gets level 1."""
        if any(cell.strip() for cell in cells):
            line = CELL_SEPARATOR.join(" ".join(cell.split()) for cell in cells)
            self.add(BlockKind.ROW, line, int(header))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)
        if self.length > TEXT_LIMIT:
            raise Unreadable(FileStatus.TOO_LARGE, f"more than {TEXT_LIMIT:,} characters of text")


def squeezed(text: str) -> str:
    """The text with runs of spaces as one, line by line, and no blank lines."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
