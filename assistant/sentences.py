"""Cut a passage into sentences that keep their place in the stored document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.passages import Passage
from vectorstore.plain_text import plain

SHORTEST = 15
LONGEST_NAME = 45
FEWEST_NAMES = 4
# A full stop after these ends no sentence.
ABBREVIATIONS = (
    "bl.a t.ex d.v.s dvs m.m m.fl mm osv o.s.v f.d s.k ca kl nr st jfr resp inkl exkl fr.o.m t.o.m "
    "i.e e.g etc vs prof dr kr tel tfn fax art kap sid p.g.a pga ev max min "
    "milj mdr feb aug sept okt nov dec jan no"
).split()
END = re.compile(r"[.!?…][\"”»)*_]*(?=\s+[\"“”»(*_–•-]*[A-ZÅÄÖÆØ0-9]|\s*$)")
BREAK = re.compile(r"\n\s*\n(?!\s*[a-zåäöæø])|\n\s*(?=[•▪●‣*–-]\s|\d{1,2}[.)]\s|\|)|(?<=:)\s*\n")
RULER = re.compile(r"\s*\|?[\s:|-]*-{3}[\s:|-]*")
WORD_BEFORE = re.compile(r"([\w.]+)$")
EDGE = " \t\r\n\u00a0"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Document text[start:end] of the stored document, and `text` as it reads."""

    start: int
    end: int
    text: str


def sentences(passage: Passage) -> list[Sentence]:
    """The sentences and list items of `passage`, in order; offsets count the document's characters.

    A gap (see Passage.gaps) is skipped in `text` but lies within [start, end).
    """
    masked = _without_gaps(passage)
    spans = list(_spans(masked))
    columns = _columns(masked, spans)
    found = []
    for pieces in _lists(masked, spans):
        text = ", ".join(_read(masked[start:end], columns) for start, end in pieces)
        if len(text) >= SHORTEST:
            start, end = passage.start + pieces[0][0], passage.start + pieces[-1][1]
            found.append(Sentence(start, end, text.replace(":,", ":")))
    return found


def _columns(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """The names of a Markdown table's columns: the row above its ruler."""
    for above, span in pairwise(spans):
        if RULER.fullmatch(text[slice(*span)]):
            return _cells(text[slice(*above)])
    return []


def _cells(row: str) -> list[str]:
    return [plain(cell) for cell in row.strip().strip("|").split("|")]


def _read(piece: str, columns: list[str]) -> str:
    """A sentence as read; a table row with its columns' names, the row of names and the ruler as nothing."""
    if "|" not in piece:
        return plain(piece).lstrip("•▪●‣–- ").strip()
    cells = _cells(piece)
    if RULER.fullmatch(piece) or cells == columns:
        return ""
    if len(cells) != len(columns):
        return ", ".join(cell for cell in cells if cell)
    return "; ".join(
        f"{name}: {cell}" if name else cell for name, cell in zip(columns, cells, strict=True) if cell
    )


def _lists(text: str, spans: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Single spans, and runs of names with the words that lead in to them, each run as one."""
    run: list[tuple[int, int]] = []
    for span in spans:
        piece = text[slice(*span)]
        is_name = "|" not in piece and len(piece) <= LONGEST_NAME and piece[-1] not in '.!?…:”"'
        if is_name or (not run and piece.endswith(":")):
            run.append(span)
            continue
        yield from _names(text, run)
        run = [span] if piece.endswith(":") else []
        if not run:
            yield [span]
    yield from _names(text, run)


def _names(text: str, run: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    names = run[1:] if run and text[slice(*run[0])].endswith(":") else run
    if len(names) >= FEWEST_NAMES:
        yield run
    else:
        yield from ([span] for span in run)


def _without_gaps(passage: Passage) -> str:
    text = passage.text
    for start, end in passage.gaps:
        left, right = start - passage.start, end - passage.start
        text = text[:left] + " " * (right - left) + text[right:]
    # What a gap cut in two is one paragraph again: its blank lines become spaces of the same length.
    for start, end in passage.gaps:
        left = len(text[: start - passage.start].rstrip())
        right = len(text) - len(text[end - passage.start :].lstrip())
        text = text[:left] + " " * (right - left) + text[right:]
    return text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for end in [*_ends(text), len(text)]:
        piece = text[position:end]
        start = position + len(piece) - len(piece.lstrip(EDGE))
        stop = position + len(piece.rstrip(EDGE))
        if start < stop:
            yield start, stop
        position = end


def _ends(text: str) -> list[int]:
    breaks = {match.start() for match in BREAK.finditer(text)}
    stops = {match.end() for match in END.finditer(text) if not _is_abbreviation(text, match)}
    return sorted(breaks | stops)


def _is_abbreviation(text: str, stop: re.Match[str]) -> bool:
    if stop.group()[0] != ".":
        return False
    before = WORD_BEFORE.search(text[: stop.start()])
    word = before.group(1).casefold() if before else ""
    starts_line = bool(re.search(r"(?:^|\n)\s*\d{1,2}$", text[: stop.start()]))
    return word in ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or starts_line
