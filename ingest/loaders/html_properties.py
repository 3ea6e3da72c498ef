"""What a page says of itself: title, date, publisher, language, address."""

import json
from collections.abc import Iterator, Mapping

from lxml import etree  # type: ignore[import-untyped]

_DATES = ("article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date",
          "dcterms.date", "date")  # fmt: skip
_PUBLISHERS = ("og:site_name", "dc.publisher", "dcterms.publisher", "publisher")
_JSON_LD = ".//script[@type='application/ld+json']"
_LIMIT = 100_000  # characters of one JSON-LD script


def page_properties(page: etree._Element) -> Mapping[str, object]:
    """The properties found, under the names of `Metadata`; read before anything is stripped."""
    meta = dict(_meta(page))
    linked = dict(_linked_data(page))
    found = {
        "title": meta.get("og:title") or _only_heading(page) or _text(page.find(".//title")),
        "published": linked.get("published") or _first(meta, _DATES) or _time(page),
        "publisher": _first(meta, _PUBLISHERS) or linked.get("publisher", ""),
        "language": page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        "source_url": _canonical(page) or meta.get("og:url", ""),
    }
    return {name: value.strip() for name, value in found.items() if value.strip()}


def _meta(page: etree._Element) -> Iterator[tuple[str, str]]:
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if name and element.get("content"):
            yield name.lower(), element.get("content")


def _first(meta: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((meta[name] for name in names if name in meta), "")


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _only_heading(page: etree._Element) -> str:
    headings = page.findall(".//h1")
    return _text(headings[0]) if len(headings) == 1 else ""


def _time(page: etree._Element) -> str:
    """The first <time>, unless there are several: then none is known to be the page's own."""
    times = page.findall(".//time[@datetime]")
    return str(times[0].get("datetime")) if len(times) == 1 else ""


def _canonical(page: etree._Element) -> str:
    links = (link.get("href", "") for link in page.iter("link") if link.get("rel", "").lower() == "canonical")
    return next((link for link in links if link.startswith(("http://", "https://"))), "")


def _linked_data(page: etree._Element) -> Iterator[tuple[str, str]]:
    for script in page.findall(_JSON_LD):
        try:
            thing = json.loads((script.text or "")[:_LIMIT])
        except (ValueError, RecursionError):
            continue
        for part in _things(thing):
            if isinstance(date := part.get("datePublished"), str):
                yield "published", date
            publisher = part.get("publisher")
            if isinstance(publisher, dict) and isinstance(name := publisher.get("name"), str):
                yield "publisher", name


def _things(thing: object) -> list[dict[str, object]]:
    """The objects of a JSON-LD script: one, a list, or a graph."""
    if isinstance(thing, dict) and isinstance(thing.get("@graph"), list):
        thing = thing["@graph"]
    parts = thing if isinstance(thing, list) else [thing]
    return [part for part in parts if isinstance(part, dict)]
