"""A sentence-transformers module that runs an int8 graph in ONNX Runtime, with a SentencePiece tokenizer."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.sentence_transformer.modules import InputModule
from sentencepiece import SentencePieceProcessor

from vectorstore.onnx_runtime import onnxruntime

GRAPH, WEIGHTS, TOKENIZER = "model.onnx", "model.onnx.data", "sentencepiece.model"
MOST_THREADS = 8  # a network of this size has no work for more
Features = dict[str, torch.Tensor | Any]


class OnnxEncoder(InputModule):
    """Texts to unit vectors; safe to call from several threads at once.

    The folder it loads from holds GRAPH and WEIGHTS (inputs input_ids and attention_mask, int64,
    shape (n, length); output float32, shape (n, dimension)), TOKENIZER and this module's config file.
    """

    config_file_name = "onnx_encoder.json"
    config_keys = ["max_seq_length", "dimension"]

    def __init__(self, folder: str | Path, max_seq_length: int, dimension: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder = Path(folder)
        self.max_seq_length = max_seq_length
        self.dimension = dimension
        self.pieces = SentencePieceProcessor(model_file=str(self.folder / TOKENIZER))
        self.session = onnxruntime.InferenceSession(
            str(self.folder / GRAPH), _session_options(), providers=["CPUExecutionProvider"]
        )

    def get_embedding_dimension(self) -> int:
        """The length of a vector."""
        return self.dimension

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> Features:
        """Token ids and attention mask, int64, padded to the longest; texts over the limit lose their end."""
        texts = [(prompt or "") + text for text in inputs]
        rows = [self._shortened(ids) for ids in self.pieces.encode(texts, add_bos=True, add_eos=True)]
        shape = (len(rows), max(map(len, rows), default=0))
        ids = np.full(shape, self.pieces.pad_id(), np.int64)
        mask = np.zeros(shape, np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: Features, **kwargs: Any) -> Features:
        """Adds sentence_embedding, float32 of shape (n, dimension) and length 1.

        One text at a time: int8 steps are chosen per run, so a text's vector would depend on its
        neighbours in a batch. For texts of 100 tokens and more batches are no faster (measured).
        """
        ids, mask = features["input_ids"].numpy(), features["attention_mask"].numpy()
        vectors = np.empty((len(ids), self.dimension), np.float32)
        for row, length in enumerate(mask.sum(1)):
            given = {"input_ids": ids[row : row + 1, :length], "attention_mask": mask[row : row + 1, :length]}
            vectors[row] = self.session.run(None, given)[0][0]
        return features | {"sentence_embedding": torch.from_numpy(vectors)}

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Copies the files this module was loaded from."""
        for name in (GRAPH, WEIGHTS, TOKENIZER):
            shutil.copyfile(self.folder / name, Path(output_path) / name)
        self.save_config(output_path)

    @classmethod
    def load(  # type: ignore[override]
        cls, model_name_or_path: str, subfolder: str = "", **kwargs: Any
    ) -> "OnnxEncoder":
        """The module whose files lie in a local folder."""
        folder = Path(model_name_or_path) / subfolder
        return cls(folder, **cls.load_config(str(folder)))

    def _shortened(self, ids: list[int]) -> list[int]:
        if len(ids) <= self.max_seq_length:
            return ids
        return [*ids[: self.max_seq_length - 1], self.pieces.eos_id()]


def _session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(torch.get_num_threads(), MOST_THREADS)
    options.enable_mem_pattern = False  # it keeps a plan for every shape it has seen
    options.log_severity_level = 3
    # Waiting threads sleep: the server has other work for the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
