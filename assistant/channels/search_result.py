"""A search's hits in the form the API and the command line print."""

from collections.abc import Sequence
from typing import Any

from vectorstore.queries import Hit


def search_result(hits: Sequence[Hit]) -> dict[str, Any]:
    """`hits` as {"hits": [...]}, best first, ranks from 1."""
    return {"hits": [_row(rank, hit) for rank, hit in enumerate(hits, start=1)]}


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
