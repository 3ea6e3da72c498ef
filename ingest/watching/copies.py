"""The copies of watched pages that their documents are made from, in data_dir/watched/<id>/."""

import json
import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingest.stated import SIDECAR_SUFFIX
from vectorstore.settings import Settings

ARRIVED = "arrived"
BEFORE = ".before"


def copies_folder(settings: Settings) -> Path:
    """Where all copies are."""
    return settings.data_dir / "watched"


def find_copy(settings: Settings, uri: str, _name: str = "") -> Path | None:
    """The latest copy of the page with the address `uri`, whatever list it was or is on."""
    found = [path for path in copies_folder(settings).glob(f"*/{_key(uri)}.*") if _is_copy(path)]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of one thing that is watched. A kill leaves the old copy or the new one."""

    folder: Path

    def find(self, uri: str) -> Path | None:
        """The copy of the page, or None."""
        return next((path for path in self.folder.glob(f"{_key(uri)}.*") if _is_copy(path)), None)

    def arrive(self, uri: str, suffix: str, data: bytes, published: str = "") -> Path:
        """Write a new copy, which does not count until it is kept, and beside it what is known of it."""
        path = self.folder / ARRIVED / f"{_key(uri)}{suffix}"
        stated = {"source_url": uri} | ({"published": published} if published else {})
        lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in stated.items())
        _write(_sidecar(path), lines.encode())
        _write(path, data)
        return path

    def keep(self, uri: str, arrived: Path) -> None:
        """The copy that arrived takes the place of the former one."""
        former, path = self.find(uri), self.folder / arrived.name
        _sidecar(arrived).replace(_sidecar(path))
        arrived.replace(path)
        if former and former != path:
            former.unlink(missing_ok=True)
            _sidecar(former).unlink(missing_ok=True)

    def before(self, uri: str) -> str | None:
        """The text as it was when a change was found that has not been told yet."""
        try:
            return (self.folder / f"{_key(uri)}{BEFORE}").read_text("utf-8")
        except FileNotFoundError:
            return None

    def remember(self, uri: str, text: str) -> None:
        """Keep the text as it was until the change is told, whatever happens in between."""
        _write(self.folder / f"{_key(uri)}{BEFORE}", text.encode("utf-8", "replace"))

    def told(self, uri: str) -> None:
        """The change is told."""
        (self.folder / f"{_key(uri)}{BEFORE}").unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _key(uri: str) -> str:
    return sha256(uri.encode("utf-8", "replace")).hexdigest()[:24]


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR_SUFFIX)


def _is_copy(path: Path) -> bool:
    return not path.name.endswith((SIDECAR_SUFFIX, BEFORE, ".new"))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
