"""Where a question is about several regions, passages from each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vectorstore.queries import Hit, Query, Retriever
from vectorstore.trace import step

DEPTH = 50
"""Passages of the whole search looked at, for what each region has and for what a weak hit looks like."""
MOST_REGIONS = 6
"""Regions named from which on a question is about the whole country; each further one costs a search."""
STRONG = 0.5
"""How far a hit must lie from the weakest (0) to the best (1) to get a place for its region's sake.

Looked at on the ten questions of dev.jsonl and starter.jsonl that name several regions, and on five
with a region that the documents hold no answer for: the best hits of regions with an answer lie at .55 and
above; of the others one lies at .40, the rest at .62 and above, being passages that do name the region.
"""


@dataclass(frozen=True, slots=True)
class EachRegion:
    """Gives each of the query's regions its share of the places, as far as it has something to say.

    Scores of a search with a region filter must compare with those of one without.
    """

    retriever: Retriever

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever; the best hit stays first. With fewer than two regions, as the inner retriever."""
        regions = _searchable(query)
        if not 2 <= len(regions) <= MOST_REGIONS:
            return self.retriever.retrieve(query)
        with step(query.trace, "regions") as told:
            whole = self.retriever.retrieve(replace(query, top_k=max(query.top_k, DEPTH)))
            share = max(1, query.top_k // (len(regions) + 1))
            found = {region: self._of(region, whole, share, query) for region in regions}
            floor = _floor([whole, *found.values()])
            strong = {region: [hit for hit in hits if hit.score >= floor] for region, hits in found.items()}
            chosen = interleaved(whole, strong, query.top_k)
            told["regions"] = {region: sum(is_about(hit, region) for hit in chosen) for region in regions}
            told["without"] = [region for region in regions if not strong[region]]
            told["lifted"] = lifted(whole, chosen)
        return chosen

    def _of(self, region: str, whole: Sequence[Hit], share: int, query: Query) -> list[Hit]:
        """The region's best hits: from the whole search where it holds enough, else from one of its own."""
        held = [hit for hit in whole if is_about(hit, region)]
        if len(held) >= share:
            return held
        return self.retriever.retrieve(replace(query, filters=replace(query.filters, regions=(region,))))


def is_about(hit: Hit, region: str) -> bool:
    """Whether the hit's document is about the region."""
    return region.casefold() in (name.casefold() for name in hit.document.metadata.regions)


def interleaved(whole: Sequence[Hit], strong: dict[str, list[Hit]], top_k: int) -> list[Hit]:
    """The best `top_k` hits such that of the first n, each of r regions has at least n // (r + 1), if it can.

    So one part is left to whatever is best. A hit about several regions counts for each.
    """
    chosen: list[Hit] = []
    seen: set[str] = set()
    while len(chosen) < top_k:
        behind = _next_of_a_region(chosen, seen, strong)
        following = behind or next((hit for hit in whole if hit.passage.id not in seen), None)
        if following is None:
            break
        chosen.append(following)
        seen.add(following.passage.id)
    return chosen


def lifted(whole: Sequence[Hit], chosen: Sequence[Hit]) -> list[str]:
    """The ids of the chosen passages that stand higher than in the whole search."""
    before = {hit.passage.id: place for place, hit in enumerate(whole)}
    ids = [hit.passage.id for hit in chosen]
    return [one for place, one in enumerate(ids) if place < before.get(one, len(whole))]


def _next_of_a_region(chosen: list[Hit], seen: set[str], strong: dict[str, list[Hit]]) -> Hit | None:
    """The best hit that a region still needs among the next place and those before; None if none does."""
    due = (len(chosen) + 1) // (len(strong) + 1)
    needed = []
    for region, hits in strong.items():
        left = next((hit for hit in hits if hit.passage.id not in seen), None)
        if left and sum(is_about(hit, region) for hit in chosen) < due:
            needed.append(left)
    return max(needed, key=lambda hit: hit.score, default=None)


def _searchable(query: Query) -> list[str]:
    """The query's regions, each once, that its own filter lets through."""
    allowed = {region.casefold() for region in query.filters.regions}
    named = dict.fromkeys(query.regions)
    return [region for region in named if not allowed or region.casefold() in allowed]


def _floor(searches: Sequence[Sequence[Hit]]) -> float:
    """The score from which on a hit counts as strong; whatever the retriever's scale."""
    scores = [hit.score for hits in searches for hit in hits]
    if not scores:
        return 0.0
    return min(scores) + STRONG * (max(scores) - min(scores))
