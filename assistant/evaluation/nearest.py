"""The known name that an unknown one was probably meant to be."""

import re
import unicodedata
from collections.abc import Iterable

_NORDIC = str.maketrans({"ø": "o", "æ": "a", "ð": "d", "ß": "ss"})
_OTHER = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """`name` in small letters without accents, blanks and punctuation: "Får inte nämnas" as farintenamnas."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_NORDIC))
    return _OTHER.sub("", "".join(sign for sign in folded if not unicodedata.combining(sign)))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`; empty when none is much like it."""
    from difflib import get_close_matches

    names = {plain(each): each for each in known}
    found = get_close_matches(plain(name[:100]), names, n=1, cutoff=0.7)
    return names[found[0]] if found else ""
