"""The sets that the search is tuned on, each read in by the product's own pipeline."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from benchmark.sets import BEIR_SETS, EVIDENCE_SET, SHARED
from corpora import open_corpus

from assistant.evaluation.beir import read_beir
from assistant.evaluation.cases import Evidence
from assistant.evaluation.sets import read_set
from assistant.evaluation.stocking import stock
from assistant.rephrase import search_text
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.publish import publishing
from vectorstore.reembedding import reembed
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store
from vectorstore.tables import passages

STARTER = "starter"
TOGETHER = "dev with the sheets"
STARTER_QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "evals" / "starter.jsonl"
DEV_QUESTIONS = SHARED / "eval" / "dev.jsonl"
CORPUS = SHARED / "corpus"
TUNED_ON = (*BEIR_SETS, EVIDENCE_SET, STARTER)
DONE = "without-headers"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as searched for; judged by `relevant` texts, or by the `evidence` of a good answer."""

    text: str
    relevant: Mapping[str, int] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A set read in; of one with relevant texts, `ids[source]` are those in the file of that name."""

    name: str
    data_dir: Path
    store: Store
    questions: tuple[Asked, ...]
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@contextmanager
def prepared(name: str, keep: Path, embedder: Embedder) -> Iterator[Prepared]:
    """The set of that name, open; read in below `keep`, or brought up to date there."""
    print(f"{name}: reading in", file=sys.stderr, flush=True)
    made = _beir(name, keep / name, embedder) if name in BEIR_SETS else _evidence(name, keep / name, embedder)
    try:
        yield made
    finally:
        made.store.close()


@contextmanager
def headless(given: Prepared, keep: Path, embedder: Embedder) -> Iterator[Prepared]:
    """The same set in a store where no passage has a context header, embedded anew below `keep`."""
    data_dir = keep / f"{given.name}, no headers"
    settings = Settings(_env_file=None, data_dir=data_dir)  # type: ignore[call-arg]
    if not (data_dir / DONE).exists():
        print(f"{given.name}: embedding without headers", file=sys.stderr, flush=True)
        shutil.rmtree(data_dir, ignore_errors=True)
        shutil.copytree(given.data_dir, data_dir)
        catalogue = open_catalogue(settings)
        with publishing(catalogue, data_dir):
            behead(catalogue, embedder)
        catalogue.close()
        (data_dir / DONE).touch()
    store = open_store(settings, embedder)
    try:
        yield Prepared(given.name, data_dir, store, given.questions, given.ids)
    finally:
        store.close()


def behead(catalogue: Catalogue, embedder: Embedder) -> None:
    """Take the context headers from all passages, and embed them anew."""
    with catalogue.writing() as connection:
        connection.execute(sa.update(passages).values(header=""))
    reembed(catalogue, embedder)


def _beir(name: str, folder: Path, embedder: Embedder) -> Prepared:
    beir = read_beir(SHARED / "eval" / name)
    stocked = stock(beir, folder, Settings(_env_file=None))  # type: ignore[call-arg]
    questions = tuple(Asked(beir.queries[id], texts) for id, texts in beir.judged.items())
    store = open_store(stocked.settings, embedder)
    return Prepared(name, stocked.settings.data_dir, store, questions, stocked.ids)


def _evidence(name: str, folder: Path, embedder: Embedder) -> Prepared:
    folders: Mapping[str, Callable[[], list[Path]]] = {
        EVIDENCE_SET: lambda: [CORPUS],
        STARTER: list,
        TOGETHER: lambda: [CORPUS],
    }
    store = open_corpus(folders[name](), name != EVIDENCE_SET, folder, embedder)
    file = STARTER_QUESTIONS if name == STARTER else DEV_QUESTIONS
    cases = [case for case in read_set(file).cases if case.evidence and case.answerable is not False]
    questions = tuple(Asked(search_text(case.to_question()), evidence=case.evidence) for case in cases)
    return Prepared(name, folder, store, questions)
