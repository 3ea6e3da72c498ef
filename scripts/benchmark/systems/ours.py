"""Utblick: documents read in by its own command, searched through its own store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.sets import RetrievalSet
from benchmark.systems import Found

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder
    from vectorstore.settings import Settings
    from vectorstore.store import Store

IDS = "ids.json"


@dataclass(frozen=True, slots=True)
class Ours:
    """The store of the documents; `ids` are those of the documents that share a file's content.

    Where documents are `judged`, copies count each by themselves, so none is left out.
    """

    store: "Store"
    embedder: "Embedder"
    ids: Mapping[str, Sequence[str]]
    judged: bool

    def search(self, text: str, count: int) -> list[Found]:
        """See System."""
        from vectorstore.queries import Query

        retriever = self.store.ranking if self.judged else self.store.retriever
        hits = retriever.retrieve(Query(text, count))
        return [Found(tuple(self.ids[hit.document.source]), hit.passage.text) for hit in hits]

    def embed(self, passages: Sequence[str]) -> None:
        """See System."""
        self.embedder.embed_passages([("", text) for text in passages])

    def close(self) -> None:
        """See System."""
        self.store.close()


def prepare(given: RetrievalSet, folder: Path) -> None:
    """Run `utblick ingest` on the documents, a file each."""
    from assistant.evaluation.beir import Beir, Text
    from assistant.evaluation.stocking import stock

    corpus = {one.id: Text(one.title, one.body) for one in given.documents}
    stocked = stock(Beir(given.name, corpus, {}, {}, given.digest), folder, settings(folder))
    if stocked.left_out:
        raise SystemExit(f"{given.name}: these texts were not stored: {stocked.left_out}")
    (folder / IDS).write_text(json.dumps(stocked.ids), "utf-8")


def open_system(given: RetrievalSet, folder: Path) -> Ours:
    """The store that `prepare` left, with the embedding model."""
    from vectorstore.embedder import load_embedder
    from vectorstore.store import open_store

    chosen = settings(folder)
    embedder = load_embedder(chosen)
    ids = json.loads((folder / IDS).read_text("utf-8"))
    return Ours(open_store(chosen, embedder), embedder, ids, bool(given.qrels))


def settings(folder: Path) -> "Settings":
    """The defaults, on a data folder within `folder`."""
    from vectorstore.settings import Settings

    return Settings(_env_file=None, data_dir=folder / "data")  # type: ignore[call-arg]
