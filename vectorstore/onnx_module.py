"""The bundled network as a sentence-transformers module, so that its folder is an ordinary model's."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.sentence_transformer.modules import InputModule

from vectorstore.onnx_network import CONFIG, GRAPH, OUTPUTS, TOKENIZER, WEIGHTS, OnnxNetwork

Features = dict[str, torch.Tensor | Any]


class OnnxEncoder(InputModule):
    """Texts to unit vectors and token vectors; safe to call from several threads at once."""

    config_file_name = CONFIG
    config_keys = ["max_seq_length", "dimension"]

    def __init__(self, folder: str | Path, max_seq_length: int, dimension: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder = Path(folder)
        self.max_seq_length = max_seq_length
        self.dimension = dimension
        self.network = OnnxNetwork(self.folder, max_seq_length, dimension)

    def get_embedding_dimension(self) -> int:
        """The length of a vector."""
        return self.dimension

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> Features:
        """Token ids and attention mask, int64, padded to the longest; texts over the limit lose their end."""
        rows = self.network.token_ids(inputs, prompt or "")
        shape = (len(rows), max(map(len, rows), default=0))
        ids = np.full(shape, self.network.pieces.pad_id(), np.int64)
        mask = np.zeros(shape, np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: Features, **kwargs: Any) -> Features:
        """Adds the network's OUTPUTS, those of shorter texts filled up with zeros."""
        ids, lengths = features["input_ids"].numpy(), features["attention_mask"].numpy().sum(1)
        vectors = np.empty((len(ids), self.dimension), np.float32)
        tokens = np.zeros((*ids.shape, self.dimension), np.float32)
        for row, length in enumerate(lengths):
            vectors[row], tokens[row, :length] = self.network.run(ids[row, :length])
        found = (torch.from_numpy(vectors), torch.from_numpy(tokens))
        return features | dict(zip(OUTPUTS, found, strict=True))

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
