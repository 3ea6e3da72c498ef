"""Texts to vectors: the Embedder protocol, and the models that are one."""

import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.bundled_conversion import MODULE_TYPE, ensure_model
from vectorstore.encoding import Encoded, Encoder
from vectorstore.errors import StoreError
from vectorstore.model_identity import IDENTITY_FILE, ModelIdentity, check, folder_digest
from vectorstore.settings import Settings
from vectorstore.token_codes import Codes, TokenCoder
from vectorstore.token_vectors import (
    EmbeddedPassages,
    EmbeddedQuestion,
    Floats,
    Spans,
    header_tokens,
    own,
    words_of,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["Embedder", "ModelIdentity", "TextEmbedder", "check", "load_embedder"]

PASSAGES_AT_ONCE = 64
SAMPLE = Path(__file__).with_name("token_sample.txt")
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

    def embed_passages(self, parts: Sequence[tuple[str, str]]) -> EmbeddedPassages:
        """Vectors of passages and of their tokens; each is (header, text), the header empty or a line."""
        ...

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """The vectors of a question and of its tokens."""
        ...


class TextEmbedder:
    """An encoder with the prefixes that the model's identity names; an Embedder."""

    def __init__(self, encoder: Encoder, identity: ModelIdentity) -> None:
        self._encoder = encoder
        self._identity = identity
        self._preparing = Lock()
        self._prepared: TokenCoder | None = None

    @property
    def identity(self) -> ModelIdentity:
        """The model and how it is used."""
        return self._identity

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per passage, shape (len(texts), dimension)."""
        if not texts:
            return np.empty((0, self._identity.dimension), np.float32)
        return self._encoder.vectors(_whole(texts), self._identity.passage_prefix)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of length 1 of a question, shape (dimension,)."""
        vector: Floats = self._encoder.vectors(_whole([text]), self._identity.query_prefix)[0]
        return vector

    def embed_passages(self, parts: Sequence[tuple[str, str]]) -> EmbeddedPassages:
        """See Embedder."""
        prefix = self._identity.passage_prefix
        vectors = np.empty((len(parts), self._identity.dimension), np.float32)
        codes: list[Codes] = []
        headers: list[int] = []
        # A few passages at a time: the vectors of all tokens of a long document take gigabytes.
        for start in range(0, len(parts), PASSAGES_AT_ONCE):
            some = parts[start : start + PASSAGES_AT_ONCE]
            texts = [f"{header}\n{text}" if header else text for header, text in some]
            for (header, _), found in zip(some, self._in_context(texts, prefix), strict=True):
                each, spans, kept = found
                vectors[len(codes)] = each.vector
                codes.append(self._coder().codes(each.tokens[kept]))
                headers.append(header_tokens(spans, kept, len(prefix), header))
        return EmbeddedPassages(vectors, codes, headers)

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """See Embedder."""
        prefix = self._identity.query_prefix
        each, spans, kept = self._in_context([text], prefix)[0]
        directions = self._coder().directions(each.tokens[kept])
        return EmbeddedQuestion(each.vector, directions, words_of(prefix + text, spans, kept))

    def _coder(self) -> TokenCoder:
        """Prepared, once, with sentences about nothing in particular in three languages; takes 0.2 s."""
        with self._preparing:
            if self._prepared is None:
                sentences = SAMPLE.read_text("utf-8").splitlines()
                found = self._in_context(sentences, self._identity.passage_prefix)
                tokens = np.concatenate([each.tokens[kept] for each, _, kept in found])
                self._prepared = TokenCoder(tokens.mean(0))
            return self._prepared

    def _in_context(self, texts: Sequence[str], prefix: str) -> list[tuple[Encoded, Spans, list[int]]]:
        """Each text encoded, the places of its tokens, and which of them are the text's own."""
        found, texts = [], _whole(texts)
        for text, each in zip(texts, self._encoder.encode(texts, prefix), strict=True):
            spans = self._encoder.spans(prefix + text)
            found.append((each, spans, own(spans, len(prefix), len(each.tokens))))
        return found


def _whole(texts: Sequence[str]) -> list[str]:
    """The texts, with question marks for halves of surrogate pairs, which no tokenizer takes."""
    return [text.encode(errors="replace").decode() for text in texts]


def load_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name, loaded; StoreError says what to do when it cannot be."""
    if not settings.embedding_model:
        return _load_converted(ensure_model(settings), settings)
    folder = Path(settings.embedding_model).expanduser()
    if (folder / IDENTITY_FILE).is_file() and MODULE_TYPE in (folder / "modules.json").read_text():
        return _load_converted(folder, settings)
    return _load_other(folder if folder.is_dir() else None, settings)


def _load_converted(folder: Path, settings: Settings) -> Embedder:
    """Our own folder, without the library: importing that takes seconds and half of the memory."""
    from vectorstore.onnx_network import load_network

    stored = ModelIdentity.from_dict(json.loads((folder / IDENTITY_FILE).read_bytes()))
    query, passage = _prefixes(settings, stored.query_prefix, stored.passage_prefix)
    identity = ModelIdentity(stored.name, stored.revision, stored.digest, query, passage, stored.dimension)
    network = load_network(folder)
    if not network.tells_tokens:
        raise StoreError(
            f"the embedding model in {folder} was converted by another version of Utblick "
            f"({stored.revision}) and gives no vectors of tokens. {OPTIONS}"
        )
    return TextEmbedder(network, identity)


def _load_other(folder: Path | None, settings: Settings) -> Embedder:
    from sentence_transformers import SentenceTransformer

    from vectorstore.library_encoder import LibraryEncoder

    name, revision = str(folder or settings.embedding_model), settings.embedding_revision or None
    try:
        model = SentenceTransformer(name, revision=revision, trust_remote_code=False)
        home = folder or _cached(name, revision)
    except Exception as error:  # a hub client, three libraries and the file system each raise their own
        problem = "cannot be loaded" if folder else "is no folder here, and no hub gave it"
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"the embedding model {name!r} {problem}: {reason} {OPTIONS}") from error
    return TextEmbedder(LibraryEncoder(model), _identify(model, home, settings))


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
