"""What is out of date in the documents, as far as their metadata and the register can tell."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.desk.nearest import OLD_YEARS, age
from assistant.desk.themes import themes, themes_of
from assistant.evaluation.sources import Described
from assistant.lineage import COUNTRY, is_over, living, subject
from assistant.validity import status_of
from vectorstore.entities import Entity
from vectorstore.naming import Names
from vectorstore.passages import Status

_PASSED = (Status.ENDED, Status.HISTORICAL)
_NUMBERS = re.compile(r"[\d\s–—-]+")


@dataclass(frozen=True, slots=True)
class Passed:
    """A document whose subject is over, or that is old; `years` is its age, -1 unknown."""

    id: str
    title: str
    dated: str
    until: str
    status: Status
    years: int


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Something that documents are about and that is over, with what came after and no document is about."""

    entity: Entity
    successors: tuple[Entity, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bare:
    """A county that documents are about, and the themes that no title or heading of theirs names."""

    region: str
    documents: int
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """`over`: the subject has ended. `undated`: nobody can tell.

    `old`: nothing says that it is in force, and no later version is known.
    """

    over: tuple[Passed, ...]
    old: tuple[Passed, ...]
    undated: tuple[Passed, ...]
    succeeded: tuple[Succeeded, ...]

    @property
    def count(self) -> int:
        """Documents with something to look at."""
        return len(self.over) + len(self.old) + len(self.undated)


def out_of_date(documents: Sequence[Described], names: Names, today: date) -> OutOfDate:
    """What of the documents is out of date on the day `today`."""
    passed = [_passed(one, names, today) for one in documents]
    over = [one for one in passed if one.status in _PASSED]
    others = [(one, document) for one, document in zip(passed, documents, strict=True) if one not in over]
    later = _latest(documents)
    aged = [pair for pair in others if pair[0].years >= OLD_YEARS and pair[0].status is not Status.CURRENT]
    old = [one for one, document in aged if one.dated >= later[_series(document)]]
    undated = [one for one, document in others if one.years < 0 and not any(document.metadata.period)]
    by_age = sorted(old, key=lambda one: one.dated)
    return OutOfDate(tuple(over), tuple(by_age), tuple(undated), tuple(_succeeded(documents, names, today)))


def bare_regions(documents: Sequence[Described], headings: Callable[[str], Iterable[str]]) -> list[Bare]:
    """For each county that documents are about, the themes that they do not head anything with.

    `headings` gives the headings of the document with an id.
    """
    told: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for document in documents:
        own = {
            theme for text in {document.metadata.title, *headings(document.id)} for theme in themes_of(text)
        }
        for region in document.metadata.regions:
            if region != COUNTRY:
                told.setdefault(region, set()).update(own)
                counts[region] = counts.get(region, 0) + 1
    lacking = {region: tuple(id for id in themes() if id not in own) for region, own in told.items()}
    return [Bare(region, counts[region], lacking[region]) for region in sorted(told)]


def _passed(document: Described, names: Names, today: date) -> Passed:
    metadata = document.metadata
    return Passed(
        id=document.id,
        title=metadata.title,
        dated=metadata.dated,
        until=metadata.period[1],
        status=status_of(metadata, today, names),
        years=age(metadata.dated, today),
    )


def _series(document: Described) -> tuple[str, str]:
    """What the versions of one document share: the publisher, and the title without its years."""
    metadata = document.metadata
    return metadata.publisher.casefold(), _NUMBERS.sub(" ", metadata.title).casefold().strip()


def _latest(documents: Iterable[Described]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for document in documents:
        series = _series(document)
        found[series] = max(found.get(series, ""), document.metadata.dated)
    return found


def _succeeded(documents: Iterable[Described], names: Names, today: date) -> Iterable[Succeeded]:
    about: dict[str, list[str]] = {}
    for document in documents:
        if entity := subject(document.metadata, names):
            about.setdefault(entity.id, []).append(document.id)
    for id, own in about.items():
        entity = names.entities[id]
        heirs = living(entity, names, today) if is_over(entity, today) else []
        if heirs and not any(heir.id in about for heir in heirs):
            yield Succeeded(entity, tuple(heirs), tuple(own))
