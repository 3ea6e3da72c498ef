"""How well each system finds, on the same documents and questions, with paired tests against ours."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmark.serving import serving
from benchmark.sets import BEIR_SETS, EVIDENCE_SET, RetrievalSet, read_retrieval_set
from benchmark.systems import NAMES, PEERS
from benchmark.tables import Part, table

if TYPE_CHECKING:
    from assistant.evaluation.statistics import Figure, Paired

DEPTH = 100
"""Passages asked for; documents are ranked by their best passage."""
EVIDENCE_DEPTHS = (1, 5)
BATCH = 50
Answers = dict[str, list[tuple[list[str], str]]]
Scores = dict[str, list[float]]


def run(only: Sequence[str] = (), sets: Sequence[str] = (*BEIR_SETS, EVIDENCE_SET)) -> Part:
    """Measure every set with ours and the peers (those in `only`, if any)."""
    rows = [row for name in sets for row in measure(read_retrieval_set(name), only or PEERS)]
    head = ["set", "measure", "system", "n", "value", "95 % interval", "ours minus it", "95 % interval", "p"]
    notes = [
        "Passages found are ranked to documents by the best of each. Evidence: a quote lies in the first k "
        "passages, or 80 % of its words with every figure; any or all of the question's quotes. Questions go "
        "as asked, without their conversation. Intervals are bootstraps over questions, p a paired sign-flip "
        "test (assistant/evaluation/statistics.py).",
        "Utblick's own settings were tuned on these sets; the others run as their guides show.",
    ]
    return Part("quality", table(head, rows), notes)


def measure(given: RetrievalSet, peers: Sequence[str]) -> list[list[str]]:
    """A row for each measure and system of one set."""
    scores = {name: score(given, answers(name, given)) for name in ("ours", *peers)}
    return [
        row(given.name, measure, name, scores["ours"][measure], found[measure])
        for measure in scores["ours"]
        for name, found in scores.items()
    ]


def row(set_name: str, measure: str, name: str, own: Sequence[float], found: Sequence[float]) -> list[str]:
    """One system's figure, and what ours is beyond it."""
    from assistant.evaluation.statistics import figure, paired

    figures = figure(found)
    start = [set_name, measure, NAMES[name], str(figures.n), f"{figures.value:.3f}", interval(figures)]
    if name == "ours":
        return [*start, "", "", ""]
    beyond = paired(found, own)
    p = "< .001" if beyond.p < 0.001 else f"{beyond.p:.3f}"
    return [*start, f"{beyond.difference:+.3f}", interval(beyond, signed=True), p]


def interval(of: "Figure | Paired", signed: bool = False) -> str:
    """Both ends of a 95 % interval."""
    sign = "+" if signed else ""
    return f"{of.low:{sign}.3f} to {of.high:{sign}.3f}"


def answers(name: str, given: RetrievalSet) -> Answers:
    """What the system finds for every question: (document ids, words) of each passage."""
    ids, found = list(given.questions), []
    with serving(name, given) as worker:
        for start in range(0, len(ids), BATCH):
            texts = [given.questions[id] for id in ids[start : start + BATCH]]
            found += worker.ask("search", texts=texts, count=DEPTH)["found"]
    return dict(zip(ids, found, strict=True))


def score(given: RetrievalSet, found: Answers) -> Scores:
    """Each measure's values in the order of the questions."""
    return by_evidence(given, found) if given.evidence else by_documents(given, found)


def by_documents(given: RetrievalSet, found: Answers) -> Scores:
    """nDCG@10 of documents, by ir_measures."""
    from assistant.evaluation.ranking import score

    rankings = {
        id: list(dict.fromkeys(one for documents, _ in each for one in documents))
        for id, each in found.items()
    }
    scored = score(given.qrels, rankings)
    return {"nDCG@10": [scored[id]["nDCG@10"] for id in given.questions]}


def by_evidence(given: RetrievalSet, found: Answers) -> Scores:
    """Whether any and all of a question's quotes lie in the first passages."""
    from assistant.evaluation.evidence import found as holds
    from assistant.evaluation.results import Found

    scores: Scores = {}
    for depth in EVIDENCE_DEPTHS:
        for id in given.questions:
            hits = [
                Found("", "", 0.0, documents[0], "", None, (), text) for documents, text in found[id][:depth]
            ]
            held = [holds(each, hits) for each in given.evidence[id]]
            scores.setdefault(f"evidence@{depth}, any", []).append(float(any(held)))
            scores.setdefault(f"evidence@{depth}, all", []).append(float(all(held)))
    return scores
