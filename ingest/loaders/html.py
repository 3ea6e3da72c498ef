"""HTML: the page's main content as text we build, with its headings, lists and tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html  # type: ignore[import-untyped]

from ingest.loaded import BlockKind, LoadedFile
from ingest.loaders.builder import TextBuilder, squeezed
from ingest.loaders.html_decoding import decode_html
from ingest.loaders.html_main import main_content, strip_furniture, strip_hidden
from ingest.loaders.html_properties import page_properties
from ingest.statuses import FileStatus, Unreadable

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(_HEADINGS) | frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
    }
    | {
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
    }
    | {"section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})


@dataclass(slots=True)
class _Table:
    """An open data table: the cells of its current row, and whether that row is a header."""

    cells: list[str] = field(default_factory=list)
    header: bool = True


def load_html(data: bytes) -> LoadedFile:
    """The page's main content; nothing is ever fetched. Raises Unreadable when there is no page."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = html.document_fromstring(decode_html(data).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise Unreadable(FileStatus.NO_TEXT) from error
    deep = any("depth" in entry.message.lower() for entry in parser.error_log)
    properties = page_properties(page)
    hidden = strip_hidden(page)
    strip_furniture(page)
    builder = TextBuilder()
    _Walk(builder).over(main_content(page))
    warnings = [f"{hidden} hidden parts of the page were left out"] if hidden else []
    warnings += ["the page is nested so deeply that parts of it were left out"] if deep else []
    return LoadedFile(
        builder.text, tuple(builder.blocks), structured=True, properties=properties, warnings=tuple(warnings)
    )


class _Walk:
    """One pass over the elements, without recursion: words gather until a block begins or ends."""

    def __init__(self, builder: TextBuilder) -> None:
        self.builder = builder
        self.words: list[str] = []
        self.kinds: list[tuple[BlockKind, int]] = [(BlockKind.PARAGRAPH, 0)]
        self.table: _Table | None = None

    def over(self, root: etree._Element) -> None:
        """Add every block under `root` to the builder."""
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self._start(element)
            else:
                self._end(element)
                if element is not root:
                    self.words.append(_spaced(element.tail, element.getparent()))
        self._flush()

    def _start(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag == "br":
            self.words.append("\n")
        if tag in _BLOCKS:
            self._flush()
        if tag in _HEADINGS:
            self.kinds.append((BlockKind.HEADING, _HEADINGS[tag]))
        elif tag == "li":
            self.kinds.append((BlockKind.ITEM, 0))
        elif tag == "table" and self.table is None and _holds_data(element):
            self.table = _Table()
        elif tag == "td" and self.table:
            self.table.header = False
        self.words.append(_spaced(element.text, element))

    def _end(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if self.table and tag in _CELLS:
            self.table.cells.append("".join(self.words))
            self.words.clear()
        elif self.table and tag == "tr":
            self.builder.add_row(self.table.cells, header=self.table.header)
            self.table, self.words = _Table(), []
        elif self.table and tag == "table":
            self.table = None
        elif tag in _BLOCKS:
            self._flush()
        if (tag in _HEADINGS or tag == "li") and len(self.kinds) > 1:
            self.kinds.pop()

    def _flush(self) -> None:
        """End the current block; inside a data table blocks are but words of a cell."""
        if self.table and self.kinds[-1][0] is not BlockKind.HEADING:
            self.words.append(" ")
            return
        kind, level = self.kinds[-1]
        text = squeezed("".join(self.words))
        self.builder.add(kind, text.replace("\n", " ") if kind is BlockKind.HEADING else text, level)
        self.words.clear()


def _spaced(text: str | None, element: etree._Element) -> str:
    """Text as a browser shows it: line ends in the source are spaces, but not in <pre>."""
    if not text:
        return ""
    if element is not None and element.tag == "pre":
        return text
    return text.replace("\n", " ").replace("\r", " ")


def _holds_data(table: etree._Element) -> bool:
    """Whether a table has rows of two cells or more, and no headings or tables as a layout would have."""
    if next(table.iterdescendants("table", *_HEADINGS), None) is not None:
        return False
    return any(len(row) > 1 for row in _rows(table))


def _rows(table: etree._Element) -> Iterator[list[etree._Element]]:
    for row in table.iterdescendants("tr"):
        yield [cell for cell in row if cell.tag in _CELLS]
