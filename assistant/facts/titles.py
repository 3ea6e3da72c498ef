"""What a source is called in the words around its quotes: its title, publisher and time."""

from assistant.validity import section_at, spoken
from vectorstore.queries import Hit


def dated(hit: Hit, language: str) -> str:
    """The date of a passage as it is said, of its section where it has one; empty when unknown."""
    document, passage = hit.document, hit.passage
    iso = passage.published if section_at(document, passage.start) else document.metadata.dated
    return spoken(iso, language) if iso else ""


def described(hit: Hit, language: str) -> dict[str, str]:
    """The document's title, and its publisher and year as `details` that follow the title."""
    metadata = hit.document.metadata
    parts = [part for part in (metadata.publisher, dated(hit, language)[-4:]) if part]
    return {"title": metadata.title, "details": "".join(f", {part}" for part in parts)}


def as_said(key: str, language: str) -> str:
    """The key of a date (see values.py) as it is said, also without its year: "--06-22" is "22 June"."""
    if not key.startswith("--"):
        return spoken(key, language)
    return spoken(f"0000{key[1:]}", language).removesuffix(" 0000")
