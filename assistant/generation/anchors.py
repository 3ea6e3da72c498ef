"""Where a model's anchor phrases stand in a source: found by their words, nearly alike, or not at all."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.citations import Quote
from assistant.generation.replies import Place
from assistant.generation.sources import Source
from assistant.steering import is_instruction

WORD = re.compile(r"\w+")
MOST_WORDS = 10
"""Words of an anchor that are compared."""
FEWEST_LETTERS = 8
"""Letters below which an anchor says nothing of where it stands."""
ALIKE = 0.8
"""Share of the words, in their order, that an anchor must have in common with a place in the source."""
LONGEST = 900
"""Characters of a quote: a place longer than this proves nothing about one sentence."""


def locate(place: Place, source: Source) -> Quote | None:
    """The whole sentences from the place's first words to its last; None where the source has them not."""
    words, sentence_of = _words(source)
    first, last = _folded(place.first)[:MOST_WORDS], _folded(place.last)[-MOST_WORDS:]
    if _is_weak(first) or (last and _is_weak(last) and _is_weak(first + last)):
        return None
    starts = _matches(first, words)
    ends = [end + len(last) - 1 for end in _matches(last, words)] if last else []
    spans = (
        [(start, end) for start in starts for end in ends if end >= start]
        if last
        else [(s, s) for s in starts]
    )
    for start, end in sorted(spans, key=lambda span: span[1] - span[0]):
        if quote := _quote(source, sentence_of[start], sentence_of[min(end, len(words) - 1)]):
            return quote
    return None


def _quote(source: Source, first: int, last: int) -> Quote | None:
    start, end = source.sentences[first].start, source.sentences[last].end
    if end - start > LONGEST and first != last:
        return None
    quote = Quote(source.hit, start, end)
    return None if is_instruction(quoted(quote)) else quote


def quoted(quote: Quote) -> str:
    """The words of the passage that are quoted, as they stand."""
    passage = quote.hit.passage
    return passage.text[quote.start - passage.start : quote.end - passage.start]


def _words(source: Source) -> tuple[list[str], list[int]]:
    """The source's words with the number of the sentence that each stands in."""
    found = [(word, number) for number, text in enumerate(source.shown) for word in _folded(text)]
    return [word for word, _ in found], [number for _, number in found]


def _folded(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _is_weak(anchor: Sequence[str]) -> bool:
    return len("".join(anchor)) < FEWEST_LETTERS


def _matches(anchor: Sequence[str], words: Sequence[str]) -> list[int]:
    """Where `anchor` begins in `words`: the places most alike, none below ALIKE."""
    length = len(anchor)
    exact = [at for at in range(len(words) - length + 1) if words[at : at + length] == anchor]
    if exact:
        return exact
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(anchor)
    scored = []
    for at in range(max(1, len(words) - length + 1)):
        matcher.set_seq1(words[at : at + length])
        if matcher.quick_ratio() >= ALIKE and (score := matcher.ratio()) >= ALIKE:
            scored.append((score, at))
    best = max((score for score, _ in scored), default=0.0)
    return [at for score, at in scored if score == best]
