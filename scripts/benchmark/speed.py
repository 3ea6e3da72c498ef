"""How fast each system embeds and searches and what memory it holds, in turns on the same texts."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmark.figures import percentile, ratio
from benchmark.serving import serving
from benchmark.sets import RetrievalSet, read_retrieval_set
from benchmark.systems import NAMES, PEERS
from benchmark.systems.chunks import chunks
from benchmark.tables import Part, table
from benchmark.worker import Worker

SET = "swequad_train"
TOP_K = 10
WARM_UP = 5
SEARCH_ROUNDS, QUESTIONS = 10, 20
EMBED_ROUNDS, PASSAGES = 5, 32
WITHOUT_VECTORS = ("bm25",)


@dataclass(slots=True)
class Measured:
    """One system: `search` and `embed` hold milliseconds and passages a second of each round."""

    start: float
    search: list[list[float]] = field(default_factory=list)
    embed: list[float] = field(default_factory=list)
    memory: float = 0.0
    peak: float = 0.0


def run(only: Sequence[str] = (), rounds: tuple[int, int] = (SEARCH_ROUNDS, EMBED_ROUNDS)) -> Part:
    """Measure ours and the peers (those in `only`, if any), each in a process of its own."""
    given = read_retrieval_set(SET)
    names = ("ours", *(only or PEERS))
    cut = len(chunks(given))
    with ExitStack() as stack:
        workers = {name: stack.enter_context(serving(name, given)) for name in names}
        measured = {name: Measured(worker.seconds) for name, worker in workers.items()}
        search(workers, measured, given, rounds[0])
        embed(workers, measured, given, rounds[1])
    head = ["system", "search p50 / p95, ms", "ours to it, p50", "embedding, passages/s", "ours to it"]
    head += ["memory, MB", "ours to it", "peak, MB", "start, s"]
    notes = [
        f"{SET}: {len(given.documents)} documents ({cut} chunks of 1000/200 characters), "
        f"{rounds[0] * QUESTIONS} questions asked once of each system, {TOP_K} passages wanted, in "
        f"{rounds[0]} rounds of {QUESTIONS}; embedding in {rounds[1]} rounds of {PASSAGES} of those chunks. "
        "Systems take turns within a round, so the ratios (median round, least to most) stand whatever "
        "else the machine does; single figures do not. Each system has a process of its own; memory is "
        "resident after the searches, the peak includes embedding, start is until it can search.",
    ]
    return Part("speed", table(head, [row(name, measured) for name in names]), notes)


def search(
    workers: Mapping[str, Worker], measured: Mapping[str, Measured], given: RetrievalSet, rounds: int
) -> None:
    """Rounds of questions, each asked of every system; who begins changes."""
    asked = spread(list(given.questions.values()), WARM_UP + rounds * QUESTIONS)
    for worker in workers.values():
        worker.ask("search", texts=asked[:WARM_UP], count=TOP_K)
    for number in range(rounds):
        start = WARM_UP + number * QUESTIONS
        for name in turns(list(workers), number):
            found = workers[name].ask("search", texts=asked[start : start + QUESTIONS], count=TOP_K)
            measured[name].search.append(found["ms"])
    for name, worker in workers.items():
        measured[name].memory = worker.ask("memory")["rss"]


def embed(
    workers: Mapping[str, Worker], measured: Mapping[str, Measured], given: RetrievalSet, rounds: int
) -> None:
    """Rounds of passages, each embedded by every system that can."""
    texts = spread([text for _, text in chunks(given)], rounds * PASSAGES)
    names = [name for name in workers if name not in WITHOUT_VECTORS]
    for name in names:
        workers[name].ask("embed", passages=texts[:2])
    for number in range(rounds):
        part = texts[number * PASSAGES : (number + 1) * PASSAGES]
        for name in turns(names, number):
            measured[name].embed.append(len(part) / workers[name].ask("embed", passages=part))
    for name, worker in workers.items():
        measured[name].peak = worker.ask("memory")["peak"]


def row(name: str, measured: Mapping[str, Measured]) -> list[str]:
    """One system's line."""
    own, one = measured["ours"], measured[name]
    other = name != "ours"
    spent = [each for part in one.search for each in part]
    middles = [[percentile(part, 0.5) for part in each.search] for each in (own, one)]
    rate = f"{percentile(one.embed, 0.5):.1f}" if one.embed else ""
    return [
        NAMES[name],
        f"{percentile(spent, 0.5):.1f} / {percentile(spent, 0.95):.1f}",
        str(ratio(*middles)) if other else "",
        rate,
        str(ratio(own.embed, one.embed)) if other and one.embed else "",
        f"{one.memory:.0f}",
        f"{own.memory / one.memory:.2f}" if other else "",
        f"{one.peak:.0f}",
        f"{one.start:.1f}",
    ]


def spread(texts: Sequence[str], count: int) -> list[str]:
    """`count` of the texts from all over them, the same ones each time; ValueError when there are fewer."""
    if len(texts) < count:
        raise ValueError(f"{count} texts are wanted, and there are {len(texts)}")
    return [texts[number * len(texts) // count] for number in range(count)]


def turns(names: Sequence[str], round: int) -> list[str]:
    """The names, another one first in each round."""
    first = round % len(names)
    return [*names[first:], *names[:first]]
