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


# A BM25 score counts as much as this share of it in cosine. Tuned for e5-small, whose cosines lie close
# together, with passages cut by `ingest`: nDCG@10 of documents on swequad_train (962 questions) and
# swefaq_dev (110), evidence in the top 5 passages (any / all quotes) on dev.jsonl (66 answerable
# questions, 5 of them follow-ups as asked). Tune it anew for another model.
#                                  swequad  swefaq  dev any  dev all
#   dense alone                     .737     .744    .864     .712
#   lexical alone                   .874     .758    .879     .773
#   1/100 (weights .50 / .50)       .875     .775    .909     .803
#   1/150 (weights .60 / .40)       .874     .778    .924     .803
#   1/233 (weights .70 / .30)       .871     .787    .909     .788
#   z-scores, equal weights         .866     .785    .939     .833
#   min-max, equal weights          .864     .784    .924     .803
#   reciprocal ranks, k 60, equal   .818     .762    .924     .849
# On dev one question is .015, so its rows hardly differ; swequad tells them apart.
LEXICAL_SHARE = 1 / 150
# Passages each leg puts forward; the tuning used as many.
CANDIDATES = 50


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
    lexical_share: float = LEXICAL_SHARE
    candidates: int = CANDIDATES

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever; a score is cosine + lexical_share * BM25."""
        vector = self.embedder.embed_query(query.text)
        count = max(self.candidates, query.top_k)
        with self.views.view() as view:
            chosen = view.select(query.filters)
            words = view.lexical.scores(query.text)
            near = view.nearest(vector, count, chosen)
            alike = view.lexical.nearest(words, count, chosen)
            positions = sorted({position for position, _ in [*near, *alike]})
            cosines = view.exact.similarities(vector, positions)
            found = [
                self._scored(p, cosine, float(words[p])) for p, cosine in zip(positions, cosines, strict=True)
            ]
            return hits(view, sorted(found, key=lambda row: (-row[1], row[0]))[: query.top_k])

    def _scored(self, position: int, cosine: float, bm25: float) -> Scored:
        return position, cosine + self.lexical_share * bm25, {DENSE: cosine, LEXICAL: bm25}


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
