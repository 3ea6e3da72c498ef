"""Make a plain answer one that a reader can act on: the fact first, what is not told said so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.answers import AnswerStatus
from assistant.drafts import Asked, Composer, Draft
from assistant.facts.answering import Findings, answer
from assistant.facts.expected import Expected, Kind, expected, is_waiting
from assistant.facts.findings import Finding, Material, find
from assistant.facts.gaps import untold
from assistant.facts.plans import apart
from assistant.facts.still import Way, decided, still, wants_part, way, with_first
from assistant.facts.subject import read, subject
from assistant.facts.topics import by_topic
from assistant.parts import parts
from vectorstore.naming import Names
from vectorstore.queries import Hit


@dataclass(frozen=True, slots=True)
class Direct:
    """The composer around the plain one: says first what was asked for, and what the sources do not tell."""

    answerer: Composer
    names: Callable[[], Names]
    today: Callable[[], date] = field(default=date.today)

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None only where the plain answerer makes none."""
        draft = self.answerer.compose(asked, hits)
        if draft is None or draft.status not in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL):
            return draft
        material = self._material(asked, hits, draft)
        told = self._told(asked, material, draft)
        blocks = by_topic(told.blocks, asked.text, asked.language)
        return replace(told, blocks=apart(blocks, asked.language))

    def _material(self, asked: Asked, hits: Sequence[Hit], draft: Draft) -> Material:
        names = self.names()
        about = subject(asked, names)
        lines = tuple(line for block in draft.blocks for line in block.lines)
        return Material(lines, tuple(read(hits, about, names)), about, names, asked.language, asked.text)

    def _told(self, asked: Asked, material: Material, draft: Draft) -> Draft:
        wanted = parts(asked.text)
        if len(wanted) == 1 and (told := self._goes_on(asked.text, material)):
            return told
        found = [(part, _needed([find(one, material) for one in expected(part)])) for part in wanted]
        return answer(Findings(tuple(found), material, self.today()), draft)

    def _goes_on(self, part: str, material: Material) -> Draft | None:
        """The answer on whether something is still open, still waits or is over, where that is asked."""
        if is_waiting(part):
            outcome = find(Expected(Kind.OUTCOME, part), material)
            if outcome.is_missing:
                return untold([outcome], material, self.today())
            return decided(outcome, material) if outcome.lines else None
        if asks := way(part):
            return still(asks, material, self.today())
        if wants_part(part, material, self.today()):
            told = still(Way.OPEN, material, self.today())
            return with_first(told, material) if told else None
        return None


def _needed(found: list[Finding]) -> list[Finding]:
    """Without the roles that somebody is told to have: of those the plain answer has more."""
    return [one for one in found if one.wanted.kind is not Kind.PERSON or one.is_missing]
