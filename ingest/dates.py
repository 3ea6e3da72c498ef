"""Read dates in Swedish, Norwegian and English prose. Results are partial ISO 8601 dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vectorstore.partial_dates import exists

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january januar jan",
            "februari february februar feb",
            "mars march mar",
            "april apr",
            "maj may mai",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december desember dec des",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "måndag mandag monday",
            "tisdag tirsdag tuesday",
            "onsdag wednesday",
            "torsdag thursday",
            "fredag friday",
            "lördag lørdag saturday",
            "söndag søndag sunday",
        )
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(WEEKDAYS)
_DAY = r"(?P<day>\d{1,2})(?:\s?[–-]\s?(?P<last>\d{1,2}))?(?::?[ea]|\.|st|nd|rd|th)?"
_SPACE = r"[\s\u00a0]+"
PATTERNS = (
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d))?\b"),
    re.compile(r"\((?P<short>\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\)"),
    re.compile(
        rf"(?:\b(?P<weekday>{_WEEKDAY})(?:en)?{_SPACE}(?:den{_SPACE})?)?"
        rf"\b{_DAY}{_SPACE}(?:of{_SPACE})?(?P<name>{_MONTH})\b(?:,?{_SPACE}(?P<year>(?:19|20)\d\d))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<name>{_MONTH}){_SPACE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,{_SPACE}(?P<year>(?:19|20)\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?P<name>{_MONTH}){_SPACE}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE),
)
LEAP_YEAR = 2000
LONGEST_DATE_LINE = 60
DATE_LINE = re.compile(
    r"^(?:(?:\w+ )?(?:publicera\w*|postat|postad|publisert|published|posted|skrivet|uppdatera\w*|updated|"
    r"datum|date|dato|av|by)\b.*)?$",
    re.IGNORECASE,
)
AROUND_A_DATE = " \t\u00a0.,:()[]|–-*_#>"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in the text at [start, end). `weekday` is 0-6 from Monday, or None when not named."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    weekday: int | None = None

    @property
    def iso(self) -> str:
        """The date as far as it is known; empty without a year."""
        if self.year is None:
            return ""
        parts = [f"{self.year:04}", f"{self.month:02}"] + ([f"{self.day:02}"] if self.day else [])
        return "-".join(parts)

    def in_year(self, year: int) -> str:
        """The same day in `year`, or empty when that day does not exist or has another weekday."""
        try:
            day = date(year, self.month, self.day or 1)
        except ValueError:
            return ""
        if self.weekday is not None and day.weekday() != self.weekday:
            return ""
        return day.isoformat() if self.day else f"{year:04}-{self.month:02}"


def mentions(text: str) -> list[DateMention]:
    """Every date in `text`, in order; of overlapping readings the longest counts."""
    found = sorted(_readings(text), key=lambda mention: (mention.start, -mention.end))
    kept: list[DateMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def line_date(line: str) -> str:
    """The day that a line states and nothing else, but for a word such as "publicerad" or a byline."""
    for mention in mentions(line)[:1] if len(line.strip()) <= LONGEST_DATE_LINE else ():
        around = (line[: mention.start] + line[mention.end :]).strip(AROUND_A_DATE)
        if mention.iso and mention.day and DATE_LINE.match(around):
            return mention.iso
    return ""


def full_year(span_end: str, span_start: str) -> str:
    """The end year of "2013-14" or "2007–2013" in four digits."""
    return span_end if len(span_end) == 4 else span_start[:2] + span_end


def _readings(text: str) -> Iterator[DateMention]:
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            part = match.groupdict()
            month = MONTHS[part["name"].casefold()] if part.get("name") else int(part["month"])
            day = int(part.get("last") or part.get("day") or 0) or None
            year = 2000 + int(part["short"]) if part.get("short") else int(part.get("year") or 0) or None
            if not exists(year or LEAP_YEAR, month, day or 1):
                continue
            weekday = WEEKDAYS[part["weekday"].casefold()] if part.get("weekday") else None
            yield DateMention(match.start(), match.end(), year, month, day, weekday)
