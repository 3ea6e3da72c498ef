"""An Excel file made harmless before it is read: a copy with nothing but its cells."""

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from assistant.evaluation.part_filter import MOST_UNPACKED, PartFilter, too_large
from assistant.evaluation.set_errors import Faults, shorten

_MOST_PARTS = 2000
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
# "Strict" workbooks differ in nothing else that matters here, but openpyxl finds no cells in them.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(officeDocument|spreadsheetml)/")
_USUAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_BROKEN = (BadZipFile, KeyError, EOFError, OSError, ValueError, RuntimeError, zlib.error)


def cells_only(data: bytes, faults: Faults) -> BytesIO:
    """The copy: sheets, their texts and number formats, and nothing else that openpyxl would read.

    A formula without a saved value is in it as an error that reads like the formula. Raises SetError for a
    file that is no Excel file, is damaged or hostile, or holds more than a question set can need.
    """
    if data.startswith(_OLE):
        faults.stop("protected" if _PROTECTED in data else "old_xls_inside")
    if not data.startswith(b"PK"):
        faults.stop("not_xlsx")
    copy = BytesIO()
    try:
        with ZipFile(BytesIO(data)) as source, ZipFile(copy, "w") as target:
            _copy(source, target, faults)
    except _BROKEN as error:
        faults.stop("damaged", reason=shorten(str(error)))
    return copy


def _copy(source: ZipFile, target: ZipFile, faults: Faults) -> None:
    entries = source.infolist()
    # zipfile unpacks no more of a part than its directory says.
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        too_large(faults)
    names = {entry.filename: None for entry in entries}
    if _BOOK not in names:
        faults.stop("not_xlsx")
    kept = PartFilter(names, faults)
    # What belongs to a sheet (comments, links, pictures, pivot tables) is found by the sheet's own links.
    for name in (name for name in names if name == _LINKS or not name.endswith(".rels")):
        if content := kept.of(name, _STRICT.sub(_USUAL, source.read(name))):
            target.writestr(name, content)
