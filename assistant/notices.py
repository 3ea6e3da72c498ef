"""The few notices that stand with an answer: what a reader must know of its sources' time."""

from collections.abc import Sequence

from assistant.answers import Citation
from vectorstore.currency import PASSED
from vectorstore.passages import Status

MOST = 4
"""Notices of an answer; more are not read."""


def answer_notices(citations: Sequence[Citation], others: Sequence[str] = ()) -> list[str]:
    """`others`, which are of the answer as a whole, then a note for each document, the weightiest first.

    At most MOST in all, but always one on a document where any has something to say; each document once.
    """
    noted = [citation for citation in citations if citation.validity.note]
    firsts: dict[str, str] = {}
    for citation in sorted(noted, key=_weight):
        firsts.setdefault(citation.document_id, citation.validity.note)
    room = max(1, MOST - len(others))
    return list(dict.fromkeys([*others, *list(firsts.values())[:room]]))


def _weight(citation: Citation) -> tuple[int, str]:
    """What has ended or is not decided before what has no date, and that before what is merely old."""
    stated = citation.validity
    if stated.status in PASSED or stated.status is Status.PROPOSAL:
        return (0, stated.as_of)
    return (1 if not stated.as_of else 2, stated.as_of)
