"""Dense, lexical and fused retrieval over whatever view is current."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.fusion import Weights, read_weights
from vectorstore.late import LateIndex
from vectorstore.live import Views
from vectorstore.places import places, ranked
from vectorstore.queries import Hit, Query
from vectorstore.question_terms import document_scores, highest, lexical_scores, token_weights
from vectorstore.token_vectors import EmbeddedQuestion, Floats
from vectorstore.trace import step
from vectorstore.view import View

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder

DENSE = "dense"
LEXICAL = "lexical"
LATE = "late"
DOCUMENT = "document"

Legs = dict[str, float]
Scored = tuple[int, float, Legs]


# Passages that the dense and the lexical leg each put forward.
CANDIDATES = 100
# How many of these, the best by cosine + BM25 / 150, are looked at token by token. Measured on a fourth of
# swequad_train, swefaq_dev and dev: 20 lose .01 of the evidence in the top 5, 60 gain nothing over 40.
LOOKED_AT = 40
FIRST_SHARE = 1 / 150


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
            scores = lexical_scores(view.lexical, query)
            found = view.lexical.nearest(scores, query.top_k, view.select(query.filters))
            return hits(view, [(position, score, {LEXICAL: score}) for position, score in found])


@dataclass(frozen=True, slots=True)
class Fused:
    """All legs together: dense and lexical put passages forward, the weighted sum of all legs ranks them."""

    views: Views
    embedder: "Embedder"
    weights: Weights = field(default_factory=read_weights)
    looked_at: int = LOOKED_AT

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever. A score is the weighted sum; a passage not looked at has nothing from the late leg.

        The legs told are "dense" (cosine), "lexical" (BM25), "document" (BM25 of the whole document) and,
        where looked at, "late" (see LateIndex).
        """
        with step(query.trace, "embed"):
            asked = self.embedder.embed_question(query.text)
        with self.views.view() as view:
            found = self._rank(view, query, asked)
            with step(query.trace, "read"):
                return hits(view, found[: query.top_k])

    def _rank(self, view: View, query: Query, asked: EmbeddedQuestion) -> list[Scored]:
        """What either leg puts forward, ranked."""
        chosen, count = view.select(query.filters), max(CANDIDATES, query.top_k)
        with step(query.trace, LEXICAL):
            bm25 = lexical_scores(view.lexical, query)
            alike = view.lexical.nearest(bm25, count, chosen)
        with step(query.trace, DENSE):
            near = view.nearest(asked.vector, count, chosen)
        positions = np.array(sorted({position for position, _ in [*near, *alike]}), np.intp)
        if not len(positions):
            return []
        cosines = np.array(view.exact.similarities(asked.vector, positions), np.float32)
        order = np.argsort(-(cosines + FIRST_SHARE * bm25[positions]), kind="stable")
        positions, cosines = positions[order], cosines[order]
        with step(query.trace, LATE) as told:
            weights = token_weights(view.lexical, asked.words)
            late = LateIndex(view.rows, asked.directions.shape[1])
            close = late.scores(asked.directions, weights, positions[: self.looked_at])
            told |= {"candidates": len(positions), "looked at": len(close)}
        with step(query.trace, DOCUMENT):
            whole = document_scores(view, query.text, positions)
        scores = self.weights.dense * cosines
        shares = self.weights.lexical * bm25[positions] + self.weights.document * whole
        scores += shares / highest(view.lexical, query.text)
        scores[: len(close)] += self.weights.late * close
        legs = {DENSE: cosines, LEXICAL: bm25[positions], DOCUMENT: whole, LATE: close}
        found = [
            (int(positions[row]), float(scores[row]), _told(legs, row))
            for row in np.argsort(-scores, kind="stable")
        ]
        if query.trace:
            with step(query.trace, "fuse") as told:
                ids = [view.snapshot.ids[position] for position in positions]
                scored = [(view.snapshot.ids[position], score) for position, score, _ in found]
                told["factors"] = self.weights.factors(highest(view.lexical, query.text))
                told["ranked"] = ranked(scored, places(ids, legs))
        return found


def _told(legs: dict[str, Floats], row: int) -> Legs:
    return {name: float(scores[row]) for name, scores in legs.items() if row < len(scores)}


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
