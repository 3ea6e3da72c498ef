"""txtai's hybrid search: the same float32 model and its own BM25, fused as it does by default."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.float_model import PASSAGE_PREFIX, QUERY_PREFIX, float_model
from benchmark.sets import RetrievalSet
from benchmark.systems import Found
from benchmark.systems.chunks import chunks

if TYPE_CHECKING:
    from txtai import Embeddings

INDEX, CHUNKS = "index", "chunks.json"


@dataclass(frozen=True, slots=True)
class Txtai:
    """The index, and the passages it numbers."""

    embeddings: "Embeddings"
    chunks: list[tuple[str, str]]

    def search(self, text: str, count: int) -> list[Found]:
        """See System."""
        found = [self.chunks[number] for number, _ in self.embeddings.search(text, count)]
        return [Found((document,), words) for document, words in found]

    def embed(self, passages: Sequence[str]) -> None:
        """See System."""
        self.embeddings.batchtransform(list(passages), "data")

    def close(self) -> None:
        """See System."""
        self.embeddings.close()


def prepare(given: RetrievalSet, folder: Path) -> None:
    """Build the index and save it."""
    made, cut = _embeddings(), chunks(given)
    made.index((number, text, None) for number, (_, text) in enumerate(cut))
    made.save(str(folder / INDEX))
    (folder / CHUNKS).write_text(json.dumps(cut), "utf-8")


def open_system(given: RetrievalSet, folder: Path) -> Txtai:
    """The index that `prepare` saved."""
    made = _embeddings()
    made.load(str(folder / INDEX))
    return Txtai(made, json.loads((folder / CHUNKS).read_text("utf-8")))


def _embeddings() -> "Embeddings":
    from txtai import Embeddings

    return Embeddings(
        path=str(float_model()),
        instructions={"query": QUERY_PREFIX, "data": PASSAGE_PREFIX},
        hybrid=True,
        content=False,
        gpu=False,
    )
