"""A model's reply, read as it comes: sentences, the places they stand on, what is missing, how it ended."""

import re
from dataclasses import dataclass, field

OPENING = r"^[\s>*_`#•-]*"
SENTENCE = re.compile(
    OPENING + r"(?:S|SVAR|MENING|SENTENCE|SETNING|ANSWER)[\s\d*_]*:[\s*_]*(?P<text>.+)$", re.I
)
PLACE = re.compile(
    OPENING + r"(?:C|CIT|CITAT|SITAT|QUOTE|CITE|KÄLLA|SOURCE|KILDE)?\s*\[?(?P<number>\d{1,2})\]?[\s*_]*[:.)]"
    r"[\s*_]*(?P<text>.+)$",
    re.I,
)
MISSING = re.compile(OPENING + r"(?:M|MISSING|SAKNAS|FATTAS|MANGLER)[\s*_]*:[\s*_]*(?P<text>.+)$", re.I)
END = re.compile(OPENING + r"(?:END|SLUT|SLUTT|STATUS)\b[\s*_:=-]*(?P<text>complete|partial|none)\b", re.I)
MARKS = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]")
DATA = re.compile(r"\s*[{}\[\"]")
BETWEEN = re.compile(r"\s*(?:\.{2,}|…)+\s*")
QUOTATION = "\"'”“„»«`*_ \t"
LONGEST_LINE = 2000
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where in source `number` a sentence stands: the place's first words and its last, as copied."""

    number: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the reply without its marks, the source numbers in them, and its places."""

    text: str
    numbers: frozenset[int]
    places: tuple[Place, ...]


@dataclass(slots=True)
class Reply:
    """What has come so far. `ended` is "complete", "partial", "none", or empty before the model says."""

    missing: list[str] = field(default_factory=list)
    ended: str = ""
    _line: str = ""
    _text: str = ""
    _places: list[Place] = field(default_factory=list)

    def feed(self, piece: str) -> list[Said]:
        """The sentences that `piece` completes: a sentence is complete when the next thing begins."""
        *lines, self._line = (self._line + piece).split("\n")
        said = [one for line in lines for one in self._read(line)]
        self._line = self._line[:LONGEST_LINE]
        return said

    def close(self) -> list[Said]:
        """The last sentence, if one is waiting for its end."""
        return [*self._read(self._line), *self._take()]

    def _read(self, line: str) -> list[Said]:
        if not line.strip() or self.ended:
            return []
        if match := END.match(line):
            self.ended = match["text"].lower()
            return self._take()
        if match := MISSING.match(line):
            self.missing.append(match["text"].strip(QUOTATION))
            return self._take()
        if match := SENTENCE.match(line):
            return self._begin(match["text"])
        if match := PLACE.match(line):
            if self._text and len(self._places) < MOST_PLACES:
                self._places.append(_place(int(match["number"]), match["text"]))
            return []
        return self._begin(line) if MARKS.search(line) and not DATA.match(line) else []

    def _begin(self, text: str) -> list[Said]:
        done = self._take()
        self._text = text
        return done

    def _take(self) -> list[Said]:
        text, places = self._text, tuple(self._places)
        self._text, self._places = "", []
        return [_said(text, places)] if text else []


def _said(text: str, places: tuple[Place, ...]) -> Said:
    marks = " ".join(match.group(1) for match in MARKS.finditer(text))
    numbers = frozenset(int(number) for number in re.findall(r"\d+", marks))
    return Said(" ".join(MARKS.sub("", text).split()), numbers, places)


def _place(number: int, text: str) -> Place:
    first, *rest = BETWEEN.split(text.strip(), maxsplit=1)
    last = rest[0] if rest else ""
    return Place(number, first.strip(QUOTATION), last.strip(QUOTATION))
