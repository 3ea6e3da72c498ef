"""How well the search finds the texts of a retrieval set, by the measures that such sets are reported in."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.evaluation.beir import Beir
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.ranking import MEASURES, rank, score
from assistant.evaluation.statistics import Figure, figure
from assistant.evaluation.stocking import Stock, stock
from vectorstore.errors import ModelMismatch
from vectorstore.queries import Query, Retriever
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder
    from vectorstore.store import Store

Legs = Literal["fused", "dense", "lexical"]
LEGS: tuple[Legs, ...] = ("fused", "dense", "lexical")
DEPTH = 100
"""Passages looked at for each query."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was measured.

    `figures[measure]` is over the queries with a relevant text, `scores[query id][measure]` each of them;
    `unjudged` counts queries without one, which are not asked. `left_out[text id]` says why a text is
    not stored: queries that it would have answered count all the same. `seconds` holds "ingest",
    "search" (all queries) and "median" (one query). `duplicates` counts texts that say what another
    does: they are stored once, and found together. `model` is the embedding model's identity.
    """

    name: str
    legs: str
    model: Mapping[str, Any]
    texts: int
    duplicates: int
    passages: int
    queries: int
    unjudged: int
    left_out: Mapping[str, str]
    figures: Mapping[str, Figure]
    scores: Mapping[str, Mapping[str, float]]
    seconds: Mapping[str, float]


def measure(
    beir: Beir,
    settings: Settings,
    embedder: "Embedder",
    *,
    legs: Legs = "fused",
    keep: Path | None = None,
    progress: Progress = lambda step, done, all: None,
) -> Retrieval:
    """Read the corpus in as users would, ask every judged query, and measure where the texts come.

    `legs` chooses the search: "fused" as users get it, but that copies count each by themselves, as
    such sets judge them, or one of its two parts alone. The store is
    kept in `keep` for the next time, else thrown away. `progress` hears ("ingest" or "search", done, all).
    EvaluationError when the texts cannot be read in, or were with another embedding model.
    """
    if keep:
        return _measure(beir, settings, embedder, legs, keep, progress)
    with tempfile.TemporaryDirectory(prefix="utblick-retrieval-") as folder:
        return _measure(beir, settings, embedder, legs, Path(folder), progress)


def _measure(
    beir: Beir, settings: Settings, embedder: "Embedder", legs: Legs, folder: Path, progress: Progress
) -> Retrieval:
    began = perf_counter()
    progress("ingest", 0, len(beir.corpus))
    stocked = stock(beir, folder, settings)
    progress("ingest", len(beir.corpus), len(beir.corpus))
    stocking = perf_counter() - began
    store = _open(stocked, embedder, folder)
    try:
        rankings, seconds = _search(
            {id: beir.queries[id] for id in beir.judged},
            _retriever(store, embedder, legs),
            stocked.ids,
            progress,
        )
    finally:
        store.close()
    scores = score(beir.judged, rankings)
    return Retrieval(
        name=beir.name,
        legs=legs,
        model=embedder.identity.to_dict(),
        texts=len(beir.corpus),
        duplicates=len(beir.corpus) - len(stocked.ids),
        passages=stocked.report["passages"],
        queries=len(scores),
        unjudged=len(beir.queries) - len(scores),
        left_out=stocked.left_out,
        figures={name: figure([each[name] for each in scores.values()]) for name in MEASURES},
        scores=scores,
        seconds={
            "ingest": round(stocking, 1),
            "search": round(sum(seconds), 1),
            "median": round(float(np.median(seconds)), 4),
        },
    )


def to_dict(retrieval: Retrieval) -> dict[str, Any]:
    """What was measured as JSON types."""
    return asdict(retrieval)


def to_text(retrieval: Retrieval) -> str:
    """What was measured, for a terminal."""
    unjudged = f" ({retrieval.unjudged} more have no relevant text)" if retrieval.unjudged else ""
    lines = [
        f"{retrieval.name}: {retrieval.queries} queries{unjudged}, {retrieval.texts} texts "
        f"({retrieval.duplicates} of them duplicates), {retrieval.passages} passages",
        f"search: {retrieval.legs}, model: {retrieval.model['name']}, {retrieval.model['digest'][:12]}",
    ]
    lines += [
        f"{name:<12}{each.value:.3f}  [{each.low:.3f}, {each.high:.3f}]"
        for name, each in retrieval.figures.items()
    ]
    seconds = retrieval.seconds
    lines.append(
        f"{seconds['ingest']:.0f} s to read in, {seconds['search']:.0f} s to search, "
        f"{1000 * seconds['median']:.0f} ms for the median query"
    )
    if retrieval.left_out:
        lines.append(f"Texts that are not stored, so cannot be found ({len(retrieval.left_out)}):")
        lines += [f"  {id}: {reason}" for id, reason in retrieval.left_out.items()]
    return "\n".join(lines)


def _open(stocked: Stock, embedder: "Embedder", folder: Path) -> "Store":
    from vectorstore.store import open_store

    try:
        return open_store(stocked.settings, embedder)
    except ModelMismatch as error:
        raise EvaluationError(
            f"{folder} was made with another model: {error} Or give another folder."
        ) from error


def _retriever(store: "Store", embedder: "Embedder", legs: Legs) -> Retriever:
    from vectorstore.retrieval import Dense, Lexical

    if legs == "dense":
        return Dense(store.live, embedder)
    return Lexical(store.live) if legs == "lexical" else store.ranking


def _search(
    queries: Mapping[str, str], retriever: Retriever, ids: Mapping[str, tuple[str, ...]], progress: Progress
) -> tuple[dict[str, list[str]], list[float]]:
    """The ranking of each query, and its seconds."""
    rankings, seconds = {}, []
    for done, (query, text) in enumerate(queries.items()):
        progress("search", done, len(queries))
        began = perf_counter()
        hits = retriever.retrieve(Query(text, DEPTH))
        seconds.append(perf_counter() - began)
        rankings[query] = rank((hit.document.source for hit in hits), ids)
    progress("search", len(queries), len(queries))
    return rankings, seconds
