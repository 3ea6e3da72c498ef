"""Small documents for tests of the store, and a way to put them into it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fakes import HashedEmbedder

from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.passages import Document, Metadata, Page, Passage, Section, Status
from vectorstore.settings import Settings

EMBEDDER = HashedEmbedder()

TEXTS = {
    "gävleborg": "Region Gävleborg satsar på exportrådgivning för små företag.\nÅäö räksmörgås i Söderhamn.",
    "värmland": "Region Värmland samverkar med Norge genom Interreg.\nSkogsindustrin är viktig.",
    "dalarna": "Dalarna prioriterar besöksnäring och stålindustri.\nInternationaliseringscheckar finns ej.",
    "national": "Business Sweden helps companies abroad.\nFunding is available for market studies.",
}
METADATA = {
    "gävleborg": Metadata("Strategi", "Region Gävleborg", ("Gävleborg",), "sv", published="2019-03-01"),
    "värmland": Metadata("Program", "Region Värmland", ("Värmland", "Gävleborg"), "sv", published="2021"),
    "dalarna": Metadata("Inriktning", "Region Dalarna", ("Dalarna",), "sv"),
    "national": Metadata("Guide", "Business Sweden", (), "en", published="2020-05", status=Status.CURRENT),
}


def settings_for(folder: Path) -> Settings:
    """Settings that keep everything in `folder`."""
    return Settings(_env_file=None, data_dir=folder)  # type: ignore[call-arg]


def document(name: str, text: str = "", metadata: Metadata | None = None) -> Document:
    """A document of one page and one section; the text is a known one unless given."""
    text = text or TEXTS[name]
    about = metadata or METADATA.get(name) or Metadata(name)
    return Document(
        id=f"id-{name}",
        uri=f"file:///{name}.txt",
        source=f"{name}.txt",
        digest=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        metadata=replace(about, found={"title": "name"}),
        sections=(Section("Alltihop", 0, len(text)),),
        pages=(Page(1, 0, len(text)),),
    )


def passages(document: Document) -> list[Passage]:
    """One passage for each line."""
    found, start = [], 0
    for number, line in enumerate(document.text.split("\n")):
        key = f"{document.id}-{number}-{hashlib.sha256(line.encode()).hexdigest()[:8]}"
        header, published = document.metadata.title, document.metadata.published
        end = start + len(line)
        about = {"page": 1, "headings": ("Rubrik",), "published": published, "gaps": ((start, start + 1),)}
        found.append(Passage(key, document.id, number, line, start, end, header, line, **about))
        start = end + 1
    return found


def put(catalogue: Catalogue, *documents: Document) -> list[bool]:
    """Store the documents; returns which of them changed anything."""
    catalogue.check_model(EMBEDDER.identity)
    return [
        catalogue.replace(one, cut := passages(one), EMBEDDER.embed_documents(texts(cut)))
        for one in documents
    ]


def texts(cut: Sequence[Passage]) -> list[str]:
    """What is embedded."""
    return [passage.indexed_text for passage in cut]


def shelf(folder: Path, *names: str) -> Catalogue:
    """A catalogue in `folder` with the named documents, or with all known ones."""
    catalogue = open_catalogue(settings_for(folder))
    put(catalogue, *[document(name) for name in names or TEXTS])
    return catalogue


def many(count: int) -> list[Document]:
    """Documents of three passages each."""
    lines = ("Dokument {n} om näringsliv", "Rad två i dokument {n}", "Stöd nummer {n} för export")
    return [document(f"doc-{n}", "\n".join(lines).format(n=n)) for n in range(count)]
