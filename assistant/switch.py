"""The off switch: officers turn the service off with a reason, which users are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from assistant.personal import visible
from vectorstore.tables import switch

LONGEST = 1000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Switched:
    """How the service is switched, since when (None: it was never touched), and why it is off."""

    off: bool = False
    reason: str = ""
    at: datetime | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class Switch:
    """Kept in the catalogue's database, so that every process that answers sees it."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self.engine, self._now = engine, now

    def state(self) -> Switched:
        """How it is switched now."""
        with self.engine.connect() as connection:
            row = connection.execute(select(switch)).mappings().first()
        if row is None:
            return Switched()
        # SQLite gives times back without their zone, which is UTC.
        at: datetime = row["at"]
        return Switched(row["off"], row["reason"], at if at.tzinfo else at.replace(tzinfo=UTC))

    def turn_off(self, reason: str) -> None:
        """Off, with what users are told in plain text; ValueError without a reason, or for a long one."""
        told = visible(reason).strip()
        if not told:
            raise ValueError("users must be told why the service is off")
        if len(told) > LONGEST:
            raise ValueError(f"the reason has {len(told)} characters; {LONGEST} are the most")
        self._turn(True, told)

    def turn_on(self) -> None:
        """On again."""
        self._turn(False, "")

    def _turn(self, off: bool, reason: str) -> None:
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(switch))
            connection.execute(insert(switch), {"id": 1, "off": off, "reason": reason, "at": self._now()})
