"""Catalogues whose passages have rows of a small kind of their own, and what is published of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from shelf import EMBEDDER, passages, settings_for, texts

from vectorstore.catalogue import Catalogue
from vectorstore.database import open_database
from vectorstore.generations import Folders
from vectorstore.passages import Document
from vectorstore.stored_rows import Kind
from vectorstore.view import View, open_generation

TOY = Kind("toy", 3, "|i1")


def toy(one: str, count: int) -> Any:
    """Rows that tell which passage they are of."""
    seed = int.from_bytes(one.encode()[-6:], "big")
    return np.random.default_rng(seed).integers(-9, 9, (count, TOY.width)).astype(TOY.dtype)


def toys(cut: Sequence[Any]) -> list[Any]:
    return [toy(passage.id, len(passage.text) % 4) for passage in cut]


def put_with_rows(catalogue: Catalogue, *found: Document) -> None:
    catalogue.check_model(EMBEDDER.identity)
    for one in found:
        cut = passages(one)
        catalogue.replace(one, cut, EMBEDDER.embed_documents(texts(cut)), {TOY.name: toys(cut)})


def reopened(folder: Path) -> Catalogue:
    return Catalogue(open_database(settings_for(folder)), [TOY])


def published(folder: Path) -> Path:
    found = Folders(folder).current()
    assert found
    return found


@contextmanager
def opened(folder: Path, own: Path) -> Iterator[View]:
    view = open_generation(folder, own)
    try:
        yield view
    finally:
        view.close()
