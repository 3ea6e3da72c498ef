"""Evidence that the documents do not hold: a slip in the set must not pass for one in the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from assistant.evaluation.cases import Case
from assistant.evaluation.evidence import found_in, is_source
from assistant.evaluation.sources import Sources


class Kind(StrEnum):
    """What is not there; the texts are `misplaced_*` in prompts/*/report.md."""

    SOURCE = "source"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A case's evidence whose document or quote is not there; `near` is a document that may be meant."""

    id: str
    kind: Kind
    source: str
    quote: str
    near: str = ""


def misplaced(cases: Sequence[Case], sources: Sources) -> list[Misplaced]:
    """What the documents that the target reads from do not hold, in the order of the set."""
    documents = sources.library.documents()
    known = [each.source.rsplit("/", 1)[-1] for each in documents]
    gone = []
    for case in cases:
        for each in case.evidence:
            meant = [document.id for document in documents if is_source(each.source, document.source)]
            if not meant:
                near = get_close_matches(each.source, known, 1)
                gone.append(Misplaced(case.id, Kind.SOURCE, each.source, each.quote, "".join(near)))
            elif not any(found_in(each.quote, sources.text(id)) for id in meant):
                gone.append(Misplaced(case.id, Kind.QUOTE, each.source, each.quote))
    return gone
