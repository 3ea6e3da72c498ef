"""What a search did and how long each step took, written down as it goes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Step:
    """One step of a search: its seconds, steps within it included, and what is worth telling about it.

    `began` counts seconds from an arbitrary moment.
    """

    name: str
    seconds: float = 0.0
    told: dict[str, Any] = field(default_factory=dict)
    began: float = 0.0


@dataclass(slots=True)
class Trace:
    """The steps of one search in the order they began; hand it in with the query, read it afterwards."""

    steps: list[Step] = field(default_factory=list)


@contextmanager
def step(trace: Trace | None, name: str) -> Iterator[dict[str, Any]]:
    """Time the block; what is put into the dictionary it lends is told in the trace, if there is one."""
    if trace is None:
        yield {}
        return
    made = Step(name, began=time.perf_counter())
    trace.steps.append(made)
    try:
        yield made.told
    finally:
        made.seconds = time.perf_counter() - made.began


def own_seconds(steps: Sequence[Step]) -> dict[str, float]:
    """Seconds by name, steps within not counted, so that together they are those of the outermost steps.

    The steps are of one thread, in the order they began; those with the same name are added up.
    """
    own: dict[str, float] = {}
    around: list[Step] = []
    for each in steps:
        while around and each.began >= around[-1].began + around[-1].seconds:
            around.pop()
        if around:
            own[around[-1].name] -= each.seconds
        own[each.name] = own.get(each.name, 0.0) + each.seconds
        around.append(each)
    return own
