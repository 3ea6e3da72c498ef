"""Tokens as the real model cuts them: whose they are, which word each is a part of, and what is cut off."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors.numpy import load_file, save_file
from test_embedder import settings_with, tiny_model

from vectorstore.embedder import Embedder, load_embedder
from vectorstore.errors import StoreError
from vectorstore.onnx_network import GRAPH
from vectorstore.token_vectors import own, words_of

MARKS = 2
PASSAGE, QUERY = 2, 3  # "passage" and ":", "que", "ry" and ":"
LONGEST = 512

QUESTIONS = {
    "Vad gör länsstyrelsen i Ångermanland?": "Vad gör länsstyrelsen i Ångermanland",
    "Kan småföretag (t.ex. i Gävle) få EU-stöd?": "Kan småföretag t ex i Gävle få EU stöd",
    "Hva gjør næringslivet på Sørlandet?": "Hva gjør næringslivet på Sørlandet",
    "Who funded the project in 2019–2020?": "Who funded the project in 2019 2020",
    "ﬁnansiering av ﬂyg": "ﬁnansiering av ﬂyg",
    "A\u030angermanlands ra\u0308ksmo\u0308rga\u030as": "A\u030angermanlands ra\u0308ksmo\u0308rga\u030as",
    "stöd\u00a0till\u2009export": "stöd till export",
    "stöd 😀🚀 till 👩\u200d🚀 export": "stöd till export",
    "½ miljon eller 1½": "½ miljon eller 1½",
    "漢字 och かな": "漢字 och かな",
    "stöd\x00export": "stöd export",
    "vad \ud800är \udcffdet": "vad är det",
}


@pytest.mark.parametrize("text", QUESTIONS)
def test_each_token_is_a_part_of_its_word(embedder: Embedder, text: str) -> None:
    asked = embedder.embed_question(text)
    assert asked.directions.shape == (len(asked.words), 384)
    np.testing.assert_allclose(np.linalg.norm(asked.directions, axis=1), 1, atol=1e-5)
    assert list(dict.fromkeys(word for word in asked.words if word)) == QUESTIONS[text].split()


def test_a_word_has_a_token_for_each_of_its_parts(embedder: Embedder) -> None:
    words = embedder.embed_question("Vad gör länsstyrelsen?").words
    assert words == ["Vad", "gör", *["länsstyrelsen"] * 3, ""]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n"])
def test_text_without_tokens(embedder: Embedder, text: str) -> None:
    asked = embedder.embed_question(text)
    assert (asked.directions.shape, asked.words) == ((0, 384), [])
    made = embedder.embed_passages([("", text), ("", "Stöd")])
    assert (made.codes[0].shape, made.headers[0]) == ((0, 96), 0)
    assert len(made.codes[1]) > 0
    assert np.isfinite(made.vectors).all()


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    made = embedder.embed_passages([])
    assert (made.vectors.shape, made.codes, made.headers) == ((0, 384), [], [])


@pytest.mark.parametrize(
    "header", ["Stöd", "Rapport 2016 › Export av livsmedel", "Åtgärder (à 1½ mkr) 😀", "ﬁ"]
)
def test_the_header_has_the_tokens_that_it_has_alone(embedder: Embedder, header: str) -> None:
    text = "Länsstyrelsen beviljade pengar."
    made = embedder.embed_passages([(header, text), ("", header), ("", text), (header, "")])
    both, alone, body, only = (len(codes) for codes in made.codes)
    assert made.headers == [alone, 0, 0, alone]
    assert (both, only) == (alone + body, alone)


def test_vectors_are_those_of_whole_passages(embedder: Embedder) -> None:
    parts = [("Stöd", "Till export."), ("", "Utan rubrik.")]
    whole = embedder.embed_documents(["Stöd\nTill export.", "Utan rubrik."])
    np.testing.assert_allclose(embedder.embed_passages(parts).vectors, whole, atol=1e-5)
    asked = embedder.embed_question("Vem får stöd?")
    np.testing.assert_allclose(asked.vector, embedder.embed_query("Vem får stöd?"), atol=1e-5)


def test_a_long_text_has_the_tokens_that_fit_and_no_mark(embedder: Embedder) -> None:
    made = embedder.embed_passages([("och", "export " * 5000), ("stöd " * 5000, "export")])
    assert [len(codes) for codes in made.codes] == [LONGEST - MARKS - PASSAGE] * 2
    assert made.headers == [1, LONGEST - MARKS - PASSAGE]
    asked = embedder.embed_question(" ".join(f"ord{n}," for n in range(10_000)))
    assert len(asked.directions) == len(asked.words) == LONGEST - MARKS - QUERY


def test_what_is_cut_off_leaves_the_closing_mark() -> None:
    spans = [(0, 0), (0, 5), (6, 9), (9, 12), (13, 16), (0, 0)]
    assert own(spans, 5, 6) == [2, 3, 4]
    assert own(spans, 5, 4) == [2]
    assert own(spans[:-1], 5, 4) == [2, 3]  # of a model without such a mark
    assert words_of("query stödja nu", spans, [2, 3, 4]) == ["stödja", "stödja", "nu"]


def test_halves_of_surrogate_pairs_are_read_as_question_marks(embedder: Embedder) -> None:
    odd, plain = "Stöd \ud83d till", "Stöd ? till"
    np.testing.assert_array_equal(embedder.embed_query(odd), embedder.embed_query(plain))
    one, other = embedder.embed_passages([("", odd), ("", plain)]).codes
    np.testing.assert_array_equal(one, other)


def test_the_first_questions_may_come_together(embedder: Embedder) -> None:
    questions = ["Vem kan få stöd?", "Who funds it?", "Hva er fristen?", "Export"] * 4
    fresh = load_embedder(settings_with())
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(fresh.embed_question, questions))
    for text, found in zip(questions, together, strict=True):
        np.testing.assert_allclose(found.directions, embedder.embed_question(text).directions, atol=1e-5)


def test_a_folder_of_an_older_recipe_is_refused_with_a_way_out(model_dir: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model_dir, tmp_path / "older")
    graph = onnx.load(str(model_dir / GRAPH), load_external_data=False)
    del graph.graph.output[1]
    (folder / GRAPH).write_bytes(graph.SerializeToString())
    with pytest.raises(StoreError, match="no vectors of tokens.*Leave UTBLICK_EMBEDDING_MODEL empty"):
        load_embedder(settings_with(embedding_model=str(folder)))


def test_another_models_tokens(tmp_path: Path) -> None:
    embedder = load_embedder(settings_with(embedding_model=str(tiny_model(tmp_path / "tiny"))))
    asked = embedder.embed_question("en fråga?")
    assert asked.words == ["en", "fråga", ""]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(embedder.embed_question, ["en fråga", "fråga " * 2000] * 20))
    assert [len(one.directions) for one in together] == [2, 510] * 20
    made = embedder.embed_passages([("region", "en fråga"), ("", "fråga " * 600)])
    assert made.headers == [1, 0]
    assert [len(codes) for codes in made.codes] == [3, 510]


def test_a_model_that_fills_up_in_front(tmp_path: Path) -> None:
    """Its vectors here do not depend on where in a text a token stands."""
    folder = tiny_model(tmp_path / "tiny")
    settings = next(folder.rglob("tokenizer_config.json"))
    settings.write_text(settings.read_text("utf-8").replace("{", '{"padding_side": "left",', 1), "utf-8")
    weights = next(folder.rglob("*.safetensors"))
    tensors = load_file(weights)
    tensors["embeddings.position_embeddings.weight"][:] = 0
    save_file(tensors, weights, {"format": "pt"})
    embedder = load_embedder(settings_with(embedding_model=str(folder)))
    alone = embedder.embed_passages([("", "fråga")])
    beside = embedder.embed_passages([("", "fråga"), ("", "en region " * 20)])
    np.testing.assert_array_equal(alone.codes[0], beside.codes[0])


def test_a_tokenizer_that_does_not_tell_places_is_refused(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "tiny")
    for path in folder.rglob("tokenizer*"):
        path.unlink()
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "CanineTokenizer"}', "utf-8")
    with pytest.raises(StoreError, match="CanineTokenizer does not tell .* fast tokenizer"):
        load_embedder(settings_with(embedding_model=str(folder)))
