"""The beginning of a comparison: every row of it where that is possible, if need be with shorter cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.channels.slack.blocks.lead import ROW, beginning, cut, rows
from assistant.channels.slack.blocks.lines import Line, Mark
from assistant.channels.slack.blocks.splitting import word_end

ROWS = 16
"""Rows of a screen that a comparison takes at most, those between its own rows among them."""
CELL_ROWS = (2, 1)
"""Rows that a cell is shortened to, one after the other, until the comparison fits."""
ROOM = 8
"""Characters for the sign that something is left out and the number of a source."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The lines that are shown, how many rows of the comparison are left, and whether cells were cut."""

    lines: list[Line]
    left: int
    cut: bool


def compared(groups: Sequence[Sequence[Line]]) -> Compared:
    """What fits into ROWS of the rows of a comparison."""
    held = list(groups)
    for most in CELL_ROWS:
        if sum(_height(line) for group in held for line in group) <= ROWS:
            break
        held = [[_shortened(line, most) for line in group] for group in groups]
    shown, left = beginning(held, ROWS, _height)
    return Compared(shown, left, any(new != old for new, old in zip(held, groups, strict=True)))


def _height(line: Line) -> int:
    return rows(line) + line.gap


def _shortened(line: Line, most: int) -> Line:
    """A cell in so many rows."""
    if line.mark is Mark.NONE or rows(line) <= most:
        return line
    return cut(line, word_end(line.text, most * ROW - ROOM), " …")
