"""Finding many names in a text at once, in their Swedish inflections and compounds."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

VERSION = 1
"""Part of the stored register's digest: raise it when a text's names come out differently."""
SHORT = 4
"""Characters up to which a name is recognised only as written: "Ale", "EKN", "SEK"."""
LONG = 8
"""Characters from which any compound counts: "regionalfondsmedel", "Värmlandsprofessor"."""
STEM = 8
"""Characters from which a name may lose its definite ending: "Regionalfonden", "regionalfondsprogram"."""
FIRST = 2

# Second parts of compounds that a shorter name makes: "Interregprojektet", "Leaderpengarna".
HEADS = re.compile(
    r"s?(?:program|projekt|prosjekt|medel|midl|peng|stöd|stött|bidrag|tilskud|fond|kontor|strateg|region|blogg|"
    r"företag|bedrift|arbet|arbeid|samarbet|samarbeid|ansök|söknad|utlys|län|kommun|bolag|check|insats|nätverk|"
    r"kluster|klyng|områd|satsning|initiativ|rådgiv)"
)
ENDINGS = frozenset(
    "n en et ns ens ets na nas er ers ar ars erna ernas arna arnas a as t ene enes ane".split()
)
DEFINITE = re.compile(r"(?<=[^\W\d_])(?:en|et)$")
TAIL = re.compile(r"[^\W_]*")
WORD_START = re.compile(r"(?<![^\W_])[^\W_]")
LETTERS = str.maketrans({"ø": "ö", "æ": "ä", "–": "-", "—": "-", "‑": "-", "’": "'"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as written, what it stands for, and how strictly it is taken.

    `cased` ones are recognised only as written, `plain` ones not in the definite form, `definite` ones
    also where another word stands in place of their definite ending.
    """

    text: str
    owner: str
    cased: bool = False
    plain: bool = False
    definite: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """text[start:end] is the name part of a word or words; `owners` are all that have the spelling."""

    start: int
    end: int
    owners: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    following: dict[str, "_Node"] = field(default_factory=dict)
    whole: list[Spelling] = field(default_factory=list)
    stems: list[Spelling] = field(default_factory=list)


class NameTree:
    """The spellings as a tree of letters: a text is read once, however many names there are."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self._root = _Node()
        self._beginnings: set[str] = set()
        for spelling in spellings:
            folded = squeezed(fold(spelling.text))
            self._beginnings.add(folded[:FIRST])
            self._node(folded).whole.append(spelling)
            stem = DEFINITE.sub("", folded)
            if stem != folded and len(folded) >= STEM and spelling.definite:
                self._node(stem).stems.append(spelling)

    def find(self, text: str) -> list[Found]:
        """The names in `text` in order, the longest where several begin, none within another."""
        if not unicodedata.is_normalized("NFC", text):
            composed, offsets = compose(text)
            inner = self.find(composed)
            return [replace(one, start=offsets[one.start], end=offsets[one.end]) for one in inner]
        found, after = [], 0
        folded = fold(text)
        for begun in WORD_START.finditer(folded):
            start = begun.start()
            if start >= after and folded[start : start + FIRST] in self._beginnings:
                longest = self._longest(text, folded, start)
                if longest:
                    found.append(longest)
                    after = longest.end
        return found

    def _node(self, folded: str) -> _Node:
        node = self._root
        for letter in folded:
            node = node.following.setdefault(letter, _Node())
        return node

    def _longest(self, text: str, folded: str, start: int) -> Found | None:
        best: Found | None = None
        node, position = self._root, start
        while position < len(folded):
            letter = " " if folded[position].isspace() else folded[position]
            following = node.following.get(letter)
            if following is None:
                break
            node = following
            position += 1
            if letter == " ":
                while position < len(folded) and folded[position].isspace():
                    position += 1
            elif node.whole or node.stems:
                owners = self._owners(node, text[start:position], folded, position)
                best = Found(start, position, owners) if owners else best
        return best

    def _owners(self, node: _Node, written: str, folded: str, end: int) -> tuple[str, ...]:
        tail = _tail(folded, end)
        whole = [one.owner for one in node.whole if _is_whole(one, written, tail)]
        stems = [one.owner for one in node.stems if _is_stem(tail)]
        return tuple(dict.fromkeys([*whole, *stems]))


def fold(text: str) -> str:
    """The text as compared, letter for letter: lower case, Norwegian letters as Swedish, one kind of dash."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(LETTERS)


def compose(text: str) -> tuple[str, list[int]]:
    """The text with composed letters, and for each of them, and the end, where it stands in `text`."""
    made, offsets, start = "", [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            letters = unicodedata.normalize("NFC", text[start:end])
            made += letters
            offsets += [start] * len(letters)
            start = end
    return made, [*offsets, len(text)]


def squeezed(text: str) -> str:
    """Composed letters and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tail(folded: str, end: int) -> str:
    match = TAIL.match(folded, end)
    return match.group() if match else ""


def _is_whole(spelling: Spelling, written: str, tail: str) -> bool:
    length = len(spelling.text)
    if (spelling.cased or length <= SHORT) and _as_written(written) != _as_written(spelling.text):
        return False
    if tail in ("", "s"):
        return True
    if length <= SHORT:
        return False
    return (tail in ENDINGS and not spelling.plain) or _is_compound(length, tail)


def _is_stem(tail: str) -> bool:
    """A name without its definite ending is that name only where another ending or word follows."""
    return tail in ENDINGS or _is_compound(LONG if tail.startswith("s") else 0, tail)


def _is_compound(length: int, tail: str) -> bool:
    return bool(HEADS.match(tail)) or (length >= LONG and len(tail) > FIRST and tail.isalpha())


def _as_written(text: str) -> str:
    return squeezed(text).replace("–", "-")
