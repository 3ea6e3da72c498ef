"""Dates as far as they are known: a year, a month or a day, in ISO 8601."""

import re
from datetime import date

PARTIAL = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def is_partial(text: str) -> bool:
    """Whether `text` is a date that exists, written YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = [int(part) for part in text.split("-")] if PARTIAL.fullmatch(text) else []
    year, month, day = [*parts, 1, 1][:3] if parts else (0, 0, 0)
    return exists(year, month, day)


def exists(year: int, month: int, day: int) -> bool:
    """Whether the calendar has that day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def in_order(start: str, end: str) -> bool:
    """Whether a period may run from `start` to `end`; open ends, and a year with a part of itself, may."""
    shared = min(len(start), len(end))
    return start[:shared] <= end[:shared]
