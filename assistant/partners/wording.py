"""The words by which questions and sentences about partners are known; they stand in words.yaml."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table(key: str) -> Any:
    """What stands under `key` in words.yaml."""
    return _tables()[key]


@cache
def pattern(key: str, within: str = "") -> re.Pattern[str]:
    """The alternatives under `key`, or under `within` of it, as one pattern that ignores case."""
    pieces: Sequence[str] = table(key)[within] if within else table(key)
    return re.compile("|".join(f"(?:{piece})" for piece in pieces), re.IGNORECASE)


@cache
def listed(key: str) -> frozenset[str]:
    """The words under `key`, in lower case."""
    return frozenset(str(word).casefold() for word in table(key))


@cache
def _tables() -> dict[str, Any]:
    text = files("assistant.partners").joinpath("words.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
