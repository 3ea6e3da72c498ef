"""What turns texts into vectors, whatever library runs the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vectorstore.token_vectors import Floats, Spans


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text's `vector` (dimension,) of length 1, and the vectors (length, dimension) of all its tokens.

    Marks that the model puts around a text are tokens too; what does not fit into the model is left out.
    """

    vector: Floats
    tokens: Floats


class Encoder(Protocol):
    """Runs the network; safe to call from several threads at once."""

    def vectors(self, texts: Sequence[str], prefix: str) -> Floats:
        """The vectors (n, dimension), of length 1, of texts that the prefix is put before."""
        ...

    def encode(self, texts: Sequence[str], prefix: str) -> list[Encoded]:
        """The same with the vectors of their tokens."""
        ...

    def spans(self, text: str) -> Spans:
        """Where each token of the text begins and ends, in characters; (0, 0) for marks."""
        ...
