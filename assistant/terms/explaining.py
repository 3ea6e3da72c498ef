"""Answers to what a word of the field means, what it is called elsewhere and what else it may be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers import AnswerStatus
from assistant.drafts import Asked, Block, Draft, Line, own
from assistant.partners.telling import naming
from assistant.scoring import Scored, SentenceScorer
from assistant.terms.asking import AskedTerm, asked_term
from assistant.terms.defining import Definition, definitions, rows
from prompts import fill, phrases
from vectorstore.entities import LANGUAGES, Ambiguous, Entity, Kind
from vectorstore.naming import Names
from vectorstore.queries import Hit
from vectorstore.store import Store

MOST_DEFINITIONS = 2
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class TermExplainer:
    """Explains a word from the sentence that defines it, and gives its names in the other languages.

    A Composer. Names come from the register and are told as its own.
    """

    store: Store
    scorer: SentenceScorer

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None where the word is a thing that the documents tell of at length."""
        term = asked_term(asked.text)
        if term is None:
            return None
        names = self.store.names()
        if ambiguous := names.meanings(term.word):
            return self._several(ambiguous, term, asked, hits, names)
        entity = _entity(term, names)
        if entity is None and term.kind == "meaning" and _is_unseen(term, hits):
            unknown = own(fill(phrases("terms", asked.language)["undefined"], term=term.word))
            return Draft(status=AnswerStatus.NOT_IN_SOURCES, lead=(unknown,))
        if entity is None or (term.kind == "thing" and entity.kind is not Kind.TERM):
            return None
        return self._one(entity, term, asked, hits, names)

    def _one(
        self, entity: Entity, term: AskedTerm, asked: Asked, hits: Sequence[Hit], names: Names
    ) -> Draft | None:
        texts = phrases("terms", asked.language)
        scored = self._scored(entity, asked, hits)
        defined = definitions(entity, scored, names)[:MOST_DEFINITIONS]
        listed = rows(entity, scored, names)[:1]
        if term.kind == "translation":
            defined = []
        called = own(_called(entity, texts))
        if not defined and not listed and (term.kind == "thing" or entity.kind is not Kind.TERM):
            return None
        if not defined and not listed:
            unknown = own(fill(texts["undefined"], term=term.word))
            return Draft(status=AnswerStatus.NOT_IN_SOURCES, lead=(unknown,), closing=(called,))
        lead = tuple(_line(one) for one in defined)
        if not defined and term.kind != "translation":
            lead = (own(fill(texts["only_names"], term=term.word)),)
        blocks = (Block(tuple(_line(one) for one in listed), texts["names"]),) if listed else ()
        return Draft(lead=lead, blocks=blocks, closing=() if listed else (called,))

    def _several(
        self, ambiguous: Ambiguous, term: AskedTerm, asked: Asked, hits: Sequence[Hit], names: Names
    ) -> Draft | None:
        """Every meaning of a name, with the sentence that defines it where a document does."""
        texts = phrases("terms", asked.language)
        lines: list[Line] = []
        meant: list[Line] = []
        for meaning in ambiguous.meanings:
            entity = names.entities.get(meaning.entity)
            found = self._defined(entity, term, asked, hits, names) if entity else []
            lines += [_line(one) for one in found[:1]]
            text = meaning.text if entity is None else entity.names[asked.language][0]
            meant.append(own(fill(texts["meaning"], meaning=text)))
        lead = own(fill(texts["several"], term=ambiguous.name))
        closing = (own(texts["which"] if lines else texts["not_expanded"]),)
        sourced = (Block(tuple(lines), texts["says"]),) if lines else ()
        return Draft(
            status=AnswerStatus.ANSWERED if lines else AnswerStatus.NOT_IN_SOURCES,
            lead=(lead,),
            blocks=(Block(tuple(meant)), *sourced),
            closing=closing,
        )

    def _defined(
        self, entity: Entity, term: AskedTerm, asked: Asked, hits: Sequence[Hit], names: Names
    ) -> list[Definition]:
        """Sentences that define the entity, those first that have the word itself."""
        found = definitions(entity, self._scored(entity, asked, hits), names)
        return sorted(found, key=lambda one: term.word.casefold() not in one.text.casefold())

    def _scored(self, entity: Entity, asked: Asked, hits: Sequence[Hit]) -> list[Scored]:
        pool = {hit.passage.id: hit for hit in [*hits, *naming(self.store, [entity])]}
        return self.scorer.score(asked.text, list(pool.values()))


def _entity(term: AskedTerm, names: Names) -> Entity | None:
    """The entity that the word, as a whole, is a name of; a current one before its predecessors."""
    known = names.look_up(term.word)
    found = known or [one.entity for one in names.find(term.word) if one.written == term.word]
    return next((one for one in found if not one.successors), found[0] if found else None)


def _is_unseen(term: AskedTerm, hits: Sequence[Hit]) -> bool:
    """Whether it is an abbreviation, written in none of the passages nearest to the question."""
    word = re.compile(rf"(?<!\w){re.escape(term.word)}", re.IGNORECASE)
    return term.word.isupper() and not any(word.search(hit.passage.indexed_text) for hit in hits)


def _called(entity: Entity, texts: dict[str, str]) -> str:
    """The register's names in the three languages, with the date it stands for."""
    named = {
        language: ", ".join(dict.fromkeys(entity.names[language][:MOST_NAMES])) or "–"
        for language in LANGUAGES
    }
    short = f" ({', '.join(entity.abbreviations)})" if entity.abbreviations else ""
    return fill(
        texts["called"], sv=named["sv"], en=named["en"], no=named["no"], short=short, as_of=entity.as_of
    )


def _line(one: Definition) -> Line:
    return Line(one.text, (one.quote,))
