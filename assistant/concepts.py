"""What a question is after (money, a leader, the next step), in its words and in those of documents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

SHORT = 3
"""Letters up to which a beginning stands for a whole word."""


@dataclass(frozen=True, slots=True)
class Concept:
    """`asks` finds it in a question, `tells` in a sentence that may answer."""

    name: str
    asks: re.Pattern[str]
    tells: re.Pattern[str]


@cache
def concepts() -> tuple[Concept, ...]:
    """Those of concepts.yaml."""
    table = yaml.safe_load(files("assistant").joinpath("concepts.yaml").read_text("utf-8"))
    return tuple(Concept(name, _pattern(one["asks"]), _pattern(one["tells"])) for name, one in table.items())


def asked_for(question: str) -> list[Concept]:
    """The concepts that the question's words ask for."""
    return [one for one in concepts() if one.asks.search(question)]


def _pattern(beginnings: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_one, beginnings)), re.IGNORECASE)


def _one(beginning: str) -> str:
    if beginning.startswith("-"):
        return re.escape(beginning[1:])
    if not beginning[0].isalpha():
        return re.escape(beginning)
    whole = len(beginning) <= SHORT
    return rf"\b{re.escape(beginning)}" + (r"\b" if whole else "")
