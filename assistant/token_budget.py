"""The tokens that the language model may use in a day, counted in a file that outlives a restart."""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from vectorstore.errors import StoreError
from vectorstore.locks import locked

log = logging.getLogger(__name__)

WAIT = 2.0
"""Seconds to wait for another process that counts."""


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """At most `limit` tokens a day (UTC), all processes on the same `file` together; 0 sets no limit."""

    file: Path
    limit: int
    today: Callable[[], date] = field(default=_today)

    def take(self, tokens: int) -> bool:
        """Set `tokens` aside for a call; False, and nothing set aside, when less is left.

        Also False when the count cannot be kept: then nothing bounds the cost.
        """
        return not self.limit or self._add(tokens, within=self.limit)

    def settle(self, taken: int, used: int) -> None:
        """Count what the call used in the place of what was taken for it."""
        if self.limit:
            self._add(used - taken)

    def used(self) -> int:
        """Tokens counted today."""
        try:
            counted = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        return int(counted["tokens"]) if counted["day"] == self.today().isoformat() else 0

    def _add(self, tokens: int, within: int | None = None) -> bool:
        try:
            with locked(self.file.with_suffix(".lock"), WAIT):
                total = self.used() + tokens
                if within is not None and total > within:
                    return False
                self._write(max(0, total))
        except (OSError, StoreError) as error:
            log.warning("the language model's tokens could not be counted: %s", error)
            return False
        return True

    def _write(self, total: int) -> None:
        counted = {"day": self.today().isoformat(), "tokens": total}
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(counted), encoding="utf-8")
        os.replace(new, self.file)
