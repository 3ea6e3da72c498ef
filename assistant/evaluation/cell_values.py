"""What people write in the cells of a question table: yes and no, personas, languages, lists."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from assistant.evaluation.nearest import plain
from assistant.questions import Persona

Value = TypeVar("Value")


def _named(*named: tuple[str, Value]) -> dict[str, Value]:
    return {plain(name): value for names, value in named for name in names.split()}


YES_NO: Mapping[str, bool] = _named(
    ("ja j yes y true sant sann 1", True), ("nej nei n no false falskt usann 0", False)
)
PERSONAS: Mapping[str, Persona] = _named(
    ("sme företag bedrift company", Persona.SME),
    ("officer handläggare saksbehandler", Persona.OFFICER),
    ("evaluator utvärderare", Persona.EVALUATOR),
)
LANGUAGES: Mapping[str, str] = _named(
    ("sv svenska svensk swedish", "sv"),
    ("en engelska engelsk english", "en"),
    ("no norska norsk norwegian", "no"),
)
_QUOTED = r'"[^"\n]+"(?=[^\S\n]*(?:[;|\n]|$))'
_PART = re.compile(rf"[^\S\n]*(?P<item>{_QUOTED}|[^;|\n]+)|(?P<sign>[;|\n])")


def among(text: str, values: Mapping[str, Value]) -> Value | None:
    """The value that `text` names in one of the tables above, in any case; None for another word."""
    return values.get(plain(text))


def groups(text: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a cell, parted by line breaks or `;`, each of alternatives parted by `|`.

    A part in straight quotation marks keeps the blanks and signs inside them. Empty parts are left out.
    """
    found: list[list[str]] = [[]]
    for part in _PART.finditer(text):
        if part["sign"] and part["sign"] != "|":
            found.append([])
        elif part["item"] and (item := _bare(part["item"])).strip():
            found[-1].append(item)
    return tuple(tuple(group) for group in found if group)


def items(text: str) -> tuple[str, ...]:
    """The parts of a cell, parted by line breaks, `;` or `|`."""
    return tuple(item for group in groups(text) for item in group)


def groups_cell(groups: Iterable[Iterable[str]]) -> str:
    """A cell that `groups` reads back: a group a line, quotation marks only around items that need them."""
    return "\n".join(" | ".join(_guarded(item) for item in group) for group in groups)


def items_cell(items: Iterable[str]) -> str:
    """A cell that `items` reads back, an item a line."""
    return groups_cell([item] for item in items)


def _guarded(item: str) -> str:
    """The item in quotation marks where it would else be parted or trimmed."""
    return f'"{item}"' if item != item.strip() or set(item) & set(";|") else item


def _bare(item: str) -> str:
    item = item.strip()
    quoted = len(item) > 2 and item[0] == item[-1] == '"' and '"' not in item[1:-1]
    return item[1:-1] if quoted else item
