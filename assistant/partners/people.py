"""Persons whom a sentence names with what they are or do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.partners.wording import listed, pattern
from assistant.validity import section_at
from prompts import fill, phrases
from vectorstore.naming import Names
from vectorstore.queries import Hit

UPPER, LOWER = "A-ZÅÄÖÆØÉ", "a-zåäöæøéèüáíóñç"
WORD = rf"[{UPPER}][{LOWER}]+(?:-[{UPPER}][{LOWER}]+)?"
PERSON = re.compile(rf"(?<![\w-]){WORD}(?: {WORD}){{1,2}}(?![\w-])")
AFTER = re.compile(
    r"(?:\s*\([a-zåäö]{1,3}\))?(?:\s*,\s*|\s+(?:är|som är|is|er|who is)\s+|\s+)|\s*\([a-zåäö]{1,3}\)\s*"
)
STOPS = re.compile(
    r"[.;•–—\n]|\s(?:är|var|säger|sade|berättar|menar|nämner|is|was|says|said|er|sier|forteller)\b|\s*https?:|\s*www\."
)
LONGEST_ROLE = 90
FEWEST = 2
"""Words of a name; a third may already belong to what the person is."""
REACH = 60
"""Characters after a name within which its role begins."""


@dataclass(frozen=True, slots=True)
class Person:
    """`name` as written, `role` in the sentence's own words."""

    name: str
    role: str

    @property
    def has_title(self) -> bool:
        """Whether the role is a word for what somebody is, rather than only where they work."""
        return bool(_role_word().search(self.role))

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.split()[-1]


def people(text: str, names: Names) -> list[Person]:
    """The persons in a sentence of whom it says what they are, each once, in their order.

    A name counts as a person's only beside a word for what somebody is (strategist, director) or a body
    that the register knows, so that places and other names are not taken for people.
    """
    known = [(one.start, one.end) for one in [*names.find(text), *names.places(text)]]
    matches = [one for one in PERSON.finditer(text) if not _is_known(one, known)]
    found: dict[str, Person] = {}
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        name, role = _with_role(match, text[:end], names)
        if role:
            found.setdefault(name, Person(name, role))
    return list(found.values())


@cache
def _role_word() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, listed("roles")), key=len, reverse=True))
    return re.compile(rf"\b[\w-]*(?:{words})(?:n|en|ne|s|er)?\b", re.IGNORECASE)


def _is_known(match: re.Match[str], known: Sequence[tuple[int, int]]) -> bool:
    """Whether the register has it as something else, or it begins with what somebody is."""
    within = any(start < match.end() and match.start() < end for start, end in known)
    words = match.group().split()
    first = words if len(words) == FEWEST else words[:-1]
    named = any(word.casefold() in listed("not_names") or _role_word().fullmatch(word) for word in first)
    return within or named


def _with_role(match: re.Match[str], text: str, names: Names) -> tuple[str, str]:
    """The name, and what behind it or before it says what the person is; empty if nothing does."""
    name = match.group()
    after = AFTER.match(text, match.end())
    stop = STOPS.search(text, after.end()) if after else None
    following = text[after.end() : stop.start() if stop else len(text)].strip(" ,") if after else ""
    word = _role_word().search(following[:REACH])
    if after and not after.group().strip() and word and word.start() == 0 and len(name.split()) > 2:
        *first, last = name.split()
        return " ".join(first), f"{last} {following}"[:LONGEST_ROLE]
    told = after and after.group().strip()
    if word and (told or word.start() == 0):
        return name, following[:LONGEST_ROLE]
    at = pattern("at").match(following)
    bodies = [one for one in names.find(following) if at and one.start == at.end()]
    if bodies:
        return name, following[: bodies[0].end]
    return name, _before(text[: match.start()])


def _before(text: str) -> str:
    """The role that leads in to a name: "EU minister", "responsible for the course is"."""
    tail = re.split(r"[.;,•\n]", text)[-1].strip()
    found = list(_role_word().finditer(tail))
    if not found:
        return ""
    rest = tail[found[-1].end() :].strip()
    return tail[found[-1].start() : found[-1].end()] if rest in ("", "är", "is", "er") else ""


def role_field(hit: Hit, position: int, language: str) -> str:
    """The name of the field for a role, with the year of what says so: a role is never told as today's."""
    texts = phrases("partners", language)
    section = section_at(hit.document, position)
    dated = hit.passage.published if section else hit.document.metadata.dated
    if dated:
        return fill(texts["field_role_dated"], year=dated[:4])
    if section and section.earliest and section.latest:
        return fill(texts["field_role_between"], since=section.earliest[:4], until=section.latest[:4])
    return texts["field_role_undated"]
