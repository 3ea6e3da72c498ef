"""Reads a question set from JSONL, CSV or Excel: all of it, or a list of everything that is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath

from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.drafts import Draft, settle
from assistant.evaluation.jsonl_rows import read_jsonl
from assistant.evaluation.set_errors import Fault, Faults, SetError, shorten, told
from assistant.evaluation.tables import read_csv, read_xlsx

__all__ = ["MOST_BYTES", "SUFFIXES", "Fault", "SetError", "read_bytes", "read_set", "set_name", "told"]

MOST_BYTES = 10 * 2**20
_NAME_CHARACTERS = 60
_UNSAFE = re.compile("[^0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f_-]+")
_READERS: Mapping[str, Callable[[bytes, Faults], list[Draft]]] = {
    ".jsonl": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_xlsx,
}
SUFFIXES = tuple(_READERS)
_HINTS = {".json": "suffix_json", ".xls": "old_xls"}


def read_set(path: Path) -> QuestionSet:
    """The set in the file `path`, whose suffix says what it is; SetError lists what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        Faults(path.name or str(path)).stop("unreadable", path=path, reason=error.strerror or error)
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> QuestionSet:
    """The set in the content `data` of a file called `name`; SetError lists what is wrong with it."""
    file = PurePath(name.replace("\\", "/")).name or "?"
    faults = Faults(shorten(file))
    suffix = PurePath(file).suffix.lower()
    if suffix not in _READERS:
        faults.stop(_HINTS.get(suffix, "suffix"), value=shorten(suffix or file))
    if len(data) > MOST_BYTES:
        faults.stop("large_file", most=MOST_BYTES // 2**20)
    cases = settle(_READERS[suffix](data, faults), faults)
    if found := faults.found():
        raise SetError(found)
    if not cases:
        faults.stop("empty")
    return QuestionSet.of(set_name(file), cases)


def set_name(file: str) -> str:
    """The stem of a file's name with only letters, digits, - and _; at most 60 characters, never empty."""
    stem = unicodedata.normalize("NFC", PurePath(file).stem)
    return _UNSAFE.sub("-", stem)[:_NAME_CHARACTERS].strip("-_") or "set"
