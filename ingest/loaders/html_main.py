"""Finding a page's main content, and taking out what no reader sees."""

import copy
import re

import trafilatura
from lxml import etree  # type: ignore[import-untyped]

_MACHINE_TAGS = ("script", "style", "template", "noscript", "iframe", "object", "svg", "canvas")
_CONTROL_TAGS = ("select", "button", "input", "textarea", "dialog")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_FURNITURE_TAGS = frozenset({"nav", "header", "footer", "aside"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog"})
_FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?\w*|consent\w*|gdpr|breadcrumbs?|skip-?links?|social|share|sharing)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN_TAGS = ("main", "article")
_SHARE_OF_MAIN = 0.9  # an element with this much of what trafilatura found is still the main content
_LEAST_FOUND = 0.25  # less of the page's words than this, and trafilatura has missed the point
_MOST_ELEMENTS = 20_000  # trafilatura takes 0.2 ms for each; a page this big is one list or table
_WORDS_THAT_TELL = 20  # characters; shorter stretches occur all over a page


def strip_hidden(page: etree._Element) -> int:
    """Take out scripts, styles and elements hidden from readers; returns how many were hidden."""
    _drop(list(page.iter(*_MACHINE_TAGS, *_CONTROL_TAGS)))
    hidden = [element for element in page.iter(etree.Element) if _is_hidden(element)]
    _drop(hidden)
    return len(hidden)


def strip_furniture(page: etree._Element) -> None:
    """Take out navigation, page headers and footers, cookie banners and share buttons."""
    words = _length(page)
    inside = {part for element in page.iter(*_MAIN_TAGS) for part in element.iter(*_FURNITURE_TAGS)}
    for element in list(page.iter(etree.Element)):
        if element.tag in ("html", "body", "head", *_MAIN_TAGS):
            continue
        is_furniture = (
            (element.tag in _FURNITURE_TAGS and (element.tag == "nav" or element not in inside))
            or element.get("role", "").lower() in _FURNITURE_ROLES
            or _FURNITURE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}")
        )
        if is_furniture and _length(element) < words / 2:
            _drop([element])


def main_content(page: etree._Element) -> etree._Element:
    """The smallest element that holds nearly all of what trafilatura takes for the main content.

    Trafilatura's own tree is not used: it drops headings, rows and repeated sentences. Where it
    finds too little, the <main> element, or else the body, is the answer.
    """
    mains = page.findall(".//main")
    body = page.find("body")
    top = mains[0] if len(mains) == 1 and _length(mains[0]) else body if body is not None else page
    weights = _weights(top, _main_words(page))
    if weights.get(top, 0) < _LEAST_FOUND * _length(top):
        return top
    element, found = top, weights[top] * _SHARE_OF_MAIN
    while (child := max(element, key=lambda part: weights.get(part, 0), default=None)) is not None:
        if weights.get(child, 0) < found or child.tag in ("p", "ul", "ol", "table", "li"):
            break
        element = child
    return element


def _main_words(page: etree._Element) -> set[str]:
    """The telling stretches of text in what trafilatura finds; none when the page is too big for it."""
    if sum(1 for _ in page.iter()) > _MOST_ELEMENTS:
        return set()
    own = copy.deepcopy(page)  # it takes the tree apart
    found = trafilatura.bare_extraction(own, fast=True, favor_recall=True, include_comments=False)
    body = getattr(found, "body", None)
    return set() if body is None else {key for text in body.itertext() if (key := _key(text))}


def _weights(top: etree._Element, words: set[str]) -> dict[etree._Element, int]:
    """For each element, how many characters of `words` it and its descendants hold."""
    weights: dict[etree._Element, int] = {}
    for _, element in etree.iterwalk(top, events=("end",)):
        own = [element.text, *(child.tail for child in element)]
        weight = sum(len(key) for text in own if text and (key := _key(text)) in words)
        weights[element] = weight + sum(weights.get(child, 0) for child in element)
    return weights


def _key(text: str) -> str:
    key = " ".join(text.split())
    return key if len(key) >= _WORDS_THAT_TELL else ""


def _is_hidden(element: etree._Element) -> bool:
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden", "").lower() == "true"
        or bool(_HIDING.search(element.get("style", "")))
    )


def _length(element: etree._Element) -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _drop(elements: list[etree._Element]) -> None:
    """Remove the elements but keep the text that follows them."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
