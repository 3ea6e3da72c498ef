"""Search the weights of the search's legs (vectorstore/fusion.yaml), and check them on questions left out.

    python scripts/tune_search.py [--keep FOLDER]

Sets: swequad_train, swefaq_dev and dev of ../shared/eval, and tests/evals/starter.jsonl on the fact
sheets, read in as users' documents are. The legs' scores of every candidate are told once by the product's
search (with the register's names, without what is wrapped around Fused); then weights are searched one at a
time over a grid, late staying 1, from the weights in use and from level ones, for the greatest
sum of the measures, each times its worth (both in scripts/search_tuning/weighing.py).

Halves: weights found on the even questions of every set are measured on the odd ones and the other way round,
beside the weights in use on the same questions. FOLDER keeps what was read in for the next run.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from benchmark.quality import interval
from benchmark.tables import machine, table
from search_tuning.candidates import LEGS, Measured, Scores, collect
from search_tuning.prepared import TUNED_ON, prepared
from search_tuning.weighing import GRID, WORTH, Rows, Weighed, climb_from, halves, objective

from assistant.evaluation.statistics import paired
from vectorstore.embedder import load_embedder
from vectorstore.fusion import read_weights
from vectorstore.retrieval import LATE
from vectorstore.settings import Settings

FREE = tuple(number for number, leg in enumerate(LEGS) if leg != LATE)
LEVEL = tuple(1.0 if leg == LATE else 0.2 for leg in LEGS)
Sets = Mapping[str, Measured]


def read_sets(keep: Path) -> Sets:
    """Every set with the candidates of its questions."""
    embedder = load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
    found = {}
    for name in TUNED_ON:
        with prepared(name, keep, embedder) as given:
            found[name] = Measured(given, collect(given, embedder))
    return found


def scores(sets: Sets, weights: Weighed) -> dict[str, Scores]:
    """Each set's measures of every question."""
    return {name: each.scores(weights) for name, each in sets.items()}


def choose(sets: Sets, in_use: Weighed, rows: Mapping[str, Rows] | None = None) -> Weighed:
    """The best weights found for the questions `rows` of each set, or all."""

    def value(weights: Weighed) -> float:
        found = scores(sets, weights)
        return objective(of(rows, found) if rows else found)

    return climb_from(value, [in_use, LEVEL], FREE)


def compared(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> str:
    """A row for each measure, with the paired difference on the same questions."""
    rows = [
        [name, measure, *difference(before[name][measure].tolist(), after[name][measure].tolist())]
        for name, measures in WORTH.items()
        for measure in measures
    ]
    return table(["set", "measure", "n", "in use", "found", "difference", "95 % interval"], rows)


def of(rows: Mapping[str, Rows], found: Mapping[str, Scores]) -> dict[str, Scores]:
    """The scores of the questions `rows` of each set."""
    return {
        name: {measure: values[rows[name]] for measure, values in each.items()}
        for name, each in found.items()
    }


def difference(before: Sequence[float], after: Sequence[float]) -> list[str]:
    """Number of questions, both means, and the paired difference with its interval."""
    found = paired(before, after)
    cells = [f"{found.before:.4f}", f"{found.after:.4f}", f"{found.difference:+.4f}"]
    return [str(found.n), *cells, interval(found, signed=True)]


def named(weights: Weighed) -> str:
    """The weights, for people."""
    return ", ".join(f"{leg} {weight:g}" for leg, weight in zip(LEGS, weights, strict=True))


def report(sets: Sets, in_use: Weighed) -> str:
    """What was found, as Markdown."""
    now, chosen = scores(sets, in_use), choose(sets, in_use)
    found = scores(sets, chosen)
    lines = [
        f"Grid {', '.join(f'{one:g}' for one in GRID)}. In use: {named(in_use)}; sum {objective(now):.4f}.",
        f"Found on all questions: {named(chosen)}; sum {objective(found):.4f}.",
        compared(now, found),
    ]
    by_turns = {
        name: {measure: np.empty_like(values) for measure, values in each.items()}
        for name, each in now.items()
    }
    for side, words in enumerate(("even half", "odd half")):
        own, other = parts(sets, side), parts(sets, 1 - side)
        weights = choose(sets, in_use, own)
        before, after = of(other, now), of(other, scores(sets, weights))
        put(by_turns, other, after)
        lines.append(f"Found on the {words}: {named(weights)}.")
        lines.append(f"On the other half: sum {objective(after):.4f}, in use {objective(before):.4f}.")
        lines.append(compared(before, after))
    lines.append(f"Each question by the weights of the half it is not in: sum {objective(by_turns):.4f}.")
    return "\n\n".join([*lines, compared(now, by_turns)])


def parts(sets: Sets, side: int) -> dict[str, Rows]:
    """One of the halves of every set."""
    return {name: halves(each.size)[side] for name, each in sets.items()}


def put(whole: Mapping[str, Scores], rows: Mapping[str, Rows], found: Mapping[str, Scores]) -> None:
    """Fill in the scores of the questions `rows` of each set."""
    for name, each in found.items():
        for measure, values in each.items():
            whole[name][measure][rows[name]] = values


def main() -> None:
    """Read in, search, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to read in, and to find it again")
    given = parser.parse_args()
    weights = read_weights()
    in_use = tuple(float(getattr(weights, leg)) for leg in LEGS)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        sets = read_sets(given.keep or Path(folder))
    print(f"candidates collected in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(report(sets, in_use))
    print(f"\n{machine()}, {time.perf_counter() - began:.0f} s.")


if __name__ == "__main__":
    main()
