"""PDF: pages of text in reading order, with headings told by their type and tables by their lines."""

from collections.abc import Mapping, Sequence

import pypdfium2 as pdfium

from ingest.loaded import BlockKind, LoadedFile
from ingest.loaders.builder import TextBuilder
from ingest.loaders.pdf_layout import UNREADABLE_SIZE, Layout, heading_goes_on, read_layout, starts_item
from ingest.loaders.pdf_lines import Line, read_lines
from ingest.loaders.pdf_tables import Table, find_tables, may_hold_table
from ingest.loaders.tidy import TEXT_LIMIT
from ingest.statuses import FileStatus, Unreadable
from vectorstore.passages import Page

PAGE_LIMIT = 2_000
_FEWEST_HEADINGS = 2  # for the headings to count as the file's own structure
_NEW_PARAGRAPH = 1.35  # times the usual distance between lines


def load_pdf(data: bytes) -> LoadedFile:
    """The pages' text; raises Unreadable for passwords, damage, too many pages and pages without text."""
    document = _opened(data)
    try:
        pages, suspects = _read(document)
        properties = _properties(document)
    finally:
        document.close()
    tables, warnings = find_tables(data, suspects)
    layout = read_layout(pages)
    builder, spans = TextBuilder(), []
    tiny = 0
    for number, lines in enumerate(pages):
        start = builder.length
        tiny += _PageReading(builder, layout, lines, tables.get(number, [])).read()
        spans.append(Page(number + 1, start, builder.length))
    if tiny:
        warnings += (f"{tiny} lines in type too small to read were left out",)
    headings = sum(block.kind is BlockKind.HEADING for block in builder.blocks)
    structured = headings >= _FEWEST_HEADINGS
    return LoadedFile(
        builder.text, tuple(builder.blocks), tuple(spans), structured, properties, warnings=warnings
    )


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Unreadable(FileStatus.ENCRYPTED) from error
        raise Unreadable(FileStatus.DAMAGED, "it cannot be opened as a PDF") from error
    if count > PAGE_LIMIT:
        raise Unreadable(FileStatus.TOO_LARGE, f"{count:,} pages, and {PAGE_LIMIT:,} are allowed")
    return document


def _read(document: pdfium.PdfDocument) -> tuple[list[list[Line]], list[int]]:
    """Every page's lines, and the numbers (from 0) of pages that may hold tables."""
    pages: list[list[Line]] = []
    suspects: list[int] = []
    characters, broken = 0, 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            broken += 1
            pages.append([])
            continue
        lines = read_lines(page)
        characters += sum(len(line.text) for line in lines)
        if characters > TEXT_LIMIT:
            raise Unreadable(FileStatus.TOO_LARGE, f"more than {TEXT_LIMIT:,} characters of text")
        if lines and may_hold_table(page):
            suspects.append(number)
        pages.append(lines)
        page.close()
    if broken == len(pages):
        raise Unreadable(FileStatus.DAMAGED, "none of its pages can be opened")
    return pages, suspects


def _properties(document: pdfium.PdfDocument) -> Mapping[str, object]:
    """Title, author and dates of the document information; titles that a program made up are left out."""
    stated = document.get_metadata_dict(skip_empty=True)
    found = {"title": stated.get("Title", "").strip(), "author": stated.get("Author", "").strip()}
    if found["title"].lower().startswith(("microsoft word", "untitled", "powerpoint", "(anonymous")):
        found["title"] = ""
    for name, key in (("created", "CreationDate"), ("modified", "ModDate")):
        digits = stated.get(key, "").removeprefix("D:")[:8]
        if len(digits) == 8 and digits.isdecimal():
            found[name] = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return {name: value for name, value in found.items() if value}


class _PageReading:
    """Adds one page to the text: lines gather into paragraphs, headings, items and rows."""

    def __init__(
        self, builder: TextBuilder, layout: Layout, lines: Sequence[Line], tables: list[Table]
    ) -> None:
        self.builder, self.layout, self.lines, self.tables = builder, layout, lines, tables
        self.waiting: list[Line] = []
        self.kind, self.level = BlockKind.PARAGRAPH, 0

    def read(self) -> int:
        """Add all lines; returns how many were too small to read."""
        tiny = 0
        for number, line in enumerate(self.lines):
            if table := next((table for table in self.tables if _inside(line, table)), None):
                self._flush()
                self._add_table(table)
            elif line.size < UNREADABLE_SIZE:
                tiny += 1
            elif self.layout.is_edge(self.lines, number):
                self._flush()
                self.builder.add(BlockKind.PARAGRAPH, line.text, block=False)
            else:
                self._take(line)
        self._flush()
        return tiny

    def _take(self, line: Line) -> None:
        level = self.layout.level(line)
        if not self._goes_on(line, level):
            self._flush()
            item = starts_item(line) and not level
            self.kind = BlockKind.HEADING if level else BlockKind.ITEM if item else BlockKind.PARAGRAPH
            self.level = level
        self.waiting.append(line)

    def _goes_on(self, line: Line, level: int) -> bool:
        """Whether the line belongs to the block that is being gathered."""
        if not self.waiting:
            return False
        previous = self.waiting[-1]
        if self.kind is BlockKind.HEADING:
            return heading_goes_on(self.waiting[0], previous, line, len(self.waiting))
        farthest = self.layout.gap * _NEW_PARAGRAPH * max(line.size, previous.size)
        near = 0 <= line.top - previous.top <= farthest
        return near and not level and not starts_item(line)

    def _flush(self) -> None:
        separator = " " if self.kind is BlockKind.HEADING else "\n"
        self.builder.add(self.kind, separator.join(line.text for line in self.waiting), self.level)
        self.waiting.clear()

    def _add_table(self, table: Table) -> None:
        """Add a table's rows where its first line stands; its other lines are then dealt with."""
        if not table.rows:
            return
        header = table.header
        for number, row in enumerate(table.rows):
            self.builder.add_row(list(row), header=header and number == 0)
        position = self.tables.index(table)
        self.tables[position] = Table(table.top, table.bottom, table.left, table.right, ())


def _inside(line: Line, table: Table) -> bool:
    middle = (line.top + line.bottom) / 2
    return table.top <= middle <= table.bottom and table.left - 2 <= line.left <= table.right
