"""Opening the catalogue's database: SQLite with safe settings, or PostgreSQL; tables brought up to date."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from vectorstore.errors import StoreError
from vectorstore.locks import locked
from vectorstore.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
FILE = "catalogue.sqlite3"
TURN_SECONDS = 10.0

# secure_delete overwrites what is deleted; FULL makes a commit survive a power cut.
PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)


class Turns:
    """Whose turn it is to write, among the threads of this process.

    Those who wait for SQLite itself sleep longer and longer, and are overtaken by those who come later. Turns
    are only for being quick: who waits in vain goes on without one, and SQLite lets one write at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self, info: dict[Any, Any]) -> None:
        """Wait for the turn and note it in `info`, which belongs to the connection."""
        if "turn" not in info and self._lock.acquire(timeout=TURN_SECONDS):
            info["turn"] = True

    def give_back(self, info: dict[Any, Any]) -> None:
        """The next one's turn, where `info` holds it."""
        if info.pop("turn", False):
            self._lock.release()


def open_database(settings: Settings) -> sa.Engine:
    """An engine on the catalogue with its tables up to date; raises StoreError if it cannot be had."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = (
            _server(settings.catalogue_url) if settings.catalogue_url else _sqlite(settings.data_dir / FILE)
        )
        with locked(settings.data_dir / "catalogue.lock", wait_seconds=60):
            _migrate(engine)
        return engine
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"cannot open the catalogue in {settings.data_dir}: {reason}") from error


def _server(url: str) -> sa.Engine:
    parts = sa.make_url(url)
    if parts.drivername in ("postgres", "postgresql"):
        # Plain "postgresql" would mean psycopg2; the extra installs psycopg 3.
        parts = parts.set(drivername="postgresql+psycopg")
    if parts.get_backend_name() == "sqlite" and parts.database:
        return _sqlite(Path(parts.database))
    return sa.create_engine(parts, pool_pre_ping=True, hide_parameters=True)


def _sqlite(path: Path) -> sa.Engine:
    # Errors are logged, and must not hold what somebody wrote.
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    turns = Turns()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later cannot wait for its turn; this one does.
        immediate = connection.get_execution_options().get("immediate", False)
        if immediate:
            turns.take(connection.info)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    @sa.event.listens_for(engine, "checkin")
    def checkin(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        turns.give_back(record.info)

    @sa.event.listens_for(engine, "invalidate")
    def invalidate(_connection: object, record: sa.pool.ConnectionPoolEntry, _error: object) -> None:
        turns.give_back(record.info)

    return engine


def _migrate(engine: sa.Engine) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.execution_options(immediate=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7164021)")
        found = MigrationContext.configure(connection).get_current_revision()
        if found == script.get_current_head():
            return
        if found and found not in {known.revision for known in script.walk_revisions()}:
            raise StoreError(
                f"the catalogue has table version {found}, made by a newer Utblick; upgrade to it"
            )
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")


def scrub(engine: sa.Engine) -> None:
    """Make SQLite forget what was deleted: empty its log and write the file anew."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("VACUUM")
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise StoreError(
            "the catalogue is in use; the deleted text is still in its log. Try again in a moment."
        )
