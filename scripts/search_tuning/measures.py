"""How good a ranking of passages is: nDCG@10 of the texts behind them, or whether they hold the evidence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.evaluation.evidence import found
from assistant.evaluation.ranking import rank
from assistant.evaluation.results import Found
from search_tuning.prepared import Asked
from vectorstore.queries import Hit

NDCG = "nDCG@10"
FIRST, ANY, ALL = "@1 any", "@5 any", "@5 all"
TEXTS, PASSAGES = 10, 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a passage is judged: the file it is of, and its words."""

    source: str
    text: str


def seen(hits: Sequence[Hit]) -> list[Seen]:
    """The hits as judged."""
    return [Seen(hit.document.source, hit.passage.text) for hit in hits]


def judge(asked: Asked, ranked: Sequence[Seen], ids: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """The measures of passages, best first; `ids` as in Prepared."""
    return _by_evidence(asked, ranked) if asked.evidence else {NDCG: _by_texts(asked, ranked, ids)}


def _by_texts(asked: Asked, ranked: Sequence[Seen], ids: Mapping[str, tuple[str, ...]]) -> float:
    """nDCG@10 (Järvelin and Kekäläinen 2002, with gains as they are judged), as ir_measures computes it."""
    texts = islice(rank((one.source for one in ranked), ids), TEXTS)
    ideal = sorted(asked.relevant.values(), reverse=True)[:TEXTS]
    return _gain([asked.relevant.get(id, 0) for id in texts]) / _gain(ideal)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place) for place, grade in enumerate(grades, start=2))


def _by_evidence(asked: Asked, ranked: Sequence[Seen]) -> dict[str, float]:
    """Whether the first passage holds any, and the first five any or all of the quotes."""
    hits = [Found("", "", 0.0, one.source, "", None, (), one.text) for one in ranked[:PASSAGES]]
    first = any(found(each, hits[:1]) for each in asked.evidence)
    held = [found(each, hits) for each in asked.evidence]
    return {FIRST: float(first), ANY: float(any(held)), ALL: float(all(held))}
