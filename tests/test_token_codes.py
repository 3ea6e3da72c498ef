"""Token vectors in two bits a dimension: close to what they were, and the same wherever they are made."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embedder import SAMPLE, Embedder
from vectorstore.onnx_network import load_network
from vectorstore.token_codes import TokenCoder, decode, similarities
from vectorstore.token_vectors import Floats

PARAGRAPH = (
    "Länsstyrelsen i Ångermanland beviljade 1,5 miljoner kronor till ett treårigt projekt om vätgas, där "
    "små företag, högskolan och näringslivet på Sørlandet deltog. The partners met twice in 2019."
)


@pytest.fixture(scope="module")
def tokens(model_dir: Path) -> Floats:
    """The vectors of all tokens of a paragraph, as the bundled model makes them."""
    (encoded,) = load_network(model_dir).encode([PARAGRAPH], "passage: ")
    return encoded.tokens


@pytest.fixture(scope="module")
def coder(model_dir: Path) -> TokenCoder:
    """For the bundled model, its mean taken from other texts."""
    found = load_network(model_dir).encode(SAMPLE.read_text("utf-8").splitlines(), "passage: ")
    return TokenCoder(np.concatenate([one.tokens for one in found]).mean(0))


def test_real_tokens_keep_their_direction(tokens: Floats, coder: TokenCoder) -> None:
    """0.94 on average, as four levels give for a normal distribution (Max 1960, table II: 0.939)."""
    true, kept = coder.directions(tokens), decode(coder.codes(tokens), tokens.shape[1])
    cosines = (true * kept).sum(1)
    assert len(tokens) == 50
    assert cosines.mean() > 0.935
    assert cosines.min() > 0.91


def test_real_tokens_keep_their_distances(tokens: Floats, coder: TokenCoder) -> None:
    true, kept = coder.directions(tokens), decode(coder.codes(tokens), tokens.shape[1])
    away = ~np.eye(len(true), dtype=bool)
    assert np.abs(kept @ true.T - true @ true.T)[away].mean() < 0.03
    assert np.abs(kept @ true.T - true @ true.T)[away].max() < 0.12


def test_what_all_tokens_have_in_common_is_taken_off(tokens: Floats, coder: TokenCoder) -> None:
    alike = tokens / np.linalg.norm(tokens, axis=1, keepdims=True)
    away, told = ~np.eye(len(tokens), dtype=bool), coder.directions(tokens)
    assert (told @ told.T)[away].mean() < (alike @ alike.T)[away].mean() - 0.3


def test_codes_do_not_depend_on_their_neighbours(tokens: Floats, coder: TokenCoder) -> None:
    together = coder.codes(tokens)
    alone = [coder.codes(tokens[n : n + 1])[0] for n in range(len(tokens))]
    np.testing.assert_array_equal(together, alone)


def test_codes_do_not_depend_on_other_passages(embedder: Embedder) -> None:
    parts = [("Rubrik", PARAGRAPH), ("", "Kort."), ("En annan", PARAGRAPH[:90])]
    together = embedder.embed_passages(parts * 30)
    assert (len(together.codes), len(together.headers)) == (90, 90)
    for n, part in enumerate(parts):
        made = embedder.embed_passages([part])
        (alone,) = made.codes
        np.testing.assert_allclose(together.vectors[n :: len(parts)], made.vectors.repeat(30, 0), atol=1e-6)
        for found in together.codes[n :: len(parts)]:
            np.testing.assert_array_equal(found, alone)


def test_codes_are_what_they_were() -> None:
    """Stored codes are compared with questions of later versions: a change here needs them made anew."""
    values = np.random.RandomState(1).normal(size=(40, 50)).astype(np.float32)
    codes = TokenCoder(values[0] / 10).codes(values)
    assert hashlib.sha256(codes.tobytes()).hexdigest()[:16] == "70327f2a93b378ef"
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest()[:16] == "ef72d5bd66319baf"


@pytest.mark.parametrize("dimension", [1, 2, 3, 5, 8, 382])
def test_any_dimension(dimension: int) -> None:
    tokens = np.random.default_rng(dimension).normal(size=(7, dimension)).astype(np.float32)
    coder = TokenCoder(np.zeros(dimension, np.float32))
    codes = coder.codes(tokens)
    assert codes.dtype == np.uint8
    assert codes.shape == (7, -(-dimension // 4))
    kept = decode(codes, dimension)
    assert kept.shape == (7, dimension)
    np.testing.assert_allclose(np.linalg.norm(kept, axis=1), 1, atol=1e-5)
    assert ((kept * coder.directions(tokens)).sum(1) > 0.75).all()
    question = coder.directions(tokens[2:5])
    np.testing.assert_allclose(similarities(codes, question), kept @ question.T, atol=1e-5)


def test_no_tokens() -> None:
    none, coder = np.zeros((0, 10), np.float32), TokenCoder(np.ones(10, np.float32))
    assert coder.directions(none).shape == (0, 10)
    assert coder.codes(none).shape == (0, 3)
    assert decode(coder.codes(none), 10).shape == (0, 10)
    assert similarities(coder.codes(none), np.ones((2, 10), np.float32)).shape == (0, 2)


def test_a_token_that_is_the_mean_itself() -> None:
    mean = np.ones((1, 8), np.float32)
    coder = TokenCoder(mean[0])
    assert not coder.directions(mean).any()
    np.testing.assert_allclose(np.linalg.norm(decode(coder.codes(mean), 8)), 1, atol=1e-5)
