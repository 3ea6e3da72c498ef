"""What every loader's result must hold to: visible blocks in order, and characters that can be stored."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ingest.loaded import Block, LoadedFile
from ingest.statuses import FileStatus, Unreadable

TEXT_LIMIT = 10_000_000  # characters; a 2000-page report has about 5 million

# Zero-width characters, bidirectional controls and tags: nothing to see, but words to a language model.
INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_SOFT_HYPHEN = "\u00ad"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def tidied(loaded: LoadedFile) -> LoadedFile:
    """The same file with blocks trimmed to visible text; raises Unreadable when the text is too long.

    Characters that no database takes (NUL, half a surrogate pair) become U+FFFD; invisible ones
    stay, since the text is verbatim, and are told of in a warning.
    """
    if len(loaded.text) > TEXT_LIMIT:
        raise Unreadable(FileStatus.TOO_LARGE, f"more than {TEXT_LIMIT:,} characters of text")
    text = _UNSTORABLE.sub("\ufffd", loaded.text)
    blocks = tuple(_trimmed(text, loaded.blocks))
    return replace(loaded, text=text, blocks=blocks, warnings=loaded.warnings + _invisible(text))


def _trimmed(text: str, blocks: Iterable[Block]) -> Iterable[Block]:
    """The blocks without white space at their ends; those that show nothing are left out."""
    for block in blocks:
        piece = text[block.start : block.end]
        if not INVISIBLE.sub("", piece).strip():
            continue
        start = block.start + len(piece) - len(piece.lstrip())
        yield replace(block, start=start, end=start + len(piece.strip()))


def _invisible(text: str) -> tuple[str, ...]:
    found = [character for character in INVISIBLE.findall(text) if character != _SOFT_HYPHEN]
    return (f"{len(found)} invisible characters (zero-width, direction or tag characters)",) if found else ()
