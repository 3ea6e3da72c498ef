"""The search as users get it, and the same with one thing taken away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.catalogue import Floats
from vectorstore.currency import CurrentFirst
from vectorstore.distinct import Distinct
from vectorstore.embedder import Embedder
from vectorstore.exact import ExactIndex
from vectorstore.expansion import Expanded
from vectorstore.flat import Flat
from vectorstore.fusion import read_weights
from vectorstore.generations import Folders
from vectorstore.late import MOST
from vectorstore.lexical import LexicalIndex
from vectorstore.live import Views
from vectorstore.queries import Hit, Query, Retriever
from vectorstore.quota import EachRegion
from vectorstore.retrieval import DENSE, DOCUMENT, LATE, LEXICAL, Fused
from vectorstore.snapshot import FILE, Snapshot, file_engine
from vectorstore.store import Store
from vectorstore.stored_rows import HEADERS
from vectorstore.view import View

Wrapper = Callable[[Retriever], Retriever]
Change = Callable[[View], View]
WRAPPERS: Mapping[str, Wrapper] = {
    "EachRegion": EachRegion,
    "Distinct": Distinct,
    "CurrentFirst": CurrentFirst,
}
"""What stands around Fused, from the inside out; Expanded is around them all."""


class NoVectors(ExactIndex):
    """Finds no passage near, and all as far."""

    def __init__(self) -> None:
        super().__init__(np.zeros((0, 0), np.float32))

    def similarities(self, vector: Floats, positions: Sequence[int] | NDArray[np.intp]) -> list[float]:
        """See ExactIndex."""
        return [0.0] * len(positions)


class NoMatches(LexicalIndex):
    """Knows how rare words are, and finds none of them in any passage."""

    def scores(self, text: str) -> Floats:
        """See LexicalIndex."""
        return np.zeros(len(self.postings.lengths), np.float32)


def as_it_is(view: View) -> View:
    """The view."""
    return view


def without_vectors(view: View) -> View:
    """Nothing is put forward or scored by its vector."""
    return replace(view, index=NoVectors(), exact=NoVectors())


def without_matches(view: View) -> View:
    """No passage is put forward or scored by its words."""
    return replace(view, lexical=NoMatches(view.lexical.postings))


def without_windows(view: View) -> View:
    """Every token counts as the header's, which all windows of a passage share: the passage is one window."""
    count = len(view.snapshot.ids)
    headers = Flat(np.full((count, 1), MOST, HEADERS.dtype), np.arange(count + 1))
    return replace(view, rows={**view.rows, HEADERS.name: headers})


@dataclass(frozen=True, slots=True)
class Changed:
    """Lends views with a change; see Views."""

    views: Views
    change: Change

    @contextmanager
    def view(self) -> Iterator[View]:
        """See Views."""
        with self.views.view() as view:
            yield self.change(view)


class EmbeddedOnce:
    """An embedder that has the last question ready; see Embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self.identity = embedder.identity
        self.embed_documents = embedder.embed_documents
        self.embed_query = embedder.embed_query
        self.embed_passages = embedder.embed_passages
        self.embed_question = lru_cache(1)(embedder.embed_question)


class ReadOnce(Snapshot):
    """A snapshot that holds every document it has read: nearly all the time would go there."""

    def __init__(self, data_dir: Path, generation: int) -> None:
        super().__init__(file_engine(Folders(data_dir).generations / str(generation) / FILE))
        self.document = lru_cache(None)(self._read_document)


class Remembered:
    """Has the inner retriever search once for each query, until it is to forget."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._found: dict[Query, list[Hit]] = {}

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever."""
        if query not in self._found:
            self._found[query] = self._retriever.retrieve(query)
        return self._found[query]

    def forget(self) -> None:
        """Let go of everything."""
        self._found.clear()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Fused with some weights at 0, in views with a change."""

    mute: tuple[str, ...] = ()
    change: Change = as_it_is

    def of(self, views: Views, embedder: Embedder) -> Fused:
        """The retriever."""
        weights = replace(read_weights(), **dict.fromkeys(self.mute, 0.0))
        return Fused(Changed(views, self.change), embedder, weights)


@dataclass(frozen=True, slots=True)
class Variant:
    """The search with what `name` tells taken away; with nothing taken away it is the store's own."""

    name: str
    ranking: Ranking = field(default=Ranking())
    left_out: str = ""
    register: bool = True
    headers: bool = True

    def search(self, ranked: Retriever, store: Store) -> Retriever:
        """The whole search around what its ranking gives."""
        for name, wrap in WRAPPERS.items():
            ranked = ranked if name == self.left_out else wrap(ranked)
        return Expanded(ranked, store.names) if self.register else ranked


FULL = Variant("nothing")
VARIANTS = (
    FULL,
    Variant("late interaction", Ranking((LATE,))),
    Variant("windows of late interaction: whole passages", Ranking(change=without_windows)),
    Variant("BM25, also to put forward", Ranking((LEXICAL,), without_matches)),
    Variant("BM25 of the document", Ranking((DOCUMENT,))),
    Variant("vectors, also to put forward", Ranking((DENSE,), without_vectors)),
    Variant("context headers", headers=False),
    Variant("register (Expanded)", register=False),
    *(Variant(name, left_out=name) for name in WRAPPERS),
)
