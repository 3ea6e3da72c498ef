"""Texts to vectors: the Embedder protocol and the sentence-transformers one."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundled_conversion import MODULE_TYPE, ensure_model
from vectorstore.errors import StoreError
from vectorstore.model_identity import IDENTITY_FILE, ModelIdentity, check, folder_digest
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["Embedder", "ModelIdentity", "SentenceTransformersEmbedder", "check", "load_embedder"]

TEXTS_AT_ONCE = 64
OPTIONS = (
    "Leave UTBLICK_EMBEDDING_MODEL empty for the bundled model, set it to the folder of a "
    "sentence-transformers model on this machine, or to the name of one on a hub that can be reached."
)


class Embedder(Protocol):
    """Makes vectors of texts; safe to call from several threads at once."""

    @property
    def identity(self) -> ModelIdentity:
        """What is stored beside the vectors, so that no others are mixed with them."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per passage: shape (len(texts), dimension)."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of length 1 of a question: shape (dimension,)."""
        ...


class SentenceTransformersEmbedder:
    """Any sentence-transformers model, with the prefixes its identity names."""

    def __init__(
        self, model: "SentenceTransformer", identity: ModelIdentity, concurrent: bool = False
    ) -> None:
        self._model = model
        self._identity = identity
        # Other models' tokenizers change their own settings as they run, and fail when two threads do.
        self._turn = nullcontext() if concurrent else Lock()

    @property
    def identity(self) -> ModelIdentity:
        """The model and how it is used."""
        return self._identity

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per passage, shape (len(texts), dimension)."""
        return self._embed(list(texts), self._identity.passage_prefix)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of length 1 of a question, shape (dimension,)."""
        vector: NDArray[np.float32] = self._embed([text], self._identity.query_prefix)[0]
        return vector

    def _embed(self, texts: list[str], prefix: str) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self._identity.dimension), np.float32)
        with self._turn:
            vectors = self._model.encode(
                texts,
                prompt=prefix,
                batch_size=TEXTS_AT_ONCE,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)


def load_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name, loaded; StoreError says what to do when it cannot be."""
    if not settings.embedding_model:
        return _load_converted(ensure_model(settings), settings)
    folder = Path(settings.embedding_model).expanduser()
    if (folder / IDENTITY_FILE).is_file() and MODULE_TYPE in (folder / "modules.json").read_text():
        return _load_converted(folder, settings)
    return _load_other(folder if folder.is_dir() else None, settings)


def _load_converted(folder: Path, settings: Settings) -> Embedder:
    """Our own folder, its module named here: the library imports no code that a file names."""
    from sentence_transformers import SentenceTransformer

    from vectorstore.onnx_module import OnnxEncoder

    stored = ModelIdentity.from_dict(json.loads((folder / IDENTITY_FILE).read_bytes()))
    model = SentenceTransformer(modules=[OnnxEncoder.load(str(folder))], device="cpu")
    query, passage = _prefixes(settings, stored.query_prefix, stored.passage_prefix)
    identity = ModelIdentity(stored.name, stored.revision, stored.digest, query, passage, stored.dimension)
    return SentenceTransformersEmbedder(model, identity, concurrent=True)


def _load_other(folder: Path | None, settings: Settings) -> Embedder:
    from sentence_transformers import SentenceTransformer

    name, revision = str(folder or settings.embedding_model), settings.embedding_revision or None
    try:
        model = SentenceTransformer(name, revision=revision, trust_remote_code=False)
        home = folder or _cached(name, revision)
    except Exception as error:  # a hub client, three libraries and the file system each raise their own
        problem = "cannot be loaded" if folder else "is no folder here, and no hub gave it"
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"the embedding model {name!r} {problem}: {reason} {OPTIONS}") from error
    return SentenceTransformersEmbedder(model, _identify(model, home, settings))


def _identify(model: "SentenceTransformer", home: Path, settings: Settings) -> ModelIdentity:
    own = model.prompts
    passage = own.get("document") or own.get("passage") or ""
    query, passage = _prefixes(settings, own.get("query") or "", passage, settings.embedding_model)
    on_hub = home.parent.name == "snapshots"
    return ModelIdentity(
        name=settings.embedding_model if on_hub else home.name,
        revision=home.name if on_hub else "",
        digest=folder_digest(home),
        query_prefix=query,
        passage_prefix=passage,
        dimension=model.get_embedding_dimension() or model.encode(["x"]).shape[1],
    )


def _prefixes(settings: Settings, query: str, passage: str, name: str = "") -> tuple[str, str]:
    """What the settings say outright, else what the model says itself, else E5's for an E5 model."""
    if not (query or passage) and "e5" in Path(name).name.lower():
        query, passage = settings.query_prefix, settings.passage_prefix
    given = settings.model_fields_set
    return (
        settings.query_prefix if "query_prefix" in given else query,
        settings.passage_prefix if "passage_prefix" in given else passage,
    )


def _cached(name: str, revision: str | None) -> Path:
    """The folder a hub's client keeps the model in, named after the commit."""
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        for file in ("config.json", "modules.json"):
            found = try_to_load_from_cache(repository, file, revision=revision)
            if isinstance(found, str):
                return Path(found).parent
    raise StoreError(f"{name} was loaded, but its files are not in the hub client's cache")
