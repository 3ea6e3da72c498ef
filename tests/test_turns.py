"""Writers of one process take turns at SQLite, and none keeps the turn that it had."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import OperationalError

from vectorstore.database import FILE, TURN_SECONDS, open_database
from vectorstore.settings import Settings
from vectorstore.tables import figures


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(_env_file=None, data_dir=tmp_path))  # type: ignore[call-arg]


def write(engine: Engine, name: str) -> None:
    with engine.execution_options(immediate=True).begin() as connection:
        connection.execute(insert(figures), {"day": "2026-01-01", "name": name, "value": "", "count": 1})


def soon(engine: Engine) -> bool:
    """Whether another connection writes before it would have waited in vain for its turn."""
    with engine.connect() as the_pooled_one:
        thread = threading.Thread(target=write, args=(engine, "after"), daemon=True)
        thread.start()
        thread.join(TURN_SECONDS / 2)
        the_pooled_one.rollback()
    return not thread.is_alive()


def test_the_turn_is_given_back_however_a_transaction_ends(engine: Engine) -> None:
    write(engine, "kept")
    with pytest.raises(ZeroDivisionError), engine.execution_options(immediate=True).begin():
        _ = 1 / 0
    with engine.execution_options(immediate=True).connect() as connection:
        for _ in range(2):
            with connection.begin():
                pass
    assert soon(engine)
    engine.dispose()


def test_a_transaction_that_cannot_begin_gives_its_turn_back(engine: Engine, tmp_path: Path) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        write(engine, "refused")
    other.execute("ROLLBACK")
    other.close()
    assert soon(engine)
    with engine.connect() as connection:
        assert connection.execute(select(figures.c.name)).scalars().all() == ["after"]
    engine.dispose()


def test_eight_writers_lose_nothing(engine: Engine) -> None:
    threads = [
        threading.Thread(target=lambda n=n: [write(engine, f"{n}-{m}") for m in range(10)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert len(connection.execute(select(figures.c.name)).all()) == 80
    engine.dispose()
