"""The words of one Word paragraph, without what is hidden, deleted or only an instruction."""

from collections.abc import Iterator, Mapping
from typing import Any

from docx.oxml.ns import qn

from ingest.loaders.docx_styles import PLAIN, Style, is_on

_LEFT_OUT = ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr", "w:ruby", "w:object")
_SKIPPED = frozenset(map(qn, _LEFT_OUT)) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_PARAGRAPH, _RUN, _TEXT = qn("w:p"), qn("w:r"), qn("w:t")
_MARKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "\u2011"}
_TINY = 3  # half points; nobody reads 1.5 points


def paragraph_text(paragraph: Any, styles: Mapping[str, Style], hidden: bool) -> tuple[str, int]:
    """The text, and how many runs were left out as hidden; `hidden` is what the paragraph's style says."""
    pieces: list[str] = []
    left_out = 0
    for element in _visible(paragraph):
        if element.tag == _RUN:
            if _is_hidden(element, styles, hidden):
                left_out += next(element.iterchildren(_TEXT), None) is not None
                continue
            pieces.extend(_words(element))
        elif element.tag == _PARAGRAPH:
            pieces.append("\n")
    return "".join(pieces), left_out


def _visible(element: Any) -> Iterator[Any]:
    """The runs under a paragraph, however wrapped, but not those of another paragraph inside it.

    A text box sits in a run of its anchor's paragraph, and is read after that run's own words.
    """
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag in _SKIPPED:
            continue
        yield child
        if child.tag != _RUN or child.find(f".//{_PARAGRAPH}") is not None:
            waiting.extend(reversed(child))


def _words(run: Any) -> Iterator[str]:
    for child in run.iterchildren():
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]


def _is_hidden(run: Any, styles: Mapping[str, Style], inherited: bool) -> bool:
    properties = run.find(qn("w:rPr"))
    if properties is None:
        return inherited
    size = properties.find(qn("w:sz"))
    if size is not None and size.get(qn("w:val"), "").isdigit() and int(size.get(qn("w:val"))) <= _TINY:
        return True
    named = properties.find(qn("w:rStyle"))
    by_style = named is not None and styles.get(named.get(qn("w:val"), ""), PLAIN).hidden
    direct = is_on(properties, "w:vanish")
    return (by_style or inherited) if direct is None else direct
