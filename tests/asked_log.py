"""A database with nothing asked in it, opened once for a file of tests and emptied for each."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from vectorstore.database import open_database
from vectorstore.settings import Settings
from vectorstore.tables import feedback, figures, gaps_solved, question_log


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    opened = open_database(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("log")))  # type: ignore[call-arg]
    yield opened
    opened.dispose()


@pytest.fixture
def engine(database: sa.Engine) -> sa.Engine:
    with database.begin() as connection:
        for table in (feedback, figures, gaps_solved, question_log):
            connection.execute(sa.delete(table))
    return database
