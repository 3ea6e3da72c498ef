"""How long each step of an answer takes."""

import time

from assistant.events import Step


class Clock:
    """Runs from when it is made; a step lasts until the next begins."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._steps: list[tuple[str, float]] = []

    def begin(self, name: str) -> Step:
        """Note that a step begins now."""
        self._steps.append((name, time.perf_counter()))
        return Step(name)

    def seconds(self) -> dict[str, float]:
        """Seconds of each step so far, and "total"."""
        now = time.perf_counter()
        ends = [began for _, began in self._steps[1:]] + [now]
        spent = {name: end - began for (name, began), end in zip(self._steps, ends, strict=True)}
        return {name: round(value, 4) for name, value in (spent | {"total": now - self._began}).items()}
