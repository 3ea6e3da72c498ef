"""Make a large data folder of a small one, for measuring: no embedding, and vectors that are near the real.

    python scripts/crowd.py SOURCE_DATA_FOLDER TARGET_DATA_FOLDER [--passages 10000] [--seed 1]

SOURCE is a data folder with ingested documents. Each new document is cut into the passages of one of
them, with half of every passage's sentences exchanged for those of others, and its vectors mixed
likewise, with some noise. The same source, number and seed make the same folder. Then it is published.
"""

import argparse
import hashlib
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from vectorstore.catalogue import Catalogue, Floats, open_catalogue
from vectorstore.model_identity import ModelIdentity
from vectorstore.passages import Document, Metadata, Passage
from vectorstore.publish import publish
from vectorstore.settings import Settings

SENTENCE = re.compile(r"(?<=[.!?])\s+")
# Lengths of the other passages' share and of the noise in a vector, beside 1 for the passage's own.
OTHER, NOISE = 0.6, 0.3


def crowd(
    target: Catalogue, source: Sequence[tuple[Passage, Metadata]], vectors: Floats, count: int, seed: int = 1
) -> None:
    """Fill `target` with documents of `count` passages in all, made of the source's passages.

    `source` is in the order of its documents; `vectors` are its passages' (n, dimension).
    """
    chance = np.random.default_rng(seed)
    made, number = 0, 0
    while made < count:
        for rows in _documents(source):
            rows = rows[: count - made]
            if rows:
                document, cut = _document(number, [source[row] for row in rows], source, chance)
                target.replace(document, cut, _vectors(rows, vectors, chance))
            made, number = made + len(rows), number + 1


def read(catalogue: Catalogue) -> tuple[list[tuple[Passage, Metadata]], Floats]:
    """The catalogue's passages with their documents' metadata, and their vectors (n, dimension)."""
    metadata = {one.id: one.metadata for one in catalogue.documents()}
    with catalogue.reading() as connection:
        batches = list(catalogue.batches(connection))
    found = [(passage, metadata[passage.document_id]) for part, _ in batches for passage in part]
    return found, np.concatenate([vectors for _, vectors in batches])


def _documents(source: Sequence[tuple[Passage, Metadata]]) -> Iterator[list[int]]:
    """The rows of each document of the source."""
    rows: dict[str, list[int]] = {}
    for row, (passage, _) in enumerate(source):
        rows.setdefault(passage.document_id, []).append(row)
    yield from rows.values()


def _document(
    number: int,
    parts: Sequence[tuple[Passage, Metadata]],
    source: Sequence[tuple[Passage, Metadata]],
    chance: np.random.Generator,
) -> tuple[Document, list[Passage]]:
    texts = [_mixed(passage.search_text, source, chance) for passage, _ in parts]
    whole = "\n\n".join(texts)
    metadata = replace(parts[0][1], title=f"{parts[0][1].title} {number}")
    digest = hashlib.sha256(whole.encode()).hexdigest()
    name = f"crowd-{number:06}.txt"
    one = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    cut, start = [], 0
    for n, ((passage, _), text) in enumerate(zip(parts, texts, strict=True)):
        made = replace(passage, id=f"{one}-{n}", document_id=one, number=n, text=text, search_text=text)
        cut.append(replace(made, start=start, end=start + len(text), page=None, gaps=()))
        start += len(text) + 2
    return Document(one, f"file:///{name}", name, digest, whole, metadata), cut


def _mixed(text: str, source: Sequence[tuple[Passage, Metadata]], chance: np.random.Generator) -> str:
    """The text with every other sentence taken from elsewhere."""
    sentences = SENTENCE.split(text)
    for n in range(1, len(sentences), 2):
        others = SENTENCE.split(source[chance.integers(len(source))][0].search_text)
        sentences[n] = others[chance.integers(len(others))]
    return " ".join(sentences)


def _vectors(rows: Sequence[int], vectors: Floats, chance: np.random.Generator) -> Floats:
    others = vectors[chance.integers(len(vectors), size=len(rows))]
    noise = chance.normal(size=others.shape) / np.sqrt(others.shape[1])
    mixed = vectors[rows] + OTHER * others + NOISE * noise
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def main() -> None:
    """Read the arguments, fill the folder and publish it; prints the seconds of both."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    source, target = (
        open_catalogue(Settings(_env_file=None, data_dir=folder))  # type: ignore[call-arg]
        for folder in (given.source, given.target)
    )
    target.check_model(ModelIdentity.from_dict(source.model() or {}))
    began = time.perf_counter()
    crowd(target, *read(source), given.passages, given.seed)
    filled = time.perf_counter()
    manifest = publish(target, given.target)
    print(
        f"{manifest.passages} passages of {manifest.documents} documents: filled in {filled - began:.1f} s, "
    )
    print(f"published in {time.perf_counter() - filled:.1f} s")


if __name__ == "__main__":
    main()
