"""Dense, lexical and fused retrieval over whatever view is current."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.live import Views
from vectorstore.queries import Hit, Query
from vectorstore.view import View

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder

DENSE = "dense"
LEXICAL = "lexical"

Legs = dict[str, float]
Scored = tuple[int, float, Legs]


@dataclass(frozen=True, slots=True)
class Weights:
    """How the legs count in the fused score, and how many candidates each puts forward."""

    dense: float = 0.5
    candidates: int = 50


@dataclass(frozen=True, slots=True)
class Dense:
    """By cosine similarity of question and passage."""

    views: Views
    embedder: "Embedder"

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever; scores are cosines in [-1, 1]."""
        with self.views.view() as view:
            vector = self.embedder.embed_query(query.text)
            found = view.nearest(vector, query.top_k, view.select(query.filters))
            return hits(view, [(position, score, {DENSE: score}) for position, score in found])


@dataclass(frozen=True, slots=True)
class Lexical:
    """By the words, or parts of words, that question and passage share."""

    views: Views

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever; scores are BM25, 0 and up. Passages that share nothing are no hits."""
        with self.views.view() as view:
            scores = view.lexical.scores(query.text)
            found = view.lexical.nearest(scores, query.top_k, view.select(query.filters))
            return hits(view, [(position, score, {LEXICAL: score}) for position, score in found])


@dataclass(frozen=True, slots=True)
class Fused:
    """Both together: every candidate of either leg gets both scores, and their weighted sum ranks it."""

    views: Views
    embedder: "Embedder"
    weights: Weights = Weights()

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever; scores are in [0, 1] and compare within one list only."""
        vector = self.embedder.embed_query(query.text)
        count = max(self.weights.candidates, query.top_k)
        with self.views.view() as view:
            chosen = view.select(query.filters)
            words = view.lexical.scores(query.text)
            nearest = view.nearest(vector, count, chosen)
            shared = view.lexical.nearest(words, count, chosen)
            positions = sorted({position for position, _ in [*nearest, *shared]})
            cosines = view.exact.similarities(vector, positions)
            pairs = zip(positions, cosines, strict=True)
            candidates = [(p, {DENSE: cosine, LEXICAL: float(words[p])}) for p, cosine in pairs]
            return hits(view, ranked(candidates, self.weights)[: query.top_k])


def ranked(candidates: list[tuple[int, Legs]], weights: Weights) -> list[Scored]:
    """Candidates with their fused score, best first; equal ones by their place in the documents."""
    dense = scaled([legs[DENSE] for _, legs in candidates])
    lexical = scaled([legs[LEXICAL] for _, legs in candidates])
    share = weights.dense
    scored = [
        (position, share * near + (1 - share) * shared, legs)
        for (position, legs), near, shared in zip(candidates, dense, lexical, strict=True)
    ]
    return sorted(scored, key=lambda row: (-row[1], row[0]))


def scaled(scores: list[float]) -> list[float]:
    """The scores of one list moved to [0, 1]; all 0 where they do not differ."""
    if not scores:
        return []
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 0.0 for score in scores]


def hits(view: View, found: list[Scored]) -> list[Hit]:
    """The passages at the positions found, with their documents."""
    passages = view.snapshot.find([view.snapshot.ids[position] for position, _, _ in found])
    made = []
    for position, score, legs in found:
        passage = passages[view.snapshot.ids[position]]
        document = view.snapshot.document(passage.document_id)
        if document:
            made.append(Hit(passage, document, score, legs))
    return made
