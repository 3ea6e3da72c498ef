"""The store as the rest of the program sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.currency import CurrentFirst
from vectorstore.distinct import Distinct
from vectorstore.expansion import Expanded
from vectorstore.live import CHECK_SECONDS, LiveStore, State
from vectorstore.live_names import LiveNames
from vectorstore.passages import Document, Passage
from vectorstore.queries import Retriever
from vectorstore.quota import EachRegion
from vectorstore.reading import Listed
from vectorstore.retrieval import Fused
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Store:
    """Searches and reads what is published. To change it, see `Catalogue` and `publishing`.

    `retriever` is the search as users get it. `ranking` is what it rests on, before regions get their shares
    and copies are left out: sets of judged documents count every copy by itself.
    """

    catalogue: Catalogue
    live: LiveStore
    retriever: Retriever
    ranking: Retriever
    names: LiveNames

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
    names = LiveNames(catalogue, live)
    ranked = Fused(live, embedder)
    return Store(catalogue, live, _search(ranked, names), Expanded(ranked, names), names)


def _search(ranked: Retriever, names: LiveNames) -> Retriever:
    """The search as users get it, from the inside out.

    Regions must be shared out before duplicates are dropped, or a region's share could be lost with them;
    which of two equals comes first is settled last.
    """
    return Expanded(CurrentFirst(Distinct(EachRegion(ranked))), names)
