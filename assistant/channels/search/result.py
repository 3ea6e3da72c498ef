"""A search's hits in the form the API and the command line print."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from assistant.channels.search.explanation import explained_search
from vectorstore.joined import joined
from vectorstore.queries import Hit, Query, Retriever


def search_result(retriever: Retriever, query: Query, explain: bool = False) -> dict[str, Any]:
    """The hits of a search, best first, ranks from 1; where asked for, "explanation" beside "hits".

    Passages that stand side by side are given as one; an explanation is about each by itself.
    """
    if not explain:
        return {"hits": rows(found(retriever, query))}
    hits, explanation = explained_search(retriever, query)
    return {"hits": rows(hits), "explanation": asdict(explanation)}


def found(retriever: Retriever, query: Query) -> list[Hit]:
    """The best `query.top_k` hits after neighbours among twice as many have been joined."""
    hits = retriever.retrieve(replace(query, top_k=2 * query.top_k))
    return joined(hits)[: query.top_k]


def rows(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Each hit as JSON types."""
    return [_row(rank, hit) for rank, hit in enumerate(hits, start=1)]


def _row(rank: int, hit: Hit) -> dict[str, Any]:
    return {
        "rank": rank,
        "score": hit.score,
        "document_id": hit.document.id,
        "source": hit.document.source,
        "title": hit.document.metadata.title,
        "page": hit.passage.page,
        "heading": list(hit.passage.headings),
        "text": hit.passage.text,
    }
