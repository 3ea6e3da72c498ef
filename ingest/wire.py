"""What goes over the pipes between a reader and its sandbox: frames of bytes, files as JSON."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.loaded import Block, BlockKind, LoadedFile
from vectorstore.passages import Page

LENGTH_BYTES = 8
REPLY_LIMIT = 100 * 2**20  # bytes: 10 million characters of up to 4 bytes each, and their blocks


class WireError(Exception):
    """What came over the pipe is no valid reply; the reader takes its sender for crashed."""


def frame(payload: bytes) -> bytes:
    """The payload with its length (8 bytes, big-endian) before it."""
    return len(payload).to_bytes(LENGTH_BYTES, "big") + payload


def encode_file(loaded: LoadedFile) -> dict[str, object]:
    """The file as plain values for JSON."""
    return {
        "text": loaded.text,
        "blocks": [[block.kind.value, block.start, block.end, block.level] for block in loaded.blocks],
        "pages": [[page.number, page.start, page.end] for page in loaded.pages],
        "structured": loaded.structured,
        "properties": dict(loaded.properties),
        "front_matter": dict(loaded.front_matter),
        "warnings": list(loaded.warnings),
    }


def encode_reply(reply: Mapping[str, object]) -> bytes:
    """The reply as UTF-8 JSON; half surrogate pairs in properties become question marks."""
    return json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode_reply(payload: bytes) -> dict[str, Any]:
    """The reply as sent; raises WireError unless it is a JSON object."""
    try:
        reply = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if not isinstance(reply, dict):
        raise WireError("not a JSON object")
    return reply


def decode_file(values: Any) -> LoadedFile:
    """The file; raises WireError for a missing part, a wrong type, or offsets out of place.

    The sandbox may have been taken over by the file it read, so nothing it says is trusted.
    """
    try:
        text = _checked(values["text"], str)
        blocks = tuple(
            Block(BlockKind(kind), _checked(start, int), _checked(end, int), _checked(level, int))
            for kind, start, end, level in values["blocks"]
        )
        pages = tuple(Page(*(_checked(number, int) for number in page)) for page in values["pages"])
        loaded = LoadedFile(
            text,
            blocks,
            pages,
            _checked(values["structured"], bool),
            _checked(values["properties"], dict),
            _checked(values["front_matter"], dict),
            tuple(_checked(warning, str) for warning in values["warnings"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"not a file: {error}") from error
    _check_offsets(blocks, len(text), may_be_empty=False)
    _check_offsets(pages, len(text), may_be_empty=True)
    return loaded


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {kind.__name__} is expected")
    return value


def _check_offsets(spans: Sequence[Block] | Sequence[Page], length: int, *, may_be_empty: bool) -> None:
    """Spans must lie in order within the text, not overlap, and hold something unless they `may_be_empty`."""
    done = 0
    for span in spans:
        if not done <= span.start <= span.end <= length or (span.start == span.end and not may_be_empty):
            raise WireError(f"offsets {span.start}-{span.end} are out of place")
        done = span.end
