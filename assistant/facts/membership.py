""" "Is X one of them?": yes or no where one sentence says so, no where the sources list them without X."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.drafts import Block, Draft, Line, own
from assistant.facts.findings import Material, as_line, overlaps
from assistant.facts.held import items
from assistant.facts.patterns import pattern
from assistant.facts.subject import Found
from assistant.names import names as capital_names
from prompts import fill, phrases
from vectorstore.naming import Names
from vectorstore.passages import Status

FEWEST_LISTED = 4
FEWEST_NAMES = 3
"""Names in a sentence that lists members and not things that happen to be several."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`called` is what is asked about, `group` the ids of what it may be one of."""

    called: str
    group: frozenset[str]


def membership(part: str, material: Material) -> Draft | None:
    """The answer with its sentence; None where it is not asked, not told, or told both ways."""
    if not (called := _called(part)):
        return None
    texts = phrases("facts", material.language)
    asked = Asked(called, _group(part, called, material.names))
    told = [(one, said) for one in material.read if (said := _says(one, asked, material)) is not None]
    if told and len({said for _, said in told}) == 1:
        key = "member" if told[0][1] else "not_member"
        return Draft(lead=(own(texts[key]),), blocks=(Block((as_line(told[0][0]),)),))
    if not told and (line := _list_without(called, material)):
        return Draft(lead=(own(fill(texts["not_listed"], called=called)),), blocks=(Block((line,)),))
    return None


def _says(one: Found, asked: Asked, material: Material) -> bool | None:
    """Whether the sentence puts the one asked about in the group or out of it; None where it does neither.

    What stands after "but" is about another group. Part of a county is not the county.
    """
    text = re.split(pattern("membership", "contrast"), one.sentence.text)[0]
    named = (*material.names.find(text), *material.names.places(text))
    group = [place for place in named if place.entity.id in asked.group]
    if not group:
        return None
    for place in group:
        text = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    if not _has(text, asked.called, material.names):
        return None
    if pattern("membership", "denied").search(text):
        return False
    joined = pattern("membership", "joined").search(text) and not _is_past(one)
    hedged = pattern("membership", "hedged").search(text) or _is_parted(text, asked.called, material.names)
    return True if joined and not hedged else None


def _is_parted(text: str, name: str, names: Names) -> bool:
    """Whether the text says "a part of" right before the name."""
    member = {one.entity.id for one in names.places(name)}
    there = (one for one in names.places(text) if one.entity.id in member)
    return any(pattern("membership", "part").search(text[: one.start]) for one in there)


def _is_past(one: Found) -> bool:
    return one.hit.document.metadata.status is Status.ENDED


def _list_without(called: str, material: Material) -> Line | None:
    """A sentence that lists such names, where none that is read of the subject has the one asked about."""
    near = [one for one in material.read if one.about or _is_chosen(one, material.lines)]
    texts = [one.sentence.text for one in near]
    if any(_has(text, called, material.names) or _takes_in_all(text) for text in texts):
        return None
    lists = (as_line(one) for one in near if _is_list(one.sentence.text))
    return next((line for line in lists if material.same_language(line)), None)


def _takes_in_all(text: str) -> bool:
    """Whether the text says that whole countries are in, so that no list tells who is not."""
    return bool(pattern("membership", "whole").search(text) and pattern("membership", "joined").search(text))


def _is_chosen(one: Found, lines: Sequence[Line]) -> bool:
    return any(overlaps(as_line(one), line) for line in lines)


def _is_list(text: str) -> bool:
    is_open = pattern("membership", "examples").search(text)
    return not is_open and items(text) >= FEWEST_LISTED and len(capital_names(text)) >= FEWEST_NAMES


def _called(part: str) -> str:
    """The name that is asked about."""
    asked = pattern("membership", "asks").search(part)
    words = next((text for text in asked.groupdict().values() if text), "") if asked else ""
    return next((one.text for one in capital_names(f"x {words}")), "")


def _group(part: str, called: str, names: Names) -> frozenset[str]:
    """What else the question names, as wholes: Sverige in Interreg Sverige–Norge is not asked about."""
    member = {one.entity.id for one in (*names.find(called), *names.places(called))}
    return frozenset(one.entity.id for one in names.find(part)) - member


def _has(text: str, name: str, names: Names) -> bool:
    ids = {one.entity.id for one in (*names.find(name), *names.places(name))}
    there = {one.entity.id for one in (*names.find(text), *names.places(text))}
    return name.casefold() in text.casefold() or bool(ids & there)
