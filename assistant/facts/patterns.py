"""The word lists of this package, read from YAML and made into patterns."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table(name: str) -> dict[str, Any]:
    """What the file `name`.yaml beside this one holds."""
    found: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text("utf-8"))
    return found


@cache
def pattern(name: str, *keys: str) -> re.Pattern[str]:
    """The expressions under `keys` of the file as one, at word boundaries and in any case."""
    found: Any = table(name)
    for key in keys:
        found = found[key]
    return re.compile(rf"\b(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)
