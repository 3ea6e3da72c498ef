"""A response's body: unpacked piece by piece, and never more of it than is allowed."""

import zlib
from collections.abc import Iterable

from ingest.watching.reasons import NotRead, Reason

PIECE = 64 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def read_body(pieces: Iterable[bytes], encoding: str, most: int, cut: bool = False) -> bytes:
    """The bytes as they were before they were packed, `most` at most.

    Where there are more, they are `cut` off there, or else NotRead is raised.
    """
    body = bytearray()
    for piece in _unpacked(pieces, encoding.strip().lower(), most):
        body += piece
        if len(body) > most:
            if cut:
                return bytes(body[:most])
            raise NotRead(Reason.SIZE, most // 2**20)
    return bytes(body)


def _unpacked(pieces: Iterable[bytes], encoding: str, most: int) -> Iterable[bytes]:
    if encoding in ("", "identity"):
        return pieces
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise NotRead(Reason.ENCODING, encoding[:40])
    return _inflated(pieces)


def _inflated(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """A small piece may hold a thousand times its size, so even that is unpacked bit by bit."""
    unpacking = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for piece in pieces:
            while piece and not unpacking.eof:
                yield unpacking.decompress(piece, PIECE)
                piece = unpacking.unconsumed_tail
        yield unpacking.flush(PIECE)
    except zlib.error as error:
        raise NotRead(Reason.ENCODING, "gzip") from error
    if not unpacking.eof:
        raise NotRead(Reason.CONNECTION, "cut short")
