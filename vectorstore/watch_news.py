"""News: what watching has found, kept for a year."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select

from vectorstore.tables import watch_news

KEPT = timedelta(days=365)


class NewsKind(StrEnum):
    """What happened to a document, or to the page, feed or folder as a whole."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    FAILED = "failed"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. `watched` is the name of what is watched.

    `about` holds what changed ({"added": n, "removed": n, "lines": [[sign, text]]}) or why it failed
    ({"code": ..., "detail": ...}).
    """

    kind: NewsKind
    at: datetime
    watched: str
    title: str
    uri: str
    document_id: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


def insert_news(connection: Connection, news: Sequence[News]) -> None:
    """Keep `news` within a transaction that writes."""
    if news:
        connection.execute(insert(watch_news), [asdict(each) for each in news])


def _now() -> datetime:
    return datetime.now(UTC)


class WatchNews:
    """The news in the catalogue's database."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self.engine, self._now = engine, now

    def newest(self, limit: int = 50, kind: NewsKind | None = None) -> list[News]:
        """The latest news (of `kind`, where one is given), newest first."""
        wanted = select(watch_news).order_by(watch_news.c.at.desc(), watch_news.c.id).limit(limit)
        if kind:
            wanted = wanted.where(watch_news.c.kind == kind.value)
        with self.engine.connect() as connection:
            return [_news(row) for row in connection.execute(wanted).mappings()]

    def counts(self) -> dict[NewsKind, int]:
        """How many news there are of each kind; every kind is there."""
        group = select(watch_news.c.kind, func.count().label("n")).group_by(watch_news.c.kind)
        with self.engine.connect() as connection:
            found = {row.kind: row.n for row in connection.execute(group)}
        return {kind: found.get(kind.value, 0) for kind in NewsKind}

    def forget(self) -> None:
        """Delete what is older than KEPT."""
        old = watch_news.c.at < self._now() - KEPT
        with self.engine.connect() as connection:
            if connection.execute(select(watch_news.c.id).where(old).limit(1)).first() is None:
                return
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(watch_news).where(old))


def _news(row: RowMapping) -> News:
    at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
    return News(**{**row, "at": at, "kind": NewsKind(row["kind"])})
