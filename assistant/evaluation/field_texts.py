"""A text of a question set: in one form, of a length that can be used, without signs that do harm."""

import re
import unicodedata

from assistant.evaluation.set_errors import RowFaults, shorten

QUESTION_CHARACTERS = 2000
LABEL_CHARACTERS = 100
MOST_TURNS = 20

_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"\r\n?")


def composed(text: str, field: str, faults: RowFaults) -> str:
    """`text` in NFC with `\\n` for line breaks; a control character or half a surrogate pair is a fault."""
    if harmful := _HARMFUL.search(text):
        faults.add(field, "characters", sign=f"U+{ord(harmful[0]):04X}", value=shorten(text))
        return ""
    return unicodedata.normalize("NFC", _BREAKS.sub("\n", text))


def trimmed(text: str, field: str, faults: RowFaults, most: int = 0) -> str:
    """`text` composed and without outer white space; more than `most` characters (0: any) is a fault."""
    text = composed(text, field, faults).strip()
    if most and len(text) > most:
        faults.add(field, "long_text", characters=len(text), most=most, value=shorten(text))
    return text


def label(text: str, field: str, faults: RowFaults) -> str:
    """`text` trimmed, on one line of at most LABEL_CHARACTERS, as an id, a category or a region is."""
    return " ".join(trimmed(text, field, faults, LABEL_CHARACTERS).split())


def asked(text: str, field: str, faults: RowFaults) -> str:
    """`text` trimmed, as a question; an empty one is a fault."""
    if text and not text.strip():
        text = ""
    if not text:
        faults.add(field, "missing_question")
    return trimmed(text, field, faults, QUESTION_CHARACTERS)
