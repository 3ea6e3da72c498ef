"""What kind of answer a question asks for: an amount, a year, a list, how it went."""

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.facts.patterns import pattern, table
from assistant.values import find_dates, find_figures

WORD = re.compile(r"\w+")
MOST_LISTED = 20
"""Things that a question may ask to have listed; a higher number is a year or an amount."""
SHORTEST_NOUN = 4


class Kind(StrEnum):
    """What an answer must hold. YEAR is a date whose year is asked for, LISTED a list of so many."""

    DIVISION = "division"
    SHARE = "share"
    AMOUNT = "amount"
    COUNT = "count"
    YEAR = "year"
    DATE = "date"
    PHONE = "phone"
    MAIL = "mail"
    ADDRESS = "address"
    CONTACT = "contact"
    OUTCOME = "outcome"
    LISTED = "listed"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Expected:
    """One kind that a part of a question asks for.

    `event` is what is asked "when" ("start", "end", ..., empty when unknown); `number` and `noun` are those
    of "the six areas" and "how many areas"; `receiver` is who got the money, where that is asked.
    """

    kind: Kind
    part: str
    event: str = ""
    number: str = ""
    noun: str = ""
    receiver: str = ""


def expected(part: str) -> tuple[Expected, ...]:
    """The kinds that one part of a question asks for; none where any good sentence may answer."""
    if listed := _listed(part):
        return (listed,)
    if _asks("division", part):
        return (Expected(Kind.DIVISION, part),)
    found = [kind for kind in ("share", "amount", "count", "year", "date") if _asks(kind, part)]
    if "year" in found:
        found = [kind for kind in found if kind != "date"]
    if {"share", "amount"} & set(found):
        found = [kind for kind in found if kind != "count"]
    kinds = [_of(Kind(kind), part) for kind in found]
    if not kinds and _asks("contact", part):
        kinds = [Expected(kind, part) for kind in _contacts(part)]
    if not kinds and (role := pattern("expected", "asks", "person").search(part)):
        kinds = [Expected(Kind.PERSON, part, noun=role[1] or role[2])]
    if not kinds and _asks_outcome(part):
        kinds = [Expected(Kind.OUTCOME, part)]
    return tuple(kinds)


def is_waiting(part: str) -> bool:
    """Whether it is asked if a decision is still to come."""
    return bool(pattern("expected", "asks", "waiting").search(part))


def _asks(kind: str, part: str) -> bool:
    return bool(pattern("expected", "asks", kind).search(part))


def _asks_outcome(part: str) -> bool:
    opener = pattern("expected", "other_openers").match(part.strip())
    return _asks("outcome", part) and not opener


def _of(kind: Kind, part: str) -> Expected:
    if kind in (Kind.YEAR, Kind.DATE):
        return Expected(kind, part, event=_event(part))
    if kind is Kind.COUNT:
        match = pattern("expected", "asks", "count").search(part)
        rest = WORD.findall(part[match.end() :]) if match else []
        return Expected(kind, part, noun=rest[0] if rest else "")
    return Expected(kind, part, receiver=_receiver(part))


def _event(part: str) -> str:
    """The first of the events that the words tell; a question on when to apply is one on the last day."""
    for event in ("deadline", "end", "written", "adopted", "start", "applied"):
        if pattern("expected", "asked_events", event).search(part):
            return event
    return ""


def _receiver(part: str) -> str:
    """The words after "went to", or between "how much did" and "get"."""
    match = pattern("expected", "received").search(part)
    return part[match.end() :].strip(" ?.") if match else ""


def _contacts(part: str) -> list[Kind]:
    found = [kind for kind in (Kind.PHONE, Kind.MAIL, Kind.ADDRESS) if _asks(kind.value, part)]
    return found or [Kind.CONTACT]


def _listed(part: str) -> Expected | None:
    """ "Which are the six areas?": a number of things right after the words that ask."""
    opener = pattern("expected", "asks", "listed").search(part)
    if not opener:
        return None
    dated = [range(date.start, date.end) for date in find_dates(part)]
    for figure in find_figures(part):
        after = WORD.findall(part[figure.end :])
        if figure.start < opener.end() or not after or any(figure.start in date for date in dated):
            continue
        between = part[opener.end() : figure.start].casefold().split()
        if set(between) <= set(table("expected")["articles"]) and 2 <= float(figure.key) <= MOST_LISTED:
            noun = next((word for word in after if len(word) >= SHORTEST_NOUN), after[0])
            return Expected(Kind.LISTED, part, number=figure.key, noun=noun)
    return None
