"""The questions as they stand in a file, before they are a set: ids are given and compared here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.evaluation.cases import Case
from assistant.evaluation.set_errors import Faults, shorten

MOST_QUESTIONS = 5000


@dataclass(frozen=True, slots=True)
class Draft:
    """A case, the row it was read from and what that file calls the id."""

    row: int
    case: Case
    id_field: str = "id"


def check_count(count: int, faults: Faults) -> None:
    """Raise SetError where `count` rows are more than a set may hold."""
    if count > MOST_QUESTIONS:
        faults.stop("too_many", count=count, most=MOST_QUESTIONS)


def settle(drafts: Sequence[Draft], faults: Faults) -> list[Case]:
    """The cases, those without an id named Q001, Q002 … by their place; an id used twice is a fault."""
    first: dict[str, int] = {}
    for draft in drafts:
        name = draft.case.id
        if name and name in first:
            faults.add(draft.row, draft.id_field, "duplicate_id", value=shorten(name), other=first[name])
        elif name:
            first[name] = draft.row
    return list(_named((draft.case for draft in drafts), set(first)))


def _named(cases: Iterable[Case], taken: set[str]) -> Iterable[Case]:
    for place, case in enumerate(cases, start=1):
        if case.id:
            yield case
            continue
        while (name := f"Q{place:03}") in taken:
            place += 1
        taken.add(name)
        yield replace(case, id=name)
