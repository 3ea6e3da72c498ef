"""What stays of the XML in an Excel file: cells, merged ranges, number formats; none of it without limit."""

import posixpath
from collections.abc import Container, Sequence
from io import BytesIO
from typing import Any, NoReturn
from xml.etree.ElementTree import SubElement, tostring

from assistant.evaluation.set_errors import Faults, shorten

MOST_UNPACKED = 40 * 2**20
MOST_ELEMENTS = 500_000  # a full set of 5000 rows has some 400,000
MOST_MERGED = 50_000  # openpyxl makes an object of each cell
_DEEPEST = 50
_LONGEST_FORMAT = 255  # Excel's own limit; openpyxl searches it once for each style
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The children that stay of a part's outermost element; parts with another one are left out.
_KEPT = {
    "Types": ("Default", "Override"),
    "Relationships": ("Relationship",),
    "workbook": ("workbookPr", "sheets"),
    "styleSheet": ("numFmts", "borders", "cellXfs"),
    "sst": ("si",),
    "worksheet": ("sheetData", "mergeCells"),
}
_LOOKS = ("rPr", "rPh", "phoneticPr", "alignment", "protection", "extLst")


class PartFilter:
    """Filters the parts of one file; the limits hold for all of them together."""

    def __init__(self, names: Container[str], faults: Faults) -> None:
        self._names, self._faults = names, faults
        self._seen = {""}
        self._elements = self._merged = 0

    def of(self, name: str, content: bytes) -> bytes:
        """What stays of a part, empty for one that is not needed; SetError for a DTD or too much."""
        from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
        from defusedxml.ElementTree import ParseError  # type: ignore[import-untyped]

        try:
            return self._kept(content)
        except DefusedXmlException:
            self._faults.stop("refused_xml", value=shorten(name))
        except ParseError as error:
            if name.endswith((".xml", ".rels")):
                self._faults.stop("damaged", reason=shorten(f"{name}: {error}"))
            return b""  # a picture, perhaps

    def _kept(self, content: bytes) -> bytes:
        from defusedxml.ElementTree import iterparse

        above: list[Any] = []
        for event, element in iterparse(BytesIO(content), ("start", "end"), forbid_dtd=True):
            if event == "start":
                above.append(element)
                if _local(above[0].tag) not in _KEPT:
                    return b""
                self._count(len(above))
                continue
            above.pop()
            self._check(element, _local(element.tag))
            kept = None if above else _KEPT[_local(element.tag)]
            element[:] = [child for child in element if _is_needed(_local(child.tag), kept)]
        return bytes(tostring(element, "utf-8"))

    def _count(self, depth: int) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS or depth > _DEEPEST:
            too_large(self._faults)

    def _check(self, element: Any, tag: str) -> None:
        if tag == "row":
            element.attrib = {name: value for name, value in element.attrib.items() if name == "r"}
        elif tag == "c":
            _show_formula(element)
        elif tag == "mergeCell":
            self._merge(element.get("ref", ""))
        elif tag == "sheet":
            self._once(element.get(_ID, element.get("id", "")))
        elif tag == "Relationship":
            self._link(element)
        elif tag == "numFmt" and len(element.get("formatCode", "")) > _LONGEST_FORMAT:
            too_large(self._faults)

    def _merge(self, reference: str) -> None:
        from openpyxl.utils.cell import range_boundaries

        left, top, right, bottom = range_boundaries(reference)
        whole = left is None or top is None
        self._merged += MOST_MERGED + 1 if whole else max((right - left + 1) * (bottom - top + 1), 1)
        if self._merged > MOST_MERGED:
            too_large(self._faults)

    def _link(self, element: Any) -> None:
        part = posixpath.normpath(posixpath.join("/xl", element.get("Target", "")))
        element.attrib.pop("TargetMode", None)
        element.set("Target", part)
        if part[1:] in self._names:
            self._once(part)
        elif element.get("Type", "").endswith("/worksheet"):
            self._faults.stop("damaged", reason=shorten(part))

    def _once(self, name: str) -> None:
        # openpyxl reads a sheet as often as it is named, and passes over one without a name.
        if name in self._seen:
            self._faults.stop("damaged", reason=shorten(f"xl/workbook.xml: {name or '<sheet>'}"))
        self._seen.add(name)


def too_large(faults: Faults) -> NoReturn:
    """Raise SetError: there is more inside than a question set can need."""
    faults.stop("large_inside", most=MOST_UNPACKED // 2**20, elements=MOST_ELEMENTS, merged=MOST_MERGED)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _is_needed(tag: str, kept: Sequence[str] | None) -> bool:
    return tag not in _LOOKS if kept is None else tag in kept


def _show_formula(cell: Any) -> None:
    parts = {_local(child.tag): child for child in cell}
    value = parts.get("v")
    if "f" in parts and cell.get("t") not in ("str", "inlineStr") and (value is None or not value.text):
        value = SubElement(cell, "v") if value is None else value
        value.tag, value.text = parts["f"].tag[:-1] + "v", f"={parts['f'].text or ''}"
        cell.set("t", "e")
