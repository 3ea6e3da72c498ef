"""How each hit of a search came to its place, put together from what the search told on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.channels.search.held_words import HeldWords, held_words
from assistant.language import question_language
from vectorstore.currency import has_passed
from vectorstore.queries import Expansion, Filters, Hit, Query, Retriever
from vectorstore.trace import Trace, own_seconds, step

# The order in which people are told: what counts most comes first.
LEGS = ("late", "dense", "lexical", "document")
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Leg:
    """What one leg said: its own `score`, the `share` of the hit's score that it makes, its place from 1.

    `place` is that among the candidates, None where the leg has nothing for the passage.
    """

    name: str
    score: float
    share: float
    place: int | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A passage left out because the hit says the same."""

    passage: str
    document: str
    title: str


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """One hit: `place` is where the sum of the legs put it, None where the first search did not find it.

    `moves` are what changed that: "lifted" for its region's sake, "newer" than a copy that it stands for,
    "ahead" of an equally good hit about what has ended, or "behind" one that holds today.
    """

    rank: int
    passage_id: str
    score: float
    place: int | None
    legs: tuple[Leg, ...]
    held: HeldWords
    moves: tuple[str, ...]
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a search made of its question and did. `seconds` are those of the whole, `steps` share them.

    Of `candidates` passages, `looked_at` were compared word by word.
    """

    language: str
    filters: Filters
    expansions: tuple[Expansion, ...]
    regions: tuple[str, ...]
    without: tuple[str, ...]
    ambiguous: tuple[str, ...]
    candidates: int
    looked_at: int
    hits: tuple[ExplainedHit, ...]
    steps: Mapping[str, float]
    seconds: float


def explained_search(retriever: Retriever, query: Query) -> tuple[list[Hit], Explanation]:
    """The hits, and how they were found."""
    trace = Trace()
    with step(trace, "search"):
        hits = retriever.retrieve(replace(query, trace=trace))
    return hits, explain(query, trace, hits)


def explain(query: Query, trace: Trace, hits: Sequence[Hit]) -> Explanation:
    """The trace of one search in words of its own; what a retriever did not tell is left empty."""
    told = _Told(trace)
    expansions = tuple(
        Expansion(one["name"], tuple(one["others"]), one["entity"])
        for one in told.of("expand").get("expansions", ())
    )
    return Explanation(
        language=question_language(query.text),
        filters=query.filters,
        expansions=expansions,
        regions=tuple(told.of("expand").get("regions", ())),
        without=tuple(told.of("regions").get("without", ())),
        ambiguous=tuple(told.of("expand").get("ambiguous", ())),
        candidates=told.of("late").get("candidates", 0),
        looked_at=told.of("late").get("looked at", 0),
        hits=tuple(
            ExplainedHit(
                rank=rank,
                passage_id=hit.passage.id,
                score=hit.score,
                place=told.place(hit.passage.id),
                legs=_legs(hit, told.search(hit)),
                held=held_words(query.text, expansions, hit.passage),
                moves=_moves(hit, told),
                copies=tuple(Copy(**one) for one in told.copies(hit.passage.id)),
            )
            for rank, hit in enumerate(hits, start=1)
        ),
        steps=own_seconds(trace.steps),
        seconds=trace.steps[0].seconds if trace.steps else 0.0,
    )


class _Told:
    """What the steps of a trace told, by name.

    Searches run several times, the first without a region; of the steps around them the last one counts.
    """

    def __init__(self, trace: Trace) -> None:
        self._by_name: dict[str, Told] = {}
        for each in trace.steps:
            if each.name == "regions" or each.name not in self._by_name:
                self._by_name[each.name] = each.told
        self._searches = [each.told for each in trace.steps if each.name == "fuse"]
        self._places = {one: place for place, one in enumerate(self.of("fuse").get("ranked", ()), start=1)}

    def of(self, name: str) -> Told:
        return self._by_name.get(name, {})

    def place(self, passage_id: str) -> int | None:
        return self._places.get(passage_id)

    def copies(self, passage_id: str) -> Sequence[dict[str, str]]:
        found: Sequence[dict[str, str]] = self.of("distinct").get("copies", {}).get(passage_id, ())
        return found

    def search(self, hit: Hit) -> Told:
        """The search that gave the hit its score: regions are also searched on their own."""
        for search in self._searches:
            if search["ranked"].get(hit.passage.id, {}).get("score") == hit.score:
                return search
        return {}


def _legs(hit: Hit, search: Told) -> tuple[Leg, ...]:
    factors = search.get("factors", {})
    places = search["ranked"][hit.passage.id]["places"] if search else {}
    order = sorted(hit.legs, key=lambda name: LEGS.index(name) if name in LEGS else len(LEGS))
    return tuple(
        Leg(name, hit.legs[name], factors.get(name, 0.0) * hit.legs[name], places.get(name)) for name in order
    )


def _moves(hit: Hit, told: _Told) -> tuple[str, ...]:
    one, place = hit.passage.id, told.place(hit.passage.id)
    copies = [told.place(copy["passage"]) for copy in told.copies(one)]
    moves = {
        "lifted": one in told.of("regions").get("lifted", ()),
        "newer": any(other and (not place or other < place) for other in copies),
    }
    if one in told.of("currency").get("moved", ()):
        moves["behind" if has_passed(hit) else "ahead"] = True
    return tuple(name for name, is_so in moves.items() if is_so)
