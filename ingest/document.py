"""From a loaded file to a document and its passages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest.chunking import cut
from ingest.cleaning import lost_letters, mend
from ingest.contents import without_contents
from ingest.furniture import running_text
from ingest.headings import mark_headings
from ingest.loaded import LoadedFile
from ingest.metadata import describe
from ingest.posts import find_posts
from ingest.sources import Source
from vectorstore.passages import Document, Passage


def make_document(
    source: Source, file: LoadedFile, digest: str, stated: Mapping[str, Any], today: date
) -> tuple[Document, list[Passage]]:
    """Contents, headings, furniture, posts, metadata, passages: one step a line, each its own file."""
    file = without_contents(file)
    body = running_text(file.text, mark_headings(file))
    posts = find_posts(file.text, body.blocks, today)
    repairs = lost_letters(file.text)
    metadata = describe(source.name, file, body.blocks, posts, stated, mended=mend(file.text, repairs))
    document = Document(
        id=source.document_id,
        uri=source.uri,
        source=source.name,
        digest=digest,
        text=file.text,
        metadata=metadata,
        sections=posts,
        pages=file.pages,
    )
    return document, cut(document, body, repairs)
