"""What the search finds with one thing taken away, question by question."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.evaluation.errors import EvaluationError
from search_tuning.measures import judge, seen
from search_tuning.prepared import Asked, Prepared, headless
from search_tuning.variants import Change, Changed, EmbeddedOnce, ReadOnce, Remembered, Variant
from vectorstore.embedder import Embedder
from vectorstore.queries import Query

TOP_K = 8
"""Passages that the assistant asks for."""
DEPTH = 30
"""Passages that texts are ranked by: enough for ten texts nearly always, and no deeper than answers look."""
OFTEN = 100
Values = Mapping[str, Sequence[float]]


def ablate(given: Prepared, variants: Sequence[Variant], keep: Path, embedder: Embedder) -> dict[str, Values]:
    """Each measure of every question by each variant, by the variant's name."""
    found = _measure(given, [one for one in variants if one.headers], embedder)
    bare = [one for one in variants if not one.headers]
    if bare:
        with headless(given, keep, embedder) as without:
            found |= _measure(without, bare, embedder)
    return {one.name: found[one.name] for one in variants}


def _measure(given: Prepared, variants: Sequence[Variant], embedder: Embedder) -> dict[str, Values]:
    once = EmbeddedOnce(embedder)
    views = Changed(given.store.live, reading_once(given))
    ranked = {one.ranking: Remembered(one.ranking.of(views, once)) for one in variants}
    searches = {one.name: one.search(ranked[one.ranking], given.store) for one in variants}
    found: dict[str, dict[str, list[float]]] = {name: {} for name in searches}
    for number, asked in enumerate(given.questions):
        if number % OFTEN == 0:
            print(f"{given.name}: {number} of {len(given.questions)}", file=sys.stderr, flush=True)
        for name, search in searches.items():
            ranking = seen(search.retrieve(Query(asked.text, depth(asked))))
            for measure, value in judge(asked, ranking, given.ids).items():
                found[name].setdefault(measure, []).append(value)
        for remembered in ranked.values():
            remembered.forget()
    return dict(found)


def reading_once(given: Prepared) -> Change:
    """A change of views after which no document is read twice."""
    with given.store.live.view() as view:
        number = view.generation
    if number is None:
        raise EvaluationError(f"{given.data_dir} holds no generation that can be opened")
    snapshot = ReadOnce(given.data_dir, number)
    return lambda view: replace(view, snapshot=snapshot)


def depth(asked: Asked) -> int:
    """Passages wanted: what documents are ranked by, or what an answer is made of."""
    return TOP_K if asked.evidence else DEPTH
