"""Token vectors in two bits a dimension: small enough to keep for all passages, exact enough to rank by."""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from vectorstore.token_vectors import Floats

Codes = NDArray[np.uint8]
PER_BYTE = 4
# Bounds between four equally spaced levels, -3, -1, 1 and 3 half steps, that lose least of a normal
# distribution (Max 1960, table II); unequal ones lose a hundredth less and take longer to read.
BOUNDS = np.array([-0.9957, 0.0, 0.9957], np.float32)
SHIFTS = np.arange(PER_BYTE, dtype=np.uint8) * 2


class TokenCoder:
    """Makes a model's token vectors (n, dimension) into directions, and directions into codes.

    `mean` (dimension,) is what all token vectors of the model have in common. It is taken off, since it makes
    any two of them look alike, and what is left is rotated at random so that every dimension tells as much.
    """

    def __init__(self, mean: Floats) -> None:
        self._mean = mean
        # RandomState's numbers stay the same in every version of numpy, so that codes can be kept.
        self._signs = np.random.RandomState(0).choice([-1.0, 1.0], len(mean)).astype(np.float32)

    def directions(self, tokens: Floats) -> Floats:
        """Vectors of length 1, (n, dimension); their products are cosines of what tells tokens apart."""
        if not len(tokens):
            return np.zeros((0, len(self._mean)), np.float32)
        turned: Floats = dct((tokens - self._mean) * self._signs, norm="ortho", axis=1).astype(np.float32)
        turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
        return turned

    def codes(self, tokens: Floats) -> Codes:
        """The directions in two bits a dimension: (n, dimension / 4, rounded up)."""
        spread = self.directions(tokens) * np.float32(np.sqrt(len(self._mean)))
        levels: Codes = np.zeros(spread.shape, np.uint8)
        for bound in BOUNDS:
            levels += spread > bound
        width = -(-levels.shape[1] // PER_BYTE)
        padded = np.pad(levels, ((0, 0), (0, width * PER_BYTE - levels.shape[1])))
        grouped = padded.reshape(len(levels), width, PER_BYTE)
        packed: Codes = np.bitwise_or.reduce(grouped << SHIFTS, axis=2)
        return packed


def similarities(codes: Codes, question: Floats) -> Floats:
    """Cosines (n, m) of n tokens' codes (n, bytes) and m directions (m, dimension)."""
    levels = _levels(codes)
    products = levels @ _by_place(question, codes.shape[1]).T
    filling = levels.shape[1] - question.shape[1]  # of the last byte, all at the lowest level
    squares = np.einsum("ij,ij->i", levels, levels) - 9 * filling
    found: Floats = products / np.sqrt(squares)[:, None]
    return found


def decode(codes: Codes, dimension: int) -> Floats:
    """Directions of length 1, (n, dimension), of codes (n, bytes)."""
    places = _levels(codes).reshape(len(codes), PER_BYTE, codes.shape[1])
    values: Floats = places.transpose(0, 2, 1).reshape(len(codes), PER_BYTE * codes.shape[1])[:, :dimension]
    values = values / np.linalg.norm(values, axis=1, keepdims=True)
    return values


def _levels(codes: Codes) -> Floats:
    """The levels (n, 4 * bytes), by their place in a byte: first that of the lowest bits of every byte."""
    width = codes.shape[1]
    steps = np.empty((len(codes), PER_BYTE * width), np.int8)
    for place, shift in enumerate(SHIFTS):
        steps[:, place * width : (place + 1) * width] = (codes >> shift) & np.uint8(3)
    steps *= 2
    steps -= 3
    return steps.astype(np.float32)


def _by_place(question: Floats, width: int) -> Floats:
    """The directions with their dimensions in the order of `_levels`."""
    padded = np.pad(question, ((0, 0), (0, PER_BYTE * width - question.shape[1])))
    return padded.reshape(len(question), width, PER_BYTE).transpose(0, 2, 1).reshape(len(question), -1)
