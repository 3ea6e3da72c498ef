"""From a stored document back to the file it was made from."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest.sources import STARTER, Source, starter_root
from ingest.watching.copies import find_copy
from vectorstore.settings import Settings
from vectorstore.uploads import UPLOAD, Uploads, upload_name

Origin = Callable[[Settings, str, str], Path | None]


def source_of(settings: Settings, uri: str, name: str) -> Source | None:
    """The file of the document `uri`, which readers know as `name`; None when there is none any more."""
    for prefix, find in ORIGINS.items():
        if uri.startswith(prefix):
            path = find(settings, uri, name)
            return Source(path, uri, name) if path and path.is_file() else None
    return None


def _file(_settings: Settings, uri: str, _name: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def _upload(settings: Settings, uri: str, _name: str) -> Path:
    return Uploads(settings.data_dir).path(upload_name(uri))


def _starter(_settings: Settings, uri: str, _name: str) -> Path | None:
    return next((each.path for each in starter_root().sources if each.uri == uri), None)


ORIGINS: dict[str, Origin] = {
    "file:": _file,
    "http:": find_copy,
    "https:": find_copy,
    UPLOAD: _upload,
    STARTER: _starter,
}
"""Where the documents of each kind of URI lie."""
