"""A store of any size in a process of its own: filled and published, changed, searched."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.growing_text import GrowingText, Grown, read_embedded, read_passages
from benchmark.worker import memory, serve, timed

if TYPE_CHECKING:
    from vectorstore.passages import Document, Passage
    from vectorstore.settings import Settings

    Parts = tuple[Document, list[Passage], Any, dict[str, list[Any]]]

PASSAGES = 20
"""Passages of a document."""
FACTS = "facts.json"


def main() -> None:
    """What runs in the process: fill, change or serve, then SIZE FOLDER EMBEDDED."""
    do, size, folder, vectors = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    if do == "serve":
        return serve_searches(settings(folder))
    grown = GrowingText(read_passages(), read_embedded(vectors))
    if do == "change":
        return serve({"change": lambda: change(grown, settings(folder))})
    (folder / FACTS).write_text(json.dumps(fill(grown, size, settings(folder))), "utf-8")
    serve({})


def serve_searches(chosen: "Settings") -> None:
    """Answer "search" with the milliseconds of each text."""
    from vectorstore.embedder import load_embedder
    from vectorstore.queries import Query
    from vectorstore.store import open_store

    store = open_store(chosen, load_embedder(chosen))

    def search(texts: Sequence[str], count: int) -> list[float]:
        return timed(texts, lambda text: store.retriever.retrieve(Query(text, count)))[1]

    serve({"search": search})
    store.close()


def settings(folder: Path) -> "Settings":
    """The defaults, on a data folder within `folder`."""
    from vectorstore.settings import Settings

    return Settings(_env_file=None, data_dir=folder / "data")  # type: ignore[call-arg]


def fill(grown: GrowingText, size: int, chosen: "Settings") -> dict[str, float]:
    """Store `size` passages and publish them; seconds, peak memory, and what there is then."""
    from vectorstore.bundled_conversion import bundled_identity
    from vectorstore.catalogue import open_catalogue
    from vectorstore.publish import publishing

    catalogue = open_catalogue(chosen)
    catalogue.check_model(bundled_identity())
    with publishing(catalogue, chosen.data_dir):
        stored = [len(parts[1]) for parts in documents(grown, size) if catalogue.replace(*parts)]
        began = time.perf_counter()
    built = time.perf_counter() - began
    catalogue.close()
    return {
        "passages": sum(stored),
        "documents": len(stored),
        "words": len(grown.vocabulary.seen),
        "power": grown.vocabulary.power,
        "build": built,
        "peak": memory()["peak"],
        "disk": on_disk(chosen.data_dir / "generations"),
    }


def change(grown: GrowingText, chosen: "Settings") -> float:
    """Seconds to store one changed document and publish."""
    from vectorstore.bundled_conversion import bundled_identity
    from vectorstore.catalogue import open_catalogue
    from vectorstore.publish import publishing

    catalogue = open_catalogue(chosen)
    catalogue.check_model(bundled_identity())
    changed = next(documents(grown, PASSAGES, stamp=str(time.time_ns())))
    began = time.perf_counter()
    with publishing(catalogue, chosen.data_dir):
        catalogue.replace(*changed)
    spent = time.perf_counter() - began
    catalogue.close()
    return spent


def documents(grown: GrowingText, size: int, stamp: str = "") -> Iterator["Parts"]:
    """Documents of PASSAGES passages, as `Catalogue.replace` takes them; `stamp` makes others of them."""
    waiting: list[Grown] = []
    number = 0
    for one in grown.passages(size):
        waiting.append(one)
        if len(waiting) == PASSAGES:
            yield document(number, waiting, stamp)
            waiting, number = [], number + 1
    if waiting:
        yield document(number, waiting, stamp)


def document(number: int, parts: Sequence[Grown], stamp: str) -> "Parts":
    """One document, its passages one after another."""
    from vectorstore.late import token_rows
    from vectorstore.passages import Document, Metadata, Passage
    from vectorstore.token_vectors import EmbeddedPassages

    name = f"{number:06d}"
    made, start = [], 0
    for order, part in enumerate(parts):
        end = start + len(part.text)
        made.append(Passage(f"{name}-{order}{stamp}", name, order, part.text, start, end, "", part.text))
        start = end + 2
    text = "\n\n".join(part.text for part in parts)
    whole = Document(name, f"made:{name}", f"{name}.txt", name + stamp, text, Metadata(f"Dokument {number}"))
    vectors = np.stack([part.vector for part in parts]).astype(np.float32)
    embedded = EmbeddedPassages(vectors, [part.codes for part in parts], [0] * len(parts))
    return whole, made, vectors, token_rows(embedded)


def on_disk(folder: Path) -> float:
    """MB of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


if __name__ == "__main__":
    main()
