"""When the posts of a file were written: from their own words, and from the posts around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

from ingest.dates import AROUND_A_DATE, DateMention, line_date, mentions
from vectorstore.passages import Section

# Words that place a text in its writer's own week, as diaries, blogs and newsletters do. "I år" and
# "i dag" alone do not: annual reports and guides use them throughout.
DIARY = re.compile(
    r"\b(i ?går|i morgon|i (?:mån|tis|ons|tors|fre|lör|sön)dags|i somras|i vintras|i höstas|i våras|"
    r"(?:förra|nästa|denna) veckan?|på (?:mån|tis|ons|tors|fre|lör|sön)dag|så här (?:innan|efter|inför)|"
    r"nu återstår|yesterday|(?:last|next|this) week|(?:forrige|neste) uke)\b",
    re.IGNORECASE,
)
TODAY = re.compile(r"\b(i ?dag|today)\b\W*(den\s*)?$", re.IGNORECASE)
ON_A_DAY = re.compile(r"\bpå \w+dag\W*$")
LONGEST_TODAY = 20
AHEAD = re.compile(
    r"\b(?:på \w+dag|nästa|kommande|bjuda in|ska|kommer att|inför|senast|sista|fram till|öppnar|stänger|"
    r"äger rum|deadline|next|will|neste|skal)\b"
)
"""Words before a date that is still to come."""
FIRST_YEAR = 1995
OPEN = "9999"


@dataclass(frozen=True, slots=True)
class Post:
    """One post: `body` is what text[start:end] says under its title, with composed letters."""

    title: str
    start: int
    end: int
    body: str


def date_posts(posts: Sequence[Post], today: date) -> list[Section]:
    """Each post as a section with its date, or the bounds of it."""
    sections = [_dated(post, today) for post in posts]
    known = _bounded(sections)
    return _bounded([_by_weekday(*each, today) for each in zip(sections, known, posts, strict=True)])


def date_line(post: Post) -> str:
    """The date of a post whose title begins with one, or whose first or last line is nothing but one."""
    for mention in mentions(post.title)[:1]:
        if mention.iso and mention.day and not post.title[: mention.start].strip(AROUND_A_DATE):
            return mention.iso
    lines = [line for line in post.body.splitlines() if line.strip()]
    return next(filter(None, map(line_date, lines[:1] + lines[-1:])), "")


def from_its_day(body: str) -> bool:
    """Whether a post speaks of days as its writer lives them: by weekday, or counted from today."""
    return bool(DIARY.search(body)) or any(
        _is_today(body, mention) or _of_this_week(mention) for mention in mentions(body)
    )


def _is_today(body: str, mention: DateMention) -> bool:
    return bool(TODAY.search(body[max(0, mention.start - LONGEST_TODAY) : mention.start]))


def _of_this_week(mention: DateMention) -> bool:
    """Whether a day is named by weekday and date but no year, as one writes of this very week."""
    return mention.weekday is not None and mention.year is None


def _dated(post: Post, today: date) -> Section:
    section = Section(post.title, post.start, post.end)
    if iso := date_line(post):
        return replace(section, published=iso, found="date line")
    found = mentions(post.body)
    title_years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", post.title)]
    for mention in found:
        if _is_today(post.body, mention) and (mention.year or title_years):
            return replace(
                section,
                published=mention.in_year(mention.year or title_years[0]),
                found="the day it names as today",
            )
    past = [
        m.iso for m in found if m.iso and m.day and m.iso <= today.isoformat() and not _ahead(post.body, m)
    ]
    ahead = [m for m in found if m.iso and m.day and _ahead(post.body, m)]
    if ahead and not past:
        first = min(ahead, key=lambda mention: mention.iso)
        week = ON_A_DAY.search(post.body[max(0, first.start - LONGEST_TODAY) : first.start])
        earliest = (date.fromisoformat(first.iso) - timedelta(days=7)).isoformat() if week else ""
        return replace(section, earliest=earliest, latest=first.iso, found="a date it looks ahead to")
    return replace(section, earliest=max(past, default=""), found="a date it looks back on" if past else "")


def _ahead(body: str, mention: DateMention) -> bool:
    """Whether the sentence speaks of the date as still to come."""
    before = body[max(0, mention.start - 120) : mention.start]
    return bool(AHEAD.search(before))


def _by_weekday(section: Section, known: Section, post: Post, today: date) -> Section:
    """The post with its year, where a weekday and the posts around it (`known`) leave one."""
    mention = next(filter(_of_this_week, mentions(post.body)), None)
    if section.published or mention is None:
        return section
    latest = known.latest or today.isoformat()
    days = [
        mention.in_year(year) for year in range(int(known.earliest[:4] or FIRST_YEAR), int(latest[:4]) + 1)
    ]
    fits = [day for day in days if day and known.earliest <= day <= latest]
    return (
        replace(section, published=fits[0], found="weekday and the posts around it")
        if len(fits) == 1
        else section
    )


def _bounded(sections: list[Section]) -> list[Section]:
    """Bound the undated posts by the dated ones before and after them in time.

    Such files run newest first or oldest first; where the dates allow both, nothing is bounded.
    """
    newest_first, oldest_first = _possible(sections[::-1]), _possible(sections)
    if newest_first == oldest_first:
        return sections
    order = sections[::-1] if newest_first else sections
    lowest = list(accumulate((max(one.published, one.earliest) for one in order), max))
    highest = list(accumulate((_latest(one) for one in reversed(order)), min))[::-1]
    bounded = [
        section
        if section.published
        else _settled(replace(section, earliest=low, latest="" if high == OPEN else high))
        for section, low, high in zip(order, lowest, highest, strict=True)
    ]
    return bounded[::-1] if newest_first else bounded


def _possible(order: Sequence[Section]) -> bool:
    """Whether the posts may have been written in this order."""
    earliest = ""
    for section in order:
        earliest = max(earliest, section.published, section.earliest)
        if (latest := _latest(section)) < earliest[: len(latest)]:
            return False
    return True


def _latest(section: Section) -> str:
    return section.published or section.latest or OPEN


def _settled(section: Section) -> Section:
    """Bounds that share a month or a year are a date of that precision."""
    for length in (7, 4):
        if section.earliest and section.earliest[:length] == section.latest[:length]:
            return replace(
                section, published=section.earliest[:length], found=section.found or "the posts around it"
            )
    return section
