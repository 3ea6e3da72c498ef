"""What passages can be filtered by, held in memory: a mask over all passages takes microseconds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vectorstore.passages import Metadata
from vectorstore.queries import Filters

Mask = np.typing.NDArray[np.bool_]
Positions = np.typing.NDArray[np.intp]
UNDATED = -1


@dataclass(frozen=True, slots=True)
class Facets:
    """The filterable facts of one passage; words are casefolded."""

    document: str
    regions: tuple[str, ...]
    publisher: str
    language: str
    year: int


def facets_of(document_id: str, metadata: Metadata, published: str) -> Facets:
    """The facets of a passage of the document that is dated `published` (partial ISO or empty)."""
    year = int(published[:4]) if published[:4].isdigit() else UNDATED
    regions = tuple(region.casefold() for region in metadata.regions)
    return Facets(document_id, regions, metadata.publisher.casefold(), metadata.language.casefold(), year)


def matches(facets: Facets, filters: Filters) -> bool:
    """Whether a passage passes every limit of the filters."""
    return (
        (not filters.regions or bool(set(facets.regions) & folded(filters.regions)))
        and (not filters.publishers or facets.publisher in folded(filters.publishers))
        and (not filters.languages or facets.language in folded(filters.languages))
        and (not filters.documents or facets.document in filters.documents)
        and _in_years(facets.year, filters)
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters with the passages that pass them; `mask` is None where all do."""

    filters: Filters
    mask: Mask | None

    @property
    def positions(self) -> Positions | None:
        """The positions of the passages that pass; None where all do."""
        return None if self.mask is None else np.flatnonzero(self.mask)


def select(rows: Sequence[Facets], filters: Filters) -> Selection:
    """Which of the passages pass the filters."""
    if filters == Filters():
        return Selection(filters, None)
    answers: dict[Facets, bool] = {}
    for row in rows:
        if row not in answers:
            answers[row] = matches(row, filters)
    return Selection(filters, np.fromiter((answers[row] for row in rows), np.bool_, len(rows)))


def folded(words: Sequence[str]) -> set[str]:
    """The words as facets spell them."""
    return {word.casefold() for word in words}


def _in_years(year: int, filters: Filters) -> bool:
    if filters.year_from is None and filters.year_to is None:
        return True
    lowest = UNDATED + 1 if filters.year_from is None else max(filters.year_from, UNDATED + 1)
    return year >= lowest and (filters.year_to is None or year <= filters.year_to)
