"""Find a document's metadata, and keep for each field how it was found."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.dates import full_year, mentions
from ingest.headings import heading_text
from ingest.language import text_language
from ingest.loaded import Block, BlockKind, LoadedFile
from ingest.regions import main_regions
from vectorstore.passages import Metadata, Section
from vectorstore.plain_text import plain

_NAME = r"[A-ZÅÄÖÆØ][\wåäöæø-]+"
PUBLIC_BODY = re.compile(
    rf"\b(Region {_NAME}(?: län)?|Regionförbundet {_NAME}|Länsstyrelsen(?: i)? {_NAME}|{_NAME} kommun|"
    rf"Tillväxtverket|Vinnova|Business Sweden|Almi|Jordbruksverket|Regeringskansliet|{_NAME} fylkeskommune|"
    r"European Commission|Europeiska kommissionen)\b"
)
DOMAIN = re.compile(r"(?:[\w.]+@|www\.)([\w-]+(?:\.[\w-]+)*\.(?:se|no|eu|com|org|nu|fi|dk))\b")
DECIDED = re.compile(
    r"\b(antog\w*|antagen|antaget|besluta\w*|fastställ\w*|publicera\w*|daterad|utgiven|adopted|published|approved|"
    r"vedtatt|vedtok|publisert)\b[^.]{0,90}$",
    re.IGNORECASE,
)
PERIOD = re.compile(
    r"(?:pågick|pågår|löper|varade|gällde|gäller|genomförs|genomfördes|runs|ran|varer|varte)\s+(?:från\s+|from\s+|fra\s+)?"
    r"(?P<from>[^.]{3,25}?)\s+(?:till|to|til|–|-)\s+(?P<to>[^.,]{3,25})",
    re.IGNORECASE,
)
ENDS = re.compile(r"\b(?:avslutas|avslutades|upphör|upphörde|ends|ended|avsluttes)\s+(?:i |in |den )?(?P<to>[^.,]{3,20})", re.I)
IMPRINT_BLOCKS = 6
FEWEST_NAMED = 5


def describe(
    name: str,
    file: LoadedFile,
    blocks: Sequence[Block],
    sections: Sequence[Section],
    stated: Mapping[str, Mapping[str, Any]],
    mended: str,
) -> Metadata:
    """The metadata of one document.

    Order of belief: `stated["sidecar"]`, `stated["front matter"]`, the file's own properties,
    headings, the text (`mended`: with lost letters put back), the file's name.
    """
    fields: dict[str, Any] = {}
    found: dict[str, str] = {}

    def settle(source: str, values: Mapping[str, Any]) -> None:
        for field, value in values.items():
            if value and value != ("", "") and field in Metadata.__dataclass_fields__ and field not in fields:
                fields[field] = value
                found[field] = source

    for source in ("sidecar", "front matter"):
        settle(source, stated.get(source, {}))
    settle("file", {key: value for key, value in file.properties.items() if isinstance(value, str)})
    text = plain(mended)
    if sections:
        settle("posts", _of_posts(sections))
    heading = _title(file, blocks)
    settle("heading", {"title": heading})
    settle("name", {"title": _from_name(name)})
    body, how = _publisher(file, blocks, fields["title"], text)
    settle(how, {"publisher": body})
    regions, how = main_regions(fields["title"], text)
    settle(how, {"regions": regions})
    settle("language model", {"language": text_language(text)})
    if not sections:
        settle("text", {"published": _published(file, blocks, text)})
        period, how = _period(fields["title"], text)
        settle(how, {"period": period})
    return Metadata(**fields, found=found)


def _of_posts(sections: Sequence[Section]) -> dict[str, str]:
    days = sorted(day for section in sections for day in (section.published, section.earliest) if day)
    years = dict.fromkeys((days[0][:4], days[-1][:4])) if days else {}
    span = "–".join(years)
    newest = max((section.published for section in sections), default="")
    return {"title": f"{len(sections)} inlägg" + (f" {span}" if span else ""), "as_of": newest}


def _title(file: LoadedFile, blocks: Sequence[Block]) -> str:
    heads = [block for block in blocks if block.kind is BlockKind.HEADING]
    best = min(heads, key=lambda block: block.level, default=None) if file.structured else (heads or [None])[0]
    return heading_text(plain(file.text[best.start : best.end])) if best else ""


def _from_name(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[\s_-]+", " ", stem).strip() or name


def _publisher(file: LoadedFile, blocks: Sequence[Block], title: str, text: str) -> tuple[str, str]:
    """The body named in the title, in the imprint at the end, or far more often than any other."""
    if named := PUBLIC_BODY.search(title):
        return _nominative(named.group(), text), "heading"
    imprint = plain(" ".join(file.text[block.start : block.end] for block in blocks[-IMPRINT_BLOCKS:])[-600:])
    site = DOMAIN.search(imprint)
    names = [_nominative(match.group(), text) for match in PUBLIC_BODY.finditer(text)]
    if site:
        bodies = {_nominative(match.group(), text) for match in PUBLIC_BODY.finditer(imprint)}
        return max(sorted(bodies), key=names.count, default=site.group(1)), "imprint"
    ranked = sorted(set(names), key=lambda body: (-names.count(body), body))
    if ranked and names.count(ranked[0]) >= FEWEST_NAMED:
        others = names.count(ranked[1]) if len(ranked) > 1 else 0
        if names.count(ranked[0]) >= 2 * others:
            return ranked[0], "text"
    return "", ""


def _nominative(name: str, text: str) -> str:
    """ "Region Sörmlands" is a genitive when the text also has the name without its s."""
    return name[:-1] if name.endswith("s") and re.search(rf"\b{re.escape(name[:-1])}\b", text) else name


def _published(file: LoadedFile, blocks: Sequence[Block], text: str) -> str:
    for mention in mentions(text):
        if mention.iso and mention.day and DECIDED.search(text[: mention.start][-120:]):
            return mention.iso
    # "Örebro den 29 januari 2009": a place and a date on a line of their own sign a text.
    for block in blocks:
        line = plain(file.text[block.start : block.end])
        for mention in mentions(line)[:1]:
            if mention.iso and mention.end >= len(line) - 1 and len(line) - (mention.end - mention.start) <= 25:
                return mention.iso
    return ""


def _period(title: str, text: str) -> tuple[tuple[str, str], str]:
    if years := re.search(r"\b((?:19|20)\d\d)\s?[–-]\s?((?:19|20)?\d\d)\b", title):
        return (years.group(1), full_year(years.group(2), years.group(1))), "heading"
    for match in PERIOD.finditer(text):
        ends = [_partial(match.group("from")), _partial(match.group("to"))]
        if all(ends):
            return (ends[0], ends[1]), "text"
    if (match := ENDS.search(text)) and (end := _partial(match.group("to"))):
        return ("", end), "text"
    return ("", ""), ""


def _partial(words: str) -> str:
    for mention in mentions(words):
        return mention.iso
    years = re.findall(r"\b(?:19|20)\d\d\b", words)
    return str(years[0]) if years else ""
