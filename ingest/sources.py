"""Which files to read, and what identifies each of them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from ingest import chunking
from ingest.stated import SIDECAR_SUFFIX
from vectorstore.errors import UtblickError

RECIPE = f"utblick-1-{chunking.VERSION}"
"""Part of every digest: raise it when reading, cleaning or cutting changes, and all is read anew."""
STARTER = "starter:"


class IngestError(UtblickError):
    """The whole run cannot go on; the message is for the person who started it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `uri` identifies it for ever, `name` is what readers see, from its root on."""

    path: Path
    uri: str
    name: str

    @property
    def document_id(self) -> str:
        """The same file is the same document in every run."""
        return str(uuid5(NAMESPACE_URL, self.uri))

    def sidecar(self) -> Path:
        """Where a person may state this file's metadata."""
        return self.path.with_name(self.path.name + SIDECAR_SUFFIX)


@dataclass(frozen=True, slots=True)
class Root:
    """A path the run was given; documents whose URI begins with `prefix` belong to it."""

    prefix: str
    sources: tuple[Source, ...]
    is_folder: bool


def find_roots(paths: Iterable[Path]) -> list[Root]:
    """The files under each path, by name; raises IngestError for a path that does not exist.

    Hidden files and sidecars are no sources; every other file is, so that one of an unknown kind
    is reported rather than passed over.
    """
    return [_root(path) for path in paths]


def starter_root() -> Root:
    """The fact sheets that come with Utblick; their URIs do not depend on where it is installed."""
    folder = Path(str(files("ingest").joinpath("starter")))
    sheets = sorted(folder.glob("*.md"))
    return Root(STARTER, tuple(Source(path, STARTER + path.stem, path.name) for path in sheets), True)


def digest(data: bytes, sidecar: bytes) -> str:
    """SHA-256 over all that a document is made from."""
    parts = hashlib.sha256(RECIPE.encode())
    for part in (data, sidecar):
        parts.update(len(part).to_bytes(8, "big") + part)
    return parts.hexdigest()


def _root(path: Path) -> Root:
    path = path.expanduser().absolute()
    if not path.exists():
        raise IngestError(f"{path} does not exist. Give a file or folder that does.")
    if path.is_dir():
        resolved = path.resolve()
        sources = tuple(
            Source(file, file.as_uri(), file.relative_to(resolved).as_posix()) for file in sorted(_walk(resolved))
        )
        return Root(resolved.as_uri().rstrip("/") + "/", sources, True)
    file = path.resolve()
    return Root(file.as_uri(), (Source(file, file.as_uri(), file.name),), False)


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "~$")) or entry.name.endswith(SIDECAR_SUFFIX):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry
