"""Who asks: place, kind of organisation, size, purpose and market, as the conversation tells."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.fit.amounts import Money, number, sums
from assistant.fit.signs import matching, names_of, sign
from assistant.questions import Persona, Question
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

NEAR = 60
"""Characters within which a number belongs to the word for what it counts."""


class Asker(StrEnum):
    """What kind of organisation asks."""

    FIRM = "firm"
    SOLE_TRADER = "sole_trader"
    PRIVATE_PERSON = "private_person"
    PUBLIC = "public"
    UNIVERSITY = "university"
    ASSOCIATION = "association"
    CLUSTER = "cluster"
    UNKNOWN = ""


BUSINESS = frozenset({Asker.FIRM, Asker.SOLE_TRADER})
NAMED = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.STRATEGY})
PERSONAS = {Persona.SME: Asker.FIRM, Persona.OFFICER: Asker.PUBLIC}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the asker; empty or None where nothing was said.

    `place` is the county or region abroad; `place_said` and `kind_said` are the words for it. `limited`
    tells whether a firm has limited liability, `non_profit` whether any other says that it makes none.
    `founded` is a year, `age` in years. `market` is a country as written and `outside_eu` whether it lies
    outside EU and EFTA.
    """

    place: Entity | None = None
    place_said: str = ""
    kind: Asker = Asker.UNKNOWN
    kind_said: str = ""
    limited: bool | None = None
    non_profit: bool = False
    norwegian: bool = False
    employees: int | None = None
    turnover: Money | None = None
    founded: int | None = None
    age: int | None = None
    purposes: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    market: str = ""
    outside_eu: bool | None = None
    has_partner: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """The words of signs.yaml for what the asker is; empty when unknown."""
        also = {Asker.ASSOCIATION.value} if self.non_profit else set()
        return frozenset({self.kind.value, *also} - {""})

    @property
    def is_business(self) -> bool:
        """Whether a single firm or sole trader asks."""
        return self.kind in BUSINESS


def read_profile(question: Question, names: Names) -> Profile:
    """The profile from the question, the user's earlier turns and what the channel knows; the newest wins."""
    said = [turn.text for turn in question.history if turn.role == "user"] + [question.text]
    profile = Profile(
        kind=PERSONAS.get(question.persona, Asker.UNKNOWN) if question.persona else Asker.UNKNOWN
    )
    if question.region:
        profile = _with_place(profile, question.region, names)
    for text in said:
        profile = _told(profile, text, names)
    # Who tells of staff or sales, and nothing else, is taken for a firm; the answer says so.
    counts = profile.turnover is not None or profile.employees is not None
    return replace(profile, kind=Asker.FIRM) if counts and profile.kind is Asker.UNKNOWN else profile


def _told(profile: Profile, text: str, names: Names) -> Profile:
    """The profile with what one turn adds or changes."""
    readers: Sequence[Callable[[Profile, str], Profile]] = (_with_kind, _with_size, _with_age, _with_market)
    profile = _with_place(profile, text, names)
    text = without_names(text, names)
    for reader in readers:
        profile = reader(profile, text)
    return replace(
        profile,
        purposes=profile.purposes | matching("purposes", text),
        themes=profile.themes | matching("themes", text),
        non_profit=profile.non_profit or bool(sign("non_profit").search(text)),
        norwegian=profile.norwegian or bool(sign("norwegian").search(text)),
        has_partner=profile.has_partner or bool(sign("partner_found").search(text)),
    )


def without_names(text: str, names: Names) -> str:
    """`text` without the names of programmes, projects and strategies: Kreativa Europa makes no asker so."""
    for named in reversed(names.find(text)):
        if named.entity.kind in NAMED:
            text = f"{text[: named.start]}…{text[named.end :]}"
    return text


def _with_place(profile: Profile, text: str, names: Names) -> Profile:
    """The place told that lies in one county: where somebody moves or sits, before any but a partner's."""
    placed = [one for one in names.places(text) if len(names.counties(one.entity)) == 1]
    if not placed:
        return profile
    moved = placed[-1:] if sign("moving").search(text) else []
    sits = [one for one in placed if _leads_in("sits_in", text[: one.start])]
    others = [one for one in reversed(placed) if not _leads_in("works_with", text[: one.start])]
    chosen = next(iter([*moved, *sits, *others]), None)
    if chosen is None:
        return profile
    return replace(profile, place=names.counties(chosen.entity)[0], place_said=chosen.written)


def _leads_in(key: str, before: str) -> bool:
    return any(match.end() == len(before.rstrip()) for match in sign(key).finditer(before.rstrip()))


def _with_kind(profile: Profile, text: str) -> Profile:
    kind, said = _kind(text)
    if kind is Asker.UNKNOWN:
        return profile
    limited = True if sign("limited").search(text) else profile.limited
    return replace(profile, kind=kind, kind_said=said, limited=limited if kind is Asker.FIRM else None)


def _kind(text: str) -> tuple[Asker, str]:
    """What somebody says to be and in which word, else the only kind that the text speaks of."""
    found = [
        (Asker(kind), match) for kind in names_of("kinds") for match in sign("kinds", kind).finditer(text)
    ]
    for kind, match in found:
        if _is_self(text[max(0, match.start() - NEAR) : match.start()]):
            return kind, match.group()
    if sign("trades").search(text):
        return Asker.FIRM, ""
    # An "enskild firma" is a firm only by its word.
    alone = any(kind is Asker.SOLE_TRADER for kind, _ in found)
    named = {kind: match.group() for kind, match in found if not (alone and kind is Asker.FIRM)}
    return next(iter(named.items())) if len(named) == 1 else (Asker.UNKNOWN, "")


def _is_self(before: str) -> bool:
    """Whether what comes next is what somebody calls himself: no other clause lies between."""
    last = max(sign("self").finditer(before), key=lambda match: match.start(), default=None)
    return last is not None and not re.search(
        r"[.,;?!]|\b(?:som|och|that|which|and|og|till|åt|to)\b", before[last.end() :]
    )


def _with_size(profile: Profile, text: str) -> Profile:
    for match in sign("employees").finditer(text):
        counted = next((number(group) for group in match.groups() if group), None)
        if counted is not None:
            profile = replace(profile, employees=int(counted))
    if sign("employees_one").search(text):
        profile = replace(profile, employees=1)
    money = [(at, sum_) for at, sum_ in sums(text)]
    for word in sign("turnover").finditer(text):
        near = [
            (abs(at - word.start()), one.amount, one.euro)
            for at, one in money
            if abs(at - word.start()) <= NEAR
        ]
        if near:
            _, amount, euro = min(near)
            profile = replace(profile, turnover=Money(amount, euro))
    return profile


def _with_age(profile: Profile, text: str) -> Profile:
    if match := sign("founded").search(text):
        year = next(group for group in match.groups() if group)
        profile = replace(profile, founded=int(year))
    if match := sign("age").search(text):
        years = next((number(group) for group in match.groups() if group), None)
        profile = replace(profile, age=int(years) if years is not None else None)
    return profile


def _with_market(profile: Profile, text: str) -> Profile:
    found = [
        (match.start(), match.group(), outside)
        for key, outside in (("inside", False), ("outside", True))
        for match in sign("markets", key).finditer(text)
        if not _is_home(text, match)
    ]
    if not found:
        return profile
    _, written, outside = max(found)
    return replace(profile, market=written, outside_eu=outside)


def _is_home(text: str, match: re.Match[str]) -> bool:
    """Whether a country is where the asker sits, or part of a longer name such as "Sverige–Norge"."""
    home = match.group().casefold() in ("sverige", "sweden")
    joined = text[match.start() - 1 : match.start()] in ("–", "-") or text[match.end() : match.end() + 1] in (
        "–",
        "-",
    )
    return home or joined
