"""How a question that compares is known."""

import re
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


class Sign(StrEnum):
    """What the words of a question ask for.

    COMPARES: two things against each other. EACH: what each of several says. CONTEXTS: where one thing
    is met. REGIONS: the regions the documents are about.
    """

    COMPARES = "compares"
    EACH = "each"
    CONTEXTS = "contexts"
    REGIONS = "all_regions"


def signs(text: str) -> frozenset[Sign]:
    """The signs in `text`; none where it asks for one thing."""
    return frozenset(sign for sign in Sign if any(one.search(text) for one in patterns(sign)))


@cache
def patterns(key: str) -> tuple[re.Pattern[str], ...]:
    """The expressions listed under `key`."""
    return tuple(re.compile(rf"(?<!\w)(?:{one})", re.IGNORECASE) for one in listed(key))


@cache
def pattern(key: str) -> re.Pattern[str]:
    """The one expression that stands under `key`."""
    return re.compile(re.sub(r"\n\s*", "", str(_table()[key])), re.IGNORECASE)


def listed(key: str) -> Any:
    """What stands under `key` in signs.yaml."""
    return _table()[key]


@cache
def _table() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("signs.yaml").read_text("utf-8"))
    return found
