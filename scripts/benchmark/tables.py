"""Measurements as Markdown, and their places in docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the measurements: a table, and what must be known to read it."""

    name: str
    table: str
    notes: Sequence[str] = field(default=())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; ValueError for a row with too many or too few cells."""
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"{len(row)} cells under {len(head)} heads: {row}")
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def markdown(part: Part, command: str, seconds: float) -> str:
    """The part as it stands in the document, with where and how it was measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    origin = (
        f"{date.today().isoformat()}, `{command}` ({seconds:.0f} s), {machine()}, "
        f"load {load} at the end (1, 5, 15 minutes)."
    )
    return "\n\n".join([origin, part.table, *part.notes])


def machine() -> str:
    """System, processor count, memory and Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, no GPU used, "
        f"Python {platform.python_version()}"
    )


def save(document: Path, name: str, content: str) -> None:
    """Put the content between the markers of that name, and touch nothing else.

    ValueError when the document does not have both markers, once each and in order.
    """
    text = document.read_text("utf-8")
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"{document} must hold {begin} and after it {end}, once each")
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    document.write_text(f"{before}{begin}\n{content}\n{end}{after}", "utf-8")
