"""How search, memory and publishing grow with the number of passages, and where one machine ends."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.cache import ROOT, cache_folder, fingerprint, kept
from benchmark.figures import Growth, growth, percentile
from benchmark.growing_text import DRIFT, SOURCES, embedded_passages, read_passages
from benchmark.scaled_store import FACTS, PASSAGES
from benchmark.sets import BEIR_SETS, read_retrieval_set
from benchmark.speed import spread, turns
from benchmark.tables import Part, table
from benchmark.worker import Worker

SIZES = (1_000, 10_000, 100_000)
TOP_K, WARM_UP, ROUNDS, QUESTIONS = 10, 10, 10, 20
MEMORY, MILLISECONDS = 16 * 1024, 40.0
"""What one machine has and what a search may take, MB and ms."""
HERE = Path(__file__).resolve().parent
MODULE = "benchmark.scaled_store"


@dataclass(slots=True)
class Scaled:
    """A store of one size: what `fill` told, milliseconds of searches, MB, seconds after a change."""

    facts: Mapping[str, float]
    searches: list[float] = field(default_factory=list)
    memory: float = 0.0
    changed: float = 0.0

    @property
    def p50(self) -> float:
        """Milliseconds of the median search."""
        return percentile(self.searches, 0.5)

    @property
    def p95(self) -> float:
        """Milliseconds that one search in twenty exceeds."""
        return percentile(self.searches, 0.95)


def run(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> Part:
    """Measure stores of these sizes, at least two, in turns."""
    vectors = embedded_passages()
    folders = {size: filled(size, vectors) for size in sorted(sizes)}
    stores = {size: Scaled(json.loads((at / FACTS).read_text("utf-8"))) for size, at in folders.items()}
    with ExitStack() as stack:
        workers = {
            size: stack.enter_context(Worker(MODULE, "serve", str(size), str(at), str(vectors)))
            for size, at in folders.items()
        }
        search(workers, stores, rounds)
    for size, at in folders.items():
        with Worker(MODULE, "change", str(size), str(at), str(vectors)) as worker:
            stores[size].changed = worker.ask("change")
    head = ["passages", "words", "search p50 / p95, ms", "memory, MB", "generation, MB on disk"]
    head += ["publish in full, s", "its peak, MB", "publish after one changed document, s"]
    rows = [row(size, store) for size, store in stores.items()]
    return Part("scale", table(head, rows), [limits(stores), provenance(stores, rounds)])


def filled(size: int, vectors: Path) -> Path:
    """The folder with a store of that size, made first where the code that makes it is new."""
    sources = [
        HERE / "growing_text.py",
        HERE / "scaled_store.py",
        ROOT / "vectorstore",
        ROOT / "constraints.txt",
    ]
    folder = kept(f"scale-{size}", fingerprint(sources, vectors.name))
    if not folder.exists():
        began = time.perf_counter()
        print(f"{size} passages are stored and published ...", end=" ", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=cache_folder()) as work:
            made = Path(work) / "made"
            made.mkdir()
            with Worker(MODULE, "fill", str(size), str(made), str(vectors)):
                pass
            os.rename(made, folder)
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return folder


def search(workers: Mapping[int, Worker], stores: Mapping[int, Scaled], rounds: int) -> None:
    """Rounds of questions, each asked of every store; which one begins changes."""
    questions = list(read_retrieval_set(BEIR_SETS[0]).questions.values())
    asked = spread(questions, WARM_UP + rounds * QUESTIONS)
    for worker in workers.values():
        worker.ask("search", texts=asked[:WARM_UP], count=TOP_K)
    for number in range(rounds):
        part = asked[WARM_UP + number * QUESTIONS :][:QUESTIONS]
        for size in turns(list(workers), number):
            stores[size].searches += workers[size].ask("search", texts=part, count=TOP_K)
    for size, worker in workers.items():
        stores[size].memory = worker.ask("memory")["rss"]


def row(size: int, store: Scaled) -> list[str]:
    """One size's line."""
    facts = store.facts
    return [
        f"{size:,}".replace(",", " "),
        f"{facts['words']:,.0f}".replace(",", " "),
        f"{store.p50:.1f} / {store.p95:.1f}",
        f"{store.memory:.0f}",
        f"{facts['disk']:.0f}",
        f"{facts['build']:.1f}",
        f"{facts['peak']:.0f}",
        f"{store.changed:.1f}",
    ]


def limits(stores: Mapping[int, Scaled]) -> str:
    """The growth of each cost in words, and the size at which it comes to what one machine has."""
    sizes = list(stores)
    median = growth(sizes, [store.p50 for store in stores.values()])
    slow = growth(sizes, [store.p95 for store in stores.values()])
    held = growth(sizes, [store.memory for store in stores.values()])
    full = growth(sizes, [store.facts["build"] for store in stores.values()])
    changed = growth(sizes, [store.changed for store in stores.values()])
    end = min((slow.reaches(MILLISECONDS), "searches"), (held.reaches(MEMORY), "memory"))
    return (
        f"Fitted (start + per 100 000 passages; as a power of the size): search p50 {line(median, 'ms')}, "
        f"p95 {line(slow, 'ms')}, memory {line(held, 'MB')}, publishing in full {line(full, 's')}, after one "
        f"changed document {line(changed, 's')}. By these lines the median search takes "
        f"{MILLISECONDS:.0f} ms at {rounded(median.reaches(MILLISECONDS))} passages, p95 at "
        f"{rounded(slow.reaches(MILLISECONDS))}, and 16 GB are full at {rounded(held.reaches(MEMORY))}: one "
        f"machine with 16 GB that answers 19 searches of 20 within {MILLISECONDS:.0f} ms ends at "
        f"**{rounded(end[0])} passages, for its {end[1]}**."
    )


def provenance(stores: Mapping[int, Scaled], rounds: int) -> str:
    """What the passages are."""
    power = list(stores.values())[-1].facts["power"]
    return (
        f"The first {len(read_passages())} passages and their vectors are real (all sets, cut to 1000 "
        f"characters without overlap). The others are sentences of {SOURCES} of them put together anew, with "
        "compounds of their words in between so that the vocabulary goes on growing as in the real ones "
        f"(tokens to the power of {power:.2f}); their vectors are not embedded but the mean of the {SOURCES} "
        f"with {DRIFT} of the difference of two others, and their tokens are parts of the {SOURCES}. "
        f"Documents hold {PASSAGES} passages. "
        f"{rounds * QUESTIONS} questions of {BEIR_SETS[0]}, {TOP_K} passages wanted, sizes in turns, each in "
        "a process of its own; the first publishing of each size is the one in full."
    )


def line(grown: Growth, unit: str) -> str:
    """A growth in short."""
    return f"{grown.start:.1f} {grown.slope * 100_000:+.1f} {unit}; {grown.exponent:.2f}"


def rounded(size: float) -> str:
    """A size to two digits, in words where there is none."""
    if size == float("inf") or size > 1e9:
        return "no size in sight"
    return f"{float(f'{max(size, 0):.2g}'):,.0f}".replace(",", " ")
