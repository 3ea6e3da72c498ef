"""The bundled model in float32 as an ordinary sentence-transformers folder, for the other systems."""

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.cache import cache_folder
from vectorstore.bundled_model import PASSAGE_PREFIX, QUERY_PREFIX, WEIGHTS_SHA256

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

    from vectorstore.bundled_model import BundledModel

__all__ = ["PASSAGE_PREFIX", "QUERY_PREFIX", "float_model"]


def float_model() -> Path:
    """The folder, written first where it is not there: some seconds and 0.5 GB of disk."""
    folder = cache_folder() / f"e5-small-fp32-{WEIGHTS_SHA256[:12]}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            write_float_model(Path(work) / "plain", Path(work) / "model")
            os.rename(Path(work) / "model", folder)
    return folder


def write_float_model(plain: Path, folder: Path) -> None:
    """The same 4-bit weights as the product's, unfolded to float32, with mean pooling, by way of `plain`."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    from vectorstore.bundled_model import read_bundled_model, weights_path

    model = read_bundled_model(weights_path())
    build_bert(model).save_pretrained(plain)
    named = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    limit = model.shape.max_position_embeddings
    PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(model), model_max_length=limit, **named
    ).save_pretrained(plain)
    # Libraries would guess XLM-RoBERTa's tokenizer from a BERT's folder with this vocabulary.
    config = json.loads((plain / "tokenizer_config.json").read_text("utf-8"))
    (plain / "tokenizer_config.json").write_text(
        json.dumps(config | {"tokenizer_class": "PreTrainedTokenizerFast"}), "utf-8"
    )
    transformer = Transformer(str(plain), max_seq_length=limit)
    pooling = Pooling(model.shape.hidden_size, pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu").save(str(folder))


def build_bert(model: "BundledModel") -> "BertModel":
    """The network with an ordinary table of word vectors."""
    import torch
    from transformers import BertConfig, BertModel

    from vectorstore.onnx_export import build_encoder

    encoder = build_encoder(model).bert
    sizes = {name: getattr(model.shape, name) for name in model.shape.__slots__}
    bert = BertModel(BertConfig(**sizes), add_pooling_layer=False)
    words = torch.from_numpy(model.tensor("emb.word").copy()).reshape(model.shape.vocab_size, -1)
    state = {name: value for name, value in encoder.state_dict().items() if "word_embeddings" not in name}
    bert.load_state_dict(state | {"embeddings.word_embeddings.weight": words})
    return bert.eval()


def build_tokenizer(model: "BundledModel") -> "Tokenizer":
    """The vocabulary in the tokenizers library, normalised as XLM-RoBERTa's."""
    from tokenizers import Regex, Tokenizer, normalizers
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    ids = model.special_ids
    tokenizer = Tokenizer(Unigram(list(model.pieces), unk_id=ids["<unk>"]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = Metaspace()
    special = [(name, ids[name]) for name in ("<s>", "</s>")]
    tokenizer.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=special)
    return tokenizer
