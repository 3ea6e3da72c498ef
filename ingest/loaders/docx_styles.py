"""What a Word file's styles say: which are headings, lists, contents, or hidden."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

# Word stores built-in names in English and translates what it shows, but other programs and old files
# keep the translation: Rubrik (sv), Overskrift (no, da), Otsikko (fi), Überschrift (de), Titre (fr).
_HEADING = re.compile(r"(?:heading|rubrik|overskrift|otsikko|überschrift|titre)\s*([1-9])\b", re.IGNORECASE)
_TITLES = frozenset({"title", "rubrik", "titel", "tittel", "otsikko"})
_LIST = re.compile(r"^(?:list|lista|liste|punkt|numrerad|nummer)", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|innehåll|innhold|inhold)\s*\d", re.IGNORECASE)
_DEPTH = 20  # styles that build on one another; a loop would never end
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph or run of this style is; `level` is 1-6 for headings, else 0."""

    level: int = 0
    item: bool = False
    contents: bool = False
    hidden: bool = False


PLAIN = Style()


def read_styles(root: Any) -> Mapping[str, Style]:
    """Every style by its id, with what it inherits; `root` is the <w:styles> element."""
    elements = {element.get(qn("w:styleId"), ""): element for element in root.iterchildren(qn("w:style"))}
    return {name: _style(name, elements) for name in elements}


def is_on(properties: Any, name: str) -> bool | None:
    """Whether a switch such as w:vanish is on in these properties; None when it is not mentioned."""
    found = None if properties is None else properties.find(qn(name))
    return None if found is None else found.get(qn("w:val"), "1") not in ("0", "false", "off")


def outline_level(properties: Any) -> int:
    """1-6 when paragraph properties give an outline level, else 0 (9 is Word's "body text")."""
    found = None if properties is None else properties.find(qn("w:outlineLvl"))
    value = "" if found is None else found.get(qn("w:val"), "")
    return int(value) + 1 if value in ("0", "1", "2", "3", "4", "5") else 0


def is_numbered(properties: Any) -> bool:
    """Whether paragraph properties put it in a list; list 0 is Word's way of taking it out of one."""
    found = None if properties is None else properties.find(qn("w:numPr"))
    if found is None:
        return False
    number = found.find(qn("w:numId"))
    return number is None or number.get(qn("w:val")) != "0"


def _style(name: str, elements: Mapping[str, Any]) -> Style:
    style = PLAIN
    for element in reversed(_ancestry(name, elements)):
        paragraph = element.find(qn("w:pPr"))
        label = element.find(qn("w:name"))
        words = (label.get(qn("w:val"), "") if label is not None else "") or element.get(qn("w:styleId"), "")
        hidden = is_on(element.find(qn("w:rPr")), "w:vanish")
        style = Style(
            level=_level(words) or outline_level(paragraph) or style.level,
            item=style.item or bool(_LIST.match(words)) or is_numbered(paragraph),
            contents=style.contents or bool(_CONTENTS.match(words)),
            hidden=style.hidden if hidden is None else hidden,
        )
    return style


def _ancestry(name: str, elements: Mapping[str, Any]) -> list[Any]:
    """The style and those it builds on, nearest first."""
    line: list[Any] = []
    while name in elements and len(line) < _DEPTH:
        line.append(elements[name])
        base = elements[name].find(qn("w:basedOn"))
        name = "" if base is None else base.get(qn("w:val"), "")
    return line


def _level(words: str) -> int:
    if words.strip().lower() in _TITLES:
        return 1
    found = _HEADING.match(words.strip())
    return min(int(found.group(1)), _LEVELS) if found else 0
