"""Evidence@k: how often the passages that answer a question are among the first k found.

    python scripts/evidence.py QUESTIONS.jsonl CORPUS_FOLDER [--starter] [-k 1 5 10] [--json]

An evidence quote counts as found when it lies in one of the first k passages of its file, white
space aside, or when at least 80 % of its words do (a quote may span two passages). `any` asks for
one of a question's quotes, `all` for each of them. Intervals are Wilson's at 95 %.
"""

import argparse
import json
import math
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.questions import Question, Turn
from assistant.rephrase import search_text
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.sources import find_roots, starter_root
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import load_embedder
from vectorstore.publish import publishing
from vectorstore.queries import Hit, Query
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store

WORDS_FOUND = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its evidence as (source, quote) pairs."""

    id: str
    language: str
    category: str
    question: Question
    evidence: tuple[tuple[str, str], ...]


def read_cases(path: Path) -> list[Case]:
    """The answerable questions of a JSONL set (fields: see its README)."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [_case(row) for row in rows if row["answerable"] and row["evidence"]]


def _case(row: dict[str, Any]) -> Case:
    turns = tuple(Turn(turn["role"], turn["content"]) for turn in row["history"])
    quotes = tuple((part["source"], part["quote"]) for part in row["evidence"])
    return Case(row["id"], row["lang"], row["category"], Question(row["question"], turns), quotes)


def found(source: str, quote: str, hits: Sequence[Hit]) -> bool:
    """Whether the quote lies in the hits of its file, whole or by WORDS_FOUND of its words."""
    texts = [_flat(hit.passage.text) for hit in hits if hit.document.source.endswith(source)]
    if any(_flat(quote) in text for text in texts):
        return True
    words = re.findall(r"\w+", _flat(quote))
    held = set(re.findall(r"\w+", " ".join(texts)))
    return bool(words) and sum(word in held for word in words) / len(words) >= WORDS_FOUND


def open_corpus(folders: Iterable[Path], starter: bool, data_dir: Path) -> Store:
    """A store of the folders' documents in `data_dir`."""
    settings = Settings(_env_file=None, data_dir=data_dir)  # type: ignore[call-arg]
    embedder = load_embedder(settings)
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    roots = find_roots(folders) + ([starter_root()] if starter else [])
    with publishing(catalogue, data_dir), Reader(settings) as reader:
        ingest(roots, catalogue, lambda: embedder, reader)
    catalogue.close()
    return open_store(settings, embedder)


def measure(cases: Sequence[Case], store: Store, ks: Sequence[int]) -> list[dict[str, Any]]:
    """For each case: its id and kind, and for each k whether any and all of its evidence was found."""
    rows = []
    for case in cases:
        hits = store.retriever.retrieve(Query(search_text(case.question), max(ks)))
        row: dict[str, Any] = {"id": case.id, "language": case.language, "category": case.category}
        row["follow_up"] = bool(case.question.history)
        for k in ks:
            each = [found(source, quote, hits[:k]) for source, quote in case.evidence]
            row |= {f"any@{k}": any(each), f"all@{k}": all(each)}
        rows.append(row)
    return rows


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927)."""
    z, share = 1.959964, hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _print(rows: Sequence[dict[str, Any]], measures: Sequence[str]) -> None:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for group in ("all", row["language"], row["category"], *(["follow-up"] if row["follow_up"] else [])):
            groups[group].append(row)
    print(f"{'group':<14}{'n':>4}  " + "  ".join(f"{name:>22}" for name in measures))
    for group, members in groups.items():
        cells = []
        for name in measures:
            hits, n = sum(member[name] for member in members), len(members)
            low, high = wilson(hits, n)
            cells.append(f"{hits / n:.3f} [{low:.3f}, {high:.3f}]")
        print(f"{group:<14}{len(members):>4}  " + "  ".join(f"{cell:>22}" for cell in cells))
    missed = [row["id"] for row in rows if not row[measures[-2]]]
    print(f"missed by {measures[-2]}: {' '.join(missed) or 'none'}")


def main() -> None:
    """Ingest the corpus into a temporary folder, ask every question, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--starter", action="store_true", help="with the starter corpus beside it")
    parser.add_argument("-k", type=int, nargs="+", default=[1, 5, 10])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_corpus([given.corpus], given.starter, Path(folder))
        rows = measure(read_cases(given.questions), store, given.k)
        store.close()
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        _print(rows, [f"{kind}@{k}" for k in given.k for kind in ("any", "all")])


if __name__ == "__main__":
    main()
