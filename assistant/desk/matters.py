"""Questions that ask for the same thing, put together by their words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from vectorstore.terms import words

STEM = 6
"""Letters of a word that its forms share."""
ALIKE = 0.6
"""Share of the stems of two questions together that they have in common, from which they ask the same."""
_EMPTY = frozenset(
    """
    få får fick finns hjälp hjälper gäller säger vill kan ska skulle behöver gör göra går mer mycket snälla
    tack hej oss vår vårt våra min mitt mina region regionen länet our your get help helps need want like
    would we us please about any there hjelp finnes gjelder sier trenger noen om til
    """.split()
)
"""Words of questions that tell nothing of what is asked."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One question that was not answered as it should have been; `poor` says that its answer was rated so."""

    answer_id: str
    question: str
    at: datetime
    status: str
    language: str
    region: str
    themes: tuple[str, ...]
    poor: bool = False
    solved: datetime | None = None
    note: str = ""


@dataclass(slots=True)
class Matter:
    """Like questions, newest first; the newest speaks for them."""

    questions: list[Unanswered] = field(default_factory=list)

    @property
    def newest(self) -> Unanswered:
        """The one asked last."""
        return self.questions[0]

    @property
    def first(self) -> datetime:
        """When it was first asked."""
        return self.questions[-1].at

    @property
    def open(self) -> list[Unanswered]:
        """Those that nobody has dealt with."""
        return [one for one in self.questions if one.solved is None]

    @property
    def statuses(self) -> Counter[str]:
        """How the open ones ended."""
        return Counter(one.status for one in self.open or self.questions)

    @property
    def poor(self) -> int:
        """How many answers were rated as poor."""
        return sum(one.poor for one in self.open or self.questions)

    @property
    def solution(self) -> Unanswered | None:
        """The one that was dealt with last."""
        dealt = [one for one in self.questions if one.solved]
        return max(dealt, key=lambda one: (one.solved, one.at), default=None)


def stems(question: str) -> frozenset[str]:
    """The beginnings of the question's words of meaning."""
    found = {word[:STEM] for word in words(question) if word not in _EMPTY}
    return frozenset(found) or frozenset([question.casefold()[:STEM]])


def matters(questions: Iterable[Unanswered]) -> list[Matter]:
    """The questions put together, those with most open ones first; `questions` come newest first."""
    texts: dict[str, list[Unanswered]] = {}
    for one in questions:
        texts.setdefault(one.question, []).append(one)
    same: dict[frozenset[str], Matter] = {}
    for text, asked in texts.items():
        same.setdefault(stems(text), Matter()).questions.extend(asked)
    kept: dict[frozenset[str], Matter] = {}
    holding: dict[str, list[frozenset[str]]] = {}
    for own, matter in sorted(same.items(), key=lambda pair: -len(pair[1].questions)):
        if like := _like(own, holding):
            kept[like].questions += matter.questions
            continue
        kept[own] = matter
        for stem in own:
            holding.setdefault(stem, []).append(own)
    for matter in kept.values():
        matter.questions.sort(key=lambda one: one.at, reverse=True)
    return sorted(kept.values(), key=lambda one: (-len(one.open), -one.newest.at.timestamp()))


def _like(own: frozenset[str], holding: dict[str, list[frozenset[str]]]) -> frozenset[str] | None:
    """The stems of the matter most alike; None where none is alike enough."""
    common = Counter(other for stem in own for other in holding.get(stem, ()))
    scored = ((shared / (len(own) + len(other) - shared), other) for other, shared in common.items())
    return max((one for one in scored if one[0] >= ALIKE), key=lambda one: one[0], default=(0, None))[1]
