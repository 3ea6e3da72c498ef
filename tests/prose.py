"""Small Swedish texts, and what ingest makes of them, for tests of its steps."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pytest

from ingest.document import make_document
from ingest.loaded import BlockKind, LoadedFile
from ingest.loaders import load
from ingest.sources import Source
from vectorstore.passages import Document, Passage

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPUS = SHARED / "corpus"
TODAY = date(2026, 6, 1)
ADVICE = (
    "Företag i länet kan söka stöd för att nå nya marknader, och det går bra att höra av sig till oss. "
    "Rådgivningen är kostnadsfri."
)
NETWORK = (
    "Nätverket samlar företag från hela landet och träffas fyra gånger om året för att utbyta erfarenheter "
    "om export och handel."
)
Made = tuple[Document, list[Passage]]
Stated = Mapping[str, Mapping[str, Any]]


def text_of(*parts: str) -> str:
    """The parts with a blank line between them."""
    return "\n\n".join(parts) + "\n"


def loaded(text: str, suffix: str = ".txt") -> LoadedFile:
    """The text as a file of that kind is loaded."""
    return load(suffix, text.encode())


def made(text: str | bytes, name: str = "text.txt", stated: Stated | None = None) -> Made:
    """The document and passages of a file with this content."""
    data = text.encode() if isinstance(text, str) else text
    source = Source(Path(name), f"file:///{name}", name)
    return make_document(source, load(PurePath(name).suffix, data), "0" * 64, stated or {}, TODAY)


def corpus(start: str) -> Made:
    """A document of the shared corpus by the start of its name; skips the test where there is none."""
    found = sorted(CORPUS.glob(f"{start}*"))
    if not found:
        pytest.skip(f"no shared corpus at {CORPUS}")
    return made(found[0].read_bytes(), found[0].name)


def headings(file: LoadedFile, blocks: tuple[Any, ...]) -> list[tuple[int, str]]:
    """(level, text) of each heading among the blocks."""
    return [(b.level, file.text[b.start : b.end]) for b in blocks if b.kind is BlockKind.HEADING]


def left_out(document: Document, passages: list[Passage]) -> list[str]:
    """What stands in no passage, piece by piece; checks that passages lie in order without overlap."""
    pieces, position = [], 0
    for passage in passages:
        assert passage.start >= position, f"passage {passage.number} overlaps the one before"
        assert passage.text == document.text[passage.start : passage.end]
        pieces.append(document.text[position : passage.start])
        position = passage.end
    pieces.append(document.text[position:])
    lines = [line.strip() for piece in pieces for line in piece.splitlines()]
    return [line for line in lines if any(sign.isalnum() for sign in line)]
