"""An answer's text, a little Markdown, as lines that Slack shows exactly as they are."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.answer_text import MARKER, with_links
from assistant.export.parts import Run, Runs, plain

# Addresses, images and HTML of a text stay the text they are, and so does a quoted line's shape.
_OFF = ["link", "image", "autolink", "html_inline", "html_block", "reference"]
_OFF += ["heading", "lheading", "hr", "code", "fence", "entity"]
JOINED = regex.compile(
    r"\p{Extended_Pictographic}\p{EMod}?\ufe0f?(?:\u200d\p{Extended_Pictographic}\p{EMod}?\ufe0f?)+"
    r"|\p{Extended_Pictographic}\ufe0f"
)
"""Emoji that hold signs which nobody sees and that fall apart without them."""


class Mark(StrEnum):
    """What stands before a line."""

    NONE = ""
    BULLET = "bullet"
    NUMBER = "number"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or list item; `depth` is its level from 0, `gap` an empty line before it."""

    runs: Runs
    mark: Mark = Mark.NONE
    depth: int = 0
    number: int = 0
    gap: bool = False

    @property
    def text(self) -> str:
        """What it says, without its mark."""
        return "".join(run.text for run in self.runs)


Links = Mapping[int, str]


def lines(text: str, links: Links) -> list[Line]:
    """The lines of `text`, each [n] of a number in `links` leading there. No letter or digit is lost."""
    seen = exact(text)
    found = list(_lines(_markdown().parse(seen), links))
    if _signs(seen) == _signs("".join(f"{line.number or ''}{line.text}" for line in found)):
        return found
    # Nested deeper than Markdown goes, or numbered in a way that it writes otherwise.
    told = (piece.strip("\n") for piece in re.split(r"\n\s*\n", seen))
    return [Line(marked(piece, links), gap=place > 0) for place, piece in enumerate(filter(None, told))]


def marked(text: str, links: Links, strong: bool = False) -> Runs:
    """`text` as it stands, only its markers made links."""
    return tuple(with_links(exact(text), links, strong))


def in_a_line(text: str) -> str:
    """`text` without line breaks, for names and titles."""
    return " ".join(exact(text).split())


def exact(text: str) -> str:
    """`text` without signs that do not show, except where an emoji consists of them."""
    if "\u200d" not in text and "\ufe0f" not in text:
        return plain(text)
    parts, at = [], 0
    for found in JOINED.finditer(text):
        parts += [plain(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, plain(text[at:])])


def numbers(shown: Sequence[Line]) -> set[int]:
    """The citations that lines refer to."""
    return {int(found[1]) for line in shown for found in MARKER.finditer(line.text)}


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(_OFF)


def _lines(tokens: Sequence[Token], links: Links) -> Iterator[Line]:
    marks: list[Mark] = []
    number, gap, begins, quoted = 0, False, False, 0
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                gap = gap or not marks
                marks.append(Mark.BULLET if token.type == "bullet_list_open" else Mark.NUMBER)
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
            case "list_item_open":
                begins, number = True, int(token.info or 0)
            case "blockquote_open" | "blockquote_close":
                quoted += 1 if token.type == "blockquote_open" else -1
            case "inline":
                runs = tuple(_merged(_runs(token.children or (), links)))
                if marks and begins:
                    mark, depth = marks[-1], len(marks) - 1
                else:
                    mark, depth, number = (Mark.QUOTE if quoted else Mark.NONE), 0, 0
                    gap = gap or not marks
                yield Line(runs, mark, depth, number if mark is Mark.NUMBER else 0, gap)
                begins = gap = False


def _runs(tokens: Sequence[Token], links: Links) -> Iterator[Run]:
    strong = 0
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            strong += 1 if token.type == "strong_open" else -1
        elif token.type in ("softbreak", "hardbreak"):
            yield Run("\n", strong=bool(strong))
        elif token.content:
            yield from with_links(token.content, links, bool(strong))


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """The same with neighbours of one kind as one run."""
    for (strong, linked), alike in groupby(runs, key=lambda run: (run.strong, bool(run.link))):
        if linked:
            yield from alike
        else:
            yield Run("".join(run.text for run in alike), strong=strong)


def _signs(text: str) -> str:
    return "".join(filter(str.isalnum, text))
