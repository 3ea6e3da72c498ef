"""Split a file that holds several dated posts into sections, each with its own date."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date

from ingest.chronology import Post, date_line, date_posts, from_its_day
from ingest.headings import heading_text
from ingest.loaded import Block, BlockKind
from vectorstore.passages import Section
from vectorstore.plain_text import plain

FEWEST_POSTS = 3
# A section that opens by pointing back belongs to the post above it.
POINTS_BACK = re.compile(
    r"^(projektet|visionen|syftet|målet|arbetet|satsningen|programmet|intresse för|detta|denna|dessa|det här|"
    r"the (project|aim|vision|work|programme)|this|these|prosjektet|formålet|visjonen|dette|disse)\b",
    re.IGNORECASE,
)


def find_posts(text: str, blocks: Sequence[Block], today: date) -> tuple[Section, ...]:
    """The posts of `text` as sections, in the order they stand; empty when it is one text.

    A post starts at a top heading, has its own date line or speaks from its own day ("i fredags",
    "nästa vecka"). Half of the sections must, and at least FEWEST_POSTS. Below a title of the whole,
    only date lines tell posts from chapters. Posts that state no date are bounded by their
    neighbours, since such files run newest first or oldest first.
    """
    posts, whole = _candidates(text, blocks)
    dated = [bool(date_line(post)) for post in posts]
    diary = [not whole and from_its_day(post.body) for post in posts]
    if len(posts) < FEWEST_POSTS or max(sum(dated), sum(diary)) * 2 < len(posts):
        return ()
    return tuple(date_posts(posts, today))


def _candidates(text: str, blocks: Sequence[Block]) -> tuple[list[Post], bool]:
    """What stands under each heading of the highest level that has several; whether one stands above all."""
    heads = [index for index, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    levels = Counter(blocks[index].level for index in heads)
    top = min((level for level, count in levels.items() if count >= FEWEST_POSTS), default=0)
    starts = [
        index
        for index in heads
        if blocks[index].level == top and not POINTS_BACK.match(_opening(text, blocks, index))
    ]
    if len(starts) < FEWEST_POSTS:
        return [], False
    starting = set(starts)
    stops = [blocks[index].start for index in heads if index in starting or blocks[index].level < top]
    stops.append(blocks[-1].end)
    posts = [
        Post(
            heading_text(plain(text[blocks[index].start : blocks[index].end])),
            blocks[index].start,
            end := stops[bisect_right(stops, blocks[index].start)],
            unicodedata.normalize("NFC", text[blocks[index].end : end].strip()),
        )
        for index in starts
    ]
    return posts, any(level < top for level in levels)


def _opening(text: str, blocks: Sequence[Block], index: int) -> str:
    following = blocks[index + 1 : index + 2]
    return text[following[0].start : following[0].end].strip() if following else ""
