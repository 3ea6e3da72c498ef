"""From a file's bytes to its text and blocks: one function per suffix."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ingest.filetypes import check_type
from ingest.loaded import LoadedFile
from ingest.loaders.docx import load_docx
from ingest.loaders.html import load_html
from ingest.loaders.markdown import load_markdown
from ingest.loaders.pdf import load_pdf
from ingest.loaders.text import load_text
from ingest.loaders.tidy import tidied
from ingest.statuses import FileStatus, Unreadable

LOADERS: Mapping[str, Callable[[bytes], LoadedFile]] = MappingProxyType(
    {
        ".txt": load_text,
        ".md": load_markdown,
        ".html": load_html,
        ".htm": load_html,
        ".pdf": load_pdf,
        ".docx": load_docx,
    }
)


def load(suffix: str, data: bytes) -> LoadedFile:
    """The file's text and blocks; raises Unreadable, or whatever a parser raises on bad input.

    Meant for the sandbox: parsers may hang, or use up all memory.
    """
    if not data.strip():
        raise Unreadable(FileStatus.EMPTY)
    check_type(suffix, data)
    loaded = tidied(LOADERS[suffix](data))
    if not loaded.blocks:
        blank = suffix in (".txt", ".md") and not loaded.text.strip()
        raise Unreadable(FileStatus.EMPTY if blank else FileStatus.NO_TEXT)
    return loaded
