"""What a text is made of for lexical search: overlapping letter groups that see into Swedish compounds."""

import re
import unicodedata

# Letters per group. On swequad and swefaq (see retrieval.py) 5 beat 4, 6, stems and whole words.
LETTERS = 5

WORD = re.compile(r"\w+")
NORDIC = str.maketrans({"ø": "ö", "æ": "ä"})

STOP_WORDS = frozenset(
    """
    och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när
    vad hur vilka vilken vilket vem vart ska finns någon något några eller också även alla detta denna dessa
    the of and to in is that for it on with as are was be by an at this from or which what how who does do
    can there og å er ikke hva hvordan hvilke hvilken hvem hvor kan skal fra av som
    """.translate(NORDIC).split()
)


def words(text: str) -> list[str]:
    """The words of a text in order, as compared: casefolded, composed, without stop words."""
    folded = unicodedata.normalize("NFC", text.casefold()).translate(NORDIC)
    return [word for word in WORD.findall(folded) if word not in STOP_WORDS]


def pieces(word: str) -> list[str]:
    """A short word as it is, a longer one as all its groups of LETTERS letters."""
    if len(word) <= LETTERS:
        return [word]
    return [word[start : start + LETTERS] for start in range(len(word) - LETTERS + 1)]


def terms(text: str) -> list[str]:
    """The pieces of every word; the same for passages and questions."""
    return [piece for word in words(text) for piece in pieces(word)]
