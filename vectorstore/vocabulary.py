"""The pieces an index knows, sorted, in one string of bytes: a tenth of the memory of a dictionary."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TEXT = "pieces.txt"
STARTS = "pieces.npy"


@dataclass(frozen=True, slots=True)
class Vocabulary(Sequence[bytes]):
    """UTF-8 pieces in the order of their bytes; piece n is text[starts[n]:starts[n + 1]]."""

    text: bytes
    starts: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]
        return self.text[self.starts[number] : self.starts[number + 1]]

    def find(self, piece: str) -> int | None:
        """The piece's number; None if it is unknown."""
        wanted = piece.encode()
        number = bisect_left(self, wanted)
        return number if number < len(self) and self[number] == wanted else None

    def all(self) -> list[bytes]:
        """Every piece, by number."""
        bounds = self.starts.tolist()
        return [self.text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]

    def save(self, folder: Path) -> None:
        """Write it into the folder."""
        (folder / TEXT).write_bytes(self.text)
        np.save(folder / STARTS, self.starts, allow_pickle=False)


def vocabulary(pieces: Iterable[bytes]) -> Vocabulary:
    """A vocabulary of pieces that are sorted and differ."""
    listed = list(pieces)
    starts = np.zeros(len(listed) + 1, np.uint32)
    np.cumsum([len(piece) for piece in listed], out=starts[1:])
    return Vocabulary(b"".join(listed), starts)


def load_vocabulary(folder: Path) -> Vocabulary:
    """A vocabulary as saved."""
    return Vocabulary((folder / TEXT).read_bytes(), np.load(folder / STARTS, allow_pickle=False))
