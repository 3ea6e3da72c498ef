"""Any sentence-transformers model as an Encoder."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.encoding import Encoded
from vectorstore.errors import StoreError
from vectorstore.token_vectors import Floats, Spans

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS_AT_ONCE = 64


class LibraryEncoder:
    """An Encoder; raises StoreError for a model whose tokenizer does not tell where its tokens are."""

    def __init__(self, model: "SentenceTransformer") -> None:
        self._model = model
        self._tokenizer: Any = model.tokenizer
        # Tokenizers change their own settings as they run, and fail when two threads do.
        self._turn = Lock()
        if not getattr(self._tokenizer, "is_fast", False):
            name = type(self._tokenizer).__name__
            raise StoreError(
                f"{name} does not tell where in a text its tokens are, which the search needs. "
                "Take a model with a fast tokenizer (a file tokenizer.json in its folder)."
            )

    def vectors(self, texts: Sequence[str], prefix: str) -> Floats:
        """See Encoder."""
        with self._turn:
            found = self._model.encode(
                list(texts),
                prompt=prefix,
                batch_size=TEXTS_AT_ONCE,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(found, np.float32)

    def encode(self, texts: Sequence[str], prefix: str) -> list[Encoded]:
        """See Encoder."""
        with self._turn:
            found: Any = self._model.encode(
                list(texts),
                prompt=prefix,
                batch_size=TEXTS_AT_ONCE,
                output_value=None,  # all that the model computes, the vectors of the tokens among it
                show_progress_bar=False,
            )
        left = self._tokenizer.padding_side == "left"
        return [_encoded(each, left) for each in found]

    def spans(self, text: str) -> Spans:
        """See Encoder."""
        with self._turn:
            found: Spans = self._tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
        return found


def _encoded(given: Any, left: bool) -> Encoded:
    """What the model gives for a text; `left` tells whether it fills up short texts in front."""
    length = int(given["attention_mask"].sum())
    vector = given["sentence_embedding"].float().cpu().numpy()
    tokens = given["token_embeddings"].float().cpu().numpy()
    return Encoded(vector / np.linalg.norm(vector), tokens[-length:] if left else tokens[:length])
