"""The child process that reads files: `python -m ingest.sandbox MEMORY_MB CPU_SECONDS PARENT_PID`."""

import gc
import os
import sys
from collections.abc import Mapping
from typing import BinaryIO

from ingest.confinement import allow_seconds, cut_network, die_with, limit, resident_mb
from ingest.loaders import load
from ingest.statuses import FileStatus, Unreadable
from ingest.wire import LENGTH_BYTES, REPLY_LIMIT, encode_file, encode_reply, frame

_DETAIL_CHARACTERS = 200
_OUT_OF_MEMORY = ("memory allocation failed", "out of memory", "cannot allocate memory")


def main(arguments: list[str]) -> None:
    """Answer one request after another until the parent closes the pipe."""
    memory_mb, cpu_seconds, parent = map(int, arguments)
    separated = cut_network()
    die_with(parent)  # after the network: a change of user namespace may undo it
    requests, replies = _claim_pipes()
    sys.dont_write_bytecode = True
    no_memory = encode_reply(_failure(FileStatus.OUT_OF_MEMORY))
    limit(memory_mb)
    gc.freeze()
    replies.write(frame(encode_reply({"ready": True, "network": not separated})))
    while (suffix := _next_frame(requests)) is not None and (data := _next_frame(requests)) is not None:
        allow_seconds(cpu_seconds)
        replies.write(frame(_answer(suffix.decode("ascii"), data, no_memory)))


def _claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for ourselves; parsers that print or read get the null device."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.close(null)
    return requests, replies


def _next_frame(requests: BinaryIO) -> bytes | None:
    """The next frame's payload, or None when the parent has gone."""
    length = requests.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    size = int.from_bytes(length, "big")
    payload = requests.read(size)
    return payload if len(payload) == size else None


def _answer(suffix: str, data: bytes, no_memory: bytes) -> bytes:
    """The reply to one file: its content, or why there is none; `no_memory` when memory ran out."""
    try:
        reply = {**_read(suffix, data), "resident_mb": resident_mb()}
        payload = encode_reply(reply)
    except MemoryError:
        # The error still holds what filled the memory: a reply could not be made here.
        return no_memory
    if len(payload) > REPLY_LIMIT:
        return encode_reply(_failure(FileStatus.TOO_LARGE, "its text and blocks are over the limit"))
    return payload


def _read(suffix: str, data: bytes) -> Mapping[str, object]:
    try:
        return {"status": FileStatus.READ, "file": encode_file(load(suffix, data))}
    except Unreadable as error:
        return _failure(error.status, error.detail)
    except RecursionError:
        return _failure(FileStatus.DAMAGED, "its parts are nested too deeply")
    except MemoryError:
        raise
    except Exception as error:  # parsers raise all sorts of things on bad input
        text = f"{type(error).__name__}: {error}"
        if any(sign in text.lower() for sign in _OUT_OF_MEMORY):
            return _failure(FileStatus.OUT_OF_MEMORY)
        return _failure(FileStatus.DAMAGED, text)


def _failure(status: FileStatus, detail: str = "") -> Mapping[str, object]:
    return {"status": status, "detail": " ".join(detail.split())[:_DETAIL_CHARACTERS]}


if __name__ == "__main__":
    main(sys.argv[1:])
