"""Where the documents name an entry of the register."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vectorstore.entities import Mention, Mentioning
from vectorstore.errors import StoreError
from vectorstore.naming import Names
from vectorstore.passages import Metadata, Passage

log = logging.getLogger(__name__)

MOST_DOCUMENTS = 8
MOST_PASSAGES = 3


class Naming(Protocol):
    """The register that questions are read by, and where documents name its entries."""

    def __call__(self) -> Names: ...
    def mentions(self, document_id: str) -> list[Mention]: ...
    def mentioning(self, entity_id: str) -> list[Mentioning]: ...


class Described(Protocol):
    """A document, as far as it is shown here."""

    @property
    def id(self) -> str: ...
    @property
    def metadata(self) -> Metadata: ...


class Shelf(Protocol):
    """The documents that are searched."""

    def document(self, id: str, /) -> Described | None: ...
    def passages(self, document_id: str, /) -> Sequence[Passage]: ...


@dataclass(frozen=True, slots=True)
class NamedIn:
    """A document that names an entry in `count` passages, and the first of those."""

    document: Described
    count: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class NamedAll:
    """The documents that name it most, and how many `more` do; `known` is false where nobody can tell."""

    documents: tuple[NamedIn, ...] = ()
    more: int = 0
    known: bool = True


def named_in(naming: Naming, shelf: Shelf, entity_id: str) -> NamedAll:
    """Which documents name the entry, those that do it most first."""
    try:
        every = naming.mentioning(entity_id)
        shown = [_named(naming, shelf, one, entity_id) for one in every[:MOST_DOCUMENTS]]
    except StoreError as error:
        log.warning("the mentions could not be read: %s", error)
        return NamedAll(known=False)
    return NamedAll(tuple(one for one in shown if one), max(0, len(every) - MOST_DOCUMENTS))


def _named(naming: Naming, shelf: Shelf, one: Mentioning, entity_id: str) -> NamedIn | None:
    document = shelf.document(one.document_id)
    if document is None:
        return None
    within = {each.passage_id for each in naming.mentions(document.id) if each.entity_id == entity_id}
    passages = [passage for passage in shelf.passages(document.id) if passage.id in within]
    return NamedIn(document, one.passages, tuple(passages[:MOST_PASSAGES]))
