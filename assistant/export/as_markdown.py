"""A conversation as Markdown that means what it shows: what others wrote makes no link, image or HTML."""

import re
from collections.abc import Iterable, Iterator

from assistant.export.parts import Grid, Heading, Listed, Paragraph, Part, Run, Source

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&!{}@$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^[ \t]*(?:([-+=:])|(\d{1,9})([.)]))", re.MULTILINE)


def as_markdown(parts: Iterable[Part]) -> str:
    """The document as one text, parts separated by blank lines."""
    return "\n\n".join(text for part in parts for text in _written(part)) + "\n"


def escaped(text: str) -> str:
    """`text` with a backslash before every sign that has a meaning inside a line."""
    return _SIGNS.sub(r"\\\g<0>", text)


def _written(part: Part) -> Iterator[str]:
    match part:
        case Heading(level, text):
            yield f"{'#' * level} {_line((Run(text),))}"
        case Paragraph(runs, kind):
            yield _prefixed("> " if kind in ("quote", "notice") else "", _lines(runs))
        case Listed(items, numbered):
            yield "\n".join(_item(depth, runs, numbered) for depth, runs in items)
        case Grid(head, rows):
            lines = [head, *rows]
            written = [f"| {' | '.join(_line(cell) for cell in row)} |" for row in lines]
            yield "\n".join([written[0], f"|{' --- |' * len(head)}", *written[1:]])
        case Source():
            yield from _source(part)


def _source(source: Source) -> Iterator[str]:
    yield f"**\\[{source.number}\\]** {_line((Run(source.title, source.link),))}"
    for text in (source.facts, source.validity, source.standing):
        if text:
            yield _lines((Run(text),))
    if source.quote:
        yield _prefixed("> ", _lines((Run(source.quote),)))


def _item(depth: int, runs: Iterable[Run], numbered: bool) -> str:
    indent = "   " * depth
    return f"{indent}{'1. ' if numbered else '-  '}{_lines(runs)}".replace("\n", f"\\\n{indent}   ")


def _lines(runs: Iterable[Run]) -> str:
    """The runs in lines, none of which begins something else; line breaks stay."""
    lines = ["".join(map(_run, line)) for line in _split(runs)]
    bare = [_LINE_START.sub(_safe_start, line.strip()) for line in lines]
    return "\\\n".join(line for line in bare if line)


def _line(runs: Iterable[Run]) -> str:
    return " ".join(_lines(runs).replace("\\\n", " ").split())


def _split(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(Run(first, run.link, run.strong))
        lines += [[Run(other, run.link, run.strong)] for other in others]
    return lines


def _run(run: Run) -> str:
    text = escaped(run.text)
    if run.link and run.text:
        return f"[{text}]({run.link.replace('(', '%28').replace(')', '%29')})"
    if run.strong and run.text.strip():
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}**{text.strip()}**{after}"
    return text


def _safe_start(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def _prefixed(prefix: str, text: str) -> str:
    return "\n".join(prefix + line for line in text.split("\n"))
