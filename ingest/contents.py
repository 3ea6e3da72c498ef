"""Find tables of contents, which name everything and say nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.headings import heading_text
from ingest.loaded import Block, LoadedFile

FEWEST_ENTRIES = 3
LONGEST_ENTRY = 200
PAGE_NUMBER = re.compile(r"\d{1,3}$")
CHAPTER_NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*|[A-Z])[.)]?\s+")
CONTENTS_HEADING = re.compile(
    r"^(?:innehåll\w*|innhold\w*|indhold\w*|(?:table of )?contents)\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line that may be one of a table of contents."""

    start: int
    end: int
    title: str
    page: int


def without_contents(file: LoadedFile) -> LoadedFile:
    """The file without the blocks that stand in a table of contents; its text is as before."""
    blocks: Sequence[Block] = file.blocks
    for start, end in contents_spans(file.text):
        blocks = _outside(file.text, blocks, start, end)
    return replace(file, blocks=tuple(blocks))


def contents_spans(text: str) -> list[tuple[int, int]]:
    """Where tables of contents stand.

    One is a run of lines that end in page numbers which never fall, and whose titles stand in the
    text again, the first and the last and at least half of them: a table of figures looks the same
    but for that.
    """
    runs = [run for run in _runs(text) if len({entry.title for entry in run}) >= FEWEST_ENTRIES]
    lines = {_key(line) for line in text.splitlines() if len(line) <= LONGEST_ENTRY} if runs else set()
    return [span for run in runs if (span := _listed(run, lines))]


def _runs(text: str) -> Iterator[list[_Entry]]:
    """Runs of possible entries; a title may begin on the line above the one with its page number."""
    run: list[_Entry] = []
    begun = False
    position = 0
    for line in text.splitlines(keepends=True):
        entry = _entry(line, position)
        position += len(line)
        if entry and (not run or entry.page >= run[-1].page):
            run.append(entry)
            begun = False
        elif run and not entry and not begun and line.strip() and len(line) <= LONGEST_ENTRY:
            begun = True
        elif begun or line.strip():
            yield run
            run, begun = [entry] if entry else [], False
    yield run


def _entry(line: str, position: int) -> _Entry | None:
    words = line.rstrip()
    page = PAGE_NUMBER.search(words) if len(words) <= LONGEST_ENTRY else None
    if page is None:
        return None
    title = words[: page.start()].rstrip(" \t\u00a0.…")
    if not any(sign.isalpha() for sign in title) or len(title) == page.start():
        return None
    return _Entry(position, position + len(line), _key(title), int(page.group()))


def _listed(run: Sequence[_Entry], lines: set[str]) -> tuple[int, int] | None:
    again = [number for number, entry in enumerate(run) if entry.title in lines]
    if len({run[number].title for number in again}) < FEWEST_ENTRIES - 1:
        return None
    part = run[again[0] : again[-1] + 1]
    listed = len(part) >= FEWEST_ENTRIES and 2 * len(again) >= len(part)
    return (part[0].start, part[-1].end) if listed else None


def _key(line: str) -> str:
    return CHAPTER_NUMBER.sub("", heading_text(line)).rstrip(" .:").casefold()


def _outside(text: str, blocks: Sequence[Block], start: int, end: int) -> list[Block]:
    """The blocks without what lies within [start, end) and the word "contents" above it."""
    pieces = []
    for block in blocks:
        for first, last in ((block.start, min(block.end, start)), (max(block.start, end), block.end)):
            piece = text[first:last]
            if piece.strip():
                first += len(piece) - len(piece.lstrip())
                pieces.append(replace(block, start=first, end=first + len(piece.strip())))
    above = [piece for piece in pieces if piece.end <= start][-1:]
    named = above and CONTENTS_HEADING.match(
        heading_text(text[above[0].start : above[0].end][:LONGEST_ENTRY])
    )
    return [piece for piece in pieces if not named or piece is not above[0]]
