"""The systems that are measured side by side: ours, and those it is held against."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from benchmark.sets import RetrievalSet

NAMES = {
    "ours": "Utblick",
    "langchain": "LangChain recipe, e5-small fp32",
    "txtai": "txtai hybrid, e5-small fp32",
    "bm25": "BM25, Swedish stems",
}
PEERS = tuple(name for name in NAMES if name != "ours")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found: the ids of the documents that hold it, and its words."""

    documents: tuple[str, ...]
    text: str


class System(Protocol):
    """A search that is ready."""

    def search(self, text: str, count: int) -> list[Found]:
        """The best `count` passages, best first."""
        ...

    def embed(self, passages: Sequence[str]) -> None:
        """Make the vectors of passages, as when they are read in; ValueError where there are none."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


Prepare = Callable[[RetrievalSet, Path], None]
Open = Callable[[RetrievalSet, Path], System]


def prepare(name: str, given: RetrievalSet, folder: Path) -> None:
    """Read the set's documents in, and keep in the empty `folder` what `open_system` needs."""
    cast(Prepare, import_module(f"benchmark.systems.{name}").prepare)(given, folder)


def open_system(name: str, given: RetrievalSet, folder: Path) -> System:
    """The system on what `prepare` kept in `folder`."""
    return cast(Open, import_module(f"benchmark.systems.{name}").open_system)(given, folder)
