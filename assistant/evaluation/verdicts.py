"""What people decided about single answers, kept apart from what was computed."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.results import Result
from assistant.evaluation.run_files import VerdictRow, checked, parsed

FILE = "verdicts.jsonl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's view of the answer to question `id`; `at` is an ISO time in UTC."""

    id: str
    right: bool
    note: str
    at: str


def add(folder: RunFolder, verdict: Verdict) -> None:
    """Keep the verdict, which replaces an earlier one about the question; it is on disk when this returns."""
    _append(folder, asdict(verdict))


def withdraw(folder: RunFolder, id: str, at: str) -> None:
    """Take back what was decided about question `id`; the earlier lines stay in the file."""
    _append(folder, {"id": id, "right": None, "note": "", "at": at})


def newest(folder: RunFolder) -> dict[str, Verdict]:
    """The verdict that counts for each question that has one; a line that a kill cut short is not there.

    RunError when the file cannot be read, or a line is no verdict.
    """
    found: dict[str, Verdict] = {}
    path = folder.path / FILE
    try:
        lines = path.read_text("utf-8", "replace").split("\n") if path.exists() else []
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}") from error
    for line in filter(str.strip, lines):
        try:
            row = checked(parsed(line, path), VerdictRow, path)
        except ValueError:
            continue
        found.pop(row["id"], None)
        if row["right"] is not None:
            found[row["id"]] = Verdict(row["id"], row["right"], row["note"], row["at"])
    return found


def decided(result: Result, verdict: Verdict | None) -> bool | None:
    """Whether the answer counts as right: as the person says where one did, else as the rules say."""
    return result.passed if verdict is None else verdict.right


def _append(folder: RunFolder, row: Mapping[str, Any]) -> None:
    path = folder.path / FILE
    line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        # Unbuffered, so that a line is one write, which no other's can split.
        with path.open("a+b", buffering=0) as file:
            # After a line that was cut short the next must not join it.
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            broken = file.read(1) not in (b"", b"\n")
            file.write((b"\n" if broken else b"") + line)
            os.fsync(file.fileno())
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}. The verdict is not kept.") from error
