"""Whether words of ours or a model's say no more than their quotes do."""

import re
from collections.abc import Sequence

from assistant.contact_data import contact_data
from assistant.likeness import shared
from assistant.lineage import UNKNOWN_NAMES
from assistant.measures import measures
from assistant.named import grounds, unsupported_names, without_known
from assistant.polarity import unsupported_turns
from assistant.values import dates, find_dates, find_figures, holds
from vectorstore.naming import Names

WORD = re.compile(r"\w+")
FEWEST = 3
"""Words that carry meaning from which on their share tells something."""
SHARE = 0.5
"""Of these the share that the quotes must have, where claim and quotes are of one language."""


def is_grounded(text: str, quotes: Sequence[str], asked: str = "", names: Names = UNKNOWN_NAMES) -> bool:
    """Whether every figure, date, name, link and contact of `text` stands in `quotes`.

    Figures and dates are compared by value, with their units; names by letters, by the register and by
    the common names of countries. They may also come from the question `asked`; links and contact data
    may not.
    """
    return not _foreign(text, quotes, asked, names)


def is_borne_out(text: str, quotes: Sequence[str], asked: str = "", names: Names = UNKNOWN_NAMES) -> bool:
    """Whether all that can be checked of a model's sentence stands in `quotes`; see `unsupported`."""
    return not unsupported(text, quotes, asked, names)


def unsupported(text: str, quotes: Sequence[str], asked: str = "", names: Names = UNKNOWN_NAMES) -> list[str]:
    """What a model's sentence says that `quotes` do not; empty where nothing is found.

    What `is_grounded` compares, and the words that turn a statement ("granted", "at most", "not"): they must
    be in the quotes in some language. Where text and quotes are of one language, so must half of the other
    words.
    """
    held = "\n".join(quotes)
    turns = unsupported_turns(text, held, _one_language(text, held))
    found = [*_foreign(text, quotes, asked, names), *turns]
    return found or _words(text, held, f"{held}\n{asked}")


def _foreign(text: str, quotes: Sequence[str], asked: str, names: Names) -> list[str]:
    held = "\n".join(quotes)
    known = f"{held}\n{asked}"
    named = unsupported_names(_without_contacts(text), known, names)
    rest = without_known(text, known, names)
    return [*_contacts(text, held), *_dates(rest, known), *_figures(rest, known), *named]


def _contacts(text: str, held: str) -> list[str]:
    there = {_bare(match.group()) for match in contact_data(held)}
    letters = re.sub(r"\s", "", held.casefold())
    said = [match.group() for match in contact_data(text)]
    return [
        one for one in said if _bare(one) not in there and re.sub(r"\s", "", _trimmed(one)) not in letters
    ]


def _without_contacts(text: str) -> str:
    for match in reversed(contact_data(text)):
        text = text[: match.start()] + " " + text[match.end() :]
    return text


def _dates(text: str, known: str) -> list[str]:
    there = dates(known)
    return [value.text for value in find_dates(text) if not holds(there, value.key)]


def _figures(text: str, known: str) -> list[str]:
    there: dict[str, set[str]] = {}
    for held in measures(known):
        there.setdefault(held.key, set()).add(held.unit)
    # A year within a date, and a figure of a name, have no unit of their own.
    for value in find_figures(known):
        there.setdefault(value.key, {""})
    said = measures(_without_contacts(text))
    return [one.text for one in said if not _fits(one.unit, there.get(one.key))]


def _fits(unit: str, units: set[str] | None) -> bool:
    return units is not None and (not unit or "" in units or unit in units)


def _words(text: str, held: str, known: str) -> list[str]:
    if not _one_language(text, held):
        return []
    count, share = shared(text, known)
    return [f"{share:.0%}"] if count >= FEWEST and share < SHARE else []


def _one_language(text: str, held: str) -> bool:
    """Whether both are surely of one language; statistics on a single line go by its names."""
    return bool(_language(text)) and _language(text) == _language(held)


def _language(text: str) -> str:
    said = WORD.findall(text.casefold())
    counts = {language: sum(word in words for word in said) for language, words in grounds("telling").items()}
    first, second = sorted(counts, key=lambda one: -counts[one])[:2]
    return first if counts[first] > counts[second] else ""


def _bare(contact: str) -> str:
    digits = re.sub(r"\D", "", contact)
    return digits if len(digits) > 4 and "@" not in contact and "." not in contact else _trimmed(contact)


def _trimmed(contact: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|^www\.", "", contact.casefold().strip(" .,;:)/"))
