"""Tables in a PDF, found by pdfplumber on pages that draw enough lines for one."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pdfplumber
import pypdfium2 as pdfium
from pypdfium2 import raw

# pdfplumber takes 30 to 300 ms a page, pdfium 3: so it sees only pages with a grid to find.
_FEWEST_LINES = 2  # each way; underlined words give only lines across
_SHORTEST_ACROSS, _SHORTEST_DOWN = 20.0, 6.0  # points: a narrow column, a line of small type
_MOST_OBJECTS = 50_000
_MOST_PATHS = 2_000  # beyond this it is a map or a chart, and finding a grid takes minutes
PAGES = 200
_FILLED = 0.5  # share of cells that must hold words


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, and where it stands: points from the page's top left corner."""

    top: float
    bottom: float
    left: float
    right: float
    rows: tuple[tuple[str, ...], ...]

    @property
    def header(self) -> bool:
        """Whether the first row names the columns: every cell has words, none is only a number."""
        return all(cell and any(map(str.isalpha, cell)) for cell in self.rows[0])


def may_hold_table(page: pdfium.PdfPage) -> bool:
    """Whether an upright page draws lines both ways, or boxes, enough for a table and not too many."""
    if page.get_rotation():
        return False
    across = down = paths = 0
    for number in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        width, height = _extent(drawn)
        across += width > _SHORTEST_ACROSS
        down += height > _SHORTEST_DOWN
    return across >= _FEWEST_LINES and down >= _FEWEST_LINES and paths <= _MOST_PATHS


def _extent(drawn: object) -> tuple[float, float]:
    """Width and height of a page object in points."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return right.value - left.value, top.value - bottom.value


def find_tables(data: bytes, numbers: list[int]) -> tuple[dict[int, list[Table]], tuple[str, ...]]:
    """The tables on the pages of these numbers (from 0), and warnings about pages that could not be read."""
    tables: dict[int, list[Table]] = {}
    failed: list[str] = []
    if not numbers:
        return tables, ()
    try:
        with pdfplumber.open(BytesIO(data), pages=[number + 1 for number in numbers[:PAGES]]) as document:
            for page in document.pages:
                try:
                    tables[page.page_number - 1] = list(_tables(page))
                except MemoryError:
                    raise
                except Exception:  # the page is still read, as lines
                    failed.append(str(page.page_number))
                page.close()
    except MemoryError:
        raise
    except Exception as error:  # pdfminer refuses files that pdfium repairs
        return tables, (f"tables were not looked for: {type(error).__name__}",)
    warnings = [f"tables on page {', '.join(failed)} were read as lines"] if failed else []
    warnings += [f"tables after page {numbers[PAGES]} were read as lines"] if len(numbers) > PAGES else []
    return tables, tuple(warnings)


def _tables(page: pdfplumber.page.Page) -> Iterator[Table]:
    for found in page.find_tables():
        rows = tuple(tuple(" ".join((cell or "").split()) for cell in row) for row in found.extract())
        rows = tuple(row for row in rows if any(row))
        cells = [cell for row in rows for cell in row]
        if len(rows) < 2 or len(rows[0]) < 2 or sum(map(bool, cells)) < _FILLED * len(cells):
            continue
        left, top, right, bottom = found.bbox
        yield Table(top, bottom, left, right, rows)
