"""Passages that say the same are found once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from vectorstore.currency import NEARLY, has_passed
from vectorstore.queries import Hit, Query, Retriever
from vectorstore.terms import WORD
from vectorstore.trace import step

DEEPER, DEEPEST = 2, 9
"""How many times the wanted passages are looked through, at first and when these do not suffice."""
WORDS = 3
"""Words of a shingle."""
SAME = 0.85
"""Share of the shorter passage's shingles that the other holds when both say the same."""
LENGTHS = 0.5
"""Share of the longer passage's shingles that the shorter must have: a sentence is no copy of its page."""


class Said:
    """What a hit says, for comparing: its shingles, names and figures."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit

    @cached_property
    def words(self) -> list[str]:
        """The words in their order; cut only when another hit could say the same."""
        return WORD.findall(self.hit.passage.search_text)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names and figures, which never may differ."""
        return frozenset(word for word in self.words if not word.islower())

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Every run of WORDS words, in lower case; the words themselves when there are fewer."""
        folded = [word.casefold() for word in self.words]
        runs = zip(*(folded[start:] for start in range(WORDS)), strict=False)
        return frozenset(runs) or frozenset([tuple(folded)])

    def repeats(self, better: "Said", across_regions: bool) -> bool:
        """Whether it says nothing that `better` does not.

        With `across_regions`, a text of another region may be the same.
        """
        one, two = self.hit, better.hit
        if one.passage.id == two.passage.id:
            return True
        if not across_regions and one.document.metadata.regions != two.document.metadata.regions:
            return False
        # Authorities say the same on many pages: what a page is about then stands in its title alone.
        if one.document.metadata.title.casefold() != two.document.metadata.title.casefold():
            return False
        few, many = sorted((len(self.shingles), len(better.shingles)))
        if few < LENGTHS * many or not self.facts <= better.facts:
            return False
        return len(self.shingles & better.shingles) >= SAME * few


@dataclass(frozen=True, slots=True)
class Distinct:
    """Leaves out what an earlier hit says already and fills up with the next.

    Of copies the best stays; among those at most `nearly` weaker the one that holds today, or the newest.
    Copies in documents of other regions stay where the query is about several regions.
    """

    retriever: Retriever
    nearly: float = NEARLY

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever."""
        with step(query.trace, "distinct") as told:
            depth = query.top_k * DEEPER
            hits = self.retriever.retrieve(replace(query, top_k=depth))
            groups = grouped(hits, len(query.regions) < 2)
            if len(groups) < query.top_k and len(hits) == depth:
                hits = self.retriever.retrieve(replace(query, top_k=query.top_k * DEEPEST))
                groups = grouped(hits, len(query.regions) < 2)
            kept = groups[: query.top_k]
            told["left_out"] = sum(len(group) - 1 for group in kept)
            chosen = [self._best(group) for group in kept]
            told["copies"] = {
                hit.passage.id: others(hit, group) for hit, group in zip(chosen, kept, strict=True)
            }
            return chosen

    def _best(self, group: Sequence[Said]) -> Hit:
        """The first, unless one as good that says the same holds today while it does not, or is newer."""
        first = group[0]
        if len(group) == 1:
            return first.hit
        equal = [each.hit for each in group if each.facts == first.facts and self._equals(each, first)]
        current = [hit for hit in equal if not has_passed(hit)] or equal
        return max(current, key=lambda hit: hit.document.metadata.dated)

    def _equals(self, said: Said, better: Said) -> bool:
        return said.hit.score >= better.hit.score - self.nearly


def others(hit: Hit, group: Sequence[Said]) -> list[dict[str, str]]:
    """The copies of a hit, each by its "passage", "document" and "title"."""
    copies = [each.hit for each in group if each.hit is not hit]
    return [
        {"passage": one.passage.id, "document": one.document.id, "title": one.document.metadata.title}
        for one in copies
    ]


def grouped(hits: Sequence[Hit], across_regions: bool) -> list[list[Said]]:
    """The hits with the copies of each, in the order of the best of them."""
    groups: list[list[Said]] = []
    for said in map(Said, hits):
        group = next((each for each in groups if said.repeats(each[0], across_regions)), None)
        if group is None:
            groups.append([said])
        else:
            group.append(said)
    return groups
