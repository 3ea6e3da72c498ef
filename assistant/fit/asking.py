"""What a question about money asks: whether one thing fits, what there is, which programme, or until when."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.drafts import Asked
from assistant.fit.clarifying import is_clarification, is_fitted
from assistant.fit.signs import sign
from assistant.parts import parts
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names

IsFunder = Callable[[Entity], bool]
CLAUSE = re.compile(r"[.,;–]\s|\s-\s")
BARE = 5
"""Words of "vad passar oss?", which leaves what is wanted to the sentence before."""
SHORT = 15
FUNDERS = frozenset({Kind.PROGRAMME, Kind.PROJECT, Kind.ORGANISATION})


class Want(StrEnum):
    """NAMED: may we have this one. OPEN: what is there for us. TERRITORY: which programme holds where we are.

    OVER: whether something named can still be applied for. DEADLINE: when the next chance ends.
    """

    NAMED = "named"
    OPEN = "open"
    TERRITORY = "territory"
    OVER = "over"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted, and the programmes, projects or bodies that the question names, in its words `text`."""

    want: Want
    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def main(self) -> Entity | None:
        """What is asked about: a programme or project before the body that runs it."""
        bodies = [one for one in self.entities if one.kind is Kind.ORGANISATION]
        return next((one for one in self.entities if one not in bodies), bodies[0] if bodies else None)

    def name(self, names: Names) -> str:
        """What is asked about, as the question writes it; empty where nothing is named."""
        written = (one.written for one in names.find(self.text) if one.entity == self.main)
        return next(written, self.main.name if self.main else "")


def wanted(asked: Asked, names: Names, is_funder: IsFunder) -> Wanted | None:
    """What the question wants; the answer to our own question stands for the question before it."""
    turns = asked.question.history
    if turns and turns[-1].role == "assistant" and _goes_on(turns[-1].text, asked.question.text):
        return _earlier([turn.text for turn in turns if turn.role == "user"], names, is_funder)
    if _moves(asked, names):
        return Wanted(Want.TERRITORY, asked.question.text)
    found = _of(asked.question.text, names, is_funder) or _of(asked.text, names, is_funder)
    return found or _pointed_at(asked, names, is_funder)


def _goes_on(answered: str, text: str) -> bool:
    """Whether a message answers our question, or adds to what we went by in our answer."""
    tells = "?" not in text and len(text.split()) <= SHORT
    how_much = sign("how_much").fullmatch(text.strip(" ?.!"))
    return is_clarification(answered) or (bool(tells or how_much) and is_fitted(answered))


def _earlier(said: Sequence[str], names: Names, is_funder: IsFunder) -> Wanted | None:
    return next((found for text in reversed(said) if (found := _of(text, names, is_funder))), None)


def _pointed_at(asked: Asked, names: Names, is_funder: IsFunder) -> Wanted | None:
    """Whether it is too late for what the last answer named: the question itself says no more than "it"."""
    turns = asked.question.history
    if not (turns and sign("too_late").search(asked.question.text)):
        return None
    entities = _funders(turns[-1].text, names, is_funder)
    return Wanted(Want.OVER, f"{asked.question.text} {turns[-1].text}", entities[:1]) if entities else None


def _moves(asked: Asked, names: Names) -> bool:
    """Whether "and if we move to X" follows a question of the territory."""
    said = [turn.text for turn in asked.question.history if turn.role == "user"]
    moves = sign("moving").search(asked.question.text) and names.places(asked.question.text)
    return bool(moves) and any(sign("territory").search(text) for text in said[-2:])


def _of(text: str, names: Names, is_funder: IsFunder) -> Wanted | None:
    entities = _funders(text, names, is_funder)
    if sign("territory").search(text):
        return Wanted(Want.TERRITORY, text, entities)
    if entities and _is_deadline(text):
        return Wanted(Want.DEADLINE, text, entities)
    for part in parts(text):
        if found := _of_part(part, text, _funders(part, names, is_funder) or entities):
            return Wanted(found, text, entities)
    return None


def _of_part(text: str, whole: str, entities: tuple[Entity, ...]) -> Want | None:
    if entities and (sign("too_late").search(text) or _is_openness(text)):
        return Want.OVER
    clauses = [clause.strip() for clause in CLAUSE.split(text) if clause.strip()]
    asking = [clause for clause in reversed(clauses) if not sign("not_fit").search(clause)]
    if any(_asks_obtaining(clause, whole, bool(entities)) for clause in asking):
        return Want.NAMED if entities else Want.OPEN
    return Want.OPEN if not entities and any(_asks_what(clause, whole) for clause in asking) else None


def _is_openness(text: str) -> bool:
    return bool(re.match(rf"\W*{sign('can').pattern}", text, re.IGNORECASE) and sign("open_now").search(text))


def _is_deadline(text: str) -> bool:
    return bool(sign("deadline").search(text) and sign("next").search(text) and sign("call").search(text))


def _asks_obtaining(text: str, whole: str, named: bool) -> bool:
    """ "Kan vi söka X", "passar X oss", "are we eligible"; money must be meant where nothing is named."""
    first = re.match(rf"\W*(?:\w+\W+){{0,4}}?{sign('can').pattern}", text, re.IGNORECASE)
    if not (first and sign("asker").search(whole) and sign("obtain").search(text)):
        return False
    applies = re.search(
        r"\b(?:sök(?:a|er|as)?|ansök(?:a|er)|apply(?:ing)?|applies|søk(?:e|er)?|eligible|berättig\w*|kvalific\w*|qualif\w*)\b",
        text,
        re.IGNORECASE,
    )
    if sign("other_goods").search(text) and not (applies or sign("money").search(text)):
        return False
    return named or bool(sign("money").search(text) or applies)


def _asks_what(text: str, whole: str) -> bool:
    """ "Vilka bidrag passar oss", "finns det något för oss", "any funding": for the asker, not in a text."""
    if sign("other_goods").search(text) and not sign("money").search(text):
        return False
    if sign("for_asker").search(text) and sign("something").search(text):
        return True
    presents = sign("presents").search(whole)
    gets = sign("asker").search(text) and sign("obtain").search(text)
    wants = gets or sign("for_asker").search(text) or (sign("there_is").search(text) and presents)
    if sign("what").search(text) and sign("money").search(text) and wants:
        return True
    bare = len(text.split()) <= BARE and sign("what").match(text) and sign("obtain").search(text)
    return bool(bare and sign("money").search(whole))


def _funders(text: str, names: Names, is_funder: IsFunder) -> tuple[Entity, ...]:
    found = (named.entity for named in names.find(text) if named.entity.kind in FUNDERS)
    return tuple(dict.fromkeys(one for one in found if is_funder(one)))
