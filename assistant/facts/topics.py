"""Group an answer by what was asked for, when a question asks for several things of one source."""

from collections.abc import Sequence

from assistant.drafts import Block, Line
from assistant.facts.patterns import pattern, table
from prompts import phrases

FEWEST = 2


def topics(question: str) -> list[str]:
    """The topics that the question names, in its order."""
    found = {topic: pattern("topics", topic).search(question) for topic in table("topics")}
    named = [(match.start(), topic) for topic, match in found.items() if match]
    return [topic for _, topic in sorted(named)]


def by_topic(blocks: Sequence[Block], question: str, language: str) -> tuple[Block, ...]:
    """The lines under the topics asked for; as they were when fewer than FEWEST topics get any.

    A line goes to the topic that it has most words of, in its headings too; one without stays ahead.
    """
    asked = topics(question)
    if len(asked) < FEWEST or any(block.title for block in blocks):
        return tuple(blocks)
    grouped: dict[str, list[Line]] = {topic: [] for topic in asked}
    rest: list[Line] = []
    for block in blocks:
        for line in block.lines:
            topic = _topic(line, asked)
            (grouped[topic] if topic else rest).append(line)
    filled = {topic: lines for topic, lines in grouped.items() if lines}
    if len(filled) < FEWEST:
        return tuple(blocks)
    texts = phrases("facts", language)
    first = (Block(tuple(rest)),) if rest else ()
    return (*first, *(Block(tuple(lines), texts[topic]) for topic, lines in filled.items()))


def _topic(line: Line, asked: Sequence[str]) -> str:
    headings = " ".join(heading for quote in line.quotes for heading in quote.hit.passage.headings[-1:])
    counts = {topic: len(pattern("topics", topic).findall(f"{line.text} {headings}")) for topic in asked}
    best = max(asked, key=lambda topic: counts[topic])
    return best if counts[best] else ""
