"""Find headings in text whose format marks none: plain text and flat PDFs."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from ingest.dates import line_date
from ingest.loaded import Block, BlockKind, LoadedFile

LONGEST_HEADING = 90
LONGEST_STATED = 200
"""Of a heading that the format states; a longer one is text that someone made large."""
LONGEST_EXCLAMATION = 8
SHORTEST_BODY = 60
MARKED = re.compile(r"^(#{1,6})\s+\S")
STRESSED_ITEM = re.compile(r"^[-*•]\s+(\*{1,2}|_|<[ib]>)[^*_<]{2,60}(\*{1,2}|_|</[ib]>)$")
NUMBERED = re.compile(r"^\d{1,2}(\.\d{1,2})*\.?\s+[A-ZÅÄÖÆØ]")
CREDIT = re.compile(r"^(foto|photo|bild|illustration|text|källa|source)\b\s*:", re.IGNORECASE)
LINK = re.compile(
    r"^(?:(?:ladda ner|läs mer|les mer|last ned|download|read more)\b[^.!?]*|"
    r"(?:dela|skriv ut|share|print)(?: (?:på|via|sidan|on|this)\b[^.!?]*)?)$",
    re.IGNORECASE,
)
CONTACT = re.compile(r"@|https?:|www\.|\d{3}[ -]\d{2}|\b(tfn|tel|fax|telefon)\b", re.IGNORECASE)
QUOTED = re.compile(r"^[*_]*[”“\"»«].*[”“\"»«][*_]*$", re.DOTALL)
MARKUP = re.compile(r"^[#\s>*_-]+|</?[a-z]+>")


def mark_headings(file: LoadedFile) -> tuple[Block, ...]:
    """The file's blocks with guessed headings marked, or those that the format states.

    A stated heading that is long or has nothing under it is content, such as a contact or a date,
    and becomes a paragraph; only the first may be a mere title. A guessed heading is a short line
    of its own that starts like a sentence but does not end as one and has running text under it.
    Levels: markdown's where the line has one, 2 for plain headings, 3 for stressed list headings
    under them and for numbered ones, one more for each further number ("1.1").
    """
    if file.structured:
        return tuple(_with_bodies(file.blocks, guessed=False))
    blocks = [part for block in file.blocks for part in _split_leading_line(file.text, block)]
    marked: list[Block] = []
    for index, block in enumerate(blocks):
        level = _heading_level(file.text, blocks, index)
        if level == 2 and marked and _repeats(file.text, marked[-1], block):
            level = 0
        marked.append(replace(block, kind=BlockKind.HEADING, level=level) if level else block)
    return tuple(_with_bodies(marked, guessed=True))


def heading_text(text: str) -> str:
    """A heading as it reads: markup, list signs and white space around it gone."""
    return " ".join(MARKUP.sub("", unicodedata.normalize("NFC", text)).split()).rstrip("*_ ")


def is_quotation(text: str) -> bool:
    """Whether a block is nothing but a quotation."""
    return bool(QUOTED.match(text.strip()))


def _with_bodies(blocks: Sequence[Block], guessed: bool) -> Iterator[Block]:
    """Where levels are `guessed`, one right above another of its level may be the title over it."""
    for block, below in zip_longest(blocks, blocks[1:]):
        bare = below is None or (below.kind is BlockKind.HEADING and below.level <= block.level - guessed)
        too_long = block.end - block.start > LONGEST_STATED
        if block.kind is BlockKind.HEADING and (too_long or (bare and block is not blocks[0])):
            block = replace(block, kind=BlockKind.PARAGRAPH, level=0)
        yield block


def _split_leading_line(text: str, block: Block) -> list[Block]:
    """A short first line right above much longer ones is a heading without its blank line."""
    raw = text[block.start : block.end]
    if block.kind is not BlockKind.PARAGRAPH or "\n" not in raw:
        return [block]
    first, _, rest = raw.partition("\n")
    lines = [line.strip() for line in rest.split("\n") if line.strip()]
    looks_short = 0 < len(first.strip()) <= 60 and _reads_like_heading(first.strip())
    if not looks_short or not lines or len(lines[0]) < 2 * len(first) or len(lines[0]) < 100:
        return [block]
    rest_start = block.start + len(first) + 1
    rest_start += len(text[rest_start : block.end]) - len(text[rest_start : block.end].lstrip())
    if first.split()[0] == lines[0].split()[0] or lines[0][0].islower():
        return [block]  # a picture's name above its caption, or a sentence that goes on
    head = Block(BlockKind.PARAGRAPH, block.start, block.start + len(first.rstrip()))
    return [head, replace(block, start=rest_start)]


def _heading_level(text: str, blocks: list[Block], index: int) -> int:
    raw = text[blocks[index].start : blocks[index].end].strip()
    if len(raw) > LONGEST_HEADING or len(raw.splitlines()) > 1:
        return 0
    if marked := MARKED.match(raw):
        return len(marked.group(1))
    if not _has_body(text, blocks, index):
        return 0
    if STRESSED_ITEM.match(raw):
        return 3
    before = text[blocks[index - 1].start : blocks[index - 1].end] if index else ""
    if blocks[index].kind is BlockKind.ITEM and not NUMBERED.match(raw):
        return 0
    if not _reads_like_heading(raw) or (raw.isupper() and is_quotation(before)):
        return 0
    after = text[blocks[index + 1].start : blocks[index + 1].end]
    if line_date(raw) and (_reads_like_heading(before) or _reads_like_heading(after)):
        return 0  # the date of a post, below its title or at its end
    return min(3 + raw.split()[0].strip(".").count("."), 6) if NUMBERED.match(raw) else 2


def _reads_like_heading(line: str) -> bool:
    plain = heading_text(line) if len(line) <= LONGEST_HEADING else ""
    if len(plain) < 3 or not (plain[0].isupper() or plain[0].isdigit()) or is_quotation(line):
        return False
    if plain[-1] in "!?" and len(plain.split()) > LONGEST_EXCLAMATION:
        return False
    if plain[-1] in ".,;:" or ". " in plain.rstrip("!?") and not NUMBERED.match(plain):
        return False
    if CREDIT.match(plain) or LINK.match(plain) or CONTACT.search(plain) or "_" in plain:
        return False
    return plain.count(",") < 3


def _repeats(text: str, above: Block, block: Block) -> bool:
    """A short line right under a heading that only takes up its words is a picture's caption."""
    words = heading_text(text[block.start : block.end]).casefold().split()
    title = set(heading_text(text[above.start : above.end]).casefold().split())
    return (
        above.kind is BlockKind.HEADING and len(words) <= 4 and any(len(w) > 4 and w in title for w in words)
    )


def _has_body(text: str, blocks: list[Block], index: int) -> bool:
    """Running text, or a heading with running text, must follow: a lone line is a caption."""
    for block in blocks[index + 1 : index + 3]:
        raw = text[block.start : block.end].strip()
        if raw[:1].islower():
            return False
        if len(raw) >= SHORTEST_BODY:
            return True
        if not _reads_like_heading(raw) and not MARKED.match(raw) and not is_quotation(raw):
            return raw.endswith((".", "!", "?"))
    return False
