"""The news of watching as an Atom feed (RFC 4287)."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from assistant.channels.desk.watch_words import NewsLine

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(news: Sequence[NewsLine], base: str, author: str, x: Mapping[str, str], language: str) -> bytes:
    """The feed; `base` is the address of this service, which links lead to."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    here = f"{base}/desk/watching"
    _add(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, here)}")
    _add(feed, "title", f"{x['title']} – Utblick")
    _add(feed, "updated", _at(news[0].at if news else datetime.fromtimestamp(0, UTC)))
    _add(_add(feed, "author"), "name", author or "Utblick")
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=f"{here}/feed.xml")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{here}?lang={language}")
    for each in news:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:uuid:{each.id}")
        _add(entry, "title", f"{x[f'kind_{each.kind}']}: {each.title}")
        _add(entry, "updated", _at(each.at))
        _add(entry, "category", term=each.kind)
        path = f"documents/{each.document_id}" if each.document_id else "watching"
        _add(entry, "link", rel="alternate", type="text/html", href=f"{base}/desk/{path}?lang={language}")
        changed = [f"{'−' if sign == '-' else '+'} {text}" for sign, text in each.lines]
        _add(entry, "summary", "\n".join(filter(None, [each.watched, each.text, *changed, each.uri])))
    return bytes(ElementTree.tostring(feed, "utf-8", xml_declaration=True))


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, attributes)
    child.text = _FORBIDDEN.sub("\ufffd", text) or None
    return child


def _at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
