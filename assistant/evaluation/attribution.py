"""Whether each statement of an answer points to the quote it came from, and not to its neighbour's."""

import re
from collections.abc import Sequence

from assistant.answers import Answer, Citation
from assistant.evaluation.evidence import words

_MARKED = re.compile(r"((?:[^\[\n]|\[(?!\d+(?:, ?\d+)*\]))*?)\s*((?:\[\d+(?:, ?\d+)*\][ ,]?)+)")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_NUMBERS = re.compile(r"\[\d+(?:, ?\d+)*\]")

Statement = tuple[str, tuple[int, ...]]


def statements(answer: Answer) -> list[Statement]:
    """What the answer states and the citation numbers given for it: its claims, and its text at each [n]."""
    claims = [(claim.text, tuple(claim.citations)) for claim in answer.claims]
    marked = [
        (match[1], tuple(int(number) for number in _NUMBER.findall(match[2])))
        for match in _MARKED.finditer(answer.text)
    ]
    return claims + marked


def cited_share(answer: Answer) -> float:
    """The share of the text's words that lead up to a [n] in their line; heads ("...:") aside."""
    lines = [line for line in answer.text.splitlines() if not line.rstrip().endswith(":")]
    cited = sum(len(_WORD.findall(match[1])) for line in lines for match in _MARKED.finditer(line))
    every = sum(len(_WORD.findall(_NUMBERS.sub("", line))) for line in lines)
    return cited / every if every else 0.0


def is_attributed(statement: Statement, citations: Sequence[Citation]) -> bool:
    """Whether every number leads to a citation, and no other quote of the answer is nearer the words.

    Nearness is the share of the statement's words that the quote has, so it holds across languages
    as far as names and numbers carry; where nothing carries, any existing citation will do.
    """
    text, numbers = statement
    known = {citation.number: citation for citation in citations}
    if not numbers or any(number not in known for number in numbers):
        return False
    own = max(_shared(text, known[number].quote) for number in numbers)
    others = [_shared(text, each.quote) for each in citations if each.number not in numbers]
    return own >= max(others, default=0.0)


def _shared(text: str, quote: str) -> float:
    said = words(text)
    return len(said & words(quote)) / len(said) if said else 0.0
