"""When a document was published, and the time its subject covers, as its text states them."""

import re
from collections.abc import Sequence

from ingest.dates import full_year, mentions
from ingest.loaded import Block, BlockKind
from vectorstore.plain_text import plain

_NAME = r"[A-ZÅÄÖÆØ][\wåäöæø-]{1,40}"
_DOCUMENT = (
    r"\w*(?:inriktning|strategi|plan|program|policy|rapport|dokument|riktlinje|överenskommelse|strategy|"
    r"report)\w*"
)
DECIDED = re.compile(
    rf"(?:\b{_DOCUMENT}\b[^.]{{0,120}}\b(?:antogs|beslutades|fastställdes|publicerades|adopted|approved|published|"
    r"vedtatt|publisert)|\b(?:antagen|antaget|beslutad|fastställd|daterad|utgiven))\b[^.]{0,90}$",
    re.IGNORECASE,
)
"""What stands before the date on which the document itself was decided, not something it tells of."""
BEFORE_DATE = 220
SIGNED = re.compile(
    rf"^(?:{_NAME}(?: (?:i )?{_NAME})?(?:,| den|, den)|"
    r"(?i:(?:senast |last )?(?:uppdatera\w*|publicera\w*|granska\w*|"
    r"datum|dato|date|updated|published|oppdatert|publisert)\b\D{0,20}))$"
)
"""What stands before the date on a line that dates the text: a place, or a word for it."""
LONGEST_DATE_LINE = 80
LINES = (BlockKind.PARAGRAPH, BlockKind.HEADING)
_SUBJECT = (
    r"\b(?:Projektet|Programmet|Satsningen|Strategin|Planen|Handlingsplanen|Inriktningen|Uppdraget|Avtalet|"
    r"Prosjektet|Programmet|Strategien|The (?:project|programme|strategy|plan))\b[^.]{0,80}?\s"
)
PERIOD = re.compile(
    _SUBJECT + r"(?:pågick|pågår|löper|varade|gällde|gäller|genomförs|genomfördes|runs|ran|varer|varte)\s+"
    r"(?:(?:från|mellan|from|fra|between)\s+)?(?P<from>[^.]{3,25}?)\s+"
    r"(?:till|to|til|och|and|–|-)\s+(?P<to>[^.,]{3,25})"
)
ENDS = re.compile(
    _SUBJECT
    + r"(?:avslutas|avslutades|upphör|upphörde|ends|ended|avsluttes)\s+(?:i |in |den )?(?P<to>[^.,]{3,20})"
)
ONE_SUBJECT = 8000
"""Characters up to which a text is taken to be about one thing, so that "projektet" is its subject."""
OUTER_BLOCKS = 6
"""From the start and from the end, where a line with nothing but a date is the text's own."""


def published(raw: str, blocks: Sequence[Block], text: str) -> str:
    """The day the document was decided (by `text`, its plain text), else the one it is signed with."""
    for mention in mentions(text):
        before = text[max(0, mention.start - BEFORE_DATE) : mention.start]
        if mention.iso and mention.day and DECIDED.search(before):
            return mention.iso
    for number, block in enumerate(blocks):
        lines = raw[block.start : block.end].splitlines() if block.kind in LINES else []
        outer = min(number, len(blocks) - 1 - number) < OUTER_BLOCKS
        for line in (line for line in lines if len(line) <= LONGEST_DATE_LINE):
            if iso := _signed(plain(line), alone=outer):
                return iso
    return ""


def _signed(line: str, alone: bool) -> str:
    """The date that a line gives the text: "Falun den 28 maj 2014"; a mere date if `alone` is enough."""
    for mention in mentions(line)[:1]:
        before, after = line[: mention.start].strip(), line[mention.end :].strip(" .")
        if not after and (SIGNED.match(before) or (alone and not before and mention.day)):
            return mention.iso
    return ""


def period(title: str, text: str) -> tuple[tuple[str, str], str]:
    """The time the document's subject covers and how that was found ("heading" or "text").

    A reader is told that a document whose period is over has ended, so a sentence about something
    that a long text mentions, or several that differ, are not taken for it.
    """
    if years := re.search(r"\b((?:19|20)\d\d)\s?[–-]\s?((?:19|20)?\d\d)\b", title):
        return (years.group(1), full_year(years.group(2), years.group(1))), "heading"
    if len(text) > ONE_SUBJECT:
        return ("", ""), ""
    spans = {(partial(match.group("from")), partial(match.group("to"))) for match in PERIOD.finditer(text)}
    ends = {("", partial(match.group("to"))) for match in ENDS.finditer(text)} - {("", "")}
    found = [span for span in spans if all(span)] or list(ends)
    return (found[0], "text") if len(found) == 1 else (("", ""), "")


def partial(words: str) -> str:
    """The first date in `words`, as far as it is known; empty when there is none."""
    for mention in mentions(words):
        return mention.iso
    years = re.findall(r"\b(?:19|20)\d\d\b", words)
    return str(years[0]) if years else ""
