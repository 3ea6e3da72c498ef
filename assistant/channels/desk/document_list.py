"""Which documents the desk's list shows: searched, filtered, sorted, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from assistant.channels.desk.document_shelf import ALL_ORIGINS, Row, swedish_order
from vectorstore.passages import Status

PAGE = 40
Word = Annotated[str, Field(max_length=200)]
SORTS = ("stored", "title", "oldest")


class Selection(BaseModel):
    """What the form above the list says; the list's address holds it."""

    q: Word = ""
    region: Word = ""
    status: Literal["", "current", "ended", "historical", "proposal", "unknown"] = ""
    origin: Word = ""
    sort: Word = "stored"
    page: Annotated[int, Field(ge=1, le=100_000)] = 1

    def narrowed(self) -> bool:
        """Whether documents are left out."""
        return bool(self.q.strip() or self.region or self.status or self.origin)

    def query(self, page: int) -> dict[str, Any]:
        """The same selection on another page, for its address."""
        return {**{name: value for name, value in self.model_dump().items() if value}, "page": page}


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the list. `found` counts the documents on all pages, `stored` all there are."""

    rows: Sequence[Row]
    page: int
    pages: int
    found: int
    stored: int
    regions: Sequence[str]
    statuses: Sequence[str]
    origins: Sequence[str]


def select(rows: Sequence[Row], chosen: Selection) -> Shown:
    """The page of `rows` that is chosen, and what can be chosen among them."""
    found = sorted((row for row in rows if _fits(row, chosen)), key=_KEYS.get(chosen.sort, _newest))
    pages = max(1, ceil(len(found) / PAGE))
    page = min(chosen.page, pages)
    return Shown(
        rows=found[PAGE * (page - 1) : PAGE * page],
        page=page,
        pages=pages,
        found=len(found),
        stored=len(rows),
        regions=swedish_order(list({region for row in rows for region in row.metadata.regions})),
        statuses=[each.value for each in Status if any(row.metadata.status is each for row in rows)],
        origins=[each for each in ALL_ORIGINS if any(row.origin == each for row in rows)],
    )


def _fits(row: Row, chosen: Selection) -> bool:
    data = row.metadata
    text = f"{data.title} {data.publisher} {row.source} {data.kind}".casefold()
    return (
        all(word in text for word in chosen.q.casefold().split())
        and (not chosen.region or chosen.region in data.regions)
        and (not chosen.status or chosen.status == data.status.value)
        and (not chosen.origin or chosen.origin == row.origin)
    )


def _newest(row: Row) -> tuple[Any, ...]:
    return (-row.stored_at.timestamp(), row.source)


def _by_title(row: Row) -> tuple[Any, ...]:
    return (row.metadata.title.casefold(), row.source)


def _oldest(row: Row) -> tuple[Any, ...]:
    """By the date that the content stands for; those without one last."""
    return (not row.metadata.dated, row.metadata.dated, row.source)


_KEYS: dict[str, Callable[[Row], tuple[Any, ...]]] = {
    "stored": _newest,
    "title": _by_title,
    "oldest": _oldest,
}
