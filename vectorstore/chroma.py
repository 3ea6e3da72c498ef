"""The vector index in Chroma. No other file imports chromadb.

Chroma is used the way that measured safe: one process on one folder, written once, own vectors,
no texts, no telemetry. Opening a folder writes to its SQLite file, so readers open a copy.
"""

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from vectorstore.catalogue import Floats
from vectorstore.errors import StoreError
from vectorstore.exact import Found
from vectorstore.facets import UNDATED, Facets, Selection, folded
from vectorstore.queries import Filters

COLLECTION = "passages"
ENGINE = f"chromadb {chromadb.__version__}"
# Chroma's own advice is 50-250; more per call only costs memory.
BATCH = 250
# Vectors read in one go.
READ = 1000
# Vectors between two flushes to disk. What is not flushed is replayed at every open (0.25 ms each).
FLUSH = 2000
HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 24}


@dataclass(frozen=True, slots=True)
class Change:
    """Passage ids to delete from an index, and positions to write."""

    gone: Sequence[str]
    new: Sequence[int]


class ChromaIndex:
    """An open index of the passages at `positions`, by id. Raises StoreError when Chroma fails."""

    def __init__(self, folder: Path, positions: Mapping[str, int]) -> None:
        self._positions = positions
        self._client = _open(folder)
        try:
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except Exception as error:
            self._client.close()
            raise StoreError(f"Chroma cannot open {folder}: {error}") from error

    def nearest(self, vector: Floats, count: int, chosen: Selection) -> Found:
        """The `count` nearest of the chosen positions with their cosine similarity, best first."""
        try:
            answer = self._collection.query(
                query_embeddings=[vector],
                n_results=min(count, len(self._positions)),
                where=where(chosen.filters),
                include=["distances"],
            )
        except (ChromaError, RuntimeError, ValueError) as error:
            raise StoreError(f"Chroma cannot search: {error}") from error
        distances = (answer["distances"] or [[]])[0]
        return [(self._positions[one], 1.0 - d) for one, d in zip(answer["ids"][0], distances, strict=True)]

    def nearest_each(self, vectors: Floats) -> list[int]:
        """The nearest position to each of the vectors (n, dimension); fewer if one finds nothing."""
        answer = self._collection.query(query_embeddings=vectors, n_results=1, include=[])
        return [self._positions.get(one, -1) for found in answer["ids"] for one in found[:1]]

    def stored(self, ids: Sequence[str]) -> Iterator[tuple[list[str], Floats]]:
        """What is stored under these ids, in batches of ids and vectors (n, dimension)."""
        for start in range(0, len(ids), READ):
            part = self._collection.get(ids=list(ids[start : start + READ]), include=["embeddings"])
            yield part["ids"], np.asarray(part["embeddings"], np.float32)

    def __len__(self) -> int:
        """How many vectors are stored."""
        return int(self._collection.count())

    def close(self) -> None:
        """Stop Chroma's part in this process."""
        self._client.close()


def create(folder: Path, ids: Sequence[str], vectors: Floats, facets: Sequence[Facets]) -> None:
    """Write a new index into `folder`."""
    hnsw = HNSW | {"sync_threshold": _flush_every(len(ids))}
    client = _open(folder)
    try:
        collection = client.create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": hnsw}
        )
        _add(collection, range(len(ids)), ids, vectors, facets)
    except (ChromaError, RuntimeError, ValueError) as error:
        raise StoreError(f"Chroma cannot write {folder}: {error}") from error
    finally:
        client.close()


def update(
    folder: Path, change: Change, ids: Sequence[str], vectors: Floats, facets: Sequence[Facets]
) -> None:
    """Apply the change to the index in `folder`."""
    client = _open(folder)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        _set_flush(collection, len(change.gone) + len(change.new))
        for start in range(0, len(change.gone), BATCH):
            collection.delete(ids=list(change.gone[start : start + BATCH]))
        _add(collection, change.new, ids, vectors, facets)
    except (ChromaError, RuntimeError, ValueError) as error:
        raise StoreError(f"Chroma cannot update {folder}: {error}") from error
    finally:
        client.close()


def where(filters: Filters) -> dict[str, Any] | None:
    """The filters in Chroma's language; see `facets.matches` for the same in ours."""
    regions: list[dict[str, Any]] = [
        {"regions": {"$contains": one}} for one in sorted(folded(filters.regions))
    ]
    parts = [_any(regions)] if regions else []
    for key, words in (("publisher", filters.publishers), ("language", filters.languages)):
        if words:
            parts.append({key: {"$in": sorted(folded(words))}})
    if filters.documents:
        parts.append({"document": {"$in": list(filters.documents)}})
    if filters.year_from is not None or filters.year_to is not None:
        parts.append({"year": {"$gte": max(filters.year_from or 0, UNDATED + 1)}})
    if filters.year_to is not None:
        parts.append({"year": {"$lte": filters.year_to}})
    return None if not parts else parts[0] if len(parts) == 1 else {"$and": parts}


def _open(folder: Path) -> Any:
    try:
        return chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
    except Exception as error:
        # Chroma raises bare exceptions of several kinds for a damaged folder.
        raise StoreError(f"Chroma cannot open {folder}: {error}") from error


def _add(
    collection: Any, new: Sequence[int], ids: Sequence[str], vectors: Floats, facets: Sequence[Facets]
) -> None:
    for start in range(0, len(new), BATCH):
        rows = list(new[start : start + BATCH])
        collection.upsert(
            ids=[ids[row] for row in rows],
            embeddings=vectors[rows],
            metadatas=[_metadata(facets[row]) for row in rows],
        )


def _set_flush(collection: Any, count: int) -> None:
    with warnings.catch_warnings():
        # Chroma warns that its collections without an embedding function are old; they are what we want.
        warnings.simplefilter("ignore", DeprecationWarning)
        collection.modify(configuration={"hnsw": {"sync_threshold": _flush_every(count)}})


def _metadata(facets: Facets) -> dict[str, Any]:
    found: dict[str, Any] = {
        "document": facets.document,
        "publisher": facets.publisher,
        "language": facets.language,
        "year": facets.year,
    }
    # Chroma refuses an empty list.
    return found | {"regions": list(facets.regions)} if facets.regions else found


def _any(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {"$or": parts}


def _flush_every(count: int) -> int:
    """The threshold at which `count` vectors end with a flush, or nearly so."""
    return max(2, math.ceil(count / max(1, math.ceil(count / FLUSH))))
