"""What many tests share: settings on a folder of their own, and the real embedding model."""

import os
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # before any library reads it: tests reach no network

from vectorstore.bundled_conversion import ensure_model  # noqa: E402
from vectorstore.embedder import Embedder, load_embedder  # noqa: E402
from vectorstore.settings import Settings  # noqa: E402


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The defaults, writing into a folder of the test's own."""
    return Settings(_env_file=None, data_dir=tmp_path / "data")  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The folder of the bundled model, converted when that has not been done."""
    return ensure_model(Settings(_env_file=None))  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def embedder(model_dir: Path) -> Embedder:
    """The bundled model, loaded once for all tests."""
    return load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
