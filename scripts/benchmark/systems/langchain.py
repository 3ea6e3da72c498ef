"""LangChain's usual recipe: recursive chunks, sentence-transformers in float32, Chroma by cosine."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.float_model import PASSAGE_PREFIX, QUERY_PREFIX, float_model
from benchmark.sets import RetrievalSet
from benchmark.systems import Found
from benchmark.systems.chunks import chunks

if TYPE_CHECKING:
    from langchain_chroma import Chroma

AT_ONCE = 1000
DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class LangChain:
    """Chroma with its embedding function."""

    chroma: "Chroma"
    embeddings: Any

    def search(self, text: str, count: int) -> list[Found]:
        """See System."""
        found = self.chroma.similarity_search(text, k=count)
        return [Found((one.metadata[DOCUMENT],), one.page_content) for one in found]

    def embed(self, passages: Sequence[str]) -> None:
        """See System."""
        self.embeddings.embed_documents(list(passages))

    def close(self) -> None:
        """See System; Chroma's client ends with the process."""


def prepare(given: RetrievalSet, folder: Path) -> None:
    """Fill a Chroma folder."""
    made = open_system(given, folder)
    cut = chunks(given)
    for start in range(0, len(cut), AT_ONCE):
        part = cut[start : start + AT_ONCE]
        made.chroma.add_texts([text for _, text in part], [{DOCUMENT: id} for id, _ in part])


def open_system(given: RetrievalSet, folder: Path) -> LangChain:
    """Chroma on the folder that `prepare` filled."""
    from langchain_chroma import Chroma

    embeddings = _embeddings()
    return LangChain(
        Chroma(
            "documents",
            embedding_function=embeddings,
            persist_directory=str(folder / "chroma"),
            collection_metadata={"hnsw:space": "cosine"},
        ),
        embeddings,
    )


def _embeddings() -> Any:
    """HuggingFaceEmbeddings with E5's prefixes.

    From langchain-community: langchain-huggingface 1.2 asks for a huggingface-hub that excludes current
    transformers. Both call the same `SentenceTransformer.encode`.
    """
    from langchain_community.embeddings import HuggingFaceEmbeddings

    class Prefixed(HuggingFaceEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return super().embed_documents([PASSAGE_PREFIX + text for text in texts])

        def embed_query(self, text: str) -> list[float]:
            return super().embed_documents([QUERY_PREFIX + text])[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is deprecated in favour of the other package
        return Prefixed(
            model_name=str(float_model()),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"normalize_embeddings": True},
        )
