"""Find a document's metadata, and keep for each field how it was found."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.headings import LONGEST_STATED, heading_text
from ingest.language import text_language
from ingest.loaded import Block, BlockKind, LoadedFile
from ingest.regions import main_regions
from ingest.timeframe import partial, period, published
from vectorstore.partial_dates import is_partial
from vectorstore.passages import Metadata, Section
from vectorstore.plain_text import plain

_NAME = r"[A-ZÅÄÖÆØ][\wåäöæø-]{1,40}"
PUBLIC_BODY = re.compile(
    rf"\b(Region {_NAME}(?: län)?|Regionförbundet {_NAME}|Länsstyrelsen(?: i)? {_NAME}|{_NAME} kommun|"
    rf"Tillväxtverket|Vinnova|Business Sweden|Almi|Jordbruksverket|Regeringskansliet|{_NAME} fylkeskommune|"
    r"European Commission|Europeiska kommissionen)\b"
)
DOMAIN = re.compile(r"(?:[\w.]{1,64}@|www\.)((?:[\w-]{1,63}\.){1,5}(?:se|no|eu|com|org|nu|fi|dk))\b")
MOST_IMPRINT_WORDS = 3
"""On a line with an address in an imprint; a sentence that refers to one has more."""
CODES = {"nb": "no", "nn": "no"}
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

    Order of belief: `stated["desk"]`, whose empty fields stay empty, `stated["sidecar"]`,
    `stated["front matter"]`, the file's own properties, headings, the text (`mended`: with lost letters
    put back), the file's name.
    """
    fields: dict[str, Any] = dict(stated.get("desk", {}))
    found: dict[str, str] = dict.fromkeys(fields, "desk")

    def settle(source: str, values: Mapping[str, Any]) -> None:
        for field, value in values.items():
            if value and value != ("", "") and field in Metadata.__dataclass_fields__ and field not in fields:
                fields[field] = value
                found[field] = source

    for source in ("sidecar", "front matter"):
        settle(source, stated.get(source, {}))
    settle("file", _of_file(file.properties))
    text = plain(mended)
    if sections:
        above = [block for block in blocks if block.end <= sections[0].start]
        settle("heading", {"title": _title(file, above)})
        settle("posts", _of_posts(sections))
    settle("heading", {"title": _title(file, blocks)})
    settle("name", {"title": _from_name(name)})
    body, how = _publisher(file, blocks, fields["title"], text)
    settle(how, {"publisher": body})
    regions, how = main_regions(fields["title"], text)
    settle(how, {"regions": regions})
    settle("language model", {"language": text_language(text)})
    if not sections:
        settle("text", {"published": published(file.text, blocks, text)})
        span, how = period(fields["title"], text)
        settle(how, {"period": span})
    return Metadata(**fields, found=found)


def _of_file(properties: Mapping[str, object]) -> dict[str, str]:
    """What a file says of itself, as far as it can be used: files say all sorts of things."""
    given = {key: value[:LONGEST_STATED] for key, value in properties.items() if isinstance(value, str)}
    said = given.get("published", "")
    given["published"] = said[:10] if is_partial(said[:10]) else partial(said[:40])
    code = given.get("language", "")[:2].lower()
    given["language"] = CODES.get(code, code)
    if not given.get("source_url", "").startswith(("http://", "https://")):
        given["source_url"] = ""
    return given


def _of_posts(sections: Sequence[Section]) -> dict[str, str]:
    days = sorted(day for section in sections for day in (section.published, section.earliest) if day)
    years = dict.fromkeys((days[0][:4], days[-1][:4])) if days else {}
    span = "–".join(years)
    newest = max((section.published for section in sections), default="")
    return {"title": f"{len(sections)} inlägg" + (f" {span}" if span else ""), "as_of": newest}


def _title(file: LoadedFile, blocks: Sequence[Block]) -> str:
    heads = [block for block in blocks if block.kind is BlockKind.HEADING]
    best = min(heads, key=lambda block: block.level if file.structured else 0, default=None)
    return heading_text(plain(file.text[best.start : best.end])) if best else ""


def _from_name(name: str) -> str:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[\s_-]+", " ", stem).strip() or name


def _publisher(file: LoadedFile, blocks: Sequence[Block], title: str, text: str) -> tuple[str, str]:
    """The body named in the title, in the imprint at the end, or far more often than any other."""
    if named := PUBLIC_BODY.search(title):
        return _nominative(named.group(), text), "heading"
    imprint = " \n".join(file.text[block.start : block.end] for block in blocks[-IMPRINT_BLOCKS:])[-600:]
    lines = [plain(line) for line in imprint.splitlines() if len(line.split()) <= MOST_IMPRINT_WORDS]
    sites = [site.group(1) for site in map(DOMAIN.search, lines) if site]
    names = _bodies(text)
    if sites:
        return max(sorted(_bodies(plain(imprint))), key=lambda body: names[body], default=sites[0]), "imprint"
    (first, most), (_, next_most) = [*names.most_common(2), ("", 0), ("", 0)][:2]
    return (first, "text") if most >= FEWEST_NAMED and most >= 2 * next_most else ("", "")


def _bodies(text: str) -> Counter[str]:
    """How often each public body is named; "Region Sörmlands" as "Region Sörmland" where both stand."""
    counts = Counter(match.group() for match in PUBLIC_BODY.finditer(text))
    for name in [name for name in counts if name.endswith("s") and name[:-1] in counts]:
        counts[name[:-1]] += counts.pop(name)
    return counts


def _nominative(name: str, text: str) -> str:
    """ "Region Sörmlands" is a genitive when the text also has the name without its s."""
    return name[:-1] if name.endswith("s") and re.search(rf"\b{re.escape(name[:-1])}\b", text) else name
