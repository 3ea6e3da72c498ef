"""Documents and passages as table rows, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vectorstore.passages import Document, Metadata, Page, Passage, Section, Status

Row = dict[str, Any]


def document_row(document: Document) -> Row:
    """The columns of `documents` that the document itself fills."""
    metadata = asdict(document.metadata) | {"found": dict(document.metadata.found)}
    return {
        "id": document.id,
        "uri": document.uri,
        "source": document.source,
        "digest": document.digest,
        "text": document.text,
        "metadata": metadata,
        "sections": [asdict(section) for section in document.sections],
        "pages": [asdict(page) for page in document.pages],
    }


def document_of(row: Mapping[Any, Any]) -> Document:
    """The document a row of `documents` holds."""
    return Document(
        id=row["id"],
        uri=row["uri"],
        source=row["source"],
        digest=row["digest"],
        text=row["text"],
        metadata=metadata_of(row["metadata"]),
        sections=tuple(Section(**section) for section in row["sections"]),
        pages=tuple(Page(**page) for page in row["pages"]),
    )


def metadata_of(stored: Mapping[str, Any]) -> Metadata:
    """Metadata as it was before it became JSON."""
    start, end = stored["period"]
    lists = {"regions": tuple(stored["regions"]), "period": (start, end), "status": Status(stored["status"])}
    return Metadata(**{**stored, **lists})


def passage_row(passage: Passage) -> Row:
    """All columns of `passages`."""
    return asdict(passage)


def passage_of(row: Mapping[Any, Any]) -> Passage:
    """The passage a row of `passages` holds."""
    gaps = tuple((start, end) for start, end in row["gaps"])
    return Passage(**{**row, "headings": tuple(row["headings"]), "gaps": gaps})
