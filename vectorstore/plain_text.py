"""Text as a person reads it, made from text as it is stored."""

import re
import unicodedata

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
# The hyphen's own line end comes first, so that a long run of blank lines is not tried at each of them.
LINE_BREAK_HYPHEN = re.compile(
    r"(\w)-[^\S\r\n]*(?:\r\n?|\n)\s*(?!(?:och|eller|samt|og|and|or)\b)([a-zåäöæø])"
)
MARKDOWN = re.compile(
    r"(?m)^\s{0,3}#{1,6}\s+|\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|</?[a-zA-Z]{1,6}\s?/?>|`+"
)


def plain(text: str) -> str:
    """`text` on one line: composed letters, no markup, no invisible signs, no words broken at line ends."""
    composed = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    joined = LINE_BREAK_HYPHEN.sub(r"\1\2", composed)
    return " ".join(MARKDOWN.sub("", joined).split())
