"""From the passages found to a ranking of texts, and its measures."""

from collections.abc import Iterable, Mapping, Sequence

MEASURES: Mapping[str, str] = {
    "nDCG@10": "nDCG@10",
    "MRR@10": "RR@10",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "recall@100": "R@100",
    "hit@1": "Success@1",
    "hit@5": "Success@5",
    "hit@10": "Success@10",
}
"""Our names of measures, and those of ir_measures (MacAvaney et al. 2022)."""


def score(
    qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Each query's measures, of its texts in their ranking, best first; computed by ir_measures."""
    import ir_measures

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    # Only the order of the scores counts, and no two may be equal.
    run = {
        query: {id: 1 / rank for rank, id in enumerate(ranking, start=1)}
        for query, ranking in rankings.items()
    }
    judged = {query: dict(texts) for query, texts in qrels.items()}
    scores: dict[str, dict[str, float]] = {query: {} for query in qrels}
    for each in ir_measures.iter_calc(list(measures), judged, run):
        scores[each.query_id][measures[each.measure]] = float(each.value)
    return {query: {name: found[name] for name in MEASURES} for query, found in scores.items()}


def rank(sources: Iterable[str], ids: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The texts behind the files of passages, best first, each at the place of its best passage."""
    return [id for source in dict.fromkeys(sources) for id in ids.get(source, ())]
