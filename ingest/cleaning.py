"""Make search text from raw text: lost letters mended and markup gone, while the raw text stays as it is."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from vectorstore.plain_text import plain

WORD = re.compile(r"\b\w{4,40}\b")
VOWEL = re.compile("[aeiouyåäöæøéü]")
ONSET = re.compile(
    r"(?:[bcdfghjklmnpqrstvwxz]|[bfgpv]?[jlr]|fn|gn|kn|[dhknst]v|[dhkmnt]j|[dktw]r|[ckf]l|[ckpst]h|qu|sch?|"
    r"s[jklmnptvc]|s[kptc][jlrv]|sch[lmnrw]|st[jrv]|tsj?|ps|pn|wh|gh|chr|phr|thr)?"
)
"""What a Nordic, English or German word may have before its first vowel."""
LETTERS_LOST = re.compile("[åäöæøÅÄÖÆØ]")
FEWEST_SEEN = 2
SHARED_START = 3


def lost_letters(text: str, known: str = "") -> dict[str, str]:
    """Beginnings of words that lost a Nordic letter in scanning, with what they stand for.

    Scans drop å, ä or ö, often with the letter beside it. A word is taken for broken when no word
    begins as it does ("Sml"), when the same document, or `known` (its title and publisher), has a
    word at least FEWEST_SEEN times that it becomes by dropping such a letter and at most one
    neighbour, and when only one word fits: one that could be either of two stays as it is.
    """
    seen = Counter(word.casefold() for word in WORD.findall(unicodedata.normalize("NFC", f"{known} {text}")))
    readings: dict[str, Counter[str]] = {}
    for word, count in seen.items():
        for broken, start, mended in _losses(word):
            if broken in seen:
                readings.setdefault(start, Counter())[mended] += count
    return {
        start: mended
        for start, words in readings.items()
        for mended, count in words.items()
        if len(words) == 1 and count >= FEWEST_SEEN
    }


def mend(text: str, starts: Mapping[str, str]) -> str:
    """`text` with the words beginning as in `starts` mended; case kept as in the first letter."""
    if not starts:
        return text
    pattern = re.compile(
        rf"\b({'|'.join(map(re.escape, sorted(starts, key=len, reverse=True)))})(?=\w)", re.IGNORECASE
    )

    def whole(match: re.Match[str]) -> str:
        mended = starts[match.group().casefold()]
        if match.group().isupper():
            return mended.upper()
        return mended.capitalize() if match.group()[0].isupper() else mended

    return pattern.sub(whole, text)


def broken_words(text: str, starts: Mapping[str, str]) -> tuple[str, ...]:
    """The words of `text` that `mend` changes, so that a search for the broken form finds them too."""
    words = dict.fromkeys(word for word in WORD.findall(text) if word.casefold().startswith(tuple(starts)))
    return tuple(words) if starts else ()


def search_text(text: str, starts: Mapping[str, str]) -> str:
    """What searches read for `text`: plain, mended, and the broken forms once at the end."""
    clean = plain(text)
    return " ".join([mend(clean, starts), *broken_words(clean, starts)])


def _losses(word: str) -> set[tuple[str, str, str]]:
    """(broken word, its telling start, that start mended) for each way `word` may lose letters."""
    losses = set()
    for match in LETTERS_LOST.finditer(word):
        position = match.start()
        for left, right in ((position, position + 1), (position, position + 2), (position - 1, position + 1)):
            if left < 1 or right >= len(word):
                continue
            broken = word[:left] + word[right:]
            if not _cannot_begin_so(broken, left):
                continue
            length = max(SHARED_START, left + 1)
            losses.add((broken, broken[:length], word[:left] + word[left:right] + broken[left:length]))
    return losses


def _cannot_begin_so(word: str, position: int) -> bool:
    """Whether the letters before the first vowel, which meet at `position`, begin no word."""
    vowel = VOWEL.search(word)
    onset = word[: vowel.start()] if vowel else word
    return position <= len(onset) and not ONSET.fullmatch(onset)
