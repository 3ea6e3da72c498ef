"""The rows of a CSV file as Excel and its like write them: any delimiter, the usual encodings."""

import codecs
import csv
import re
from io import StringIO
from itertools import islice

from assistant.evaluation.grid import HEADER_ROWS, Grid, Line, find_header, has_question, known, make_line
from assistant.evaluation.set_errors import Faults, shorten

_DELIMITERS = (";", ",", "\t")
_NONE = "\x1f"  # for a table of one column, whose commas are text
_SEP = re.compile(r"sep=(.)(?:\r\n|\n|\r|$)", re.IGNORECASE)
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
# What Excel saves as CSV in Swedish, for Windows, for MS-DOS and for Macintosh.
_SINGLE_BYTE = ("cp1252", "cp850", "mac_roman")
_INSIDE_WORD = re.compile(r"(?<=[a-z])[åäöæøé](?=[a-z])")


def read_grid(data: bytes, faults: Faults) -> Grid:
    """The rows, numbered as Excel shows them: a cell with line breaks is one row, "sep=;" is none."""
    if data.startswith(_PACKED):
        faults.stop("not_text_file")
    text = _decode(data, faults)
    if stated := _SEP.match(text):
        return Grid(_lines(text[stated.end() :], stated[1], faults))
    return Grid(_lines(text, _delimiter(text), faults))


def _decode(data: bytes, faults: Faults) -> str:
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif _mostly_zero(data[1:200:2]):
        encoding = "utf-16-le"
    elif _mostly_zero(data[:200:2]):
        encoding = "utf-16-be"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return _single_byte(data, faults) if encoding == "utf-8-sig" else faults.stop("encoding")


def _mostly_zero(data: bytes) -> bool:
    return 2 * data.count(0) > len(data)


def _single_byte(data: bytes, faults: Faults) -> str:
    """The reading with most Nordic letters inside words; the first of equals."""
    readings = []
    for encoding in _SINGLE_BYTE:
        try:
            readings.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    best = max(readings, key=lambda text: len(_INSIDE_WORD.findall(text)))
    if not _INSIDE_WORD.search(best) and len(readings) < len(_SINGLE_BYTE):
        faults.stop(
            "encoding"
        )  # bytes that Windows-1252 has no sign for, and nothing that speaks for another
    return best


def _delimiter(text: str) -> str:
    """The delimiter by which the header has most known columns, else the commonest of the first line."""
    found = {delimiter: _header(text, delimiter) for delimiter in _DELIMITERS}
    counts = {delimiter: known(line) for delimiter, line in found.items() if line and has_question(line)}
    best = max(counts, key=lambda delimiter: counts[delimiter], default="")
    first = text.lstrip("\r\n").partition("\n")[0]
    if best and (counts[best] > 1 or best in first):
        return best
    best = max(_DELIMITERS, key=first.count)
    return best if best in first else _NONE


def _header(text: str, delimiter: str) -> Line | None:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(islice(reader, HEADER_ROWS))
    except csv.Error:
        rows = []
    return find_header([_line(row, cells) for row, cells in enumerate(rows, start=1)])


def _lines(text: str, delimiter: str, faults: Faults) -> list[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            line = _line(row, cells)
            if line.cells:
                lines.append(line)
    except csv.Error:
        faults.stop("quotes", row + 1, value=_start(text, row, delimiter))
    return lines


def _line(row: int, cells: list[str]) -> Line:
    return make_line(row, enumerate(cells, start=1))


def _start(text: str, rows: int, delimiter: str) -> str:
    """How the row after the first `rows` begins."""
    source = StringIO(text, newline="")
    reader = csv.reader(iter(source.readline, ""), delimiter=delimiter, strict=True)
    for _ in islice(reader, rows):
        pass
    return shorten(source.readline())
