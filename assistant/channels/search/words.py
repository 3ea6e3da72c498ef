"""What an explained search tells in words, the same in a terminal and on the page."""

from collections.abc import Mapping

from vectorstore.queries import Filters


def limits_told(filters: Filters, s: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each limit as (label, values) in the words of prompts/*/search.md; nothing for one that is not set."""
    spoken = [s.get(f"language_{each.casefold()}", each) for each in filters.languages]
    limits = {
        "region": ", ".join(filters.regions),
        "publisher": ", ".join(filters.publishers),
        "language": ", ".join(spoken),
        "year_from": "" if filters.year_from is None else str(filters.year_from),
        "year_to": "" if filters.year_to is None else str(filters.year_to),
    }
    return [(s[name], values) for name, values in limits.items() if values]


def decimal(number: float, digits: int, language: str) -> str:
    """The number as `language` writes it."""
    told = f"{number:.{digits}f}"
    return told if language == "en" else told.replace(".", ",")


def milliseconds(seconds: float, language: str) -> str:
    """With one decimal below 10, where a whole number would tell little."""
    told = 1000 * seconds
    return decimal(told, 1 if told < 10 else 0, language)
