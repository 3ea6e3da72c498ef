"""The documents as the desk sees them: what is stored, from where, and what is asked to be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import Depends

from assistant.channels.problems import Problem
from assistant.channels.service import Served
from vectorstore.catalogue import Catalogue
from vectorstore.corrections import Corrections, Fields
from vectorstore.entities import Entity
from vectorstore.jobs import Job, Jobs
from vectorstore.passages import Document, Metadata, Passage
from vectorstore.reading import Listed
from vectorstore.stored_register import read_named, read_regions
from vectorstore.uploads import Uploads, upload_uri
from vectorstore.watched import Item, WatchList

READ, REMOVE = "read", "remove"
KINDS = (READ, REMOVE)
MOST_NAMED = 14
ORIGINS = {"upload:": "upload", "file:": "folder", "starter:": "sheet"}
WATCHED = "watched"
ALL_ORIGINS = (*ORIGINS.values(), WATCHED)


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the desk lists it; `origin` is one of ALL_ORIGINS."""

    id: str
    uri: str
    source: str
    metadata: Metadata
    stored_at: datetime
    passages: int
    origin: str

    @property
    def day(self) -> str:
        """When it was stored, by this machine's calendar."""
        return self.stored_at.astimezone().date().isoformat()


class Shelf:
    """Reads the catalogue itself, which is never behind what was just done; asks for work by jobs."""

    def __init__(self, service: Served) -> None:
        self.catalogue = Catalogue(service.log.engine)
        self.corrections = Corrections(service.log.engine)
        self.uploads = Uploads(service.settings.data_dir)
        self.jobs: Jobs = service.jobs
        self.watched = WatchList(service.log.engine)

    def rows(self) -> list[Row]:
        """Every stored document."""
        return [_row(each) for each in self.catalogue.documents()]

    def row(self, document_id: str) -> Row:
        """The stored document with that id; a Problem when there is none."""
        for each in self.rows():
            if each.id == document_id:
                return each
        raise Problem(404, "unknown_document")

    def whole(self, document_id: str) -> tuple[Document, list[Passage]]:
        """The document with its text, and its passages; a Problem when there is none."""
        found = self.catalogue.document(document_id)
        if found is None:
            raise Problem(404, "unknown_document")
        return found, self.catalogue.passages(document_id)

    def regions(self) -> list[str]:
        """The places that the register knows, as documents' metadata name them."""
        with self.catalogue.reading() as connection:
            return read_regions(connection)

    def named(self, document_id: str) -> list[tuple[Entity, int]]:
        """What the document names most, with the number of passages that do."""
        with self.catalogue.reading() as connection:
            return read_named(connection, document_id, MOST_NAMED)

    def upload(self, name: str, arrived: str) -> Job:
        """Have the file that was sent read as the upload called `name`."""
        return self.jobs.add(READ, {**_about(upload_uri(name), name, "upload"), "arrived": arrived})

    def read_again(self, row: Row) -> Job:
        """Have the document's file read again."""
        return self.jobs.add(READ, _about(row.uri, row.source, "again"))

    def remove(self, row: Row) -> Job:
        """Have the document removed for good."""
        return self.jobs.add(REMOVE, _about(row.uri, row.source, "remove"))

    def correct(self, row: Row, fields: Fields) -> Job:
        """Keep what is corrected and have the document read again with it: both, or neither."""
        with self.catalogue.writing() as connection:
            self.corrections.save_in(connection, row.uri, fields)
            return self.jobs.add_in(connection, READ, _about(row.uri, row.source, "correction"))

    def marks(self) -> dict[str, Item]:
        """Watched documents that could not be read again or are gone from their source, by URI."""
        return self.watched.marks()

    def latest(self, limit: int = 200) -> list[Job]:
        """The latest jobs on documents, newest first."""
        return self.jobs.newest(limit, KINDS)

    def latest_on(self, uri: str) -> list[Job]:
        """The same for one document."""
        return [job for job in self.latest() if job.about.get("uri") == uri]


def _shelf(service: Served) -> Shelf:
    return Shelf(service)


AtShelf = Annotated[Shelf, Depends(_shelf)]


def origin(uri: str) -> str:
    """Where a document is from, by its URI."""
    return next((name for prefix, name in ORIGINS.items() if uri.startswith(prefix)), WATCHED)


def _about(uri: str, name: str, why: str) -> dict[str, Any]:
    return {"uri": uri, "name": name, "why": why, "id": str(uuid5(NAMESPACE_URL, uri))}


def _row(one: Listed) -> Row:
    # SQLite gives times back without their zone, which is UTC.
    at = one.stored_at if one.stored_at.tzinfo else one.stored_at.replace(tzinfo=UTC)
    return Row(one.id, one.uri, one.source, one.metadata, at, one.passages, origin(one.uri))


def swedish_order(names: Sequence[str]) -> list[str]:
    """Names by the Swedish alphabet, in which å, ä and ö come last."""
    last = str.maketrans("åäöæø", "{|}|}")
    return sorted(names, key=lambda name: name.casefold().translate(last))
