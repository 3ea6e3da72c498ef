"""What a worker works with: the catalogue, the jobs, the model and the sandbox, opened once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.reading import Reader
from ingest.report import IngestReport
from ingest.sources import Root, Source
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.jobs import Job, Jobs
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder

# What cuts, embeds and publishes takes seconds to import, and a worker waits for work most of its life.

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """One per worker process; `embedder` loads the model when it is first called, `register` stores the
    register of names of the settings, once. What changes within `publishing()` is published at its end."""

    settings: Settings
    catalogue: Catalogue
    jobs: Jobs
    reader: Reader
    embedder: Callable[[], "Embedder"]
    register: Callable[[], object]
    publishing: Callable[[], AbstractContextManager[None]]

    def read(self, sources: Sequence[Source], progress: Progress | None = None) -> IngestReport:
        """Read these sources into the catalogue and publish what changed."""
        from ingest.pipeline import ingest

        root = Root("", tuple(sources), is_folder=False)
        with self.publishing():
            self.register()
            return ingest([root], self.catalogue, self.embedder, self.reader, progress=progress)

    def remove(self, ids: Sequence[str]) -> int:
        """Remove documents for good and publish; returns how many were there."""
        with self.publishing():
            return self.catalogue.remove(ids)


Handler = Callable[[Workshop, Job], Mapping[str, Any]]
"""Does a job and returns its result; what it raises makes the job FAILED with that reason."""


@contextmanager
def open_workshop(settings: Settings) -> Iterator[Workshop]:
    """The workshop over the data folder of `settings`; raises StoreError when it cannot be opened."""
    catalogue = open_catalogue(settings)

    @cache
    def embedder() -> "Embedder":
        from vectorstore.embedder import load_embedder

        loaded = load_embedder(settings)
        catalogue.check_model(loaded.identity)
        return loaded

    @cache
    def register() -> bool:
        from ingest.register.loading import load_register
        from vectorstore.relinking import store_register

        return store_register(catalogue, load_register(settings.register_dir))

    def publishing() -> AbstractContextManager[None]:
        from vectorstore import publish

        return publish.publishing(catalogue, settings.data_dir)

    try:
        with Reader(settings) as reader:
            jobs = Jobs(catalogue.engine)
            yield Workshop(settings, catalogue, jobs, reader, embedder, register, publishing)
    finally:
        catalogue.close()
