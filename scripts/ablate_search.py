"""Take one thing after the other away from the search, and tell what is found without it.

    python scripts/ablate_search.py [--keep FOLDER] [--sets NAME ...] [--save]

Sets: swequad_train and swefaq_dev of ../shared/eval by nDCG@10 of the texts behind the passages; dev of
../shared/eval, tests/evals/starter.jsonl on the fact sheets, and dev with these sheets beside its documents,
by whether the first, and the first five passages hold the evidence. Without headers the passages
are embedded anew. FOLDER keeps what was read in for the next run, --save puts the table into
docs/performance.md.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.quality import interval
from benchmark.tables import Part, markdown, save, table
from search_tuning.ablation import DEPTH, TOP_K, Values, ablate
from search_tuning.prepared import TOGETHER, TUNED_ON, prepared
from search_tuning.variants import FULL, VARIANTS

from assistant.evaluation.statistics import Paired, figure, paired
from vectorstore.embedder import load_embedder
from vectorstore.settings import Settings

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
PART = "ablation"
SETS = (*TUNED_ON, TOGETHER)
WIDEST = 6
"""Columns of a table."""
Found = Mapping[str, Mapping[str, Values]]
"""Set, variant, measure: the values of all questions."""
Column = tuple[str, str]


def run(keep: Path, sets: Sequence[str]) -> Part:
    """Measure every variant on every set."""
    embedder = load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
    found = {}
    for name in sets:
        with prepared(name, keep, embedder) as given:
            found[name] = ablate(given, VARIANTS, keep, embedder)
    return part(found)


def part(found: Found) -> Part:
    """The tables, and what they say by themselves."""
    groups = grouped(found)
    tables = "\n\n".join(ablations(found, group) for group in groups)
    return Part(PART, tables, notes(found, [column for group in groups for column in group]))


def grouped(found: Found) -> list[list[Column]]:
    """The columns of each table: a set's stay together."""
    groups: list[list[Column]] = [[]]
    for name, each in found.items():
        columns = [(name, measure) for measure in each[FULL.name]]
        if len(groups[-1]) + len(columns) > WIDEST:
            groups.append([])
        groups[-1] += columns
    return groups


def ablations(found: Found, columns: Sequence[Column]) -> str:
    """A row for each thing taken away, a column for each measure."""
    head = ["taken away"]
    full = [FULL.name]
    for name, measure in columns:
        one = figure(found[name][FULL.name][measure])
        head.append(f"{name}, {measure} (n = {one.n})")
        full.append(f"{one.value:.3f} ({interval(one)})")
    rows = [[name, *(cell(change(found, name, column)) for column in columns)] for name in variants(found)]
    return table(head, [full, *rows])


def variants(found: Found) -> list[str]:
    """All but the whole search."""
    return [name for name in next(iter(found.values())) if name != FULL.name]


def change(found: Found, name: str, column: Column) -> Paired:
    """What is left without it, beside the whole search."""
    given, measure = column
    return paired(found[given][FULL.name][measure], found[given][name][measure])


def cell(one: Paired) -> str:
    """The change with its interval; a star where that leaves 0 out."""
    if one.low == one.high == 0:
        return "0"
    return f"{one.difference:+.3f} ({interval(one, signed=True)}){' *' if is_sure(one) else ''}"


def is_sure(one: Paired) -> bool:
    """Whether the interval leaves 0 out."""
    return not one.low <= 0 <= one.high


def notes(found: Found, columns: Sequence[Column]) -> list[str]:
    """How to read the tables, and which rows show no use."""
    changes = {name: [change(found, name, column) for column in columns] for name in variants(found)}
    kept = [name for name, each in changes.items() if not any(is_sure(one) and one.high < 0 for one in each)]
    gains = [name for name, each in changes.items() if any(is_sure(one) and one.low > 0 for one in each)]
    count = sum(map(len, changes.values()))
    return [
        "First row: the figure with its 95 % interval. Others: the change on the same questions, * where its "
        f"95 % interval leaves 0 out; of {count} changes {round(count / 20)} would have one by chance. The "
        f"weights stay those of the whole search. Texts are ranked by the best of {DEPTH} passages found, "
        f"evidence is looked for in the first of {TOP_K}.",
        f"No figure falls (with a *) without: {listed(kept)}.",
        f"Some figure rises (with a *) without: {listed(gains)}.",
    ]


def listed(names: Sequence[str]) -> str:
    """The names, or that there are none."""
    return "; ".join(names) or "none of them"


def main() -> None:
    """Measure, print, and save where that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to read in, and to find it again")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, metavar="NAME", help=", ".join(SETS))
    parser.add_argument("--save", action="store_true", help="put the table into docs/performance.md")
    given = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        made = run(given.keep or Path(folder), given.sets)
    told = markdown(made, "python scripts/ablate_search.py", time.perf_counter() - began)
    print(told)
    if given.save:
        save(DOCUMENT, PART, told)
        print(f"saved in {DOCUMENT}", file=sys.stderr)


if __name__ == "__main__":
    main()
