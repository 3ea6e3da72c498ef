"""Answer with the documents' own sentences: pick those that answer, put them in order, frame them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.parts import parts
from assistant.scoring import Scored, SentenceScorer
from assistant.sentences import Sentence, sentences
from assistant.support import ENOUGH, ENOUGH_BESIDE, evidence, support
from vectorstore.queries import Hit

# Chosen with scripts/tune_answers.py; figures in docs/answers.md.
MARGIN = 1.5
MOST_ONE_PART = 4
MOST_EACH_PART = 2
LONGEST = 1000
ITEM = re.compile(r"[•▪●‣*–-]\s|\d{1,2}[.)]\s|\|")
TURNS = re.compile(r"\b(i stället|istället|däremot|instead|i stedet)\b", re.IGNORECASE)
# A sentence that opens so says nothing without the one before it.
LEANS = re.compile(
    r"^[–-]?\s*(det|de|den|detta|denna|dessa|där|därför|därmed|han|hon|dels|här|sådana?|det här|syftet|"
    r"målet|tanken|planen|dessutom|då|it|this|these|those|they|he|she|therefore|that|there|dette|disse|der|derfor)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a few that belong together, with the quote it stands on; `part` it answers."""

    text: str
    quote: Quote
    part: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Statements in reading order, and the parts of the question that nothing supports."""

    statements: tuple[Statement, ...]
    missing: tuple[str, ...]


class ExtractiveAnswerer:
    """Writes nothing of its own; every statement is a quote."""

    def __init__(self, scorer: SentenceScorer) -> None:
        self._scorer = scorer

    def draft(self, asked: str, whole: str, language: str, hits: Sequence[Hit]) -> Draft:
        """Statements that answer `asked`; `whole` is the question with the conversation it leans on.

        Empty statements mean that the sources do not support an answer.
        """
        wanted = parts(asked)
        scored = [self._scorer.score(part, hits) for part in wanted]
        strengths = [support(evidence(found, language, is_part=len(wanted) > 1)) for found in scored]
        enough = ENOUGH_BESIDE if max(strengths) >= ENOUGH else ENOUGH
        most = MOST_ONE_PART if len(wanted) == 1 else MOST_EACH_PART
        statements: list[Statement] = []
        for number, (found, strength) in enumerate(zip(scored, strengths, strict=True)):
            if strength >= enough:
                statements += [_statement(item, number) for item in _choose(found, whole, most)]
        missing = [part for part, strength in zip(wanted, strengths, strict=True) if strength < enough]
        return Draft(tuple(_in_order(_merged(statements))), tuple(missing))


def _choose(scored: Sequence[Scored], whole: str, most: int) -> list[Scored]:
    """The best sentence, others nearly as good, and one for each region the question names."""
    chosen: list[Scored] = []
    for region in _regions_named(scored, whole):
        chosen += [item for item in scored if region in item.hit.document.metadata.regions][:1]
    for item in scored:
        if len(chosen) >= most or item.score < scored[0].score - MARGIN:
            break
        if not any(_same(item, other) for other in chosen):
            chosen.append(item)
    return chosen


def _regions_named(scored: Sequence[Scored], whole: str) -> list[str]:
    """The regions of the passages found that the question names, when it names several."""
    words = whole.casefold()
    regions = dict.fromkeys(region for item in scored for region in item.hit.document.metadata.regions)
    named = [region for region in regions if region.casefold() in words]
    # A region named only as part of a longer name ("Mellansverige" in "Norra Mellansverige") is not meant.
    apart = [one for one in named if not any(one != other and one in other for other in named)]
    return apart if len(apart) > 1 else []


def _same(item: Scored, other: Scored) -> bool:
    return item.sentence == other.sentence or item.sentence.text.casefold() == other.sentence.text.casefold()


def _statement(item: Scored, part: int) -> Statement:
    """The sentence with what it leans on before it, and the list it leads in to after it."""
    around = sentences(item.hit.passage)
    place = around.index(item.sentence)
    first = (
        place - 1
        if place and (LEANS.match(item.sentence.text) or TURNS.search(item.sentence.text))
        else place
    )
    last = place
    if around[place].text.endswith(":") and place + 1 < len(around):
        last = place + 1
        while (
            last + 1 < len(around)
            and _is_item(item.hit, around[last])
            and _is_item(item.hit, around[last + 1])
        ):
            last += 1
    if around[last].end - around[first].start > LONGEST:
        first = last = place
    return _of(item.hit, around[first : last + 1], part)


def _is_item(hit: Hit, sentence: Sentence) -> bool:
    """Whether the sentence is an item of a list: a list is quoted whole or not at all."""
    raw = hit.passage.text[sentence.start - hit.passage.start :]
    return bool(ITEM.match(raw))


def _of(hit: Hit, together: Sequence[Sentence], part: int) -> Statement:
    text = " ".join(sentence.text for sentence in together)
    return Statement(text, Quote(hit, together[0].start, together[-1].end), part)


def _merged(statements: Sequence[Statement]) -> list[Statement]:
    """Statements that overlap or touch in one passage become one."""
    merged: list[Statement] = []
    for statement in statements:
        # What was apart may touch once a third has joined it, so each is held against all again.
        while touching := next((other for other in merged if _touch(statement.quote, other.quote)), None):
            merged.remove(touching)
            statement = _joined(statement, touching)
        merged.append(statement)
    return merged


def _touch(one: Quote, other: Quote) -> bool:
    if one.hit.passage.id != other.hit.passage.id:
        return False
    first, second = sorted((one, other), key=lambda quote: quote.start)
    passage = first.hit.passage
    between = passage.text[max(0, first.end - passage.start) : max(0, second.start - passage.start)]
    return second.start <= first.end or not between.strip()


def _joined(one: Statement, other: Statement) -> Statement:
    hit = one.quote.hit
    start, end = min(one.quote.start, other.quote.start), max(one.quote.end, other.quote.end)
    together = [
        sentence for sentence in sentences(hit.passage) if start <= sentence.start and sentence.end <= end
    ]
    return _of(hit, together, min(one.part, other.part))


def _in_order(statements: Sequence[Statement]) -> list[Statement]:
    """By the part answered, one document at a time, and within it as it reads."""
    documents = list(dict.fromkeys(statement.quote.hit.document.id for statement in statements))
    first_part = {
        document: min(s.part for s in statements if s.quote.hit.document.id == document)
        for document in documents
    }
    return sorted(
        statements,
        key=lambda s: (
            first_part[s.quote.hit.document.id],
            documents.index(s.quote.hit.document.id),
            s.part,
            s.quote.hit.passage.number,
            s.quote.start,
        ),
    )
