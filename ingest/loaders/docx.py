"""Word: headings by style, paragraphs, list items and tables, in the order of the body."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from ingest.loaded import BlockKind, LoadedFile
from ingest.loaders.builder import TextBuilder, squeezed
from ingest.loaders.docx_package import check_package
from ingest.loaders.docx_runs import paragraph_text
from ingest.loaders.docx_styles import PLAIN, Style, is_numbered, is_on, outline_level, read_styles
from ingest.statuses import FileStatus, Unreadable

_WRAPPERS = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:customXml"))
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_FIRST_ROW = 0x0020  # the bit of w:tblLook that says that the first row is special


def load_docx(data: bytes) -> LoadedFile:
    """The document's text, without comments, hidden and deleted text; footnotes follow the body.

    Raises Unreadable for an archive that is unsafe or no Word document.
    """
    check_package(data)
    try:
        document = Document(BytesIO(data))
        reading = _Reading(read_styles(document.styles.element))
        reading.body(document.element.body)
        for part in document.part.rels.values():
            if part.reltype == RELATIONSHIP_TYPE.FOOTNOTES and not part.is_external:
                reading.footnotes(parse_xml(part.target_part.blob))
        properties = _properties(document)
    except (PackageNotFoundError, KeyError, ValueError, AttributeError) as error:
        raise Unreadable(FileStatus.DAMAGED, f"it cannot be opened as a Word document ({error})") from error
    builder, hidden = reading.builder, reading.hidden
    warnings = (f"{hidden} stretches of hidden text were left out",) if hidden else ()
    return LoadedFile(builder.text, tuple(builder.blocks), (), True, properties, warnings=warnings)


class _Reading:
    """Builds the text; the XML is walked as it is, since python-docx's own objects are ten times slower."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self.builder = TextBuilder()
        self.styles = styles
        self.hidden = 0

    def body(self, element: Any) -> None:
        for child in _contents(element):
            if child.tag == _PARAGRAPH:
                self._paragraph(child)
            elif child.tag == _TABLE:
                self._table(child)

    def footnotes(self, root: Any) -> None:
        """Add each footnote as a paragraph; those with a type are only separators."""
        for note in root.iterchildren(qn("w:footnote")):
            if note.get(qn("w:type")) in (None, "normal"):
                text = "\n".join(self._text(paragraph) for paragraph in note.iter(_PARAGRAPH))
                self.builder.add(BlockKind.PARAGRAPH, squeezed(text))

    def _paragraph(self, element: Any) -> None:
        properties = element.find(qn("w:pPr"))
        style = self._style(properties)
        level = outline_level(properties) or style.level
        item = is_numbered(properties) or style.item
        kind = BlockKind.HEADING if level else BlockKind.ITEM if item else BlockKind.PARAGRAPH
        text = squeezed(self._text(element))
        if kind is BlockKind.HEADING:
            text = text.replace("\n", " ")
        self.builder.add(kind, text, level, block=not style.contents)

    def _text(self, paragraph: Any) -> str:
        text, hidden = paragraph_text(paragraph, self.styles, self._style(paragraph.find(qn("w:pPr"))).hidden)
        self.hidden += hidden
        return text

    def _style(self, properties: Any) -> Style:
        named = None if properties is None else properties.find(qn("w:pStyle"))
        return PLAIN if named is None else self.styles.get(named.get(qn("w:val"), ""), PLAIN)

    def _table(self, table: Any) -> None:
        for number, row in enumerate(part for part in _contents(table) if part.tag == _ROW):
            cells = [self._cell(cell) for cell in _contents(row) if cell.tag == _CELL]
            properties = row.find(qn("w:trPr"))
            header = bool(is_on(properties, "w:tblHeader")) or (number == 0 and _first_row_is_special(table))
            self.builder.add_row(cells, header=header and len(cells) > 1)

    def _cell(self, cell: Any) -> str:
        """All words of a cell, those of tables inside it too."""
        return " ".join(self._text(paragraph) for paragraph in cell.iter(_PARAGRAPH))


def _contents(element: Any) -> Iterator[Any]:
    """The children, with those inside content controls and insertions as if they were not wrapped."""
    waiting = [iter(element)]
    while waiting:
        for child in waiting[-1]:
            if child.tag in _WRAPPERS:
                waiting.append(iter(child))
                break
            yield child
        else:
            waiting.pop()


def _first_row_is_special(table: Any) -> bool:
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    if look is None:
        return False
    if stated := look.get(qn("w:firstRow")):
        return str(stated) in ("1", "true", "on")
    try:
        return bool(int(look.get(qn("w:val"), "0"), 16) & _FIRST_ROW)
    except ValueError:
        return False


def _properties(document: Any) -> Mapping[str, object]:
    relations = document.part.package.rels.values()
    if not any(relation.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for relation in relations):
        return {}  # python-docx would make some up, with today's date
    core = document.core_properties
    dates = {"created": core.created, "modified": core.modified}
    found = {"title": core.title, "author": core.author, "language": core.language}
    found |= {name: date.date().isoformat() for name, date in dates.items() if date}
    return {name: value.strip() for name, value in found.items() if value and value.strip()}
