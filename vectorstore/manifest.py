"""What a generation's folder holds, with a digest of every file in it."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vectorstore.catalogue import Version
from vectorstore.errors import StoreError

FILE = "manifest.json"
# Raise it when a generation of an older program must not be read: layout, terms or facets changed.
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """Written last into a generation. `engine` names Chroma and its version, `files` path -> SHA-256.

    `stale` counts the vectors Chroma has deleted since its index was last built anew.
    """

    format: int
    number: int
    engine: str
    model: dict[str, Any]
    version: Version
    documents: int
    passages: int
    stale: int
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write it into the generation's folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1, sort_keys=True), "utf-8")


def read_manifest(folder: Path, engine: str) -> Manifest:
    """The manifest in `folder`; raises StoreError if it is unreadable or made for another program."""
    try:
        stored = json.loads((folder / FILE).read_text("utf-8"))
        manifest = Manifest(**{**stored, "version": Version(**stored["version"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{folder / FILE} cannot be read: {error}") from error
    if (manifest.format, manifest.engine) != (FORMAT, engine):
        made = f"format {manifest.format} and {manifest.engine}"
        raise StoreError(f"{folder} was made with {made}, this is format {FORMAT} and {engine}")
    return manifest


def digests(folder: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file below `folder` but the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE)
    return {path.relative_to(folder).as_posix(): digest(path) for path in files}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(folder: Path, manifest: Manifest, leaving_out: str = "/") -> None:
    """Raise StoreError unless every file but those below `leaving_out` is as it was when written."""
    for name, expected in manifest.files.items():
        if not name.startswith(leaving_out):
            _compare(folder / name, _digest_or_error(folder / name), expected)


def copy_verified(folder: Path, manifest: Manifest, part: str, target: Path) -> None:
    """Copy the files below `part` into `target`; raises StoreError if one is not as it was written."""
    for name, expected in manifest.files.items():
        if name.startswith(part):
            copy = target / name.removeprefix(part)
            copy.parent.mkdir(parents=True, exist_ok=True)
            _compare(folder / name, _copy(folder / name, copy), expected)


def sync(folder: Path) -> None:
    """Have everything below `folder`, and the folder itself, written to the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync_path(path)


def sync_path(path: Path) -> None:
    """Have a file or folder written to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest_or_error(path: Path) -> str:
    try:
        return digest(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error}") from error


def _copy(source: Path, target: Path) -> str:
    """Copy and digest in one pass, so that what is opened is what was checked."""
    hashed = hashlib.sha256()
    try:
        with source.open("rb") as read, target.open("wb") as write:
            while block := read.read(1 << 20):
                hashed.update(block)
                write.write(block)
    except OSError as error:
        raise StoreError(f"{source} cannot be copied: {error}") from error
    return hashed.hexdigest()


def _compare(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise StoreError(f"{path} is damaged: its digest is not that of the manifest")
