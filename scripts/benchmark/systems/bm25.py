"""BM25 alone: bm25s over Swedish Snowball stems, with its own stop words and parameters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.sets import RetrievalSet
from benchmark.systems import Found
from benchmark.systems.chunks import chunks

if TYPE_CHECKING:
    from bm25s import BM25

INDEX, CHUNKS = "index", "chunks.json"


@dataclass(frozen=True, slots=True)
class Stemmed:
    """The index, the passages it numbers, and what makes stems of words."""

    index: "BM25"
    chunks: list[tuple[str, str]]
    stemmer: Any

    def search(self, text: str, count: int) -> list[Found]:
        """See System."""
        wanted = _stems([text], self.stemmer, ids=False)
        if not wanted[0]:
            return []
        numbers, scores = self.index.retrieve(wanted, k=min(count, len(self.chunks)), show_progress=False)
        found = [self.chunks[int(n)] for n, s in zip(numbers[0], scores[0], strict=True) if s > 0]
        return [Found((document,), words) for document, words in found]

    def embed(self, passages: Sequence[str]) -> None:
        """See System."""
        raise ValueError("BM25 makes no vectors")

    def close(self) -> None:
        """See System; nothing is open."""


def prepare(given: RetrievalSet, folder: Path) -> None:
    """Build the index and save it."""
    import bm25s

    cut = chunks(given)
    index = bm25s.BM25()
    index.index(_stems([text for _, text in cut], _stemmer(), ids=True), show_progress=False)
    index.save(folder / INDEX, show_progress=False)
    (folder / CHUNKS).write_text(json.dumps(cut), "utf-8")


def open_system(given: RetrievalSet, folder: Path) -> Stemmed:
    """The index that `prepare` saved."""
    import bm25s

    index = bm25s.BM25.load(folder / INDEX, show_progress=False)
    return Stemmed(index, json.loads((folder / CHUNKS).read_text("utf-8")), _stemmer())


def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("swedish")


def _stems(texts: Sequence[str], stemmer: Any, ids: bool) -> Any:
    import bm25s

    return bm25s.tokenize(list(texts), stopwords="sv", stemmer=stemmer, return_ids=ids, show_progress=False)
