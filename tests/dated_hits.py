"""Hits of small documents, one passage each, for tests of what is said about sources."""

from dataclasses import replace

from assistant.citations import Quote
from vectorstore.passages import Document, Metadata, Passage, Section
from vectorstore.queries import Hit


def hit(name: str, text: str, metadata: Metadata | None = None, sections: tuple[Section, ...] = ()) -> Hit:
    """A hit on the whole of a document of one passage."""
    about = metadata or Metadata(name, language="sv")
    document = Document(name, f"x:{name}", f"{name}.md", name, text, about, sections)
    return Hit(
        Passage(f"{name}-0", name, 0, text, 0, len(text), "", text, published=about.dated), document, 1.0
    )


def section_hit(whole: Hit, title: str) -> Hit:
    """A hit on one dated section of a document."""
    section = next(one for one in whole.document.sections if one.title == title)
    text = whole.document.text[section.start : section.end]
    passage = replace(
        whole.passage, id=title, text=text, start=section.start, end=section.end, published=section.published
    )
    return replace(whole, passage=passage)


def quote(found: Hit, words: str) -> Quote:
    """The quote of `words` in a hit."""
    start = found.document.text.index(words)
    return Quote(found, start, start + len(words))
