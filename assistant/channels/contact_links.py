"""E-mail addresses and phone numbers as links, where a source or a setting gives them."""

import re
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import quote

from assistant.personal import EMAIL

PHONE = re.compile(r"(?<![\w./-])(?:\+|0)\d(?:[ ()–/-]{0,3}\d){6,13}(?![\w./-]*\d)")
REACHED = re.compile(f"{EMAIL.pattern}|{PHONE.pattern}")


def with_mail(text: str) -> str:
    """`text` as HTML, each e-mail address in it a link."""
    return _linked(EMAIL, text, escape, lambda found: True)


def with_contacts(text: str, quotes: Iterable[str], shown: Callable[[str], str]) -> str:
    """`text` as HTML with links to write or ring to what it holds that stands in one of `quotes`, as there.

    `shown` makes HTML of the text between.
    """
    known = list(quotes)
    return _linked(REACHED, text, shown, lambda found: any(found in each for each in known))


def _linked(
    pattern: re.Pattern[str], text: str, shown: Callable[[str], str], stands: Callable[[str], bool]
) -> str:
    parts, at = [], 0
    for found in pattern.finditer(text):
        if stands(found.group()):
            parts += [shown(text[at : found.start()]), _link(found.group())]
            at = found.end()
    return "".join([*parts, shown(text[at:])])


def _link(found: str) -> str:
    if "@" in found:
        return f'<a href="mailto:{quote(found, safe="@+")}">{escape(found)}</a>'
    # The (0) of a number written for callers at home and abroad is dialled by neither.
    digits = re.sub(r"[^\d+]", "", found.replace("(0)", ""))
    return f'<a href="tel:{digits}">{escape(found)}</a>'
