"""Dates and periods of sources as they are said."""

import re

from assistant.answers import Validity
from assistant.validity import spoken

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?")


def dated(iso: str, language: str) -> str:
    """A partial ISO date as it is said; what is none stays as it stands."""
    return spoken(iso, language) if _DATE.fullmatch(iso) else iso


def spoken_period(validity: Validity, language: str) -> str:
    """ "januari 2019 – mars 2021"; open ends stay open."""
    told = [dated(each, language) for each in validity.period]
    return " – ".join(told).strip() if any(told) else ""
