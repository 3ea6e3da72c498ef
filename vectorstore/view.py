"""One state of the store, complete for searching and reading: from a generation or from the catalogue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from vectorstore.catalogue import Catalogue, Floats, Version
from vectorstore.chroma import ENGINE, ChromaIndex
from vectorstore.copying import copy_documents, read_moment
from vectorstore.errors import StoreError
from vectorstore.exact import ExactIndex, Found, VectorIndex
from vectorstore.facets import Selection
from vectorstore.flat import Flat
from vectorstore.lexical import LexicalIndex, build_lexical, load_lexical
from vectorstore.manifest import copy_verified, read_manifest, verify
from vectorstore.queries import Filters
from vectorstore.snapshot import FILE, Snapshot, file_engine, memory_engine
from vectorstore.stored_rows import load_rows, read_rows
from vectorstore.workspace import Workspace

CHROMA = "chroma/"
LEXICAL = "lexical"
VECTORS = "vectors.npy"
# A filtered search among fewer passages is exact. HNSW may miss what few allowed nodes lead to, and
# Chroma looks its filters up in SQL first: 40 ms for 10,000 passages, 380 ms for 100,000.
EXACT_BELOW = 250_000
EVERYTHING = Selection(Filters(), None)


@dataclass(slots=True)
class View:
    """What one state holds; `generation` is None when it was read straight from the catalogue.

    `rows` are further arrays of rows for each passage, by the name of their kind (see stored_rows.py).
    `fault` is what went wrong in the vector index since it was opened; searches are exact from then on.
    """

    snapshot: Snapshot
    index: VectorIndex
    exact: ExactIndex
    lexical: LexicalIndex
    version: Version
    model: dict[str, Any]
    generation: int | None
    rows: Mapping[str, Flat] = field(default_factory=dict)
    fault: str = ""
    release: Callable[[], None] = field(default=lambda: None)

    def select(self, filters: Filters) -> Selection:
        """The passages that pass the filters."""
        return self.snapshot.facets.select(filters)

    def nearest(self, vector: Floats, count: int, chosen: Selection) -> Found:
        """The `count` nearest chosen positions with their cosine similarity, best first."""
        passing = None if chosen.mask is None else int(chosen.mask.sum())
        if passing == len(self.snapshot.ids):
            chosen, passing = EVERYTHING, None
        few = passing is not None and passing <= EXACT_BELOW
        if not (few or self.fault):
            try:
                return self.index.nearest(vector, count, chosen)
            except StoreError as error:
                self.fault = str(error)
        return self.exact.nearest(vector, count, chosen)

    def close(self) -> None:
        """Let go of files and memory."""
        self.release()
        self.snapshot.close()


def open_generation(folder: Path, workspaces: Path) -> View:
    """Open a generation, whose files must be those of its manifest; raises StoreError if they are not,
    or if they are removed meanwhile.

    A damaged HNSW file ends the process that opens it, so its digest is checked before.
    """
    try:
        return _open(folder, workspaces)
    except (OSError, ValueError, SQLAlchemyError) as error:
        raise StoreError(f"{folder} cannot be opened: {error}") from error


def _open(folder: Path, workspaces: Path) -> View:
    manifest = read_manifest(folder, ENGINE)
    verify(folder, manifest, leaving_out=CHROMA)
    snapshot = Snapshot(file_engine(folder / FILE))
    vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    exact = ExactIndex(vectors)
    lexical = load_lexical(folder / LEXICAL)
    source = (manifest.version, manifest.model, manifest.number, load_rows(folder))
    if not snapshot.ids:
        return View(snapshot, exact, exact, lexical, *source)
    workspace = Workspace(workspaces)
    try:
        copy_verified(folder, manifest, CHROMA, workspace.path)
        index = ChromaIndex(workspace.path, snapshot.positions)
    except BaseException:
        workspace.close()
        snapshot.close()
        raise

    def release() -> None:
        index.close()
        workspace.close()

    return View(snapshot, index, exact, lexical, *source, release=release)


def read_catalogue(catalogue: Catalogue) -> View:
    """The catalogue as it is now, held in memory and searched exactly."""
    engine = memory_engine()
    with catalogue.reading() as source:
        moment = read_moment(source)
        embedded = copy_documents(catalogue, source, engine)
        snapshot = Snapshot(engine)
        rows = {kind.name: read_rows(source, kind, snapshot.keys()) for kind in catalogue.kinds}
    vectors = np.empty((len(snapshot.ids), embedded.vectors.shape[1]), np.float32)
    embedded.put(vectors, snapshot.positions)
    exact = ExactIndex(vectors)
    lexical = build_lexical(snapshot.indexed_texts())
    return View(snapshot, exact, exact, lexical, moment.version, moment.model, None, rows)
