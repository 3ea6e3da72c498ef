"""What passages can be filtered by, held in memory: a mask over all passages takes microseconds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    return all(test(getattr(facets, name)) for name, test in _tests(filters).items())


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters with the passages that pass them; `mask` is None where all do."""

    filters: Filters
    mask: Mask | None

    @property
    def positions(self) -> Positions | None:
        """The positions of the passages that pass; None where all do."""
        return None if self.mask is None else np.flatnonzero(self.mask)


@dataclass(frozen=True, slots=True)
class Column:
    """One facet of all passages: its different values, and the number of each passage's (n,)."""

    values: Sequence[Any]
    numbers: NDArray[np.int32]

    def mask(self, test: Callable[[Any], bool]) -> Mask:
        """The passages whose value passes; the test sees each value once."""
        return np.fromiter(map(test, self.values), np.bool_, len(self.values))[self.numbers]


class FacetTable(Sequence[Facets]):
    """The facets of all passages, by facet."""

    def __init__(self, rows: Iterable[Facets]) -> None:
        listed = list(rows)
        self._count = len(listed)
        self.columns = {name: _column([getattr(row, name) for row in listed]) for name in Facets.__slots__}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> Facets:  # type: ignore[override]
        if not 0 <= position < self._count:
            raise IndexError(position)
        return Facets(**{name: one.values[one.numbers[position]] for name, one in self.columns.items()})

    def __iter__(self) -> Iterator[Facets]:
        return (self[position] for position in range(self._count))

    def select(self, filters: Filters) -> Selection:
        """Which of the passages pass the filters."""
        masks = [self.columns[name].mask(test) for name, test in _tests(filters).items()]
        return Selection(filters, np.logical_and.reduce(masks) if masks else None)


def folded(words: Sequence[str]) -> set[str]:
    """The words as facets spell them."""
    return {word.casefold() for word in words}


def _column(values: Sequence[Any]) -> Column:
    numbers: dict[Any, int] = {}
    found = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.int32, len(values))
    return Column(list(numbers), found)


def _tests(filters: Filters) -> dict[str, Callable[[Any], bool]]:
    """For each facet that the filters limit, what its value must pass."""
    tests: dict[str, Callable[[Any], bool]] = {}
    if filters.regions:
        regions = folded(filters.regions)
        tests["regions"] = lambda found: not regions.isdisjoint(found)
    if filters.publishers:
        tests["publisher"] = folded(filters.publishers).__contains__
    if filters.languages:
        tests["language"] = folded(filters.languages).__contains__
    if filters.documents:
        tests["document"] = set(filters.documents).__contains__
    if filters.year_from is not None or filters.year_to is not None:
        tests["year"] = lambda year: _in_years(year, filters)
    return tests


def _in_years(year: int, filters: Filters) -> bool:
    lowest = UNDATED + 1 if filters.year_from is None else max(filters.year_from, UNDATED + 1)
    return year >= lowest and (filters.year_to is None or year <= filters.year_to)
