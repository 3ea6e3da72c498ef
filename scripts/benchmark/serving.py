"""Prepared systems in processes of their own, and the requests they answer."""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.cache import ROOT, cache_folder, fingerprint, kept
from benchmark.float_model import float_model
from benchmark.sets import RetrievalSet, read_retrieval_set
from benchmark.systems import open_system, prepare
from benchmark.worker import Worker, serve, timed

OWN = ("ingest", "vectorstore", "assistant/evaluation/stocking.py", "assistant/evaluation/beir.py")
HERE = Path(__file__).resolve().parent


def prepared(name: str, given: RetrievalSet) -> Path:
    """The system's folder for the set, filled first where sources, documents or libraries are new."""
    sources = [HERE / "systems" / f"{name}.py", HERE / "systems" / "chunks.py", ROOT / "constraints.txt"]
    if name == "ours":
        sources += [ROOT / part for part in OWN]
    else:
        float_model()
    folder = kept(f"{given.name}-{name}", fingerprint(sources, given.digest))
    if not folder.exists():
        began = time.perf_counter()
        print(f"{name} reads {given.name} in ...", end=" ", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=cache_folder()) as work:
            made = Path(work) / "made"
            made.mkdir()
            with Worker("benchmark.serving", name, given.name, str(made), "prepare"):
                pass
            os.rename(made, folder)
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return folder


def serving(name: str, given: RetrievalSet) -> Worker:
    """The system, open on the set; ask it "search" and "embed"."""
    return Worker("benchmark.serving", name, given.name, str(prepared(name, given)))


def main() -> None:
    """What runs in the system's process."""
    name, given, folder = sys.argv[1], read_retrieval_set(sys.argv[2]), Path(sys.argv[3])
    if sys.argv[4:] == ["prepare"]:
        prepare(name, given, folder)
        return serve({})
    system = open_system(name, given, folder)

    def search(texts: Sequence[str], count: int) -> dict[str, Any]:
        found, spent = timed(texts, lambda text: system.search(text, count))
        return {"found": [[[one.documents, one.text] for one in each] for each in found], "ms": spent}

    def embed(passages: Sequence[str]) -> float:
        began = time.perf_counter()
        system.embed(passages)
        return time.perf_counter() - began

    serve({"search": search, "embed": embed})
    system.close()


if __name__ == "__main__":
    main()
