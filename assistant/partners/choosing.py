"""Which bodies named in the sentences found fit what is sought, best first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.partners.bodies import DOORS_OF_FIRMS, DOORS_OF_PUBLIC_BODIES, Body, body_of
from assistant.partners.seeking import Sought
from assistant.partners.telling import Telling
from assistant.partners.wording import pattern
from assistant.scoring import Scored
from vectorstore.currency import has_passed
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.passages import Status

FEWEST_WORDS = 4
"""Words below which a sentence is a heading or a name."""
NEAR, NEAR_PARTNERS = 0.06, 0.1
"""How far below the best a door or a partner may lie; in the scale of cosines, as the bonuses are."""
LIKE = 0.86
"""Cosine from which a sentence that shares no word with the theme may still speak of it."""
BESIDE = 0.02
"""How much lower it may be in a passage that has the theme's words."""
ACROSS = 0.04
"""How much lower cosines lie between English and the Nordic languages."""
NEAR_LANGUAGES = frozenset({"sv", "no", "da"})
# What a sign is worth against a cosine: sentences on one subject differ by a few hundredths.
THEME, PLACE, ADVICE, LEADS, FIRST, KIND = 0.04, 0.03, 0.03, 0.02, 0.03, 0.02
PASSED, OTHERS, LONG = 0.03, 0.05, 0.02
LONGEST = 300
"""Characters from which a sentence is long to read."""
ABOUT = 0.5
About = Callable[[Entity], float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body that fits; `tellings` name it, the one that tells best why it fits first.

    `advises` where that sentence says what it does or sends the reader there.
    """

    entity: Entity
    body: Body
    tellings: tuple[Telling, ...]
    value: float
    has_theme: bool
    is_near: bool
    advises: bool


def candidates(told: Iterable[Telling], wanted: Sought, names: Names, about: About) -> list[Candidate]:
    """The bodies that fit the kind and the place, those nearest to the theme first.

    `about` tells how near what the register says of a body lies to the question.
    """
    by_entity: dict[str, list[Telling]] = {}
    for one in told:
        if _is_of_use(one):
            by_entity.setdefault(one.entity.id, []).append(one)
    found = [made for each in by_entity.values() if (made := _candidate(each, wanted, names))]
    found = [replace(one, value=one.value + ABOUT * about(one.entity)) for one in found]
    ranked = sorted(found, key=lambda one: -one.value)
    near = NEAR if wanted.wants_door else NEAR_PARTNERS
    return [one for one in ranked if one.value >= ranked[0].value - near]


def _is_of_use(one: Telling) -> bool:
    """Whether the sentence says something, by itself, of a body that still exists."""
    gone = one.entity.status in (Status.ENDED, Status.HISTORICAL) or bool(one.entity.successors)
    raw = one.scored.hit.passage.text[one.quote.start - one.scored.hit.passage.start :]
    is_prose = len(one.text.split()) >= FEWEST_WORDS and one.text.upper() != one.text
    is_bare = pattern("leans").search(one.text) or pattern("naming").search(one.text)
    return not gone and is_prose and not raw.startswith("|") and not is_bare


def _candidate(told: Sequence[Telling], wanted: Sought, names: Names) -> Candidate | None:
    entity = told[0].entity
    body = body_of(entity)
    is_own = entity in wanted.named and not wanted.wants_door
    if body is None or entity.id in wanted.counties or is_own:
        return None
    told = [one for one in told if not pattern("denies").search(one.text)]
    reasons = [
        one for one in told if _is_of_kind(one, body, wanted) and _is_in_place(one, body, wanted, names)
    ]
    if not reasons:
        return None
    valued = sorted(reasons, key=lambda one: -_value(one, body, wanted, names))
    best = valued[0]
    return Candidate(
        entity,
        body,
        (*valued, *(one for one in told if one not in reasons)),
        _value(best, body, wanted, names),
        _speaks_of(best, body, wanted),
        is_near(best.scored, wanted),
        best.tells or _advises(best, wanted),
    )


def _advises(one: Telling, wanted: Sought) -> bool:
    serves = wanted.is_firm is False and pattern("serves").search(one.text)
    return bool(serves or pattern("advises").search(one.text))


def is_near(one: Scored, wanted: Sought) -> bool:
    """Whether a sentence may speak of the theme, or stands in a passage that does."""
    spoken = one.hit.document.metadata.language
    like = LIKE if {spoken, wanted.language} <= {*NEAR_LANGUAGES, ""} else LIKE - ACROSS
    beside = bool(wanted.themes) and wanted.speaks_of_theme(one.hit.passage.indexed_text)
    return one.similarity >= like - BESIDE * beside


def _is_of_kind(one: Telling, body: Body, wanted: Sought) -> bool:
    if one.entity in wanted.named:
        return True
    if wanted.nouns and not _is_called(one, wanted):
        return False
    if wanted.wants_door:
        return body in {*doors(wanted), *wanted.kinds}
    if Body.ABROAD in wanted.kinds and wanted.elsewhere:
        return wanted.speaks_of_elsewhere(one.segment) and (body is not Body.EU)
    return not wanted.kinds or body in wanted.kinds or (bool(wanted.nouns) and body is Body.OTHER)


def _is_called(one: Telling, wanted: Sought) -> bool:
    """Whether its names, its note or the words before its name call it by a noun of the question."""
    before = one.text[: one.text.find(one.written)]
    called = " | ".join([*one.entity.recognised, one.entity.note, before])
    return any(pattern("nouns", noun).search(called) for noun in wanted.nouns)


def doors(wanted: Sought) -> tuple[Body, ...]:
    """Whom the asker turns to, first to last."""
    if wanted.is_firm is None:
        return tuple(dict.fromkeys([*DOORS_OF_FIRMS, *DOORS_OF_PUBLIC_BODIES]))
    return DOORS_OF_FIRMS if wanted.is_firm else DOORS_OF_PUBLIC_BODIES


def _is_in_place(one: Telling, body: Body, wanted: Sought, names: Names) -> bool:
    """Whether it works where the asker is: it lies there, the sentence says so, or it works everywhere."""
    if not wanted.counties or body is Body.ABROAD:
        return True
    at_home = {county.id for county in names.counties(one.entity)}
    if at_home:
        return bool(at_home & wanted.counties)
    return wanted.wants_door or _names_place(one, wanted, names)


def _names_place(one: Telling, wanted: Sought, names: Names) -> bool:
    places = names.places(one.text)
    return any(county.id in wanted.counties for place in places for county in names.counties(place.entity))


def _speaks_of(one: Telling, body: Body, wanted: Sought) -> bool:
    return wanted.speaks_of_theme(one.text) or wanted.speaks_of_elsewhere(one.segment)


def _value(one: Telling, body: Body, wanted: Sought, names: Names) -> float:
    order = doors(wanted) if wanted.wants_door else ()
    first = FIRST * (1 - order.index(body) / len(order)) if body in order else 0.0
    signs = (
        (THEME, _speaks_of(one, body, wanted)),
        (PLACE, bool(wanted.counties) and _names_place(one, wanted, names)),
        (ADVICE, wanted.wants_door and _advises(one, wanted)),
        (LEADS, one.tells),
        (KIND, body in wanted.kinds or one.entity in wanted.named),
        (-PASSED, has_passed(one.scored.hit)),
        (-OTHERS, is_for_others(one.text, wanted.is_firm)),
        (-LONG, len(one.text) > LONGEST),
    )
    return one.scored.similarity + first + sum(worth for worth, is_so in signs if is_so)


def is_for_others(text: str, is_firm: bool | None) -> bool:
    """Whether the sentence speaks to firms where a public body asks, or the other way round."""
    firms = bool(pattern("for_firms").search(text))
    public = bool(pattern("for_public_bodies").search(text))
    return firms != public and is_firm is not None and firms is not is_firm
