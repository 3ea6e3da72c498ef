"""Which encoding an HTML page states, and its text."""

import codecs
import re

from ingest.loaders.decoding import decode

_CHARSET = re.compile(rb"""<meta[^>]{0,300}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_TEXT_CODECS = frozenset(
    {"iso8859-1", "ascii", "cp1252", "iso8859-15", "iso8859-10", "iso8859-4", "cp1257", "cp850", "mac-roman"}
)


def decode_html(data: bytes) -> str:
    """The page as text: by byte order mark, else as UTF-8, else as its meta element says, else guessed.

    UTF-8 goes before the meta element, since text that is valid UTF-8 by chance is all but unheard of
    and pages saved anew often keep an old charset.
    """
    if not data.startswith(_BOMS) and not _is_utf8(data):
        stated = _CHARSET.search(data[:4096])
        if stated:
            try:
                return data.decode(_codec(stated.group(1).decode("ascii")))
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _codec(stated: str) -> str:
    """Python's text codec of that name; pages that say Latin-1 mean Windows-1252, as browsers know."""
    name = codecs.lookup(stated).name
    if name not in _TEXT_CODECS:
        raise LookupError(stated)
    return "cp1252" if name in ("iso8859-1", "ascii") else name
