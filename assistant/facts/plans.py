"""Tell plans and one person's views from statements of fact, so that nobody reads them as what exists."""

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.drafts import Block, Line, Wording
from assistant.facts.patterns import pattern, table
from assistant.facts.titles import dated, described
from assistant.validity import section_at
from prompts import fill, phrases

END = re.compile(r"(?<=[.!?])\s+")
SHORTEST = 15
"""Letters from which a piece of a line is a sentence."""
FACT, PLAN, OPINION = "", "plans", "opinion"


def apart(blocks: Sequence[Block], language: str) -> tuple[Block, ...]:
    """The lines of each source in blocks: facts as they are, then plans and opinions under titles that
    say so. Blocks with titles of their own are left."""
    made: list[Block] = []
    for block in blocks:
        if block.title:
            made.append(block)
            continue
        for _, group in groupby(block.lines, key=_document):
            lines = list(group)
            for nature in (FACT, PLAN, OPINION):
                of_nature = tuple(line for line in lines if _nature(line) == nature)
                if of_nature:
                    made.append(Block(of_nature, _title(of_nature[0], nature, language)))
    return tuple(made)


def is_plan(line: Line) -> bool:
    """Whether most sentences of the line tell what was to be done, in a document of which it is no rule."""
    if line.wording is not Wording.QUOTED or not line.quotes:
        return False
    if line.quotes[0].hit.document.metadata.kind in table("plans")["rules"]:
        return False
    cut = [sentence for sentence in END.split(line.text) if len(sentence) >= SHORTEST]
    planned = [sentence for sentence in cut if _intends(sentence)]
    return 2 * len(planned) > len(cut)


def is_opinion(line: Line) -> bool:
    """Whether it is one person's own text: said in the first person, in a kind of text that has an author."""
    if line.wording is not Wording.QUOTED or not line.quotes:
        return False
    hit = line.quotes[0].hit
    written = hit.document.metadata.kind in table("plans")["opinions"] or section_at(
        hit.document, hit.passage.start
    )
    return bool(written and pattern("plans", "person").search(line.text))


def _intends(sentence: str) -> bool:
    whole = pattern("plans", "aim").search(sentence)
    return bool(whole or pattern("plans", "plan").search(pattern("plans", "hanging").sub("", sentence)))


def _nature(line: Line) -> str:
    return OPINION if is_opinion(line) else PLAN if is_plan(line) else FACT


def _title(line: Line, nature: str, language: str) -> str:
    if nature == FACT:
        return ""
    hit = line.quotes[0].hit
    undated = nature == PLAN and not dated(hit, language)
    return fill(
        phrases("facts", language)["plans_undated" if undated else nature], **described(hit, language)
    )


def _document(line: Line) -> str:
    return line.quotes[0].hit.document.id if line.quotes else ""
