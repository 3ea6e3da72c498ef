"""The register that questions are read by, kept up with what is published."""

import logging

from vectorstore.catalogue import Catalogue, Version
from vectorstore.entities import Mention, Mentioning, Register
from vectorstore.errors import StoreError
from vectorstore.live import Views
from vectorstore.naming import Names
from vectorstore.stored_register import StoredNames, read_mentioning, read_mentions

log = logging.getLogger(__name__)


class LiveNames:
    """Lends the names; reads them again when another state of the store is searched."""

    def __init__(self, catalogue: Catalogue, views: Views) -> None:
        self._catalogue = catalogue
        self._views = views
        self._stored = StoredNames()
        self._seen: Version | None = None
        self._names = Names(Register())
        # Now rather than within the first question: making the names ready takes some tenths of a second.
        self()

    def __call__(self) -> Names:
        """The names as of the state searched now; the former ones while the catalogue cannot be read."""
        with self._views.view() as view:
            version = view.version
        if version != self._seen:
            try:
                with self._catalogue.reading() as connection:
                    self._names = self._stored.read(connection)
                self._seen = version
            except StoreError as error:
                log.warning("the register could not be read: %s", error)
        return self._names

    def mentions(self, document_id: str) -> list[Mention]:
        """Where the document names entities, in the order of its text."""
        with self._catalogue.reading() as connection:
            return read_mentions(connection, document_id)

    def mentioning(self, entity_id: str) -> list[Mentioning]:
        """The documents that name the entity, those with the most such passages first."""
        with self._catalogue.reading() as connection:
            return read_mentioning(connection, entity_id)
