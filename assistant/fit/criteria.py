"""What a sentence of a source requires of those who apply."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.citations import Quote
from assistant.drafts import Line
from assistant.fit.amounts import Money, number, sums
from assistant.fit.signs import matching, number_words, sign
from vectorstore.entities import Entity
from vectorstore.naming import Names

YEAR = re.compile(r"(?:19|20)\d\d")


class About(StrEnum):
    """What a condition is about; in the order in which they are shown."""

    APPLICANT = "applicant"
    PLACE = "place"
    SIZE = "size"
    TURNOVER = "turnover"
    AGE = "age"
    FORM = "form"
    MARKET = "market"
    THEME = "theme"
    PARTNERS = "partners"
    SHARE = "share"
    BEFORE = "before"
    BANK = "bank"


TERMS = frozenset({About.SHARE, About.BEFORE, About.BANK})
"""Conditions that hold for everyone and rule out nobody."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a source as it reads, with its quote."""

    text: str
    quote: Quote

    @property
    def line(self) -> Line:
        """The statement as a line of an answer."""
        return Line(self.text, (self.quote,))


def lines(statements: Iterable[Statement]) -> tuple[Line, ...]:
    """The statements as lines, each sentence once."""
    return tuple(one.line for one in {one.text: one for one in statements}.values())


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition and the statement that sets it.

    `kinds` are applicants named, or themes; `is_open` tells whether they may apply. `low` and `high` bound a
    number, of employees or years, or kronor with `euro` for euro. `counties` are ids. `partial` marks what
    holds for some only: "X belongs to Y" does not rule out others. Of the counties `parted` a part is in.
    """

    about: About
    statement: Statement
    kinds: frozenset[str] = frozenset()
    is_open: bool = True
    low: float | None = None
    high: float | None = None
    euro: bool = False
    counties: frozenset[str] = frozenset()
    partial: bool = False
    parted: frozenset[str] = frozenset()


def criteria(statement: Statement, names: Names) -> list[Criterion]:
    """The conditions that the statement sets, none for most."""
    if any(sign(key).search(statement.text) for key in ("check_with", "no_condition")):
        return []
    text = statement.text
    places = _closed_counties(text, names) or _joining_counties(text, names) or _counties(text, names)
    found = [*_numbers(statement), *_applicants(statement), *_others(statement)]
    found = [replace(one, counties=places) for one in found]
    if places and not found:
        found += _places(statement, places, names)
    elif sign("everywhere").search(statement.text):
        found.append(Criterion(About.PLACE, statement))
    return found


def particular(text: str) -> tuple[bool, bool]:
    """Sorts what is said of single firms at large before what is said of others, or of one call."""
    return not sign("single").search(text), bool(YEAR.search(text))


def _counties(text: str, names: Names) -> frozenset[str]:
    named = (named.entity for named in names.places(text))
    return frozenset(county.id for place in named for county in _county(place, names))


def _closed_counties(text: str, names: Names) -> frozenset[str]:
    """What stands before a no: "A hör inte till B, utan till C" is about A alone."""
    denied = sign("not").search(text)
    return _counties(text[: denied.start()], names) if denied else frozenset()


def _joining_counties(text: str, names: Names) -> frozenset[str]:
    """What stands before "belongs to": the counties that the sentence tells of, not all of the area's."""
    joins = sign("joins").search(text)
    return _counties(text[: joins.start()], names) if joins else frozenset()


def _county(place: Entity, names: Names) -> list[Entity]:
    """Its counties; the whole country is no limit."""
    return [] if place.id == "sverige" else names.counties(place)


def _numbers(statement: Statement) -> Iterator[Criterion]:
    text = statement.text
    if match := sign("staff").search(text):
        low, high = _bounds(text[: match.start()])
        if low is not None or high is not None:
            yield Criterion(About.SIZE, statement, low=low, high=high)
    if sign("turnover").search(text) and not sign("applied_for").search(text):
        yield from _turnover(statement)
    if match := sign("firm_age").search(text):
        low, high = _bounds(text[: match.start()])
        if high is not None:
            yield Criterion(About.AGE, statement, low=low, high=high)


def _bounds(before: str) -> tuple[float | None, float | None]:
    """The bounds that the last number or range before a word sets."""
    words = number_words()
    if match := re.search(rf"({words})\s?[–-]\s?({words})\s*$", before, re.IGNORECASE):
        return number(match[1]), number(match[2])
    match = re.search(rf"(?<!\w)({words})\s*$", before, re.IGNORECASE)
    if not match:
        return None, None
    lead = before[: match.start()].rstrip()[-20:]
    value = number(match[1])
    if _ends_with("at_least", lead):
        return value, None
    return (None, value) if _ends_with("at_most", lead) else (None, None)


def _ends_with(key: str, text: str) -> bool:
    return any(match.end() >= len(text) - 1 for match in sign(key).finditer(text))


def _turnover(statement: Statement) -> Iterator[Criterion]:
    """The sums of money in a sentence about turnover, the nearest to the word."""
    text, money = statement.text, sums(statement.text)
    if not money:
        return
    word = next(sign("turnover").finditer(text)).start()
    start = min((at for at, _ in money), key=lambda at: abs(at - word))
    values = [one for at, one in money if at == start]
    lead = text[:start].rstrip()[-20:]
    low, high = (values[0], values[-1]) if len(values) > 1 else _one_sided(values[0], lead)
    if low or high:
        yield Criterion(
            About.TURNOVER,
            statement,
            low=low.amount if low else None,
            high=high.amount if high else None,
            euro=values[0].euro,
        )


def _one_sided(value: Money, lead: str) -> tuple[Money | None, Money | None]:
    if _ends_with("at_least", lead):
        return value, None
    return (None, value) if _ends_with("at_most", lead) else (None, None)


def _applicants(statement: Statement) -> Iterator[Criterion]:
    text = statement.text
    kinds = matching("kinds", text)
    if sign("private_bodies").search(text) and "association" not in kinds:
        kinds |= {"firm", "association", "cluster"}
    if sign("only_many").search(text):
        yield Criterion(About.APPLICANT, statement, frozenset({"firm", "sole_trader"}), is_open=False)
    elif sign("limited").search(text) and sign("must").search(text):
        yield Criterion(About.FORM, statement)
    elif kinds and sign("may").search(text):
        is_open = not sign("not").search(text) or bool(re.search(r"\bäven\b|\balso\b", text))
        yield Criterion(About.APPLICANT, statement, kinds, is_open, partial=bool(sign("subset").search(text)))
    elif kinds and sign("not").search(text) and sign("money").search(text):
        yield Criterion(About.APPLICANT, statement, kinds, False, partial=bool(sign("subset").search(text)))


def _others(statement: Statement) -> Iterator[Criterion]:
    text = statement.text
    must = bool(sign("must").search(text))
    if sign("outside_eu").search(text) and must:
        yield Criterion(About.MARKET, statement)
    if (themes := matching("themes", text)) and must:
        yield Criterion(About.THEME, statement, themes)
    if sign("several").search(text):
        yield Criterion(About.PARTNERS, statement)
    if sign("before_cost").search(text):
        yield Criterion(About.BEFORE, statement)
    if sign("bank_applies").search(text):
        yield Criterion(About.BANK, statement)
    if (sign("share").search(text) or sign("sum").search(text)) and sign("support_sum").search(text):
        yield Criterion(About.SHARE, statement, matching("kinds", text))


def _parted(text: str, names: Names) -> frozenset[str]:
    """The counties of which the text says "a part"."""
    cut = [one for one in names.places(text) if sign("part_of").search(text[: one.start])]
    return frozenset(county.id for one in cut for county in _county(one.entity, names))


def _places(statement: Statement, places: frozenset[str], names: Names) -> Iterator[Criterion]:
    if sign("covers").search(statement.text):
        is_open = not sign("not").search(statement.text)
        parted = _parted(statement.text, names)
        joins = is_open and bool(sign("joins").search(statement.text))
        yield Criterion(
            About.PLACE, statement, frozenset(), is_open, counties=places, partial=joins, parted=parted
        )
