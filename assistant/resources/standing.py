"""What an entry of the register is today."""

from datetime import date
from enum import StrEnum

from assistant.lineage import is_over
from vectorstore.entities import Entity
from vectorstore.passages import Status


class Standing(StrEnum):
    """As the register says it and the calendar has it, in the order entries are shown."""

    CURRENT = "current"
    COMING = "coming"
    PROPOSAL = "proposal"
    UNKNOWN = "unknown"
    ENDED = "ended"
    HISTORICAL = "historical"


class Phase(StrEnum):
    """What people choose by: the standings in four."""

    CURRENT = "current"
    COMING = "coming"
    UNKNOWN = "unknown"
    ENDED = "ended"


_PHASES = {Standing.PROPOSAL: Phase.COMING, Standing.HISTORICAL: Phase.ENDED}


def standing(entity: Entity, today: date) -> Standing:
    """What the entry is on the day: over once its period is past, coming until it has begun."""
    since = entity.period[0]
    if entity.status is Status.HISTORICAL:
        return Standing.HISTORICAL
    if is_over(entity, today):
        return Standing.ENDED
    if entity.status is Status.CURRENT and since and since > today.isoformat()[: len(since)]:
        return Standing.COMING
    return Standing(entity.status.value)


def phase(entity: Entity, today: date) -> Phase:
    """Which of the four the entry's standing is."""
    now = standing(entity, today)
    return _PHASES.get(now) or Phase(now.value)
