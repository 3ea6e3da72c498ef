"""Every text a user or a language model reads, one folder per language, with $names to fill in."""

import re
from functools import cache
from importlib.resources import files
from string import Template

LANGUAGES = ("sv", "en", "no")

_KEY = re.compile(r"^## (\S+)[ \t]*$", re.MULTILINE)


@cache
def _text(name: str, language: str) -> str:
    return files(__name__).joinpath(language, f"{name}.md").read_text(encoding="utf-8")


def load(name: str, language: str, /, **names: str) -> str:
    """The text `name` in `language` with every $name filled in; KeyError when one is missing."""
    return Template(_text(name, language)).substitute(names).strip()


@cache
def phrases(name: str, language: str) -> dict[str, str]:
    """The short texts of a file in the form `## key` + text, $names not filled in (see `fill`)."""
    _, *parts = _KEY.split(_text(name, language))
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))


def fill(text: str, /, **names: object) -> str:
    """`text` with every $name filled in; KeyError when one is missing."""
    return Template(text).substitute(names)
