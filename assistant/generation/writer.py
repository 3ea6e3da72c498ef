"""Answers in a language model's words, sentence by sentence as each is checked; else the draft as it was."""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from assistant.answers import AnswerStatus
from assistant.contact_data import contact_data
from assistant.drafts import Asked, Draft, Line, Wording
from assistant.events import Delta
from assistant.generation.claims import ClaimCheck
from assistant.generation.replies import Reply, Said
from assistant.generation.request import request
from assistant.generation.sources import make_sources
from assistant.language import question_language
from assistant.language_model import LanguageModel, ModelError
from assistant.lineage import UNKNOWN_NAMES
from assistant.sifting import lines
from prompts import phrases
from vectorstore.naming import Names
from vectorstore.queries import Hit

log = logging.getLogger(__name__)

OPEN = frozenset({AnswerStatus.ANSWERED, AnswerStatus.PARTIAL})
MOST_CLAIMS = 12
LEFT = 0.5
"""Share of the model's sentences that must stand for its answer to be given."""


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Lets `model` answer where the draft has found support; see Writer. `names` gives the register."""

    model: LanguageModel
    names: Callable[[], Names] = field(default=lambda: UNKNOWN_NAMES)

    def write(self, asked: Asked, hits: Sequence[Hit], drafted: Draft) -> Generator[Delta, None, Draft]:
        """The model's answer with the draft's cards and titled blocks; each sentence once it is checked."""
        if not _is_open(drafted):
            return drafted
        sources = make_sources(hits, drafted)
        if not sources.sources:
            return drafted
        check = ClaimCheck(sources, _said(asked), asked.language, self.names())
        reply, claims, offered = Reply(), list[Line](), 0
        try:
            with closing(self._sentences(*request(asked, sources), reply)) as sentences:
                for said in sentences:
                    offered += 1
                    line = check.line(said)
                    if line and len(claims) < MOST_CLAIMS and all(line.text != one.text for one in claims):
                        claims.append(line)
                        yield Delta(f"{line.text} ")
        except ModelError as error:
            log.warning("the answer was made of the documents' own sentences: %s", error)
            return _noticed(drafted, error.trouble, asked.language)
        if fault := _fault(reply, claims, offered, asked.language):
            log.warning("the answer was made of the documents' own sentences: %s %s", self.model.name, fault)
            return _noticed(drafted, fault, asked.language)
        missing = tuple(part for part in reply.missing if check.is_missing(part))
        return self._written(drafted, tuple(claims), missing, reply.ended)

    def _sentences(self, instruction: str, text: str, reply: Reply) -> Generator[Said, None, None]:
        with closing(self.model.stream(instruction, text)) as pieces:
            for piece in pieces:
                yield from reply.feed(piece)
        yield from reply.close()

    def _written(
        self, drafted: Draft, claims: tuple[Line, ...], missing: tuple[str, ...], ended: str
    ) -> Draft:
        return replace(
            drafted,
            status=AnswerStatus.PARTIAL if ended == "partial" else drafted.status,
            lead=claims,
            blocks=tuple(block for block in drafted.blocks if block.title),
            missing=tuple(dict.fromkeys([*drafted.missing, *missing])),
            ai_generated=True,
            model=self.model.name,
        )


def _is_open(drafted: Draft) -> bool:
    """Whether the draft is the documents' sentences alone, which a model may put better.

    Where code refuses, asks back, opens with a finding of its own, compares, or tells how to reach somebody,
    that is the answer.
    """
    told = list(lines(drafted))
    settled = (
        drafted.status not in OPEN
        or drafted.grid.rows
        or any(line.wording is Wording.OWN for line in drafted.lead)
        or any(contact_data(line.text) for line in told)
    )
    return not settled and any(line.quotes for line in told)


def _fault(reply: Reply, claims: Sequence[Line], offered: int, language: str) -> str:
    """The key of the notice that tells why the model's answer is not given; empty when it is."""
    if not claims and reply.ended == "none":
        return "none"
    if not offered or (claims and _is_foreign(" ".join(line.text for line in claims), language)):
        return "garbage"
    return "little" if not claims or len(claims) < LEFT * offered else ""


def _is_foreign(text: str, language: str) -> bool:
    """Whether the text is in another language than asked for; Swedish and Norwegian are too alike to tell."""
    written = {question_language(text), language}
    return len(written) > 1 and "en" in written


def _noticed(drafted: Draft, key: str, language: str) -> Draft:
    return replace(drafted, notices=(*drafted.notices, phrases("generation", language)[key]))


def _said(asked: Asked) -> str:
    """What the user has said: its figures and names may be said back."""
    return "\n".join([asked.text, *(turn.text for turn in asked.question.history if turn.role == "user")])
