"""A reader of pages without a browser, for files of tests that have a fixture `service`."""

from collections.abc import Iterator

import httpx
import pytest
from small_service import Running


@pytest.fixture(scope="module")
def session(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers={"Accept": "text/html"}) as session:
        yield session


@pytest.fixture
def client(session: httpx.Client) -> httpx.Client:
    """A client that has chosen no language yet."""
    session.cookies.clear()
    return session
