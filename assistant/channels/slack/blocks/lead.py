"""The beginning of an answer that is read at a glance."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from assistant.channels.slack.blocks.lines import Line, Mark
from assistant.channels.slack.blocks.splitting import sentence_end, sliced, word_end
from assistant.export.answer_text import MARKER
from assistant.export.parts import Run

ROWS = 8
ROW = 80
"""Characters that a row holds on a screen of usual width."""
_MARKS = re.compile(rf"(?:{MARKER.pattern}\s*)+")
SPARE = 2
"""Rows more than allowed that are shown when they are all that is left."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The first lines of a text, and whether they are all of it."""

    lines: tuple[Line, ...]
    whole: bool


def rows(line: Line) -> int:
    """How many rows of a screen a line takes."""
    return sum(max(ceil(len(piece) / ROW), 1) for piece in line.text.split("\n"))


def lead(lines: Sequence[Line], most: int = ROWS) -> Lead:
    """What fits into about `most` rows, cut after a line or a sentence; long sentences after a word."""
    if sum(map(rows, lines)) <= most + SPARE:
        return Lead(tuple(lines), True)
    shown: list[Line] = []
    room = most
    for line in lines:
        if rows(line) > room:
            # After nothing but an announcement there must be something that it announces.
            shown += _begun(line, room, alone=all(map(_announces, shown)))
            break
        shown.append(line)
        room -= rows(line)
    return Lead(_without_announcement(shown), False)


def beginning(
    groups: Sequence[Sequence[Line]], most: int, height: Callable[[Line], int] = rows
) -> tuple[list[Line], int]:
    """The first groups that fit whole into `most` rows, and how many are left; of one too long its lead."""
    shown: list[Line] = []
    for place, group in enumerate(groups):
        if sum(map(height, [*shown, *group])) > most:
            return (shown or list(lead(group, most).lines)), len(groups) - place
        shown += group
    return shown, 0


def cut(line: Line, end: int, sign: str = "") -> Line:
    """`line` up to `end`, then `sign`, with the sources of what is shown where they stand further on."""
    at = max((found.end() for found in MARKER.finditer(line.text, 0, end)), default=0)
    marks: list[Run] = []
    if any(map(str.isalnum, line.text[at:end])) and (group := _MARKS.search(line.text, end)):
        linked = {run.text: run for run in line.runs if run.link}
        for found in MARKER.finditer(group[0]):
            marks += [Run(" "), linked.get(found[0], Run(found[0]))]
    return replace(line, runs=(*sliced(line.runs, 0, end), *([Run(sign)] if sign else []), *marks))


def _begun(line: Line, room: int, alone: bool) -> list[Line]:
    """The sentences of `line` that fit; where nothing else is shown, else its first words."""
    if room < 1 or not (alone or line.mark is Mark.NONE):
        return []
    text, most = line.text, room * ROW
    most = min([most, *_breaks(text, room)])
    end = sentence_end(text, most)
    if end:
        return [cut(line, end)]
    if not alone:
        return []
    return [cut(line, word_end(text, most), " …")]


def _breaks(text: str, room: int) -> list[int]:
    """Where the rows of `text` are used up by its own line breaks, if they are."""
    used = at = 0
    for piece in text.split("\n"):
        used += max(ceil(len(piece) / ROW), 1)
        if used > room:
            return [at + max((room - used + ceil(len(piece) / ROW)) * ROW, 0)] if at else []
        at += len(piece) + 1
    return []


def _without_announcement(shown: list[Line]) -> tuple[Line, ...]:
    """Without a last line that only says what is not shown any more."""
    while len(shown) > 1 and _announces(shown[-1]):
        shown = shown[:-1]
    return tuple(shown)


def _announces(line: Line) -> bool:
    return line.text.rstrip().endswith(":")
