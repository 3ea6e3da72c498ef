"""Excel files that mean harm to the program that reads them, or that openpyxl alone would not read."""

from datetime import timedelta
from io import BytesIO
from time import monotonic
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from question_files import (
    SECOND,
    SHEET,
    doctype,
    faults,
    inline,
    questions,
    raw_sheet,
    with_part,
    with_texts,
    xlsx,
)

from assistant.evaluation.sets import SetError, read_bytes

BOOK, LINKS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
TYPES, PROPERTIES = "[Content_Types].xml", "docProps/core.xml"
ASKED = xlsx(("Fråga",), ("Hur?",))
R = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def merged(*references: str) -> bytes:
    """A workbook with these ranges merged."""
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in references)
    return raw_sheet(b"", f"<mergeCells>{ranges}</mergeCells>".encode())


@pytest.mark.parametrize(
    "references",
    [
        ("A1:XFD1048576",),
        ("XFD1:A1048576", "XFD1:A1048576", "A1:XFD1048576"),
        ("A:A",),
        ("1:1",),
        [f"A{row}:XFD{row}" for row in range(1, 5)],
    ],
    ids=str,
)
def test_merged_ranges_of_too_many_cells_are_refused_at_once(references: tuple[str, ...]) -> None:
    data = merged(*references)
    started = monotonic()
    assert faults("a.xlsx", data) == [(0, "", "large_inside")]
    assert monotonic() - started < 1


@pytest.mark.parametrize(
    ("part", "root"),
    [
        (SHEET, b"<worksheet"),
        (BOOK, b"<workbook"),
        (LINKS, b"<Relationships"),
        (STYLES, b"<styleSheet"),
        (TYPES, b"<Types"),
        (PROPERTIES, b"<cp:coreProperties"),
    ],
)
def test_a_document_type_is_refused_in_every_part(part: str, root: bytes) -> None:
    data = doctype(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', part, root)
    with pytest.raises(SetError) as caught:
        read_bytes("a.xlsx", data)
    assert [(fault.code, fault.names["value"]) for fault in caught.value.faults] == [("refused_xml", part)]


def test_a_sheet_that_is_named_many_times_is_not_read_many_times() -> None:
    again = b"<sheet " + R + b' name="B" sheetId="2" r:id="rId1"/></sheets>'
    assert faults("a.xlsx", with_part(ASKED, BOOK, b"</sheets>", again)) == [(0, "", "damaged")]
    for target in (b"worksheets/./sheet1.xml", b'../xl/worksheets/sheet1.xml" TargetMode="Internal'):
        link = b'<Relationship Id="x" Type="y" Target="' + target + b'"/></Relationships>'
        assert faults("a.xlsx", with_part(ASKED, LINKS, b"</Relationships>", link)) == [(0, "", "damaged")]


def test_a_link_is_one_within_the_file() -> None:
    link = b'<Relationship Id="x" Type="y" Target="xl/worksheets/sheet1.xml" TargetMode="External"/>'
    data = with_part(ASKED, LINKS, b"</Relationships>", link + b"</Relationships>")
    again = b"<sheet " + R + b' name="B" sheetId="2" r:id="x"/></sheets>'
    assert questions("a.xlsx", with_part(data, BOOK, b"</sheets>", again)) == ["Hur?"]
    own = b"/xl/worksheets/sheet1.xml"
    assert questions("a.xlsx", with_part(ASKED, LINKS, own, own + b'" TargetMode="External')) == ["Hur?"]


def test_a_long_number_format_is_refused() -> None:
    one = b'<numFmts><numFmt numFmtId="200" formatCode="' + b"0" * 256 + b'"/></numFmts>'
    assert faults("a.xlsx", with_part(ASKED, STYLES, b'<numFmts count="0"/>', one)) == [
        (0, "", "large_inside")
    ]


def test_a_range_of_links_or_a_comment_on_it_costs_nothing() -> None:
    """For these, too, openpyxl makes a cell of every place."""
    far = b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'
    sheet = b'<row r="1">' + inline("A1", "Fråga") + b'</row><row r="2">' + inline("A2", "Hur?") + b"</row>"
    started = monotonic()
    assert questions("a.xlsx", raw_sheet(sheet, far)) == ["Hur?"]

    def comment(book: Any) -> None:
        from openpyxl.comments import Comment

        book.active["A1"].comment = Comment("Se här", "A")

    data = xlsx(("Fråga",), ("Hur?",), change=comment)
    notes = "xl/comments/comment1.xml"
    assert questions("a.xlsx", with_part(data, notes, b'ref="A1"', b'ref="A1:XFD1048576"')) == ["Hur?"]
    assert monotonic() - started < 2


def test_what_stands_around_the_cells_is_not_read() -> None:
    """Each of these keeps openpyxl from reading the file at all."""
    font = with_part(ASKED, STYLES, b'<family val="2"/>', b'<family val="99"/>')
    row = with_part(font, SHEET, b'<row r="2"', b'<row r="2" ht="tall"')
    view = with_part(row, SHEET, b"<selection ", b'<pane state="sned"/><selection ')
    dated = with_part(view, PROPERTIES, b"<dcterms:created", b"<dcterms:created1")
    assert questions("a.xlsx", dated) == ["Hur?"]


def test_a_strict_workbook_is_read() -> None:
    usual, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    file = BytesIO()
    with ZipFile(BytesIO(ASKED)) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            for kind in (b"officeDocument/", b"spreadsheetml/"):
                content = content.replace(usual + kind + b"2006/", strict + kind)
            target.writestr(name, content)
    assert questions("a.xlsx", file.getvalue()) == ["Hur?"]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (STYLES, b"<cellXfs", b'<numFmts><numFmt numFmtId="x" formatCode="0"/></numFmts><cellXfs'),
        (SHEET, b'r="A2"', b'r="2A"'),
        (SHEET, b't="inlineStr"', b't="s"><v>7</v></c><c'),
        (SHEET, b't="inlineStr"', b't="n"><v>sju</v></c><c'),
        (BOOK, b'state="visible"', b'state="borta"'),
        (BOOK, b'r:id="rId1"', b'r:id="rId9"'),
        (BOOK, b'r:id="rId1"', b""),
        (LINKS, b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/sheet7.xml"),
        (TYPES, b"spreadsheetml.sheet.main+xml", b"x+xml"),
        (SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="C3:A1"/></mergeCells>'),
        (SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="1x!"/></mergeCells>'),
    ],
)
def test_a_file_that_openpyxl_cannot_read_is_told(part: str, old: bytes, new: bytes) -> None:
    with pytest.raises(SetError) as caught:
        read_bytes("a.xlsx", with_part(ASKED, part, old, new))
    (fault,) = caught.value.faults
    assert (fault.code, bool(fault.names["reason"])) == ("damaged", True)
    assert "Traceback" not in str(caught.value) and len(str(caught.value)) < 200


def test_a_broken_sheet_is_told_whichever_it_is() -> None:
    data = xlsx(("Fråga",), ("Hur?",), change=lambda book: book.create_sheet("Mer"))
    assert faults("a.xlsx", with_part(data, SECOND, b"<sheetData", b"<trasig")) == [(0, "", "damaged")]


def test_a_picture_and_all_that_excel_can_add_does_no_harm() -> None:
    def decorate(book: Any) -> None:
        from openpyxl.chart import BarChart
        from openpyxl.formatting.rule import CellIsRule
        from openpyxl.worksheet.datavalidation import DataValidation
        from openpyxl.worksheet.table import Table

        sheet = book.active
        sheet.add_chart(BarChart(), "D5")
        sheet.add_table(Table(displayName="Tabell", ref="A1:A2"))
        sheet.add_data_validation(DataValidation(type="list", formula1='"a,b"', sqref="B1:B9"))
        sheet.conditional_formatting.add("A1:A9", CellIsRule(operator="equal", formula=["1"]))
        sheet["A2"].hyperlink = "https://exempel.invalid/"

    data = xlsx(("Fråga",), ("Hur?",), change=decorate)
    file = BytesIO(data)
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n")
        archive.writestr("xl/drawings/vmlDrawing1.vml", b"<xml><br></xml>")
    assert questions("a.xlsx", file.getvalue()) == ["Hur?"]


def test_numbers_and_times_that_are_none() -> None:
    cells = b'<c r="B2"><v>1e999</v></c>', b'<c r="B2"><v>' + b"9" * 4000 + b"</v></c>"
    for cell in cells:
        head = b'<row r="1">' + inline("A1", "Fråga") + inline("B1", "Facit") + b"</row>"
        sheet = head + b'<row r="2">' + inline("A2", "Hur?") + cell + b"</row>"
        assert faults("a.xlsx", raw_sheet(sheet)) == [(2, "Facit", "cell_error")]

    def late(book: Any) -> None:
        book.active["B2"].number_format = "yyyy-mm-dd"

    assert faults("a.xlsx", xlsx(("Fråga", "Facit"), ("Hur?", 10**9), change=late)) == [
        (2, "Facit", "cell_error")
    ]
    (case,) = read_bytes("a.xlsx", xlsx(("Fråga", "Facit"), ("Hur?", timedelta(hours=36)))).cases
    assert case.gold_answer == "36:00"


def test_a_formula_without_a_value_is_told_in_every_row_it_is_shared_with() -> None:
    first = b'<c r="B2"><f t="shared" ref="B2:B3" si="0">LEN(A2)</f></c>'
    second = b'<c r="B3"><f t="shared" si="0"/><v></v></c>'
    sheet = b'<row r="1">' + inline("A1", "Fråga") + inline("B1", "Facit") + b"</row>"
    sheet += b'<row r="2">' + inline("A2", "Hur?") + first + b"</row>"
    sheet += b'<row r="3">' + inline("A3", "Var?") + second + b"</row>"
    assert faults("a.xlsx", raw_sheet(sheet)) == [(2, "Facit", "formula"), (3, "Facit", "formula")]


def test_the_looks_of_a_text_are_not_read() -> None:
    text = '<r><rPr><family val="99"/></rPr><t>Fråga</t></r>'
    sheet = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2">' + inline("A2", "Hur?") + b"</row>"
    assert questions("a.xlsx", with_texts(raw_sheet(sheet), text)) == ["Hur?"]
