"""A conversation as a Word document (.docx) that screen readers can walk through."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.export.composing import Conversation
from assistant.export.parts import Grid, Heading, Listed, Paragraph, Part, Run, Source

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

TAGS = {"sv": "sv-SE", "en": "en-GB", "no": "nb-NO"}
INK, SOFT = "0B5563", "55606A"
_STYLES = {"quote": "Quote", "notice": "Intense Quote"}


def as_word(parts: Iterable[Part], conversation: Conversation) -> bytes:
    """The document's bytes: A4, in the conversation's language, with its headings, table and links."""
    import docx

    document = docx.Document()
    _prepare(document, conversation)
    for part in parts:
        _add(document, part)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _prepare(document: "Document", conversation: Conversation) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    defaults: Any = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), TAGS[conversation.language])
    properties.append(spoken)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Quote", "Intense Quote", "List Bullet"):
        style: Any = document.styles[name]
        style.font.name = "Calibri"
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:asciiTheme"), "minorHAnsi")
        style.font.color.rgb = RGBColor.from_string(INK) if name.startswith("Heading") else None
    notice: Any = document.styles["Intense Quote"]
    notice.font.italic = notice.font.bold = False
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(11)
    core = document.core_properties
    core.title, core.language = conversation.title, TAGS[conversation.language]
    core.author = conversation.organisation or "Utblick"
    core.created = core.modified = datetime(*conversation.on.timetuple()[:3], tzinfo=UTC)
    core.comments = conversation.words["ai"]


def _add(document: "Document", part: Part) -> None:
    match part:
        case Heading(level, text, spoken):
            _write(document.add_heading(level=level), (Run(text),), spoken)
        case Paragraph(runs, kind, spoken):
            _write(document.add_paragraph(style=_STYLES.get(kind)), runs, spoken, kind in ("label", "small"))
        case Listed(items, numbered, spoken):
            for number, (depth, runs) in enumerate(items, start=1):
                bullet = "List Bullet 2" if depth else "List Bullet"
                # Word would count on from one numbered list to the next: the numbers are written out.
                counted = (Run(f"{number}. "), *runs) if numbered else runs
                style = "List Paragraph" if numbered else bullet
                _write(document.add_paragraph(style=style), counted, spoken)
        case Grid():
            _table(document, part)
        case Source():
            _source(document, part)


def _table(document: "Document", grid: Grid) -> None:
    from docx.oxml import OxmlElement

    table = document.add_table(rows=0, cols=len(grid.head))
    table.style = "Table Grid"
    for number, row in enumerate((grid.head, *grid.rows)):
        cells = table.add_row().cells
        for cell, runs in zip(cells, row, strict=True):
            bold = tuple(Run(run.text, run.link, True) for run in runs)
            _write(cell.paragraphs[0], bold if number == 0 else runs, grid.spoken)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _source(document: "Document", source: Source) -> None:
    from docx.shared import Cm

    first = document.add_paragraph()
    _write(first, (Run(f"[{source.number}] ", strong=True),), "")
    _write(first, (Run(source.title, source.link, True),), source.spoken)
    first.paragraph_format.keep_with_next = True
    first.paragraph_format.space_after = 0
    facts = [text for text in (source.facts, source.validity, source.standing) if text]
    if facts:
        told = document.add_paragraph()
        _write(told, (Run("\n".join(facts)),), "", soft=True)
        told.paragraph_format.left_indent = Cm(0.8)
        told.paragraph_format.space_after = 0
    if source.quote:
        quoted = document.add_paragraph(style="Quote")
        _write(quoted, (Run(source.quote),), source.spoken)
        quoted.paragraph_format.left_indent = Cm(0.8)


def _write(paragraph: "WordParagraph", runs: Iterable[Run], spoken: str, soft: bool = False) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    for run in runs:
        written: Any = paragraph.add_run(run.text)
        written.bold = True if run.strong else None
        if soft:
            written.font.color.rgb = RGBColor.from_string(SOFT)
        if run.link:
            written.font.color.rgb, written.font.underline = RGBColor.from_string(INK), True
            _make_link(paragraph, written, run.link)
        if spoken in TAGS:
            tag = OxmlElement("w:lang")
            tag.set(qn("w:val"), TAGS[spoken])
            written._r.get_or_add_rPr().append(tag)


def _make_link(paragraph: "WordParagraph", run: Any, link: str) -> None:
    """Put the run into a hyperlink to `link`, which is kept as a relationship to the outside."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), paragraph.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(element)
    element.append(run._r)
