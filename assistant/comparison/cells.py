"""The sentences of one cell: what the sources say of one thing in one matter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citations import Quote
from assistant.comparison.aspects import Aspect
from assistant.comparison.belonging import Belonging
from assistant.drafts import Line
from assistant.names import listed
from assistant.scoring import Scored, SentenceScorer
from assistant.sentences import Sentence, sentences
from vectorstore.entities import PLACES, Kind
from vectorstore.plain_text import plain
from vectorstore.queries import Hit

FEWEST_WORDS = 4
"""Words of a sentence that may say something: fewer are a heading."""
LONGEST = 420
LONGEST_PAIR = 330
# What is added to a sentence's score, which spans about three from the best of a passage to the worst.
THEME, EACH_THEME, LEANING, NAMED, OPENS, PROGRAMME, PLACE, ELSEWHERE = 1.2, 0.5, 1.0, 0.8, 1.0, 0.7, 0.5, 0.3
AREAS = 1.0
MOST_COUNTED = 4
CLOSE = 0.25
"""How far in score a second sentence may be behind the first."""
SIMILAR, ALIKE, COVERED = 0.84, 0.865, 0.3
"""Likeness and share of words from which a sentence is on a matter that no theme describes."""
LISTED = re.compile(r"(?:^|\n)\s*(?:[•▪●‣*–-]|\d{1,2}[.)])\s+")
AREAS_LISTED = re.compile(r":$|:\s[^:]+,[^:]+")
SHORT_ITEMS = re.compile(r"(?:\s*\n\s*(?:[•▪●‣*–-]|\d{1,2}[.)])\s+[^\n]{1,15}(?=\n|$))+")
"""Items too short to be sentences of their own, at the end of a list."""
WHOLE = re.compile(r"[.!?…”\"»)]$|:")
ADDS = re.compile(r"\b(?:också|även|dessutom|also|besides|også|dessuten)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cells:
    """Chooses the sentences of cells."""

    scorer: SentenceScorer

    def best(self, aspect: Aspect, hits: Sequence[Hit], belonging: Belonging, most: int = 2) -> list[Line]:
        """At most `most` quotes that answer, best first; empty where nothing in `hits` does."""
        ranked = self.ranked(aspect, hits, belonging)
        if not ranked:
            return []
        weight, first = ranked[0]
        chosen = [first]
        for other_weight, other in ranked[1:]:
            if len(chosen) == most or other_weight < weight - CLOSE:
                break
            if _goes_with(other, chosen):
                chosen.append(other)
        return [line for one in chosen if (line := line_of(one))]

    def ranked(self, aspect: Aspect, hits: Sequence[Hit], belonging: Belonging) -> list[tuple[float, Scored]]:
        """The sentences that say something of the matter, with their weights, best first."""
        asked = aspect.search or belonging.item.label
        weighed = [
            (self._weight(one, aspect, belonging), one)
            for one in self.scorer.score(asked, hits)
            if len(one.sentence.text.split()) >= FEWEST_WORDS
            and len(one.sentence.text) <= LONGEST
            and _is_enough(one, aspect, belonging)
            and belonging.is_of(one)
            and (line_of(one) or not one.sentence.text.endswith(":"))
        ]
        return sorted(weighed, key=lambda pair: -pair[0])

    def _weight(self, one: Scored, aspect: Aspect, belonging: Belonging) -> float:
        text = one.sentence.text
        told = sum(theme.is_told(_read(one)) for theme in aspect.themes)
        weight = one.score + THEME * bool(told) + EACH_THEME * told + NAMED * belonging.singles_out(text)
        weight += OPENS * (not aspect.themes and belonging.opens_with_it(text))
        weight -= LEANING * (_leans(text) or bool(ADDS.search(text)))
        weight -= LEANING * (not WHOLE.search(text) or (not aspect.text and ";" in text))
        holds = {theme.holds for theme in aspect.themes[:1]}
        if "programmes" in holds:
            weight += PROGRAMME * min(MOST_COUNTED, belonging.count(text, frozenset({Kind.PROGRAMME})))
        if "areas" in holds:
            weight += AREAS * (bool(told) and bool(AREAS_LISTED.search(text)))
        if "places" in holds:
            own, elsewhere = belonging.own_places(text)
            weight += PLACE * own - ELSEWHERE * elsewhere
        return weight


def line_of(one: Scored) -> Line | None:
    """The sentence as a line, with the list that it leads in to; None where that list is not there."""
    passage = one.hit.passage
    if not one.sentence.text.endswith(":"):
        return Line(one.sentence.text, (Quote(one.hit, one.sentence.start, one.sentence.end),))
    around = sentences(passage)
    last = around.index(one.sentence)
    while last + 1 < len(around) and _is_item(one.hit, around[last + 1]):
        last += 1
    end = around[last].end
    if short := SHORT_ITEMS.match(passage.text, end - passage.start):
        end = passage.start + short.end()
    if end == one.sentence.end:
        return None
    listed = passage.text[one.sentence.end - passage.start : end - passage.start]
    items = [plain(item).rstrip(".") for item in LISTED.split(listed) if item.strip()]
    text = f"{one.sentence.text} {', '.join(items)}".strip()
    return Line(text, (Quote(one.hit, one.sentence.start, end),))


def _is_item(hit: Hit, sentence: Sentence) -> bool:
    return bool(LISTED.match(hit.passage.text[sentence.start - hit.passage.start :]))


def _is_enough(one: Scored, aspect: Aspect, belonging: Belonging) -> bool:
    """Whether the sentence is on the matter at all."""
    if any(theme.holds == "places" for theme in aspect.themes):
        return belonging.count(one.sentence.text, PLACES) > 1
    if not aspect.text or any(theme.is_told(_read(one)) for theme in aspect.themes):
        return True
    if belonging.opens_with_it(one.sentence.text) and any(theme.holds == "itself" for theme in aspect.themes):
        return True
    return one.similarity >= ALIKE or (one.similarity >= SIMILAR and one.coverage >= COVERED)


def _read(one: Scored) -> str:
    """The sentence under the heading it stands under."""
    return f"{' '.join(one.hit.passage.headings[-1:])} {one.sentence.text}"


def _leans(text: str) -> bool:
    first = text.lstrip('–-•"”“ ').split(maxsplit=1)[:1]
    return bool(first) and first[0].casefold().strip(",") in listed("pronouns")


def _goes_with(one: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether it may follow those chosen: of the same document, not the same words, not too long together."""
    length = sum(len(other.sentence.text) for other in chosen) + len(one.sentence.text)
    same = any(one.sentence.text.casefold() == other.sentence.text.casefold() for other in chosen)
    return one.hit.document.id == chosen[0].hit.document.id and not same and length <= LONGEST_PAIR
