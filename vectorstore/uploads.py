"""Files that were uploaded: kept under safe names, each version whole or not at all."""

import os
import re
import shutil
import unicodedata
import uuid
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO
from urllib.parse import quote, unquote

UPLOAD = "upload:"
LONGEST_NAME = 150
"""Characters of a name; longer ones are cut before their ending."""
LONGEST_STEM = 60
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Commands to terminals, and characters that turn the reading direction or cannot be seen."""


def bare_name(sent: str) -> str:
    """The file's own name, fit to be shown; empty where nothing is left of it."""
    name = PureWindowsPath(PurePosixPath(sent.replace("\x00", "")).name).name
    # Decomposed letters, as some systems send them, would make another document of the same name.
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    name = " ".join(UNFIT.sub("", name).split())
    if len(name) > LONGEST_NAME:
        ending = PurePosixPath(name).suffix[:10]
        name = name[: LONGEST_NAME - len(ending)].rstrip() + ending
    return "" if name.strip(". ") == "" else name


def upload_uri(name: str) -> str:
    """What identifies the upload called `name`, whatever version of it."""
    return UPLOAD + quote(name, safe="")


def upload_name(uri: str) -> str:
    """The name that an upload's URI was made from."""
    return unquote(uri.removeprefix(UPLOAD))


class Uploads:
    """The uploads of a data folder. New files wait in a folder of their own until they have been read."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "uploads"
        self._arrived = self.folder / "arrived"

    def take_in(self, file: BinaryIO) -> str:
        """Write a file that was sent; it is on disk when this returns. Returns what to call it meanwhile."""
        self._arrived.mkdir(parents=True, exist_ok=True)
        number = uuid.uuid4().hex
        unfinished = self._arrived / f".{number}"
        try:
            with unfinished.open("xb") as kept:
                shutil.copyfileobj(file, kept, 1 << 20)
                kept.flush()
                os.fsync(kept.fileno())
            os.replace(unfinished, self._arrived / number)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _settle(self._arrived)
        return number

    def arrived(self, number: str) -> Path:
        """Where a file waits that was sent as `number`."""
        return self._arrived / number

    def keep(self, number: str, name: str) -> None:
        """Make the file sent as `number` the upload called `name`, instead of its former version."""
        os.replace(self._arrived / number, self.path(name))
        _settle(self.folder)

    def drop(self, number: str) -> None:
        """Forget a file that was sent as `number`."""
        (self._arrived / number).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        """Where the upload called `name` is kept. Different names have different paths on every disk."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        stem, ending = PurePosixPath(plain).stem, PurePosixPath(plain).suffix.lower()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:LONGEST_STEM] or "file"
        ending = ending if re.fullmatch(r"\.[a-z0-9]{1,10}", ending) else ""
        return self.folder / f"{stem}-{sha256(name.encode()).hexdigest()[:16]}{ending}"

    def remove(self, name: str) -> bool:
        """Delete the upload called `name`; returns whether it was there."""
        path = self.path(name)
        there = path.is_file()
        path.unlink(missing_ok=True)
        return there


def _settle(folder: Path) -> None:
    """Have the folder's entries written, so that a renamed file is found after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
