"""Answers with a table: one row for each thing compared, a quote in every cell that has something."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.comparison.aspects import Aspect, aspects
from assistant.comparison.belonging import Belonging
from assistant.comparison.cells import Cells
from assistant.comparison.contexts import Contexts
from assistant.comparison.described import Library
from assistant.comparison.items import MOST, Item, find_items, item_of
from assistant.comparison.material import Material
from assistant.comparison.signs import Sign, signs
from assistant.comparison.sources import source_of, year_of
from assistant.drafts import Asked, Draft, Grid, Line, own
from assistant.scoring import SentenceScorer
from prompts import fill, phrases
from vectorstore.entities import Kind
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store

Cell = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A thing compared with what was found on each matter."""

    item: Item
    cells: tuple[Cell, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for cell in self.cells for line in cell]


class Comparison:
    """The composer of questions that set several things against each other, or ask for each of them."""

    def __init__(self, store: Store, scorer: SentenceScorer) -> None:
        self._store = store
        self._cells = Cells(scorer)
        self._material = Material(store.retriever, store.names)
        self._library = Library(store)
        self._contexts = Contexts(store, scorer)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None for a question about one thing, and where no source says anything."""
        found = signs(asked.text)
        items = self._items(asked, found) if found else []
        if len(items) < 2:
            return self._contexts.compose(asked) if Sign.CONTEXTS in found else None
        wanted = aspects(asked.text, items)
        rows = [self._row(item, wanted, items, asked) for item in items]
        if not any(row.lines for row in rows):
            return None
        return _draft(rows, wanted, asked.language)

    def _items(self, asked: Asked, found: frozenset[Sign]) -> list[Item]:
        names, text = self._store.names(), asked.text
        documents = self._library.described(text)
        if len(documents) > 1:
            return documents[:MOST]
        items = find_items(text, names, asked.language) if found - {Sign.CONTEXTS, Sign.REGIONS} else []
        if len(items) < 2 and Sign.REGIONS in found:
            return self._regions(names, asked.language)
        if found == {Sign.EACH} and not any(item.entity for item in items):
            return []
        return items

    def _regions(self, names: Names, language: str) -> list[Item]:
        """The counties that have documents of their own, those with most first."""
        alone = [one.metadata.regions[0] for one in self._store.documents() if len(one.metadata.regions) == 1]
        counties = {one.region: one for one in names.entities.values() if one.kind is Kind.REGION}
        chosen = [name for name, _ in Counter(alone).most_common() if name in counties]
        return [item_of(counties[name], names, language) for name in chosen[:MOST]]

    def _row(self, item: Item, wanted: Sequence[Aspect], items: Sequence[Item], asked: Asked) -> Row:
        belonging = Belonging(item, [other for other in items if other != item], self._store.names())
        cells = []
        for aspect in wanted:
            hits = self._material.about(item, aspect.search, asked.question.filters)
            cells.append(tuple(self._cells.best(aspect, hits, belonging)))
        return Row(item, tuple(cells))


def _draft(rows: Sequence[Row], wanted: Sequence[Aspect], language: str) -> Draft:
    texts = phrases("comparison", language)
    columns = (texts["item"], *(aspect.title(language) for aspect in wanted), texts["source"])
    grid = [
        (own(row.item.label), *(_shown(cell, texts) for cell in row.cells), own(_sources(row, texts)))
        for row in rows
    ]
    missing = [
        fill(texts["of"], item=row.item.label, aspect=_matter(aspect, language))
        for row in rows
        for aspect, cell in zip(wanted, row.cells, strict=True)
        if not cell
    ]
    return Draft(lead=(own(_lead(rows, texts)),), missing=tuple(missing), grid=Grid(columns, tuple(grid)))


def _shown(cell: Cell, texts: dict[str, str]) -> Line:
    if not cell:
        return own(texts["not_mentioned"])
    return Line(" ".join(line.text for line in cell), tuple(quote for line in cell for quote in line.quotes))


def _sources(row: Row, texts: dict[str, str]) -> str:
    named = (source_of(quote, texts) for line in row.lines for quote in line.quotes)
    return "; ".join(dict.fromkeys(named)) or texts["not_mentioned"]


def _lead(rows: Sequence[Row], texts: dict[str, str]) -> str:
    """What the table shows, with the years of the sources where these differ."""
    told = [row for row in rows if row.lines]
    years = [year_of(row.lines[0].quotes[0]) or texts["undated"] for row in told]
    labels = [row.item.label for row in told]
    if len(set(years)) > 1:
        labels = [f"{label} ({year})" for label, year in zip(labels, years, strict=True)]
    return fill(texts["lead"], items=_joined(labels, texts))


def _joined(labels: Sequence[str], texts: dict[str, str]) -> str:
    if len(labels) < 2:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} {texts['and']} {labels[-1]}"


def _matter(aspect: Aspect, language: str) -> str:
    return aspect.title(language).lower() if aspect.themes or not aspect.text else aspect.text
