"""The forms of support that the sources tell of, each with its conditions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.citations import Quote
from assistant.fit.criteria import About, Criterion, Statement, criteria
from assistant.fit.signs import matching, sign
from assistant.sentences import sentences
from assistant.validity import validity
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Document, Passage, Status
from vectorstore.queries import Hit, Query, Retriever
from vectorstore.store import Store

OFFERS = frozenset({"funding", "programme"})
"""Kinds of documents, as metadata name them, that describe a form of support."""
OVER = frozenset({Status.ENDED, Status.HISTORICAL, Status.PROPOSAL})
SUBJECTS = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.ORGANISATION})
WIDE = 30
CONDITIONS = frozenset(
    {About.APPLICANT, About.SIZE, About.PLACE, About.MARKET, About.FORM, About.TURNOVER, About.BANK}
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A form of support as one source tells of it; `entity` is the register's where it knows it.

    `purposes` are those of signs.yaml that its source speaks of; `rank` its place among what was found.
    """

    name: str
    document: Document
    entity: Entity | None
    statements: tuple[Statement, ...]
    criteria: tuple[Criterion, ...]
    purposes: frozenset[str]
    rank: int

    @property
    def is_offer(self) -> bool:
        """Whether the source says who may have it."""
        return any(one.about in CONDITIONS for one in self.criteria)


class Instruments:
    """Reads forms of support from the store; what has ended is no offer."""

    def __init__(self, store: Store, today: Callable[[], date] = date.today) -> None:
        self._store = store
        self._today = today

    def found(self, queries: Iterable[str], hits: Sequence[Hit] = ()) -> list[Instrument]:
        """Those in the documents that searches for `queries` and `hits` lead to, best first."""
        retriever: Retriever = self._store.retriever
        lists = [list(hits), *(retriever.retrieve(Query(query, WIDE)) for query in queries)]
        ranked = [(rank, hit.document) for found in lists for rank, hit in enumerate(found)]
        ordered = {document.id: document for _, document in sorted(ranked, key=lambda one: one[0])}
        made = [
            instrument
            for rank, document in enumerate(ordered.values())
            for instrument in self._of(document, rank)
        ]
        return [one for one in made if one.is_offer]

    def of_entity(self, entity: Entity) -> list[Instrument]:
        """What the documents that name the entity say of it, those that are about it first."""
        names = self._store.names()
        found = []
        for mentioning in self._store.names.mentioning(entity.id):
            document = self._store.document(mentioning.document_id)
            if document is None:
                continue
            about = [one for one in titled(document, names) if one.id == entity.id]
            statements = self._statements(document)
            alone = about and len(titled(document, names)) == 1
            own = _on(statements, entity, names) if alone else _naming(statements, entity, names)
            found.append((not about, self._instrument(document, entity, own, 0)))
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def statements_on(self, entity: Entity) -> list[Statement]:
        """The sentences of the documents that name the entity, those that name it most often first."""
        documents = (self._store.document(one.document_id) for one in self._store.names.mentioning(entity.id))
        return [one for document in documents if document for one in self._statements(document)]

    def offers(self, entity: Entity) -> bool:
        """Whether one can apply for it: a programme or project, or what a source on support is titled by."""
        if entity.kind is not Kind.ORGANISATION:
            return True
        names = self._store.names()
        mentioning = self._store.names.mentioning(entity.id)
        found = (self._store.document(one.document_id) for one in mentioning)
        return any(
            entity in titled(document, names)
            for document in found
            if document and document.metadata.kind in OFFERS
        )

    def _of(self, document: Document, rank: int) -> list[Instrument]:
        if document.metadata.kind not in OFFERS or self._is_over(document):
            return []
        names = self._store.names()
        statements = self._statements(document)
        about = titled(document, names)
        if len(about) < 2:
            entity = about[0] if about else None
            return [self._instrument(document, entity, _on(statements, entity, names), rank)]
        return [
            self._instrument(document, entity, _naming(statements, entity, names), rank) for entity in about
        ]

    def _instrument(
        self, document: Document, entity: Entity | None, statements: Sequence[Statement], rank: int
    ) -> Instrument:
        names = self._store.names()
        found = [one for statement in statements for one in criteria(statement, names)]
        told = " ".join([document.metadata.title, *(statement.text for statement in statements)])
        name = document.metadata.title if entity is None else _name(document, entity, names)
        return Instrument(
            name, document, entity, tuple(statements), tuple(found), matching("purposes", told), rank
        )

    def _is_over(self, document: Document) -> bool:
        passages = self._store.passages(document.id)
        return not passages or validity(document, passages[0], "sv", self._today()).status in OVER

    def _statements(self, document: Document) -> list[Statement]:
        return [
            Statement(sentence.text, Quote(Hit(passage, document, 0.0), sentence.start, sentence.end))
            for passage in self._store.passages(document.id)
            for sentence in sentences(passage)
            if not _is_heading(sentence.text, passage)
        ]


def is_umbrella(entity: Entity, names: Names) -> bool:
    """Whether other programmes bear its name: Interreg is many."""
    return any(one.name.startswith(f"{entity.name} ") for one in names.register.entities)


def titled(document: Document, names: Names) -> list[Entity]:
    """The programmes, funds and bodies that the title names, each once."""
    found = (named.entity for named in names.find(document.metadata.title) if named.entity.kind in SUBJECTS)
    return list(dict.fromkeys(found))


def _naming(statements: Sequence[Statement], entity: Entity, names: Names) -> list[Statement]:
    """The statements that name the entity before any other programme or body."""
    return [one for one in statements if (named := _subjects(one, names)) and named[0].id == entity.id]


def _on(statements: Sequence[Statement], entity: Entity | None, names: Names) -> list[Statement]:
    """The statements of a source on one thing: without those that name another, unless the heading does."""
    if entity is None:
        return list(statements)
    return [one for one in statements if _is_on(one, entity, names)]


def _is_on(statement: Statement, entity: Entity, names: Names) -> bool:
    named = [one for one in names.find(statement.text) if one.entity.kind in SUBJECTS]
    headed = [one.entity for one in names.find(" ".join(statement.quote.hit.passage.headings))]
    own = any(one.entity == entity or _is_of(one.written, entity) for one in named)
    return not named or own or named[0].entity in headed


def _is_of(written: str, entity: Entity) -> bool:
    """Whether a name is that of a product: Almis lån is Almi's."""
    return any(written.casefold().startswith(name.casefold()) for name in entity.recognised)


def _subjects(statement: Statement, names: Names) -> list[Entity]:
    return [named.entity for named in names.find(statement.text) if named.entity.kind in SUBJECTS]


def _name(document: Document, entity: Entity, names: Names) -> str:
    """The name as the title has it, with the area that the title adds; else the register's."""
    title = document.metadata.title
    written = next((one.written for one in names.find(title) if one.entity.id == entity.id), entity.name)
    areas = [one.written for one in names.places(title) if one.entity.kind is Kind.AREA]
    return " ".join([written, *(area for area in areas if area not in written)])


def _is_heading(text: str, passage: Passage) -> bool:
    return text in passage.headings or text.endswith("?") or bool(sign("check_with").search(text))
