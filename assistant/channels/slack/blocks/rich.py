"""Lines as rich text blocks: their text is shown by Slack as it stands and never read as markup."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from assistant.channels.slack.blocks.lines import Line, Mark
from assistant.channels.slack.blocks.splitting import size, split
from assistant.channels.slack.messages import Block
from assistant.export.parts import Run, Runs

MOST = 2900
"""Characters of text and addresses in one block."""
MOST_LINES = 100
DEEPEST = 4

# Plain dictionaries: slack_sdk's classes for these elements check nothing and take a second for long texts.
Element = dict[str, Any]


def rich_blocks(lines: Iterable[Line]) -> list[Block]:
    """The lines as blocks, each of at most MOST characters and MOST_LINES lines."""
    return [_block(held) for held in _portions(lines)]


def _portions(lines: Iterable[Line]) -> Iterator[list[Line]]:
    held: list[Line] = []
    used = 0
    for line in (piece for each in lines for piece in split(each, MOST)):
        length = size(line.runs)
        if held and (used + length > MOST or len(held) >= MOST_LINES):
            yield held
            held, used = [], 0
        held.append(line)
        used += length
    if held:
        yield held


def _block(lines: Sequence[Line]) -> Block:
    elements: list[Element] = []
    for _, group in groupby(_keyed(lines), key=lambda pair: pair[0]):
        elements += _elements([line for _, line in group], first=not elements)
    return {"type": "rich_text", "elements": elements}


def _keyed(lines: Sequence[Line]) -> Iterator[tuple[object, Line]]:
    """Each line with what it shares with those in one element with it: a list counts on without a break."""
    for place, line in enumerate(lines):
        counted = line.number - place if line.mark is Mark.NUMBER else 0
        yield (line.mark, line.depth, counted), line


def _elements(lines: Sequence[Line], first: bool) -> Iterator[Element]:
    match lines[0].mark:
        case Mark.NONE:
            yield {"type": "rich_text_section", "elements": _parts(_paragraphs(lines, first))}
        case Mark.QUOTE:
            yield {"type": "rich_text_quote", "elements": _parts(_paragraphs(lines, True))}
        case mark:
            yield _list(lines, mark)


def _list(lines: Sequence[Line], mark: Mark) -> Element:
    found: Element = {
        "type": "rich_text_list",
        "style": "ordered" if mark is Mark.NUMBER else "bullet",
        "indent": min(lines[0].depth, DEEPEST),
        "elements": [{"type": "rich_text_section", "elements": _parts(line.runs)} for line in lines],
    }
    if lines[0].number > 1:
        found["offset"] = lines[0].number - 1
    return found


def _paragraphs(lines: Sequence[Line], first: bool) -> Runs:
    """Lines below each other, an empty line before those with a gap."""
    runs: list[Run] = []
    for line in lines:
        begins = first and not runs
        breaks = 0 if begins else (1 if runs else 0) + line.gap
        runs += [Run("\n" * breaks)] if breaks else []
        runs += line.runs
    return tuple(runs)


def _parts(runs: Runs) -> list[Element]:
    return [_part(run) for run in runs if run.text]


def _part(run: Run) -> Element:
    if run.link:
        found: Element = {"type": "link", "url": run.link, "text": run.text}
    else:
        found = {"type": "text", "text": run.text}
    return {**found, "style": {"bold": True}} if run.strong else found
