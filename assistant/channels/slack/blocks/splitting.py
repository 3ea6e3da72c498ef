"""Where a text may be cut: at a line's end, else a sentence's, else a word's, never inside a sign."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

import regex

from assistant.channels.slack.blocks.lines import Line, Mark
from assistant.export.parts import Run, Runs
from assistant.sentences import ABBREVIATIONS, WORD_BEFORE

SENTENCE = re.compile(r"[.!?…][\"”»’)]*(?:\s?\[\d{1,3}\])*(?=\s+[\"“”»’(–•-]*[A-ZÅÄÖÆØ0-9]|\s*$)|[。！？]+")
"""The end of a sentence, with the citations after it."""
WINDOW = 200
"""Characters in which signs are told apart at a time: in a row of flags each is counted from the first."""
_BLANKS = re.compile(r"\s+")
_SIGN = regex.compile(r"\X")


def sentence_end(text: str, most: int) -> int:
    """Where the last sentence that ends within `most` characters ends; 0 where none does."""
    ends = (found for found in SENTENCE.finditer(text) if found.end() <= most)
    return max((found.end() for found in ends if not _abbreviates(text, found)), default=0)


def word_end(text: str, most: int) -> int:
    """Where the last word that ends within `most` characters ends; the last sign's end in a long word."""
    if len(text) <= most:
        return len(text)
    blanks = [found.start() for found in _BLANKS.finditer(text, most // 2, most + 1)]
    return _whole_sign(text, blanks[-1] if blanks and blanks[-1] else most)


def shortened(text: str, most: int) -> str:
    """`text` in at most `most` characters, an ellipsis where something is left out."""
    if len(text) <= most:
        return text
    return text[: word_end(text, most - 1)].rstrip(" ,;:–-") + "…"


def size(runs: Iterable[Run]) -> int:
    """Characters of text and addresses."""
    return sum(len(run.text) + len(run.link) for run in runs)


def sliced(runs: Iterable[Run], start: int, end: int) -> Runs:
    """The runs of the characters [start, end), without blanks at either side."""
    found, first = [], 0
    for run in runs:
        text = run.text[max(start - first, 0) : max(end - first, 0)]
        if text:
            found.append(replace(run, text=text))
        first += len(run.text)
    return _stripped(found)


def split(line: Line, most: int) -> Iterator[Line]:
    """`line` in pieces of at most `most` characters of text and addresses, none of them empty.

    A link is never cut, and one that is longer is a piece by itself. What goes on has no mark of its own.
    """
    rest, first = deque(line.runs), True
    while rest:
        piece = _taken(rest, most)
        if piece:
            yield replace(line, runs=piece) if first else _going_on(line, piece)
            first = False


def _taken(rest: deque[Run], most: int) -> Runs:
    """What fits of `rest`, cut well; the others stay in `rest`."""
    taken: list[Run] = []
    while rest and size((rest[0],)) <= most:
        taken.append(rest.popleft())
        most -= size(taken[-1:])
    if not rest or not (taken or not rest[0].link):
        return sliced(taken or [rest.popleft()], 0, 10**9)
    over = rest.popleft()
    before = "".join(run.text for run in taken)
    text, limit = before + over.text, len(before) + (0 if over.link else most)
    end = _outside_links(taken, _cut(text, limit, bool(over.link)))
    both = [*taken, over]
    rest.extendleft(reversed(sliced(both, end, len(text))))
    return sliced(both, 0, end)


def _cut(text: str, most: int, between: bool) -> int:
    """Where to cut within `most`: a good end in its last half, else any word's, else `most`.

    `between` tells that there are two words at `most`.
    """
    for end in (text.rfind("\n", 0, most + 1), sentence_end(text[: most + 2], most)):
        if end > most // 2:
            return _whole_sign(text, end)
    return most if between else word_end(text, most)


def _outside_links(runs: Iterable[Run], end: int) -> int:
    at = 0
    for run in runs:
        if run.link and at < end < at + len(run.text):
            return at or at + len(run.text)
        at += len(run.text)
    return end


def _going_on(line: Line, runs: Runs) -> Line:
    mark = Mark.QUOTE if line.mark is Mark.QUOTE else Mark.NONE
    return replace(line, runs=runs, mark=mark, number=0, depth=0, gap=False)


def _whole_sign(text: str, most: int) -> int:
    """The last end of a sign at or before `most`; `most` itself in a sign that is longer."""
    at, width = 0, WINDOW
    while at + width <= most:
        signs = _SIGN.findall(text[at : at + width])
        # The last one may go on.
        at, width = at + sum(map(len, signs[:-1])), width * (4 if len(signs) == 1 else 1)
    ends = (found.end() + at for found in _SIGN.finditer(text[at : most + 1]))
    return max((end for end in ends if end <= most), default=at) or most


def _abbreviates(text: str, stop: re.Match[str]) -> bool:
    if stop.group()[0] != ".":
        return False
    before = WORD_BEFORE.search(text[max(stop.start() - 40, 0) : stop.start()])
    word = before[1].casefold() if before else ""
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _stripped(runs: list[Run]) -> Runs:
    """Without blanks at either side; links stay as they are."""
    while runs and not runs[0].link:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        if runs[0].text:
            break
        runs.pop(0)
    while runs and not runs[-1].link:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
        if runs[-1].text:
            break
        runs.pop()
    return tuple(runs)
