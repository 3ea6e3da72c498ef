"""Makes small files of every kind that is read, and the bad ones that must not do harm."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.oxml import OxmlElement
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

PROSE = (
    "Ärenden om stöd till företag på Öland prövas varje vår.",
    "Åtgärder som ökar exporten går före andra, och små bolag får råd på vägen.",
)
TEXT = f"Rubrik utan märke\n\n{PROSE[0]}\n{PROSE[1]}\n\nVi söker:\n- bolag på Åland\n- nätverk\n  i Norden\n"
MARKDOWN = f"""---
title: Stöd på Öland
period: [2019-01, 2021-03]
language: no
---
# Stöd på Öland

{PROSE[0]} <!-- dolt ord -->
{PROSE[1]}

<!-- hela stycket är dolt -->

## Vilka kan söka

- bolag
  - små bolag
- nätverk

| År | Kronor |
|----|--------|
| 2019 | 500 |
"""
HTML = f"""<!doctype html><html lang="sv"><head><title>Stöd | Exempel</title>
<meta property="og:site_name" content="Exempelregionen"><link rel="canonical" href="https://exempel.invalid/stod">
<script type="application/ld+json">{{"@type": "Article", "datePublished": "2020-05-04"}}</script></head>
<body><header><a href="/">Till startsidan</a></header><nav><ul><li>Meny ett</li><li>Meny två</li></ul></nav>
<div class="cookie-banner">Vi använder kakor</div>
<main><h1>Stöd på Öland</h1><p>{PROSE[0]}</p><p style="display: none">dold instruktion</p>
<p>{PROSE[1]}<span aria-hidden="true">osynligt</span></p><h2>Vilka kan söka</h2>
<ul><li>bolag</li><li>nätverk</li></ul>
<table><tr><th>År</th><th>Kronor</th></tr><tr><td>2019</td><td>500</td></tr></table></main>
<footer>Sidfot med adress</footer></body></html>
"""


def pdf(pages: int = 3) -> bytes:
    """Pages with a running header and number, a heading, prose, items, and a table on the first."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True)
    canvas.setTitle("Stöd på Öland")
    for number in range(1, pages + 1):
        _page(canvas, number)
    canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, number: int) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawString(60, 800, "Exempelregionens program")
    canvas.drawString(500, 30, f"Sida {number}")
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(60, 760, f"Kapitel {'ABCDEFGHIJ'[number % 10]} om stöd")
    canvas.setFont("Helvetica", 11)
    lines = [*PROSE, f"Detta står bara på blad {number} och avslu-", "tas här.", "• bolag", "• nätverk"]
    for row, line in enumerate(lines):
        canvas.drawString(60, 730 - 14 * row, line)
    if number == 1:
        table = Table([["År", "Kronor"], ["2019", "500"], ["2020", "700"]])
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
        table.wrapOn(canvas, 300, 300)
        table.drawOn(canvas, 60, 560)
    canvas.showPage()


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    writer.encrypt("hemligt", algorithm="AES-256")
    return _written(writer)


def empty_pdf() -> bytes:
    """One page with no words, as a scan is."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + tail % (
        count, table, count, len(body),
    )  # fmt: skip


def page_loop_pdf() -> bytes:
    """A page tree whose node is its own child."""
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


def many_pages_pdf(count: int) -> bytes:
    """A page tree that names one page over and over."""
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * count, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    )


def pdf_bomb(megabytes: int = 1024) -> bytes:
    """One page whose content unpacks, twice, to so many MB of blanks."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    content = zlib.compress(once, 9)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%b\nendstream" % (len(content), content),
    )


def text_bomb_pdf(lines: int) -> bytes:
    """A few KB that draw very many lines of text on one page: slow to read, but harmless."""
    content = zlib.compress(
        b"BT /F1 9 Tf 14 TL 60 800 Td " + b"(Ord efter ord i en lang rad) Tj T* " * lines + b"ET", 9
    )
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def docx() -> bytes:
    """Headings (one in a style that is named in Swedish), prose, hidden words, a list and a table."""
    document = Document()
    document.core_properties.title = "Stöd på Öland"
    document.core_properties.author = "Exempelregionen"
    document.add_heading("Stöd på Öland", 1)
    paragraph = document.add_paragraph(PROSE[0])
    paragraph.add_run(" dold instruktion").font.hidden = True
    document.add_paragraph("bolag", style="List Bullet")
    document.add_paragraph("nätverk", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("År", "Kronor", "2019", "500"), strict=True):
        cell.text = text
    style = document.styles.add_style("Rubrik 2", 1)
    style.base_style = None
    document.add_paragraph("Vilka kan söka", style="Rubrik 2")
    document.add_paragraph(PROSE[1])._p.append(_deleted("struken text"))
    return _saved(document)


def _deleted(text: str) -> object:
    deletion, run, words = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    words.text = text
    run.append(words)
    deletion.append(run)
    return deletion


def _saved(document: object) -> bytes:
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def docx_with(parts: dict[str, bytes]) -> bytes:
    """A good Word file with these parts added, or put in place of its own."""
    file = BytesIO()
    with ZipFile(BytesIO(docx())) as good, ZipFile(file, "w", ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if name not in parts:
                bad.writestr(name, good.read(name))
        for name, data in parts.items():
            bad.writestr(name, data)
    return file.getvalue()


def docx_bomb(paragraphs: int = 500_000) -> bytes:
    """About a MB that python-docx needs over a GB for."""
    start, one, end = _BODY_START, b"<w:p><w:r><w:t>a%d</w:t></w:r></w:p>", b"</w:body></w:document>"
    return docx_with(
        {"word/document.xml": start + b"".join(one % number for number in range(paragraphs)) + end}
    )


def entity_docx() -> bytes:
    """Entities within entities, which would be ten thousand million words."""
    entities = b'<!ENTITY a "haha">' + b"".join(
        b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)
    )
    xml = (
        b"<!DOCTYPE w ["
        + entities
        + b"]>"
        + _BODY_START
        + b"<w:p><w:r><w:t>&k;</w:t></w:r></w:p></w:body></w:document>"
    )
    return docx_with({"word/document.xml": xml})


_BODY_START = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'


def xlsx() -> bytes:
    """A zip archive that calls itself an Excel workbook."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def png() -> bytes:
    """The start of a PNG image."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


def deep_html(depth: int = 100_000) -> bytes:
    """Elements within elements."""
    return b"<html><body><p>Ytan.</p>" + b"<div>" * depth + b"botten" + b"</div>" * depth + b"</body></html>"


GOOD = {
    "stod.txt": TEXT.encode(),
    "stod.md": MARKDOWN.encode(),
    "stod.html": HTML.encode(),
    "stod.pdf": pdf(),
    "stod.docx": docx(),
}
