"""What the register tells of an end: whether something is over, what came after, whom to ask today."""

from collections.abc import Sequence
from datetime import date

from vectorstore.currency import PASSED
from vectorstore.entities import Entity, Kind, Register
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata

UNKNOWN_NAMES = Names(Register())
"""What is known where there is no register: nothing."""
COUNTRY = "Sverige"
"""What documents' metadata say of one that holds everywhere."""
MOST_REGIONS = 3
"""Counties of a document up to which their regions are named as those to ask."""


def is_over(entity: Entity, today: date) -> bool:
    """Whether the register says that it has ended, or its period is past."""
    until = entity.period[1]
    return entity.status in PASSED or bool(until and until < today.isoformat()[: len(until)])


def living(entity: Entity, names: Names, today: date) -> list[Entity]:
    """The entity itself, or where it is over what took its place and is not, nearest first."""
    if not is_over(entity, today):
        return [entity]
    return [one for one in names.successors(entity) if one.kind is entity.kind and not is_over(one, today)]


def publisher(metadata: Metadata, names: Names) -> Entity | None:
    """The publisher as the register knows it."""
    known = names.look_up(metadata.publisher) if metadata.publisher else []
    return next((one for one in known if one.kind is Kind.ORGANISATION), None)


def subject(metadata: Metadata, names: Names) -> Entity | None:
    """What the document is about: the thing that its title begins with, if the register knows it."""
    first = next(iter(names.find(metadata.title)), None)
    return first.entity if first and first.start == 0 else None


def to_ask(document: Document, names: Names, today: date) -> list[Entity]:
    """The bodies that can say what holds today; empty where the register tells none.

    The publisher, or what came after it; else those that the register has its knowledge of the subject
    from; else the regions of the document's counties.
    """
    metadata = document.metadata
    if one := publisher(metadata, names):
        return living(one, names, today)[:1]
    about = subject(metadata, names)
    answering = _answering(about, metadata, names, today) if about else []
    return answering or _regions(metadata.regions, names)


def entity_to_ask(entity: Entity, names: Names, today: date) -> list[Entity]:
    """As `to_ask`, for a thing of the register that may be over."""
    now = [entity, *names.successors(entity)]
    found = (_answering(one, Metadata("", regions=_places(one, names)), names, today) for one in now)
    return next((bodies for bodies in found if bodies), [])


def _answering(about: Entity, metadata: Metadata, names: Names, today: date) -> list[Entity]:
    if about.kind is Kind.ORGANISATION:
        return living(about, names, today)[:1]
    if about.kind is Kind.REGION:
        return _regions(_places(about, names), names)
    for told in (about.source, about.note):
        bodies = _bodies(told, names, today)
        local = [one for one in bodies if set(_places(one, names)) & set(metadata.regions)]
        if chosen := [one for one in bodies if not one.where][:1] or local[:1]:
            return chosen
    return []


def _bodies(text: str, names: Names, today: date) -> list[Entity]:
    named = (one.entity for one in names.find(text))
    return [one for one in named if one.kind is Kind.ORGANISATION and not is_over(one, today)]


def _places(entity: Entity, names: Names) -> tuple[str, ...]:
    return tuple(county.region for county in names.counties(entity) if county.region)


def _regions(regions: Sequence[str], names: Names) -> list[Entity]:
    """The public bodies that bear the names of the counties, where they are few and not the whole country."""
    if COUNTRY in regions:
        return []
    found = [one for place in regions for one in names.look_up(f"Region {place}")]
    bodies = list(dict.fromkeys(one for one in found if one.kind is Kind.ORGANISATION))
    return bodies if len(bodies) <= MOST_REGIONS else []
