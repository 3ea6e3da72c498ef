"""Sentences that define a word, and rows of a glossary that give it in several languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from assistant.citations import Quote
from assistant.scoring import Scored
from assistant.terms.asking import sign
from vectorstore.currency import has_passed
from vectorstore.entities import Entity
from vectorstore.naming import Named, Names

LONGEST = 300
TWO = 2
BESIDE = 25
"""Characters between a name and its short form."""
SHORT = 3
"""Letters of a short form that its inflected forms share."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A sentence or row that tells what a name stands for."""

    text: str
    quote: Quote


def definitions(entity: Entity, scored: Iterable[Scored], names: Names) -> list[Definition]:
    """Sentences that say what the entity is or what its short form stands for, the best first."""
    ranked: list[tuple[tuple[int, bool], Scored]] = []
    for one in scored:
        if not is_row(one) and len(one.sentence.text) <= LONGEST:
            rank = _rank(entity, one.sentence.text, names.find(one.sentence.text))
            if rank is not None:
                ranked.append(((rank, has_passed(one.hit)), one))
    best = [one for _, one in sorted(ranked, key=lambda item: item[0])]
    return [_definition(one) for one in {one.sentence.text: one for one in reversed(best)}.values()][::-1]


def rows(entity: Entity, scored: Iterable[Scored], names: Names) -> list[Definition]:
    """Rows of a table that hold the entity under two names at least: a glossary's."""
    found = []
    for one in scored:
        written = {each.written.casefold() for each in names.find(one.sentence.text) if each.entity == entity}
        if is_row(one) and len(written) >= TWO:
            found.append(_definition(one))
    return found


def is_row(one: Scored) -> bool:
    """Whether the sentence is a row of a table."""
    return one.hit.passage.text[one.sentence.start - one.hit.passage.start :].startswith("|")


def _rank(entity: Entity, text: str, found: list[Named]) -> int | None:
    """0 where the name leads and a definition follows or ends one, 1 where another name of it stands by."""
    own = [one for one in found if one.entity == entity]
    for one in own:
        leads = sign("articles").match(text[: one.start]) and sign("defines").match(text[one.end :])
        if leads or sign("called").search(text[: one.start]):
            return 0
    return 1 if any(_spells_out(one, other) for one, other in pairwise(own)) else None


def _spells_out(one: Named, other: Named) -> bool:
    """Whether the two names stand side by side, as a short form and what it is short for."""
    first, second = one.written.casefold(), other.written.casefold()
    return other.start - one.end <= BESIDE and first[:SHORT] not in second and second[:SHORT] not in first


def _definition(one: Scored) -> Definition:
    return Definition(one.sentence.text, Quote(one.hit, one.sentence.start, one.sentence.end))
