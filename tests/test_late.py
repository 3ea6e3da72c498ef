"""Late interaction: by windows what the definition says, whatever the passages are like."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shelf import EMBEDDER, TEXTS, document, many, put, settings_for
from tokened import Fixed, flat, put_with_tokens

from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import SAMPLE, Embedder
from vectorstore.generations import Folders
from vectorstore.late import BLOCK, LateIndex
from vectorstore.publish import publish
from vectorstore.queries import Filters, Query
from vectorstore.retrieval import LATE, LOOKED_AT, Fused
from vectorstore.token_codes import TokenCoder, decode
from vectorstore.token_vectors import Floats
from vectorstore.view import View, open_generation, read_catalogue

Codes = NDArray[np.uint8]
DIMENSION = 10
CODER = TokenCoder(np.zeros(DIMENSION, np.float32))


def plain(question: Floats, weights: Floats, codes: Codes, header: int) -> float:
    """A passage's score, straight from the definition; slow."""
    if not len(codes):
        return 0.0
    tokens = decode(codes, question.shape[1])
    shared, body = tokens[:header], tokens[header:]
    starts = range(0, max(len(body) - BLOCK, 1), BLOCK)
    windows = [np.concatenate([shared, body[start : start + 2 * BLOCK]]) for start in starts]
    return max(
        sum(
            float(weight) * max(float(token @ asked) for token in window)
            for weight, asked in zip(weights, question, strict=True)
        )
        for window in windows
    )


def random_codes(length: int, seed: int) -> Codes:
    return CODER.codes(np.random.default_rng(seed).normal(size=(length, DIMENSION)).astype(np.float32))


def question_of(count: int) -> tuple[Floats, Floats]:
    chance = np.random.default_rng(count)
    weights = chance.random(count).astype(np.float32)
    given = chance.normal(size=(count, DIMENSION)).astype(np.float32)
    return CODER.directions(given), weights / weights.sum()


def test_real_passages_score_by_their_best_window(embedder: Embedder) -> None:
    sentences = SAMPLE.read_text("utf-8").splitlines()
    bodies = [
        " ".join(sentences[first : first + count]) for first, count in ((0, 1), (1, 3), (3, 9), (0, 24))
    ]
    parts = [(header, body) for body in bodies for header in ("", "Rapport 2016 › Export av livsmedel")]
    made = embedder.embed_passages(parts)
    asked = embedder.embed_question("Hur mycket ökade exporten av livsmedel?")
    weights = np.full(len(asked.words), 1 / len(asked.words), np.float32)
    index = LateIndex(flat(made.codes, made.headers), asked.directions.shape[1])
    found = index.scores(asked.directions, weights, range(len(parts)))
    expected = [
        plain(asked.directions, weights, codes, header)
        for codes, header in zip(made.codes, made.headers, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.argmax() >= 4
    assert len(made.codes[-1]) > 10 * BLOCK


SHAPES = {
    "one token": (1, 0),
    "one token that is the header's": (1, 1),
    "a header only": (7, 7),
    "a header longer than what was kept": (5, 9),
    "nothing stored": (0, 0),
    "a header and nothing stored": (0, 4),
    "three tokens": (3, 1),
    "a block": (BLOCK, 0),
    "a block and one": (BLOCK + 1, 0),
    "two blocks": (2 * BLOCK, 0),
    "two blocks and one": (2 * BLOCK + 1, 0),
    "two blocks after a header": (2 * BLOCK + 6, 6),
    "a header of several blocks": (4 * BLOCK, 3 * BLOCK),
    "as many as fit into a model": (512, 20),
    "thousands": (3000, 12),
}


@pytest.mark.parametrize("count", [1, 2, 9])
def test_passages_of_every_shape(count: int) -> None:
    codes = [random_codes(length, seed) for seed, (length, _) in enumerate(SHAPES.values())]
    headers = [header for _, header in SHAPES.values()]
    index = LateIndex(flat(codes, headers), DIMENSION)
    question, weights = question_of(count)
    expected = [plain(question, weights, *one) for one in zip(codes, headers, strict=True)]
    found = index.scores(question, weights, range(len(codes)))
    assert dict(zip(SHAPES, found, strict=True)) == pytest.approx(dict(zip(SHAPES, expected, strict=True)))
    alone = [index.scores(question, weights, [position])[0] for position in range(len(codes))]
    np.testing.assert_allclose(alone, expected, atol=1e-6)
    some = [14, 4, 0, 14, 7]
    np.testing.assert_allclose(index.scores(question, weights, some), found[some], atol=1e-6)


def test_the_header_counts_in_every_window() -> None:
    """The last window has one half of the question, the header the other."""
    question, weights = CODER.directions(np.eye(DIMENSION, dtype=np.float32)[:2]), np.full(2, 0.5, np.float32)
    named, said = CODER.codes(np.eye(DIMENSION, dtype=np.float32)[:2])
    other = CODER.codes(-np.ones((1, DIMENSION), np.float32))[0]
    body = [other] * (3 * BLOCK) + [said]
    scores = LateIndex(flat([np.array([named, *body])] * 2, [1, 0]), DIMENSION).scores(
        question, weights, [0, 1]
    )
    full = plain(question, weights, np.array([named, said]), 0)
    assert scores[0] == pytest.approx(full)
    assert scores[1] < full - 0.2


def test_what_is_far_apart_is_not_added_up() -> None:
    question, weights = CODER.directions(np.eye(DIMENSION, dtype=np.float32)[:2]), np.full(2, 0.5, np.float32)
    one, two = CODER.codes(np.eye(DIMENSION, dtype=np.float32)[:2])
    other = CODER.codes(-np.ones((1, DIMENSION), np.float32))[0]
    near = np.array([other] * BLOCK + [one, two] + [other] * BLOCK)
    far = np.array([one] + [other] * (2 * BLOCK) + [two])
    scores = LateIndex(flat([near, far], [0, 0]), DIMENSION).scores(question, weights, [0, 1])
    assert scores[0] > scores[1] + 0.2


def test_no_question_no_positions_and_no_rows() -> None:
    question, weights = question_of(3)
    index = LateIndex(flat([random_codes(9, 1)], [2]), DIMENSION)
    assert index.scores(question, weights, []).shape == (0,)
    assert index.scores(question[:0], weights[:0], [0]).tolist() == [0]
    assert LateIndex({}, DIMENSION).scores(question, weights, [0, 5]).tolist() == [0, 0]


def test_a_store_without_tokens_still_searches(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put(catalogue, *map(document, TEXTS))
    hits = Fused(Fixed(read_catalogue(catalogue)), EMBEDDER).retrieve(Query("Skogsindustrin är viktig."))
    assert hits[0].passage.text == "Skogsindustrin är viktig."
    assert {hit.legs[LATE] for hit in hits} == {0.0}
    catalogue.close()


def test_passages_with_and_without_tokens_are_searched_together(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put(catalogue, document("värmland"))
    put_with_tokens(catalogue, document("dalarna"), document("national"))
    hits = Fused(Fixed(read_catalogue(catalogue)), EMBEDDER).retrieve(Query("Skogsindustrin är viktig."))
    assert len(hits) == 6
    assert {hit.document.id for hit in hits if hit.legs[LATE]} == {"id-dalarna", "id-national"}
    catalogue.close()


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A published store of 130 passages with tokens."""
    folder = tmp_path_factory.mktemp("tokens")
    catalogue = open_catalogue(settings_for(folder))
    put_with_tokens(catalogue, *map(document, TEXTS), *many(41))
    publish(catalogue, folder)
    catalogue.close()
    current = Folders(folder).current()
    assert current
    return open_generation(current, folder / "own")


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(regions=("Gävleborg",)), Filters(documents=("id-doc-7", "id-dalarna"))]
)
def test_each_hit_has_the_score_of_its_own_tokens(view: View, filters: Filters) -> None:
    question = "Region Gävleborg satsar på export"
    hits = Fused(Fixed(view), EMBEDDER).retrieve(Query(question, 99, filters))
    looked_at = [hit for hit in hits if LATE in hit.legs]
    assert len(looked_at) == min(len(hits), LOOKED_AT)
    asked = EMBEDDER.embed_question(question)
    for hit in looked_at:
        made = EMBEDDER.embed_passages([(hit.passage.header, hit.passage.search_text)])
        words = set(f"{hit.passage.header} {hit.passage.search_text}".casefold().split())
        best = (decode(made.codes[0], 64) @ asked.directions.T).max(0)
        assert hit.legs[LATE] <= best.max() + 1e-5
        shared = [word.casefold() in words for word in asked.words]
        assert (best[shared] > 0.85).all()
        if not any(shared):
            assert hit.legs[LATE] < 0.6


@pytest.mark.parametrize("question", ["", "!?", "export \x00 stöd", "stöd " * 3000, "Rad två i dokument 7"])
@pytest.mark.parametrize("top_k", [1, LOOKED_AT, 1000])
def test_any_question_ranks_alike_twice(view: View, question: str, top_k: int) -> None:
    fused = Fused(Fixed(view), EMBEDDER)
    first, again = (fused.retrieve(Query(question, top_k)) for _ in range(2))
    assert [(hit.passage.id, hit.score) for hit in first] == [(hit.passage.id, hit.score) for hit in again]
    assert len(first) == min(top_k, 131)
    assert [hit.score for hit in first] == sorted((hit.score for hit in first), reverse=True)


@pytest.mark.parametrize("text", ["En enda rad om stöd", "Ett två tre"])
def test_a_store_of_one_passage(tmp_path: Path, text: str) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put_with_tokens(catalogue, document("one", text))
    (hit,) = Fused(Fixed(read_catalogue(catalogue)), EMBEDDER).retrieve(Query(text))
    assert hit.legs[LATE] == pytest.approx(0.94, abs=0.05)
    catalogue.close()
