"""What tells one embedding model's vectors from another's."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import ModelMismatch

IDENTITY_FILE = "utblick_model.json"
# Everything in a model folder that its vectors depend on: weights, vocabulary, order and pooling.
DIGESTED = (
    "**/*.safetensors",
    "**/*.bin",
    "**/*.onnx",
    "**/*.onnx.data",
    "**/*.model",
    "**/tokenizer.json",
    "**/vocab.txt",
    "modules.json",
    "*/config.json",
)


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """A model and how it is used: vectors may be compared only when all of it is equal.

    `digest` is a SHA-256 of the weights, `dimension` the length of a vector; the prefixes stand
    before every query and passage.
    """

    name: str
    revision: str
    digest: str
    query_prefix: str
    passage_prefix: str
    dimension: int

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ModelIdentity":
        """What `to_dict` gave; ValueError when a field is missing or unknown."""
        try:
            return cls(**values)
        except TypeError as error:
            raise ValueError(f"not the identity of an embedding model: {values!r}") from error

    def __str__(self) -> str:
        revision = f" ({self.revision})" if self.revision else ""
        prefixes = f"prefixes {self.query_prefix!r} and {self.passage_prefix!r}"
        return f"{self.name}{revision}, weights {self.digest[:12]}, {prefixes}, {self.dimension} dimensions"


def check(stored: ModelIdentity, current: ModelIdentity) -> None:
    """Raises ModelMismatch, naming both and the way out, unless the two are one and the same."""
    if stored != current:
        raise ModelMismatch(
            f"the stored vectors were made with {stored}; the settings name {current}. "
            "Set UTBLICK_EMBEDDING_MODEL (and UTBLICK_EMBEDDING_REVISION, UTBLICK_QUERY_PREFIX, "
            "UTBLICK_PASSAGE_PREFIX) back to what it was, or embed everything again with "
            "`utblick ingest --reembed`."
        )


def folder_digest(folder: Path) -> str:
    """SHA-256 over the files of a model folder that its vectors depend on, with their names."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in DIGESTED for path in folder.glob(pattern)}):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(json.dumps([path.relative_to(folder).as_posix(), content]).encode())
    return digest.hexdigest()
