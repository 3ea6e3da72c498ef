"""Which files to read, and what identifies each of them."""

import hashlib
import re
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
CORRECTED = "+"
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


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

    @property
    def size(self) -> int:
        """Bytes of the file now; raises OSError."""
        return self.path.stat().st_size

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
    is reported rather than passed over. A folder that cannot be opened is an IngestError too: its
    documents would look as if they were gone.
    """
    return [_root(path) for path in paths]


def starter_root() -> Root:
    """The fact sheets that come with Utblick; their URIs do not depend on where it is installed."""
    folder = Path(str(files("ingest").joinpath("starter")))
    sheets = sorted(folder.glob("*.md"))
    return Root(STARTER, tuple(Source(path, STARTER + path.stem, path.name) for path in sheets), True)


def digest(data: bytes, sidecar: bytes, correction: bytes = b"") -> str:
    """SHA-256 over all that a document is made from; that of a correction is joined to it by a sign."""
    parts = hashlib.sha256(RECIPE.encode())
    for part in (data, sidecar):
        parts.update(len(part).to_bytes(8, "big") + part)
    corrected = CORRECTED + hashlib.sha256(correction).hexdigest() if correction else ""
    return parts.hexdigest() + corrected


def content_digest(digest: str) -> str:
    """The part of a digest that is the same for the same content, whatever was corrected."""
    return digest.partition(CORRECTED)[0]


def _root(path: Path) -> Root:
    path = path.expanduser().absolute()
    if not path.exists():
        raise IngestError(f"{path} does not exist. Give a file or folder that does.")
    if path.is_dir():
        resolved = path.resolve()
        sources = tuple(
            _source(file, file.relative_to(resolved).as_posix()) for file in sorted(_walk(resolved))
        )
        return Root(resolved.as_uri().rstrip("/") + "/", sources, True)
    if not path.is_file():
        raise IngestError(f"{path} is neither a file nor a folder, so it cannot be read.")
    file = path.resolve()
    return Root(file.as_uri(), (_source(file, file.name),), False)


def _source(file: Path, name: str) -> Source:
    """Names in other encodings, or with commands to a terminal, are shown with U+FFFD for those parts."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Source(file, file.as_uri(), CONTROLS.sub("\ufffd", readable))


def _walk(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.name.startswith((".", "~$")) or _is_sidecar(entry):
                continue
            if entry.is_dir() and not entry.is_symlink():
                waiting.append(entry)
            elif entry.is_file():
                yield entry


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise IngestError(f"{folder} cannot be opened: {error.strerror}.") from error


def _is_sidecar(path: Path) -> bool:
    """One without its file is none: it is reported as a file of an unknown kind."""
    document = path.with_name(path.name.removesuffix(SIDECAR_SUFFIX))
    return path.name.endswith(SIDECAR_SUFFIX) and document.exists()
