"""Notices on what a question or its answer names that has ended, with what came after."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from assistant.lineage import entity_to_ask, is_over, living, publisher, subject
from assistant.validity import one_of, spoken, status_of
from prompts import fill, phrases
from vectorstore.currency import PASSED
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Named, Names
from vectorstore.passages import Document

MOST = 2
"""Things of which it is told that they have ended; the others' documents have their notes."""
BODIES = frozenset({Kind.ORGANISATION, Kind.REGION})
TOLD = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.STRATEGY, *BODIES})
UNSURE = "low"


def endings(
    asked: str, said: Sequence[str], documents: Sequence[Document], language: str, today: date, names: Names
) -> list[str]:
    """Notices on what has ended, for a question and the texts `said` in answer to it from `documents`.

    What the question names comes first, then what the documents are about, then what the answer names.
    Left out is what the answer tells by itself, since it names what came after; and what nothing came
    after, when the note of a document with it says that it is over, or the question did not ask for it; and
    publishers, whose documents' notes tell of them.
    """
    in_question = _over(names.find(asked), today)
    context = _context({entity.id for entity, _ in in_question}, said, documents, today, names)
    about = [subject(document.metadata, names) for document in documents]
    subjects = [(one, one.name) for one in about if one and is_over(one, today)]
    named = [name for text in said for name in _telling(names.find(text))]
    found: dict[str, Entity] = {}
    notices: list[str] = []
    for entity, written in [*in_question, *subjects, *_over(named, today)]:
        heirs = living(entity, names, today)
        if not context.tells(entity, heirs) and not _related(entity, found, names):
            found[entity.id] = entity
            notices.append(_notice(entity, written, language, today, names))
    return notices[:MOST]


@dataclass(frozen=True, slots=True)
class _Context:
    """Ids of what the question asks for, of what the answer names, and of what documents' notes tell of."""

    asked_for: Set[str]
    heard: Set[str]
    noted: Set[str]
    publishers: Set[str]

    def tells(self, entity: Entity, heirs: Sequence[Entity]) -> bool:
        """Whether nothing needs to be added on the entity, which is over."""
        if entity.id in self.publishers or (entity.confidence == UNSURE and entity.id not in self.asked_for):
            return True
        if heirs:
            return any(one.id in self.heard for one in heirs)
        return entity.id in self.noted or entity.id not in self.asked_for


def _context(
    asked_for: Set[str], said: Sequence[str], documents: Sequence[Document], today: date, names: Names
) -> _Context:
    heard = {name.entity.id for text in said for name in names.find(text)}
    passed = [one for one in documents if status_of(one.metadata, today, names) in PASSED]
    titled = {name.entity.id for one in passed for name in names.find(one.metadata.title)}
    publishers = {one.id for document in documents if (one := publisher(document.metadata, names))}
    return _Context(asked_for, heard, heard | titled if passed else set(), publishers)


def _telling(found: Sequence[Named]) -> list[Named]:
    """The names of a text that it is about: a body or a place is not where it stands among others."""
    kinds = [name.entity.kind for name in found]
    return [name for name in found if name.entity.kind not in BODIES or kinds.count(name.entity.kind) == 1]


def _related(entity: Entity, found: Mapping[str, Entity], names: Names) -> bool:
    """Whether it, what came after it or what was before it is told of already."""
    line = (entity, *names.successors(entity), *names.predecessors(entity))
    return any(one.id in found for one in line)


def heirs_told(entity: Entity, language: str, today: date, names: Names) -> str:
    """What came after, nearest first, with the years of what is itself over or has a period."""
    same = [one for one in names.successors(entity) if one.kind is entity.kind]
    return ", ".join(_dated(one, language, today) for one in same)


def called(entity: Entity, written: str, language: str) -> str:
    """The name as it was written, where that is one of its names; else its main one in the language."""
    known = {name.casefold(): name for name in entity.offered}
    return known.get(written.casefold(), entity.names[language][0])


def _over(found: Iterable[Named], today: date) -> list[tuple[Entity, str]]:
    return [
        (name.entity, name.written)
        for name in found
        if name.entity.kind in TOLD and is_over(name.entity, today)
    ]


def _notice(entity: Entity, written: str, language: str, today: date, names: Names) -> str:
    texts, until = phrases("validity", language), entity.period[1]
    as_of, thing = spoken(entity.as_of, language), called(entity, written, language)
    as_of += f", {texts['unchecked']}" if entity.confidence == UNSURE else ""
    heirs = heirs_told(entity, language, today, names)
    is_body = entity.kind in BODIES
    if not until and is_body and heirs:
        return fill(texts["renamed"], thing=thing, heirs=heirs, as_of=as_of)
    if not until:
        parts = [fill(texts["over"], thing=thing, as_of=as_of)]
    elif is_body:
        parts = [fill(texts["ceased"], thing=thing, until=until[:4], as_of=as_of)]
    else:
        parts = [fill(texts["closed"], thing=thing, until=spoken(until[:7], language), as_of=as_of)]
    parts += [fill(texts["followed"], heirs=heirs)] if heirs else []
    bodies = [] if is_body else entity_to_ask(entity, names, today)
    parts += [fill(texts["check_with"], body=one_of(bodies, language))] if bodies else []
    return " ".join(parts)


def _dated(entity: Entity, language: str, today: date) -> str:
    name, (since, until) = entity.names[language][0], entity.period
    shown = until and until[:4] not in name
    return f"{name} ({since[:4]}–{until[:4]})" if shown else name
