"""Whether a text has changed in what it says, and where."""

import re
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

MOST_LINES = 3000
MOST_SHOWN = 3
MOST_CHARACTERS = 180
CONTEXT_WORDS = 5
_STAMP = re.compile(
    r"(sidan |siden |page )?(är |ble |was )?(senast|sist|last) "
    r"(uppdaterad|ändrad|granskad|oppdatert|endret|updated|modified|reviewed|changed)\b.{0,60}",
    re.IGNORECASE,
)
"""A line that only says when a page was last touched."""


def text_digest(text: str) -> str:
    """The same for texts that say the same, however they are spaced and whenever they were last touched."""
    return sha256("\n".join(_lines(text)).encode("utf-8", "replace")).hexdigest()


def differences(old: str, new: str) -> dict[str, Any]:
    """How many lines came and went, and the first of them with the words that differ."""
    before, after = _lines(old)[:MOST_LINES], _lines(new)[:MOST_LINES]
    added, removed = 0, 0
    shown: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            continue
        removed, added = removed + b - a, added + d - c
        if len(shown) < 2 * MOST_SHOWN:
            gone, came = _apart(" ".join(before[a:b]), " ".join(after[c:d]))
            shown += [(sign, text) for sign, text in (("-", gone), ("+", came)) if text]
    return {"added": added, "removed": removed, "lines": shown[: 2 * MOST_SHOWN]}


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line and not _STAMP.fullmatch(line)]


def _apart(old: str, new: str) -> tuple[str, str]:
    """Both without the words they share at their beginning and end, but for a few."""
    before, after = old.split(), new.split()
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    most -= start
    end = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    return _excerpt(before, start, end), _excerpt(after, start, end)


def _excerpt(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - CONTEXT_WORDS), min(len(words), len(words) - end + CONTEXT_WORDS)
    text = " ".join(words[first:last])
    cut = len(text) > MOST_CHARACTERS
    before, after = "… " if first else "", " …" if cut or last < len(words) else ""
    return f"{before}{text[:MOST_CHARACTERS].rstrip()}{after}" if text else ""
