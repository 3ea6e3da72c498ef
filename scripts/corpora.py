"""A store of given folders, read by the product's own pipeline; for measurements and tests."""

from collections.abc import Iterable
from pathlib import Path

from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.register.loading import load_register
from ingest.sources import find_roots, starter_root
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.publish import publishing
from vectorstore.relinking import store_register
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store


def open_corpus(folders: Iterable[Path], starter: bool, data_dir: Path, embedder: Embedder) -> Store:
    """A store of the folders' documents, with the starter corpus or without, in `data_dir`."""
    settings = Settings(_env_file=None, data_dir=data_dir)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    roots = find_roots(folders) + ([starter_root()] if starter else [])
    with publishing(catalogue, data_dir), Reader(settings) as reader:
        store_register(catalogue, load_register(settings.register_dir))
        ingest(roots, catalogue, lambda: embedder, reader)
    catalogue.close()
    return open_store(settings, embedder)
