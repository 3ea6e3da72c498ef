"""The columns of a question table and what they may be called."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from assistant.evaluation.nearest import nearest, plain

# The first name is the one that a template has and that docs and messages use.
LANGUAGE = "language"
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "id": {"sv": ("id",), "en": ("id",), "no": ("id",)},
    "question": {"sv": ("fråga",), "en": ("question",), "no": ("spørsmål",)},
    LANGUAGE: {"sv": ("språk",), "en": ("language", "lang"), "no": ("språk",)},
    "persona": {"sv": ("persona", "roll"), "en": ("persona", "role"), "no": ("persona", "rolle")},
    "category": {"sv": ("kategori",), "en": ("category",), "no": ("kategori",)},
    "region": {"sv": ("region", "län"), "en": ("region", "county"), "no": ("region", "fylke")},
    "answerable": {"sv": ("besvarbar",), "en": ("answerable",), "no": ("kan besvares", "besvarbar")},
    "gold_answer": {
        "sv": ("rätt svar", "facit"),
        "en": ("gold answer", "right answer", "correct answer"),
        "no": ("riktig svar", "fasit"),
    },
    "must_include": {"sv": ("måste nämnas",), "en": ("must include",), "no": ("må nevnes",)},
    "must_not_include": {
        "sv": ("får inte nämnas", "får ej nämnas"),
        "en": ("must not include",),
        "no": ("må ikke nevnes",),
    },
    "source": {"sv": ("källa",), "en": ("source",), "no": ("kilde",)},
    "quote": {"sv": ("citat",), "en": ("quote",), "no": ("sitat",)},
    "earlier_question": {
        "sv": ("tidigare fråga",),
        "en": ("earlier question",),
        "no": ("tidligere spørsmål",),
    },
    "earlier_answer": {"sv": ("tidigare svar",), "en": ("earlier answer",), "no": ("tidligere svar",)},
    "notes": {
        "sv": ("anteckningar", "anteckning"),
        "en": ("notes", "note"),
        "no": ("merknader", "merknad", "notater"),
    },
}
REPEATABLE = ("source", "quote", "earlier_question", "earlier_answer")
LANGUAGES = ("sv", "en", "no")
_LONGEST = 100
_NUMBERED = re.compile(r"(.*?)0*([1-9][0-9]?)")


@cache
def _keys() -> dict[str, str]:
    named = ((name, key) for key, names in COLUMNS.items() for each in names.values() for name in each)
    return {plain(name): key for name, key in named}


def canonical(header: str) -> str:
    """The key in COLUMNS of a header without a number; empty for one that is not known."""
    return _keys().get(plain(header), "")


def match(header: str) -> tuple[str, int] | None:
    """The column a header names and its number (1 where it has none); None for one that is not known."""
    if len(header) > _LONGEST:
        return None
    if key := canonical(header):
        return key, 1
    numbered = _NUMBERED.fullmatch(plain(header))
    key = _keys().get(numbered[1], "") if numbered else ""
    return (key, int(numbered[2])) if numbered and key in REPEATABLE else None


def suggestion(header: str) -> str:
    """The name a misspelt header was probably meant to be; empty when none is much like it."""
    return nearest(header, (name for names in COLUMNS.values() for each in names.values() for name in each))


def language_of(headers: Iterable[str]) -> str:
    """The language of COLUMNS in which most of the headers are known; Swedish where that is a tie."""
    written = {plain(each).rstrip("0123456789") for each in headers}
    names = {
        language: {plain(name) for key in COLUMNS for name in COLUMNS[key][language]}
        for language in LANGUAGES
    }
    return max(LANGUAGES, key=lambda language: len(names[language] & written))


def header(key: str, language: str, number: int = 1) -> str:
    """What a template in `language` calls the column."""
    name = COLUMNS[key][language][0]
    return name if number == 1 else f"{name} {number}"
