"""Tables as CSV that spreadsheets open as they are, and that cannot make them run anything."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, islice

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else, and å, ä and ö come out wrong."""
DELIMITER = ";"
"""What Excel expects where the comma is the decimal mark, as in Swedish and Norwegian."""
LINES = 200
# A cell that begins like this is a formula to a spreadsheet; so are their wide forms, and a blank hides them.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_parts(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The table as pieces of text, as the rows come."""
    yield BOM
    yield from gathered(map(_line, chain([header], rows)))


def gathered(lines: Iterable[str]) -> Iterator[str]:
    """Lines put together into pieces that are worth sending."""
    waiting = iter(lines)
    while piece := "".join(islice(waiting, LINES)):
        yield piece


def harmless(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_RISKY) or text.startswith(_RISKY) else text


def _line(cells: Sequence[object]) -> str:
    written = StringIO()
    told = [harmless(cell) if isinstance(cell, str) else str(cell) for cell in cells]
    csv.writer(written, delimiter=DELIMITER).writerow(told)
    return written.getvalue()
