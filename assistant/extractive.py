"""Answer with the documents' own sentences: pick those that answer, put them in order, frame them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.cues import cues, tells
from assistant.drafts import Asked, Block, Draft, Line
from assistant.excerpts import FIRST, NEAR, Statement, in_order, merged, statement
from assistant.mentioning import mentioning
from assistant.names import names
from assistant.parts import parts
from assistant.scoring import Scored, SentenceScorer
from assistant.support import ENOUGH, ENOUGH_BESIDE, evidence, support
from vectorstore.entities import Register
from vectorstore.naming import Names
from vectorstore.queries import Hit

# Chosen with scripts/tune_answers.py; figures in docs/answers.md.
MARGIN = 1.5
MOST_ONE_PART = 3
MOST_EACH_PART = 2
UNNAMED = Names(Register())


class ExtractiveAnswerer:
    """Writes nothing of its own; every statement is a quote. The composer for every kind of question."""

    def __init__(self, scorer: SentenceScorer, names: Callable[[], Names] = lambda: UNNAMED) -> None:
        self._scorer = scorer
        self._names = names

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft:
        """See Composer; a draft without blocks means that the sources do not support an answer."""
        wanted = parts(asked.text)
        sought = _in_full(wanted, asked)
        scored = [self._score(part, hits) for part in sought]
        strengths = [support(evidence(found, asked.language, is_part=len(wanted) > 1)) for found in scored]
        enough = ENOUGH_BESIDE if max(strengths) >= ENOUGH else ENOUGH
        most = MOST_ONE_PART if len(wanted) == 1 else MOST_EACH_PART
        statements: list[Statement] = []
        for number, (found, strength) in enumerate(zip(scored, strengths, strict=True)):
            if strength >= enough:
                statements += _statements(found, _Sought(sought[number], asked.search, most, number))
        missing = [part for part, strength in zip(wanted, strengths, strict=True) if strength < enough]
        lines = tuple(Line(one.text, (one.quote,)) for one in in_order(merged(statements)))
        return Draft(blocks=(Block(lines),) if lines else (), missing=tuple(missing))

    def _score(self, part: str, hits: Sequence[Hit]) -> list[Scored]:
        """The sentences, best first; none of documents that say nothing of what is named."""
        documents = {hit.document.id for hit in mentioning(part, hits, self._names())}
        return [item for item in self._scorer.score(part, hits) if item.hit.document.id in documents]


@dataclass(frozen=True, slots=True)
class _Sought:
    """A part of a question: its words, the whole to search for, how many statements, its number."""

    text: str
    whole: str
    most: int
    part: int


def _in_full(wanted: Sequence[str], asked: Asked) -> list[str]:
    """The parts with what they are about: a follow-up, or "which of them ...", names nothing by itself."""
    if len(wanted) == 1:
        return [asked.search] if asked.question.history else list(wanted)
    named = [name.text for name in names(asked.search)]
    return [
        part if names(part) else " ".join([part, *(name for name in named if name not in part)])
        for part in wanted
    ]


def _statements(scored: Sequence[Scored], sought: _Sought) -> list[Statement]:
    """One for each region the question names, then the best sentence and others nearly as good."""
    near = {_key(item): item.score for item in scored}
    made: list[Statement] = []
    for region in _regions_named(scored, sought.whole):
        best = next(item for item in scored if region in item.hit.document.metadata.regions)
        made += [statement(best, near, NEAR, sought.part)] if not _is_told(best, made) else []
    for item in scored:
        if len(made) >= sought.most or item.score < scored[0].score - MARGIN:
            break
        if not _is_told(item, made):
            width = NEAR if made or _has_it(item, sought.text) else FIRST
            made.append(statement(item, near, width, sought.part))
    return made


def _has_it(item: Scored, asked: str) -> bool:
    """Whether the sentence has the name, number or date that the question asks for."""
    return any(tells(sign, item.sentence.text, asked) for sign in cues(asked).values())


def _key(item: Scored) -> tuple[str, int]:
    return item.hit.passage.id, item.sentence.start


def _is_told(item: Scored, made: Sequence[Statement]) -> bool:
    text = item.sentence.text.casefold()
    return any(text in one.text.casefold() for one in made)


def _regions_named(scored: Sequence[Scored], whole: str) -> list[str]:
    """The regions of the passages found that the question names, when it names several."""
    words = whole.casefold()
    regions = dict.fromkeys(region for item in scored for region in item.hit.document.metadata.regions)
    named = [region for region in regions if region.casefold() in words]
    # A region named only as part of a longer name ("Mellansverige" in "Norra Mellansverige") is not meant.
    apart = [one for one in named if not any(one != other and one in other for other in named)]
    return apart if len(apart) > 1 else []
