"""The bundled network as an int8 ONNX graph: token vectors, and their mean normalised."""

import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from vectorstore.bundled_model import BLOCK, BundledModel
from vectorstore.onnx_network import OUTPUTS
from vectorstore.onnx_runtime import conversion_tools

INPUTS = ("input_ids", "attention_mask")
OPSET = 17  # the newest that torch's tracing exporter writes without conversion
LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_NAMES = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
WORD_BUFFERS = {"embeddings.word_embeddings.steps", "embeddings.word_embeddings.scales"}


class WordTable(nn.Module):
    """The vocabulary's vectors, kept as the 4-bit steps they come as: a quarter of the memory, and exact."""

    def __init__(self, model: BundledModel) -> None:
        super().__init__()
        steps, scales = model.blocks("emb.word")
        rows = model.shape.vocab_size
        self.register_buffer("steps", torch.from_numpy(steps).reshape(rows, -1, BLOCK))
        self.register_buffer("scales", torch.from_numpy(scales).reshape(rows, -1, 1))

    def forward(self, input_ids: Tensor) -> Tensor:
        steps, scales = self.get_buffer("steps")[input_ids], self.get_buffer("scales")[input_ids]
        return (steps.to(scales.dtype) * scales).flatten(-2)


class SentenceEncoder(nn.Module):
    """Token ids (n, length) to unit vectors (n, dimension) and token vectors (n, length, dimension).

    The former are the latter's mean, normalised.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(tokens.dtype)
        return nn.functional.normalize((tokens * weights).sum(1) / weights.sum(1), dim=1), tokens


def build_encoder(model: BundledModel) -> SentenceEncoder:
    """The network in float32, ready to run; ValueError when the file lacks a tensor."""
    sizes = {name: getattr(model.shape, name) for name in model.shape.__slots__}
    config = BertConfig(**(sizes | {"vocab_size": 1, "attn_implementation": "eager"}))
    bert = BertModel(config, add_pooling_layer=False)
    bert.embeddings.word_embeddings = WordTable(model)  # type: ignore[assignment]
    missing = bert.load_state_dict(_state(model, bert), strict=False).missing_keys
    if set(missing) - WORD_BUFFERS:
        raise ValueError(f"tensors missing from the bundled model: {', '.join(missing)}")
    return SentenceEncoder(bert).eval()


def export_int8(model: BundledModel, path: Path) -> None:
    """Writes the network to `path` (graph) and `path`.data (weights) with int8 weights, nothing else.

    Weights lie in a file of their own because ONNX Runtime maps such a file into memory: the rows of
    the vocabulary that no text uses are never read.
    """
    optimizer, quantization = conversion_tools()
    full, shape = path.with_name("float32.onnx"), model.shape
    _export(build_encoder(model), full)
    fused = optimizer.optimize_model(
        str(full), "bert", shape.num_attention_heads, shape.hidden_size, opt_level=0
    )
    for node in fused.get_nodes_by_op_type("Attention"):
        # Says that queries, keys and values are of one size: the default, but it hinders quantisation.
        kept = [attribute for attribute in node.attribute if attribute.name != "qkv_hidden_sizes"]
        del node.attribute[:]
        node.attribute.extend(kept)
    fused.save_model_to_file(str(full))
    quantization.quantize_dynamic(
        full,
        path,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        weight_type=quantization.QuantType.QInt8,
        reduce_range=True,  # 8 full bits overflow on processors without VNNI; costs 0.0005 in cosine
        use_external_data_format=True,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # fused nodes have no inferred type
    )
    full.unlink()


def _export(encoder: SentenceEncoder, path: Path) -> None:
    example = torch.ones(2, 8, dtype=torch.int64)
    axes = {name: {0: "batch", 1: "length"} for name in (*INPUTS, OUTPUTS[1])} | {OUTPUTS[0]: {0: "batch"}}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # tracing warns about shapes that never vary here
        torch.onnx.export(
            encoder,
            (example, example),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,  # the newer exporter needs onnxscript, for no gain on a plain BERT
        )


def _state(model: BundledModel, bert: BertModel) -> dict[str, Tensor]:
    names = dict(EMBEDDING_NAMES)
    for layer in range(model.shape.num_hidden_layers):
        for short, long in LAYER_NAMES.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    shapes = {name: tensor.shape for name, tensor in bert.state_dict().items()}
    return {
        long: torch.from_numpy(model.tensor(short).copy()).reshape(shapes[long])
        for short, long in names.items()
    }
