"""An excerpt: a chosen sentence with what belongs to it, so that it can be read and cited as one."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.cues import is_wanted
from assistant.scoring import Scored
from assistant.sentences import Sentence, sentences
from vectorstore.queries import Hit

LONGEST = 1000
ITEM = re.compile(r"[•▪●‣*–-]\s|\d{1,2}[.)]\s|\|")
SAID = re.compile(r"[.!?:…][\"”»)]*$")
TURNS = re.compile(r"\b(i stället|istället|däremot|instead|i stedet)\b", re.IGNORECASE)
# A sentence that opens so says nothing without the one before it.
LEANS = re.compile(
    r"^[–-]?\s*(det|de|den|detta|denna|dessa|där|därför|därmed|han|hon|dels|här|sådana?|det här|syftet|"
    r"målet|tanken|planen|dessutom|då|it|this|these|those|they|he|she|therefore|that|there|dette|disse|der|derfor)\b",
    re.IGNORECASE,
)
SHORTEST_FRAGMENT = 90
"""Characters from which a text without an end is a sentence all the same."""
GAP = 200
"""Characters that may stand between two excerpts of a passage which are shown as one: a sentence."""


@dataclass(frozen=True, slots=True)
class Width:
    """How much may stand around a chosen sentence: neighbours that score at most `margin` below it."""

    margin: float
    sentences: int
    characters: int


# A neighbour of a chosen sentence comes along in the same quote when it scores this near to it: it costs a
# few words and no citation, and the answer often stands just beside the sentence that is about it.
NEAR = Width(margin=4.0, sentences=3, characters=500)
# The best sentence is given more of its surroundings, unless it has the very thing asked for.
FIRST = Width(margin=9.0, sentences=4, characters=650)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a few that belong together, with the quote it stands on; `part` it answers."""

    text: str
    quote: Quote
    part: int


def statement(item: Scored, near: Mapping[tuple[str, int], float], width: Width, part: int) -> Statement:
    """The sentence with what it leans on before it, the list it leads in to, and its good neighbours.

    `near` are the scores of all sentences found, by their passage's id and their start.
    """
    around = sentences(item.hit.passage)
    place = around.index(item.sentence)
    leans = LEANS.match(item.sentence.text) or TURNS.search(item.sentence.text)
    first = place - 1 if place and leans else place
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
    # A heading or the name under a picture belongs to nothing that is said.
    scores = [
        -math.inf if _is_fragment(one) else near.get((item.hit.passage.id, one.start), -math.inf)
        for one in around
    ]
    first, last = _widened(around, [score - item.score for score in scores], (first, last), width)
    return _of(item.hit, around[first : last + 1], part)


def _is_fragment(sentence: Sentence) -> bool:
    return len(sentence.text) < SHORTEST_FRAGMENT and not SAID.search(sentence.text)


def _widened(
    around: Sequence[Sentence], behind: Sequence[float], span: tuple[int, int], width: Width
) -> tuple[int, int]:
    """`span` with the better neighbour, again and again, while one is near enough and fits."""
    first, last = span
    while last - first + 1 < width.sentences:
        beside = [place for place in (first - 1, last + 1) if 0 <= place < len(around)]
        fitting = [
            place
            for place in beside
            if behind[place] >= -width.margin
            and around[max(last, place)].end - around[min(first, place)].start <= width.characters
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda place: behind[place])
        first, last = min(first, best), max(last, best)
    return first, last


def _is_item(hit: Hit, sentence: Sentence) -> bool:
    """Whether the sentence is an item of a list: a list is quoted whole or not at all."""
    raw = hit.passage.text[sentence.start - hit.passage.start :]
    return bool(ITEM.match(raw))


def _of(hit: Hit, together: Sequence[Sentence], part: int) -> Statement:
    text = " ".join(sentence.text for sentence in together)
    return Statement(text, Quote(hit, together[0].start, together[-1].end), part)


def merged(statements: Sequence[Statement]) -> list[Statement]:
    """Statements of one passage that overlap, touch or have hardly anything between them become one."""
    kept: list[Statement] = []
    for one in statements:
        # What was apart may touch once a third has joined it, so each is held against all again.
        while touching := next((other for other in kept if _touch(one.quote, other.quote)), None):
            kept.remove(touching)
            one = _joined(one, touching)
        kept.append(one)
    return kept


def _touch(one: Quote, other: Quote) -> bool:
    if one.hit.passage.id != other.hit.passage.id:
        return False
    first, second = sorted((one, other), key=lambda quote: quote.start)
    if second.start - first.end > GAP:
        return False
    between = [
        each for each in sentences(first.hit.passage) if first.end <= each.start and each.end <= second.start
    ]
    return all(is_wanted(each.text, "") and not _is_fragment(each) for each in between)


def _joined(one: Statement, other: Statement) -> Statement:
    hit = one.quote.hit
    start, end = min(one.quote.start, other.quote.start), max(one.quote.end, other.quote.end)
    together = [
        sentence for sentence in sentences(hit.passage) if start <= sentence.start and sentence.end <= end
    ]
    return _of(hit, together, min(one.part, other.part))


def in_order(statements: Sequence[Statement]) -> list[Statement]:
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
