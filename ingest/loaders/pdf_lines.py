"""The lines of a PDF page: their words, where they stand, and in which type."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

# pdfium writes U+FFFE (older versions U+0002) for a hyphen at a line's end and runs the lines together.
_HYPHEN_AT_END = re.compile("[\ufffe\x02]")
_LINE = re.compile("[^\r\n\ufffe\x02]+[\ufffe\x02]?")
_BOLD = re.compile(r"bold|black|heavy|semibd|demi|-bd\b|cmbx", re.IGNORECASE)
_NAME_BYTES = 128


@dataclass(frozen=True, slots=True)
class Line:
    """One line; distances in points from the page's top left corner, `size` the type size in points."""

    text: str
    left: float
    top: float
    bottom: float
    size: float
    bold: bool


def read_lines(page: pdfium.PdfPage) -> list[Line]:
    """The page's lines in the order in which the file draws them."""
    text_page = page.get_textpage()
    try:
        return list(_lines(text_page, text_page.get_text_range(errors="replace"), page.get_mediabox()[3]))
    finally:
        text_page.close()


def _lines(text_page: pdfium.PdfTextPage, text: str, page_top: float) -> Iterator[Line]:
    for found in _LINE.finditer(text):
        words = _HYPHEN_AT_END.sub("-", found.group()).rstrip()
        if not words.strip():
            continue
        marks = [found.start() + n for n, character in enumerate(words) if not character.isspace()]
        asked = [raw.FPDFText_GetCharIndexFromTextIndex(text_page, mark) for mark in _spread(marks)]
        boxes = [box for index in asked if (box := _box(text_page, index))]
        sizes = sorted(_size(text_page, index) for index in asked)
        if not boxes:
            continue
        yield Line(
            words.strip(),
            left=boxes[0][0],
            top=page_top - max(box[3] for box in boxes),
            bottom=page_top - min(box[1] for box in boxes),
            size=round(2 * sizes[len(sizes) // 2]) / 2,
            bold=all(_is_bold(text_page, index) for index in asked),
        )


def _spread(marks: list[int]) -> list[int]:
    """First, middle and last: to ask every character would take ten times as long."""
    return sorted({marks[0], marks[len(marks) // 2], marks[-1]})


def _box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top of a character's line height, from the page's bottom left corner."""
    rect = raw.FS_RECTF()
    if index < 0 or not raw.FPDFText_GetLooseCharBox(text_page, index, rect):
        return None
    return rect.left, rect.bottom, rect.right, rect.top


def _size(text_page: pdfium.PdfTextPage, index: int) -> float:
    """Type size in points as it is drawn: many programs set size 1 and scale it."""
    size = float(raw.FPDFText_GetFontSize(text_page, index))
    matrix = raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(text_page, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size if math.isfinite(size) else 0.0


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(_NAME_BYTES)
    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(text_page, index, name, _NAME_BYTES, flags)
    return 0 < length <= _NAME_BYTES and bool(_BOLD.search(name.value.decode("utf-8", "replace")))
