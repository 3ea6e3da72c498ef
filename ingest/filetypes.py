"""What a file's bytes say it is, against what its name says."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from ingest.statuses import FileStatus, Unreadable

SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")  # those of ingest.loaders.LOADERS
PDF_HEADER_WITHIN = 1024  # readers accept "%PDF-" anywhere in the first 1024 bytes (ISO 32000-1, annex H)

_MAGICS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, such as .doc or .xls"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\x00", "a database"),
)
_ZIP_KINDS = (
    ("word/document.xml", "a Word document"),
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
)
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


def check_type(suffix: str, data: bytes) -> None:
    """Raise Unreadable when the bytes are of another type than `suffix` (such as ".pdf") promises."""
    seems = looks_like(data)
    if suffix == ".docx" and seems.startswith("an old Office file") and _ENCRYPTED_OFFICE in data:
        raise Unreadable(FileStatus.ENCRYPTED)
    if suffix == ".pdf":
        agrees = b"%PDF-" in data[:PDF_HEADER_WITHIN]
    elif suffix == ".docx":
        agrees = seems == "a Word document"
    else:
        agrees = seems == "text" or (seems == "an HTML page" and suffix != ".txt")
    if not agrees:
        raise Unreadable(FileStatus.WRONG_TYPE, seems)


def looks_like(data: bytes) -> str:
    """The type the bytes show, in words; "text" and "binary data" where no signature tells."""
    for magic, name in _MAGICS:
        if data.startswith(magic):
            return _zip_kind(data) if name == "a zip archive" else name
    start = data.removeprefix(b"\xef\xbb\xbf")[:PDF_HEADER_WITHIN].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "text" if _is_text(data) else "binary data"


def _zip_kind(data: bytes) -> str:
    try:
        names = set(ZipFile(BytesIO(data)).namelist())
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(FileStatus.DAMAGED, f"the zip archive inside cannot be opened ({error})") from error
    return next((kind for name, kind in _ZIP_KINDS if name in names), "a zip archive")


def _is_text(data: bytes) -> bool:
    """No zero bytes but those of UTF-16 and UTF-32, and hardly any other control characters."""
    sample = data[:65536]
    if sample.startswith(_WIDE_BOMS) or is_utf16(data):
        return True
    controls = sum(sample.count(byte) for byte in range(1, 32) if byte not in b"\t\n\v\f\r\x1b")
    return b"\x00" not in data and controls * 100 <= len(sample)


def is_utf16(data: bytes) -> str:
    """The UTF-16 codec of text without a byte order mark ("utf-16-le" or "-be"), "" if it is not that.

    European letters leave every other byte zero; a third of them is enough to tell.
    """
    sample = data[:4096]
    if len(data) % 2 or len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 3 > len(sample) / 2 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even * 3 > len(sample) / 2 and odd == 0 else ""
