"""Small deterministic stand-ins for what is slow or far away."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from vectorstore.catalogue import Floats
from vectorstore.embedder import ModelIdentity
from vectorstore.token_codes import TokenCoder
from vectorstore.token_vectors import EmbeddedPassages, EmbeddedQuestion


class HashedEmbedder:
    """Each word has a random direction of its own; texts that share words are near each other."""

    def __init__(self, name: str = "hashed words", dimension: int = 64) -> None:
        self.identity = ModelIdentity(name, "", hashlib.sha256(name.encode()).hexdigest(), "", "", dimension)

    def embed_documents(self, texts: Sequence[str]) -> Floats:
        """float32 (n, dimension), normalised."""
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.identity.dimension), np.float32)

    def embed_query(self, text: str) -> Floats:
        """float32 (dimension,), normalised."""
        words = text.casefold().split() or [""]
        total = np.sum(
            [direction(self.identity.name, word, self.identity.dimension) for word in words], axis=0
        )
        normalised: Floats = (total / np.linalg.norm(total)).astype(np.float32)
        return normalised

    def embed_passages(self, parts: Sequence[tuple[str, str]]) -> EmbeddedPassages:
        """A token for each word, its direction the word's."""
        tokens = [np.stack([self._direction(word) for word in f"{h} {t}".split() or [""]]) for h, t in parts]
        vectors = self.embed_documents([f"{h}\n{t}" if h else t for h, t in parts])
        headers = [len(header.split()) for header, _ in parts]
        return EmbeddedPassages(vectors, [self._coder.codes(one) for one in tokens], headers)

    def embed_question(self, text: str) -> EmbeddedQuestion:
        """As passages, without a header."""
        words = text.split()
        tokens = np.array([self._direction(word) for word in words], np.float32)
        directions = self._coder.directions(tokens.reshape(len(words), self.identity.dimension))
        return EmbeddedQuestion(self.embed_query(text), directions, words)

    def _direction(self, word: str) -> Floats:
        return direction(self.identity.name, word.casefold(), self.identity.dimension)

    @property
    def _coder(self) -> TokenCoder:
        return TokenCoder(np.zeros(self.identity.dimension, np.float32))


@lru_cache(100_000)
def direction(name: str, word: str, dimension: int) -> Floats:
    """A random direction that depends on the model's name and the word only."""
    seed = int.from_bytes(hashlib.sha256(f"{name} {word}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimension).astype(np.float32)
