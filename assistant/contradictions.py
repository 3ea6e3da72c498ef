"""Where sources give different values for one thing, or one waits for what another reports."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.citations import Quote
from assistant.drafts import Asked, Block, Draft, Line
from assistant.polarity import denies, kinds
from assistant.sifting import lines
from assistant.statements import Statement, cited_statements, statements
from assistant.validity import when
from prompts import fill, phrases
from vectorstore.naming import Names
from vectorstore.queries import Hit

LIKE = 0.6
"""Share of the words of each of two sentences, outside names and figures, that the other must have."""
FEWEST_COUNTIES = 3
IN_COMMON = 2
"""Counties that two lists must share to be lists of the same thing."""
MOST = 2
BOUNDS = frozenset({"most", "least"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of different sources.

    `kind` is "values" (figures, as written), "counties" (those that only one has) or "decided" (the first
    waits for what the second reports; no values).
    """

    kind: str
    first: Statement
    second: Statement
    values: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Differing:
    """The step that adds to a draft where its sources, or passages found with them, say otherwise."""

    names: Callable[[], Names]

    def apply(self, draft: Draft, asked: Asked, hits: Sequence[Hit]) -> Draft:
        """`draft` with a block for each contradiction, at most MOST: values and years above the quotes."""
        quotes = {quote.key: quote for line in lines(draft) for quote in line.quotes}
        found = contradictions(quotes.values(), hits, self.names())[:MOST]
        return replace(draft, blocks=(*draft.blocks, *(_block(one, asked.language) for one in found)))


def contradictions(quotes: Iterable[Quote], hits: Iterable[Hit], names: Names) -> list[Contradiction]:
    """Where a sentence within `quotes` and another of them, or of `hits`, cannot both hold; each once.

    Sentences of one source are not held against each other: it explains itself.
    """
    cited = cited_statements(quotes, names)
    beside = [one for hit in hits for one in statements(hit, names)]
    found: dict[frozenset[tuple[str, str]], Contradiction] = {}
    for first, second in _pairs(cited, [*cited, *beside]):
        if one := _contradiction(first, second):
            found.setdefault(frozenset(zip(map(_document, (first, second)), one.values, strict=True)), one)
    return list(found.values())


def _pairs(cited: Sequence[Statement], others: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    for first in cited:
        for second in others:
            if first.source != second.source:
                yield first, second


def _document(statement: Statement) -> str:
    return statement.quote.hit.document.id


def _contradiction(first: Statement, second: Statement) -> Contradiction | None:
    if waiting := _decided(first, second) or _decided(second, first):
        return waiting
    if not _same_matter(first, second):
        return None
    return _measured(first, second) or _listed(first, second)


def _same_matter(first: Statement, second: Statement) -> bool:
    """Whether both are about one thing in one sense, and neither tells of another time or case by itself."""
    related = (
        first.things and second.things and (first.things <= second.things or second.things <= first.things)
    )
    if not related or first.dates != second.dates or denies(first.text) != denies(second.text):
        return False
    return not any(_has("apart", one.text) for one in (first, second))


def _measured(first: Statement, second: Statement) -> Contradiction | None:
    """Different figures of one unit, each the only one of that unit in its sentence."""
    if first.places != second.places or kinds(first.text) & BOUNDS != kinds(second.text) & BOUNDS:
        return None
    for one in first.measures:
        others = [measure for measure in second.measures if measure.unit == one.unit]
        alone = len(others) == 1 and sum(measure.unit == one.unit for measure in first.measures) == 1
        if alone and others[0].key != one.key and first.says_as(second, LIKE):
            return Contradiction("values", first, second, (one.text, others[0].text))
    return None


def _listed(first: Statement, second: Statement) -> Contradiction | None:
    """Different lists of counties, both given as whole."""
    lists = (first.counties, second.counties)
    whole = all(len(each) >= FEWEST_COUNTIES for each in lists)
    if not whole or lists[0] == lists[1] or len(lists[0] & lists[1]) < IN_COMMON:
        return None
    if not all(_has("comprises", one.text) for one in (first, second)):
        return None
    values = (_names(first, lists[0] - lists[1]), _names(second, lists[1] - lists[0]))
    return Contradiction("counties", first, second, values)


def _names(statement: Statement, ids: frozenset[str]) -> str:
    return ", ".join(statement.names.entities[one].name for one in sorted(ids)) or "–"


def _decided(waiting: Statement, decided: Statement) -> Contradiction | None:
    """One waits for a decision on a project that the other reports."""
    if not (_has("awaits", waiting.text) and _has("granted", decided.text)) or _has("granted", waiting.text):
        return None
    project = decided.projects(decided.text) & waiting.projects(waiting.quote.hit.passage.text)
    if denies(decided.text) or len(waiting.projects(waiting.quote.hit.passage.text)) != 1 or not project:
        return None
    return Contradiction("decided", waiting, decided)


def _block(found: Contradiction, language: str) -> Block:
    told = (found.first, found.second)
    years = [when(one.quote.hit.document, one.quote.hit.passage, language) for one in told]
    about = {
        "first_year": years[0],
        "second_year": years[1],
        "first": found.values[0],
        "second": found.values[1],
    }
    title = fill(phrases("contradictions", language)[found.kind], **about)
    return Block(tuple(Line(one.text, (one.quote,)) for one in told), title)


def _has(key: str, text: str) -> bool:
    return bool(_words(key).search(text))


@cache
def _words(key: str) -> re.Pattern[str]:
    table: dict[str, Any] = yaml.safe_load(
        files("assistant").joinpath("contradictions.yaml").read_text("utf-8")
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, table[key]))})(?!\w)", re.IGNORECASE)
