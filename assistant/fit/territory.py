"""Which programmes hold where the asker is."""

from collections.abc import Sequence

from assistant.drafts import Block, Draft, own
from assistant.fit.criteria import About, Statement, criteria, lines
from assistant.fit.profile import Profile
from assistant.fit.signs import sign
from assistant.fit.telling import place_of
from prompts import fill, phrases
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

MOST = 3
WORDS = 45
"""A longer sentence lists more than the asker's county."""


def territory_draft(
    statements: Sequence[Statement],
    profile: Profile,
    said: Sequence[str],
    entities: Sequence[Entity],
    names: Names,
    language: str,
) -> Draft | None:
    """The sentences that place the asker's county in programmes; None where there are none.

    `said` are the places that the conversation named, `entities` the funds asked about, which come first.
    """
    if profile.place is None:
        return None
    texts = phrases("fit", language)
    placing = [one for one in statements if _places(one, profile, names)]
    placing = _open_ones(placing) or placing
    placing += [one for one in statements if one not in placing and _moves(one, said)]
    placing = [one for one in placing if _moves(one, said) or _on_asked(one, entities, names)] or placing
    placing.sort(key=lambda one: _rank(one, profile, said, entities, names))
    chosen: dict[frozenset[str], Statement] = {}
    for one in placing:
        about = frozenset(entity.id for entity in _programmes(one, names))
        if about and not any(about <= kept for kept in chosen):
            chosen[about] = one
    if not chosen:
        return None
    title = fill(texts["territory"], place=place_of(profile))
    block = Block(lines(list(chosen.values())[:MOST]), title)
    return Draft(blocks=(block,), closing=(own(texts["territory_check"]),))


def _rank(
    statement: Statement, profile: Profile, said: Sequence[str], entities: Sequence[Entity], names: Names
) -> tuple[bool, bool, bool]:
    """What joins the places of the conversation; the fund asked about; the place itself."""
    beside = not _on_asked(statement, entities, names)
    return not _moves(statement, said), beside, profile.place_said not in statement.text


def _on_asked(statement: Statement, entities: Sequence[Entity], names: Names) -> bool:
    return any(entity in entities for entity in _programmes(statement, names)) or not entities


def _open_ones(statements: Sequence[Statement]) -> list[Statement]:
    return [one for one in statements if not sign("not").search(one.text)]


def _moves(statement: Statement, said: Sequence[str]) -> bool:
    """Whether a statement speaks of the place moved from and the one moved to."""
    return len({place for place in said if place in statement.text}) > 1


def _programmes(statement: Statement, names: Names) -> list[Entity]:
    kinds = (Kind.PROGRAMME, Kind.AREA)
    return [named.entity for named in names.find(statement.text) if named.entity.kind in kinds]


def _places(statement: Statement, profile: Profile, names: Names) -> bool:
    if len(statement.text.split()) > WORDS:
        return False
    placed = [one for one in criteria(statement, names) if one.about is About.PLACE]
    return any(profile.place is not None and profile.place.id in one.counties for one in placed)
