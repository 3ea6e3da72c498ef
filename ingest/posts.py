"""Split a file that holds several dated posts into sections, each with its own date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingest.dates import DateMention, mentions
from ingest.headings import heading_text
from ingest.loaded import Block, BlockKind
from vectorstore.passages import Section

FEWEST_POSTS = 3
DATE_LINE = re.compile(r"^(\w+\s)?(publicera\w*|postat|postad|publisert|published|posted|skrivet|datum|date)?\b", re.I)
# Words that place a text in its writer's own week or year, as diaries, blogs and newsletters do.
DIARY = re.compile(
    r"\b(i ?dag|i ?går|i morgon|i fredags|i måndags|i somras|i vintras|i höstas|i våras|i år|i veckan|"
    r"(förra|nästa|denna) (vecka|veckan|år|års|månad|månaden)|på (mån|tis|ons|tors|fre|lör|sön)dag|"
    r"så här (innan|efter|inför)|nu återstår|just nu|today|yesterday|(last|next|this) (week|month|year)|"
    r"i går|i fjor|(forrige|neste) (uke|år|måned))\b",
    re.IGNORECASE,
)
TODAY = re.compile(r"\b(i ?dag|today)\b\W*(den\s*)?$", re.IGNORECASE)
# A section that opens by pointing back belongs to the post above it.
POINTS_BACK = re.compile(
    r"^(projektet|visionen|syftet|målet|arbetet|satsningen|programmet|intresse för|detta|denna|dessa|det här|"
    r"the (project|aim|vision|work|programme)|this|these|prosjektet|formålet|visjonen|dette|disse)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Post:
    title: str
    start: int
    end: int
    body: str


def find_posts(text: str, blocks: Sequence[Block], today: date) -> tuple[Section, ...]:
    """The posts of `text` as sections, in the order they stand; empty when it is one text.

    A post starts at a top heading, has its own date line or speaks from its own day ("i fredags",
    "nästa vecka"). Half of the sections must, and at least FEWEST_POSTS. Posts that state no date
    are bounded by their neighbours, since such files run newest first or oldest first.
    """
    posts = _candidates(text, blocks)
    dated = [bool(_date_line(post.body)) for post in posts]
    diary = [bool(DIARY.search(post.body) or _weekday(post.body)) for post in posts]
    if len(posts) < FEWEST_POSTS or max(sum(dated), sum(diary)) * 2 < len(posts):
        return ()
    sections = [_dated(post, today) for post in posts]
    return tuple(_bounded(_by_weekday(sections, posts, today)))


def _candidates(text: str, blocks: Sequence[Block]) -> list[_Post]:
    heads = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    top = min((blocks[index].level for index in heads), default=0)
    starts = [
        index for index in heads if blocks[index].level == top and not POINTS_BACK.match(_opening(text, blocks, index))
    ]
    if len(starts) < FEWEST_POSTS:
        return []
    ends = [blocks[index].start for index in starts[1:]] + [blocks[-1].end]
    return [
        _Post(
            heading_text(text[blocks[index].start : blocks[index].end]),
            blocks[index].start,
            end,
            text[blocks[index].end : end].strip(),
        )
        for index, end in zip(starts, ends, strict=True)
    ]


def _opening(text: str, blocks: Sequence[Block], index: int) -> str:
    following = blocks[index + 1 : index + 2]
    return text[following[0].start : following[0].end].strip() if following else ""


def _date_line(body: str) -> str:
    """The date of a post whose first or last line is nothing but a date."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    for line in lines[:1] + lines[-1:]:
        for mention in mentions(line)[:1]:
            around = (line[: mention.start] + line[mention.end :]).strip(" .,:()|–-")
            if mention.iso and mention.day and len(around) <= 30 and DATE_LINE.match(around):
                return mention.iso
    return ""


def _weekday(body: str) -> DateMention | None:
    """A day named by weekday and date but no year, as one writes of this very week."""
    return next((m for m in mentions(body) if m.weekday is not None and m.year is None), None)


def _dated(post: _Post, today: date) -> Section:
    section = Section(post.title, post.start, post.end)
    if iso := _date_line(post.body):
        return replace(section, published=iso, found="date line")
    found = mentions(post.body)
    title_years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", post.title)]
    for mention in found:
        if TODAY.search(post.body[: mention.start]) and (mention.year or title_years):
            return replace(
                section, published=mention.in_year(mention.year or title_years[0]), found="the day it names as today"
            )
    past = [m.iso for m in found if m.iso and m.day and m.iso <= today.isoformat() and not _ahead(post.body, m)]
    near = [m.iso for m in found if m.iso and m.day and _ahead(post.body, m)]
    if near and not past:
        week = re.search(r"\bpå \w+dag\W*$", post.body[: found[0].start])
        earliest = (date.fromisoformat(min(near)) - timedelta(days=7)).isoformat() if week else ""
        return replace(section, earliest=earliest, latest=min(near), found="a date it looks ahead to")
    return replace(section, earliest=max(past, default=""), found="a date it looks back on" if past else "")


def _ahead(body: str, mention: DateMention) -> bool:
    """Whether the sentence speaks of the date as still to come."""
    before = body[max(0, mention.start - 120) : mention.start]
    return bool(re.search(r"\b(på \w+dag\b|nästa|kommande|bjuda in|ska|kommer att|inför|next|will|neste|skal)", before))


def _by_weekday(sections: list[Section], posts: list[_Post], today: date) -> list[Section]:
    """Give a post its year where a weekday and the posts around it leave one."""
    settled = []
    for number, (section, post) in enumerate(zip(sections, posts, strict=True)):
        mention = _weekday(post.body)
        if section.published or mention is None:
            settled.append(section)
            continue
        known = _bounded(sections)[number]
        years = range(int(known.earliest[:4] or 1995), int(known.latest[:4] or today.year) + 1)
        days = [mention.in_year(year) for year in years]
        fits = [day for day in days if day and known.earliest <= day <= (known.latest or today.isoformat())]
        one = replace(section, published=fits[0], found="weekday and the posts around it") if len(fits) == 1 else section
        settled.append(one)
    return settled


def _bounded(sections: list[Section]) -> list[Section]:
    """Bound the undated posts by the dated ones before and after them in time."""
    days = [section.published for section in sections if section.published]
    newest_first = days == sorted(days, reverse=True)
    if not newest_first and days != sorted(days):
        return sections
    order = sections[::-1] if newest_first else sections
    earliest, low = "", []
    for section in order:
        earliest = max(earliest, section.published, section.earliest)
        low.append(earliest)
    latest, high = "", []
    for section in reversed(order):
        bounds = [day for day in (latest, section.published, section.latest) if day]
        latest = min(bounds, default="")
        high.append(latest)
    bounded = [
        section if section.published else _settled(replace(section, earliest=first, latest=last))
        for section, first, last in zip(order, low, reversed(high), strict=True)
    ]
    return bounded[::-1] if newest_first else bounded


def _settled(section: Section) -> Section:
    """Bounds that share a month or a year are a date of that precision."""
    for length in (7, 4):
        if section.earliest and section.earliest[:length] == section.latest[:length]:
            return replace(section, published=section.earliest[:length], found=section.found or "the posts around it")
    return section
