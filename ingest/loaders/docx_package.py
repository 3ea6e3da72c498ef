"""Whether a Word file's zip archive is safe to unpack."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.statuses import FileStatus, Unreadable

# Real reports unpack to tens of MB at a ratio of 5 to 20.
ENTRIES = 5_000
UNPACKED_BYTES = 200 * 2**20
RATIO = 100
_SMALL = 2**20  # bytes; a part below this may be packed tighter, as tables of blanks are
_NESTED = (".zip", ".docx", ".docm", ".jar", ".7z", ".gz", ".rar")


def check_package(data: bytes) -> None:
    """Raise Unreadable for an archive that unpacks to too much, holds others, or names odd paths."""
    try:
        entries = ZipFile(BytesIO(data)).infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(FileStatus.DAMAGED, f"the zip archive inside cannot be opened ({error})") from error
    if len(entries) > ENTRIES:
        raise Unreadable(FileStatus.TOO_LARGE, f"{len(entries):,} parts inside, and {ENTRIES:,} are allowed")
    if (unpacked := sum(entry.file_size for entry in entries)) > UNPACKED_BYTES:
        raise Unreadable(FileStatus.TOO_LARGE, f"it unpacks to {unpacked // 2**20} MB")
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: ZipInfo) -> None:
    """A part's name and packing; its stated size is what zipfile will hold it to when it unpacks."""
    name = entry.filename.lower().replace("\\", "/")
    if entry.flag_bits & 1:
        raise Unreadable(FileStatus.ENCRYPTED)
    if ".." in name.split("/") or name.startswith("/"):
        raise Unreadable(FileStatus.DAMAGED, f"a part is named {entry.filename!r}")
    if name.endswith(_NESTED):
        raise Unreadable(FileStatus.DAMAGED, f"there is an archive inside it ({entry.filename})")
    if entry.file_size > _SMALL and entry.file_size > RATIO * max(entry.compress_size, 1):
        raise Unreadable(FileStatus.TOO_LARGE, f"{entry.filename} unpacks to {entry.file_size // 2**20} MB")
