"""Stores whose passages have tokens, and searches in them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from fakes import HashedEmbedder
from numpy.typing import NDArray
from shelf import EMBEDDER, passages

from vectorstore.catalogue import Catalogue
from vectorstore.flat import Flat, collect_flat
from vectorstore.late import token_rows
from vectorstore.passages import Document, Passage
from vectorstore.stored_rows import HEADERS, TOKENS
from vectorstore.token_vectors import EmbeddedPassages
from vectorstore.view import View


class Fixed:
    """Lends one view, for good."""

    def __init__(self, view: View) -> None:
        self._view = view

    @contextmanager
    def view(self) -> Iterator[View]:
        """See Views."""
        yield self._view


def embedded(cut: Sequence[Passage], embedder: HashedEmbedder = EMBEDDER) -> EmbeddedPassages:
    """The passages' vectors and tokens."""
    return embedder.embed_passages([(passage.header, passage.search_text) for passage in cut])


def put_with_tokens(catalogue: Catalogue, *found: Document, embedder: HashedEmbedder = EMBEDDER) -> None:
    """Store the documents as ingest does."""
    catalogue.check_model(embedder.identity)
    for one in found:
        cut = passages(one)
        made = embedded(cut, embedder)
        catalogue.replace(one, cut, made.vectors, token_rows(made))


def flat(codes: Sequence[NDArray[np.uint8]], headers: Sequence[int]) -> dict[str, Flat]:
    """The rows of passages with these tokens, as a view has them."""
    rows = token_rows(EmbeddedPassages(np.zeros((len(codes), 1), np.float32), codes, headers))
    return {kind.name: collect_flat(rows[kind.name], kind.width, kind.dtype) for kind in (TOKENS, HEADERS)}
