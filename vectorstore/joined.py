"""Passages found side by side, as the one stretch of text that they are."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vectorstore.passages import Passage
from vectorstore.queries import Hit


def joined(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, neighbours under one heading made into one; each run stands where its best hit stood.

    A joined passage's text is the document's from the first's start to the last's end; `id` names them
    all, so it is none that the store knows. Its score and legs are those of its best hit.
    """
    made = []
    for run in runs(hits):
        best = min(run, key=hits.index)
        made.append((hits.index(best), replace(best, passage=_one(run)) if len(run) > 1 else best))
    return [hit for _, hit in sorted(made, key=lambda pair: pair[0])]


def runs(hits: Sequence[Hit]) -> list[list[Hit]]:
    """The hits in groups of neighbours, each in reading order."""
    ordered = sorted(hits, key=lambda hit: (hit.document.id, hit.passage.number))
    found: list[list[Hit]] = [[hit] for hit in ordered[:1]]
    for one, other in pairwise(ordered):
        if are_neighbours(one, other):
            found[-1].append(other)
        else:
            found.append([other])
    return found


def are_neighbours(one: Hit, other: Hit) -> bool:
    """Whether `other` goes on where `one` ends, under the same headings and of the same date."""
    first, second = one.passage, other.passage
    return (
        first.document_id == second.document_id
        and first.number + 1 == second.number
        and first.headings == second.headings
        and first.published == second.published
        and not one.document.text[first.end : second.start].strip()
    )


def _one(run: Sequence[Hit]) -> Passage:
    passages = [hit.passage for hit in run]
    first, last = passages[0], passages[-1]
    return replace(
        first,
        id="+".join(passage.id for passage in passages),
        text=run[0].document.text[first.start : last.end],
        end=last.end,
        search_text=" ".join(passage.search_text for passage in passages),
        gaps=tuple(gap for passage in passages for gap in passage.gaps),
    )
