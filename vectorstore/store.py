"""The store as the rest of the program sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.live import CHECK_SECONDS, LiveStore, State
from vectorstore.passages import Document, Passage
from vectorstore.queries import Retriever
from vectorstore.reading import Listed
from vectorstore.retrieval import Fused
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Store:
    """Searches and reads what is published. To change it, see `Catalogue` and `publishing`."""

    catalogue: Catalogue
    live: LiveStore
    retriever: Retriever

    def document(self, document_id: str) -> Document | None:
        """The document as searches see it, or None."""
        with self.live.view() as view:
            return view.snapshot.document(document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """The document's passages in order; empty for an unknown one."""
        with self.live.view() as view:
            return view.snapshot.passages(document_id)

    def documents(self) -> list[Listed]:
        """Every document, without texts, by source."""
        with self.live.view() as view:
            return view.snapshot.documents()

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of terms (see terms.py) among the published passages."""
        with self.live.view() as view:
            return view.lexical.rarity(terms)

    def state(self) -> State:
        """Whether searches are served as they should be, and if not, why."""
        return self.live.state()

    def close(self) -> None:
        """Let go of files, threads and memory."""
        self.live.close()
        self.catalogue.close()


def open_store(settings: Settings, embedder: "Embedder", check_seconds: float = CHECK_SECONDS) -> Store:
    """Open what `settings.data_dir` holds; an empty folder makes an empty store.

    Every `check_seconds` it looks whether the search index needs to be rebuilt.

    Raises ModelMismatch if the vectors are of another model, StoreError if the catalogue cannot be opened.
    """
    catalogue = open_catalogue(settings)
    try:
        catalogue.check_model(embedder.identity)
        live = LiveStore(catalogue, settings, embedder.identity.to_dict(), check_seconds)
    except BaseException:
        catalogue.close()
        raise
    return Store(catalogue, live, Fused(live, embedder))
