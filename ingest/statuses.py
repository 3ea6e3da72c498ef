"""How reading one file may end, and the words for it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FileStatus(StrEnum):
    """How the reading of one file ended."""

    READ = "read"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"


class Unreadable(Exception):
    """A loader's way of saying that the file cannot be read; `Reader` turns it into a result."""

    def __init__(self, status: FileStatus, detail: str = "") -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail


_REASONS: Mapping[FileStatus, str] = MappingProxyType(
    {
        FileStatus.READ: "{name} was read.",
        FileStatus.EMPTY: "{name} is empty. Add the file again once it has content.",
        FileStatus.NO_TEXT: "{name} holds no text, only images or markup. If it is a scan, run OCR on it.",
        FileStatus.WRONG_TYPE: "{name} is not what its name says: it looks like {detail}. Rename or "
        "convert it.",
        FileStatus.UNSUPPORTED: "{name} is of a kind that is not read ({detail}). "
        "Convert it to .txt, .md, .html, .pdf or .docx.",
        FileStatus.ENCRYPTED: "{name} is protected by a password. Save a copy without one.",
        FileStatus.DAMAGED: "{name} is damaged: {detail}. Open it in its own program and save it anew.",
        FileStatus.TOO_LARGE: "{name} is too large: {detail}. Split it into smaller files.",
        FileStatus.TIMEOUT: "{name} took longer than {detail} to read. "
        "Split it, or raise the limit for parsing.",
        FileStatus.OUT_OF_MEMORY: "{name} needs more than {detail} of memory to read. "
        "Split it, or raise the limit for parsing.",
        FileStatus.CRASHED: "{name} made the parser stop ({detail}). Save it anew or in another format.",
    }
)


def reason(status: FileStatus, name: str, detail: str = "") -> str:
    """One sentence that names the file, says what is wrong with it, and the way out."""
    return _REASONS[status].format(name=name, detail=detail or "no details")
