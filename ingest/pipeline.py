"""Ingest: each file read, described, cut, embedded and stored; then one generation published."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ingest.document import make_document
from ingest.reading import FILE_BYTES, Reader, too_large
from ingest.report import FileReport, IngestReport, Outcome
from ingest.sources import STARTER, IngestError, Root, Source, content_digest, digest
from ingest.stated import MetadataError, read_front_matter, read_sidecar
from ingest.statuses import FileStatus
from vectorstore.catalogue import Catalogue
from vectorstore.corrections import Corrections, Fields, corrected_values, correction_bytes
from vectorstore.embedder import Embedder
from vectorstore.late import token_rows

log = logging.getLogger(__name__)

BAD_METADATA = "bad_metadata"
NOT_CUT = "{} was read but could not be cut into passages ({}). Please report this with the file."
Progress = Callable[[int, int, str], None]


def ingest(
    roots: Sequence[Root],
    catalogue: Catalogue,
    embedder: Callable[[], Embedder],
    reader: Reader,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the catalogue up to date with the files of `roots`; one document is one transaction.

    A file as it was is left alone, a changed one replaced whole, and one that can no longer be
    read keeps its stored version. With `prune`, documents whose file is gone from a root are
    removed; fact sheets always are. `embedder` is called only when there is something to embed.
    `progress` hears (files done, files in all, the next one's name). Raises IngestError before
    anything is done.
    """
    began = time.perf_counter()
    sources = list({source.uri: source for root in roots for source in root.sources}.values())
    stored = catalogue.digests()
    gone = _gone([root for root in roots if prune or root.prefix == STARTER], stored, sources)
    kept = {uri: value for uri, value in stored.items() if uri not in gone}
    run = _Run(catalogue, embedder, reader, kept, Corrections(catalogue.engine).all())
    reports: dict[str, FileReport] = {}
    for number, source in enumerate(sources):
        if progress:
            progress(number, len(sources), source.name)
        reports[source.uri] = run.file(source)
    # A twin may have changed after its copy was seen; then the copy is the only one of its content.
    for source in sources:
        if reports[source.uri].outcome is Outcome.DUPLICATE:
            reports[source.uri] = run.file(source)
    if progress:
        progress(len(sources), len(sources), "")
    removed = _remove(catalogue, gone)
    listed = catalogue.documents()
    return IngestReport(
        (*reports.values(), *removed),
        documents=len(listed),
        passages=sum(document.passages for document in listed),
        seconds={"files": round(time.perf_counter() - began, 3)},
    )


class _Run:
    """What one run needs for each file, and what it has learnt so far."""

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Callable[[], Embedder],
        reader: Reader,
        stored: Mapping[str, str],
        corrections: Mapping[str, Fields],
    ) -> None:
        self.catalogue = catalogue
        self.embedder = embedder
        self.reader = reader
        self.stored = dict(stored)
        self.corrections = corrections
        self.uris = {content_digest(value): uri for uri, value in stored.items()}

    def file(self, source: Source) -> FileReport:
        """One file, whatever becomes of it."""
        sidecar = source.sidecar()
        try:
            if source.size > FILE_BYTES:
                return self._failed(source, FileStatus.TOO_LARGE, too_large(source.name, source.size))
            data = source.path.read_bytes()
            stated = sidecar.read_bytes() if sidecar.is_file() else b""
        except OSError as error:
            return self._failed(source, "unreadable", f"{source.name} cannot be opened: {error.strerror}.")
        correction = self.corrections.get(source.uri, {})
        fingerprint = digest(data, stated, correction_bytes(correction))
        if self.stored.get(source.uri) == fingerprint:
            return FileReport(source.name, source.uri, Outcome.UNCHANGED, document_id=source.document_id)
        if (twin := self.uris.get(content_digest(fingerprint))) and source.uri not in self.stored:
            reason = f"{source.name} has the same content as {twin}, which is stored; it is not stored twice."
            copied = Source(source.path, twin, source.name).document_id
            return FileReport(source.name, source.uri, Outcome.DUPLICATE, "", reason, copied)
        read = self.reader.read(source.name, data)
        if read.file is None:
            return self._failed(source, read.status, read.reason)
        try:
            front_matter, unused = read_front_matter(read.file.front_matter, source.name)
            given = {"desk": corrected_values(correction), "front matter": front_matter}
            if stated:
                given["sidecar"] = read_sidecar(stated, sidecar.name)
        except MetadataError as error:
            return self._failed(source, BAD_METADATA, str(error))
        try:
            document, passages = make_document(source, read.file, fingerprint, given, date.today())
        except Exception as error:  # a fault of ours, and no reason for the other files not to land
            log.exception("%s", source.uri)
            return self._failed(source, FileStatus.CRASHED, NOT_CUT.format(source.name, type(error).__name__))
        if not passages:
            return self._failed(source, FileStatus.NO_TEXT, f"{source.name} holds no running text.")
        embedded = self.embedder().embed_passages([(one.header, one.search_text) for one in passages])
        self.catalogue.replace(document, passages, embedded.vectors, token_rows(embedded))
        outcome = Outcome.CHANGED if source.uri in self.stored else Outcome.ADDED
        self.uris.pop(content_digest(self.stored.get(source.uri, "")), None)
        self.stored[source.uri] = fingerprint
        self.uris[content_digest(fingerprint)] = source.uri
        return FileReport(
            source.name,
            source.uri,
            outcome,
            read.status,
            "; ".join([*read.file.warnings, *unused]),
            document.id,
            document.metadata.title,
            len(passages),
        )

    def _failed(self, source: Source, status: str, reason: str) -> FileReport:
        if source.uri in self.stored:
            reason += " The version stored before is kept."
        return FileReport(source.name, source.uri, Outcome.FAILED, status, reason)


def _gone(roots: Iterable[Root], stored: Iterable[str], sources: Iterable[Source]) -> list[str]:
    present = {source.uri for source in sources}
    gone: list[str] = []
    for root in (root for root in roots if root.is_folder):
        missing = [uri for uri in stored if uri.startswith(root.prefix) and uri not in present]
        if missing and not root.sources:
            raise IngestError(
                f"{root.prefix} holds no files, but {len(missing)} stored documents come from it. It may "
                "not be mounted. If they really are to go, remove them with 'utblick documents remove'."
            )
        gone += missing
    return gone


def _remove(catalogue: Catalogue, uris: Sequence[str]) -> list[FileReport]:
    listed: Mapping[str, Any] = {document.uri: document for document in catalogue.documents()} if uris else {}
    found = [listed[uri] for uri in uris if uri in listed]
    if found:
        catalogue.remove([document.id for document in found])
    return [
        FileReport(
            document.source,
            document.uri,
            Outcome.REMOVED,
            document_id=document.id,
            title=document.metadata.title,
        )
        for document in found
    ]
