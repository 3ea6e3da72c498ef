"""The bundled network in ONNX Runtime, with a SentencePiece tokenizer; needs no torch."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from vectorstore.encoding import Encoded
from vectorstore.onnx_runtime import onnxruntime
from vectorstore.token_vectors import Floats, Spans

GRAPH, WEIGHTS, TOKENIZER, CONFIG = (
    "model.onnx",
    "model.onnx.data",
    "sentencepiece.model",
    "onnx_encoder.json",
)
OUTPUTS = ("sentence_embedding", "token_embeddings")
MOST_THREADS = 8  # a network of this size has no work for more


class OnnxNetwork:
    """An Encoder. The folder holds GRAPH and WEIGHTS, TOKENIZER, and CONFIG with the two numbers below.

    The graph takes input_ids and attention_mask, int64 (n, length), and gives OUTPUTS, float32 (n, dimension)
    and (n, length, dimension). Texts go in one at a time: int8 steps are chosen per run, so that a text's
    vector would depend on its neighbours in a batch; for texts of 100 tokens and more batches are no faster.
    """

    def __init__(self, folder: Path, max_seq_length: int, dimension: int) -> None:
        self.dimension = dimension
        self.pieces = SentencePieceProcessor(model_file=str(folder / TOKENIZER))
        self._longest = max_seq_length
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), _session_options(), providers=["CPUExecutionProvider"]
        )

    @property
    def tells_tokens(self) -> bool:
        """Whether the graph gives all OUTPUTS, as those of former versions do not."""
        return set(OUTPUTS) <= {output.name for output in self._session.get_outputs()}

    def vectors(self, texts: Sequence[str], prefix: str) -> Floats:
        """See Encoder."""
        found = np.empty((len(texts), self.dimension), np.float32)
        for row, ids in enumerate(self.token_ids(texts, prefix)):
            found[row] = self.run(ids, OUTPUTS[:1])[0]
        return found

    def encode(self, texts: Sequence[str], prefix: str) -> list[Encoded]:
        """See Encoder."""
        return [Encoded(*self.run(ids)) for ids in self.token_ids(texts, prefix)]

    def run(
        self, ids: Sequence[int] | NDArray[np.int64], outputs: Sequence[str] = OUTPUTS
    ) -> list[NDArray[Any]]:
        """The wanted outputs for one text's token ids."""
        given = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, len(ids)), np.int64),
        }
        return [output[0] for output in self._session.run(list(outputs), given)]

    def token_ids(self, texts: Sequence[str], prefix: str) -> list[list[int]]:
        """The token ids of each text; texts over the limit lose their end."""
        rows = self.pieces.encode([prefix + text for text in texts], add_bos=True, add_eos=True)
        return [self._shortened(ids) for ids in rows]

    def spans(self, text: str) -> Spans:
        """See Encoder."""
        places: list[int] = []  # of each byte of the text, the character it belongs to
        for number, sign in enumerate(text):
            places += [number] * len(sign.encode())
        places.append(len(text))
        pieces = self.pieces.encode(text, return_type="proto").pieces
        found = [(places[piece.begin], places[piece.end]) for piece in pieces]
        return [(0, 0), *found, (0, 0)]

    def _shortened(self, ids: list[int]) -> list[int]:
        if len(ids) <= self._longest:
            return ids
        return [*ids[: self._longest - 1], self.pieces.eos_id()]


def load_network(folder: Path) -> OnnxNetwork:
    """The network whose files lie in a local folder."""
    config = json.loads((folder / CONFIG).read_bytes())
    return OnnxNetwork(folder, config["max_seq_length"], config["dimension"])


def _session_options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(_cores(), MOST_THREADS)
    options.enable_mem_pattern = False  # it keeps a plan for every shape it has seen
    options.log_severity_level = 3
    # Waiting threads sleep: the server has other work for the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
