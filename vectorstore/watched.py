"""What is watched: pages, feeds and folders that are read again every so many hours, and their documents."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, RowMapping, delete, func, insert, select, update

from vectorstore.errors import UtblickError
from vectorstore.jobs import ENDED, Job, Jobs
from vectorstore.tables import jobs as jobs_table
from vectorstore.tables import watched, watched_items
from vectorstore.watch_news import News, insert_news

WATCH = "watch"
UNWATCH = "unwatch"
HOURS = (1, 6, 24, 168)
"""How often something may be read again."""
UNDER_WAY = timedelta(hours=1)
"""What a reading that dies with its worker waits before the schedule asks for it again."""


class WatchKind(StrEnum):
    """What is watched."""

    PAGE = "page"
    FEED = "feed"
    FOLDER = "folder"


class WatchState(StrEnum):
    """How the latest reading went."""

    NEW = "new"
    READ = "read"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    FAILING = "failing"
    GONE = "gone"


class ItemState(StrEnum):
    """How it stands with one document of what is watched.

    REFUSED may not be fetched; REMOVED was taken away by a person at the desk and is left out.
    """

    WAITING = "waiting"
    PRESENT = "present"
    FAILING = "failing"
    GONE = "gone"
    REFUSED = "refused"
    REMOVED = "removed"


class AlreadyWatched(UtblickError):
    """The address is on the list; the message is for the person who adds it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing on the list. `code` and `detail` say why the latest reading failed, empty if it did not."""

    id: str
    kind: WatchKind
    address: str
    title: str
    hours: int
    removes: bool
    paused: bool
    added: datetime
    state: WatchState
    due: datetime
    checked: datetime | None = None
    good: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    code: str = ""
    detail: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.address


@dataclass(frozen=True, slots=True)
class Item:
    """One document of what is watched; `misses` counts the readings in a row that did not find it."""

    uri: str
    title: str = ""
    document_id: str = ""
    digest: str = ""
    state: ItemState = ItemState.WAITING
    first_seen: datetime | None = None
    good: datetime | None = None
    failing_since: datetime | None = None
    misses: int = 0
    code: str = ""
    detail: str = ""
    etag: str = ""
    modified: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


_TOLD = ("state", "due", "checked", "good", "failing_since", "failures", "code", "detail", "etag", "modified")
"""What a reading changes; the rest belongs to the people at the desk."""


class WatchList:
    """The list in the catalogue's database, with what every reading of it came to."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _now) -> None:
        self.engine, self.now = engine, now

    def add(
        self, kind: WatchKind, address: str, title: str = "", hours: int = 24, removes: bool = False
    ) -> Watched:
        """Put it on the list, due at once; raises AlreadyWatched."""
        now = self.now()
        new = Watched(
            str(uuid.uuid4()), kind, address, title, hours, removes, False, now, WatchState.NEW, now
        )
        with self.engine.execution_options(immediate=True).begin() as connection:
            if connection.execute(select(watched.c.id).where(watched.c.address == address)).first():
                raise AlreadyWatched(f"{address} is watched already.")
            connection.execute(insert(watched), asdict(new))
        return new

    def all(self) -> list[Watched]:
        """Everything on the list, by name."""
        with self.engine.connect() as connection:
            found = [_watched(row) for row in connection.execute(select(watched)).mappings()]
        return sorted(found, key=lambda each: each.name.casefold())

    def find(self, watched_id: str) -> Watched | None:
        """The one with that id, or None."""
        with self.engine.connect() as connection:
            row = connection.execute(select(watched).where(watched.c.id == watched_id)).mappings().first()
        return _watched(row) if row else None

    def change(self, watched_id: str, **values: object) -> None:
        """Change what people decide: title, hours, paused, removes."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(update(watched).where(watched.c.id == watched_id).values(**values))

    def remove(self, watched_id: str) -> None:
        """Take it off the list; its documents and its news stay."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(watched_items).where(watched_items.c.watched_id == watched_id))
            connection.execute(delete(watched).where(watched.c.id == watched_id))

    def items(self, watched_id: str) -> list[Item]:
        """Its documents, the first seen first."""
        mine = select(watched_items).where(watched_items.c.watched_id == watched_id)
        with self.engine.connect() as connection:
            rows = connection.execute(mine.order_by(watched_items.c.first_seen, watched_items.c.uri))
            return [_item(row) for row in rows.mappings()]

    def counts(self) -> Mapping[str, Counter[ItemState]]:
        """How many documents of each watched id are in each state."""
        group = (watched_items.c.watched_id, watched_items.c.state)
        found: dict[str, Counter[ItemState]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(select(*group, func.count().label("n")).group_by(*group)):
                found.setdefault(row.watched_id, Counter())[ItemState(row.state)] = row.n
        return found

    def marks(self) -> dict[str, Item]:
        """Documents that could not be read again, or are gone from where they were, by their URI."""
        marked = watched_items.c.state.in_([ItemState.FAILING.value, ItemState.GONE.value])
        with self.engine.connect() as connection:
            rows = connection.execute(select(watched_items).where(marked)).mappings()
            return {row["uri"]: _item(row) for row in rows}

    def shared(self, watched_id: str) -> set[str]:
        """URIs of its documents that something else on the list has too."""
        mine, other = watched_items.alias(), watched_items.alias()
        both = (mine.c.uri == other.c.uri, mine.c.watched_id == watched_id, other.c.watched_id != watched_id)
        with self.engine.connect() as connection:
            return set(connection.execute(select(mine.c.uri).where(*both)).scalars())

    def due(self) -> list[Watched]:
        """What is to be read now, the longest overdue first."""
        ripe = select(watched).where(watched.c.due <= self.now(), watched.c.paused.is_(False))
        with self.engine.connect() as connection:
            return [_watched(row) for row in connection.execute(ripe.order_by(watched.c.due)).mappings()]

    def ask(self, jobs: Jobs, watched_id: str) -> Job | None:
        """A job to read it, unless one waits or is under way."""
        open_jobs = select(jobs_table.c.about).where(
            jobs_table.c.kind.in_([WATCH, UNWATCH]), jobs_table.c.state.not_in([s.value for s in ENDED])
        )
        with self.engine.execution_options(immediate=True).begin() as connection:
            if any(about.get("id") == watched_id for about in connection.execute(open_jobs).scalars()):
                return None
            return jobs.add_in(connection, WATCH, {"id": watched_id})

    def begin(self, watched_id: str) -> None:
        """A reading begins: should it die with its worker, the schedule waits before it asks again."""
        self.change(watched_id, due=self.now() + UNDER_WAY)

    def keep(
        self,
        watched_id: str,
        items: Sequence[Item],
        news: Sequence[News] = (),
        dropped: Sequence[str] = (),
    ) -> None:
        """What became of documents, which are `dropped`, and what there is to tell: all of it or nothing."""
        mine = watched_items.c.watched_id == watched_id
        with self.engine.execution_options(immediate=True).begin() as connection:
            if connection.execute(select(watched.c.id).where(watched.c.id == watched_id)).first() is None:
                return
            for uri in [*dropped, *(item.uri for item in items)]:
                connection.execute(delete(watched_items).where(mine, watched_items.c.uri == uri))
            for item in items:
                seen = {"watched_id": watched_id, "first_seen": item.first_seen or self.now()}
                connection.execute(insert(watched_items), asdict(item) | seen)
            insert_news(connection, news)

    def end(self, read: Watched, news: Sequence[News] = ()) -> None:
        """How the whole reading went; what people changed meanwhile stays changed."""
        told = {name: getattr(read, name) for name in _TOLD}
        with self.engine.execution_options(immediate=True).begin() as connection:
            connection.execute(update(watched).where(watched.c.id == read.id).values(told))
            # A title that nobody gave is the one the source has itself.
            untitled = (watched.c.id == read.id, watched.c.title == "")
            connection.execute(update(watched).where(*untitled).values(title=read.title))
            insert_news(connection, news)


def _watched(row: RowMapping) -> Watched:
    return Watched(**_aware(row) | {"kind": WatchKind(row["kind"]), "state": WatchState(row["state"])})


def _item(row: RowMapping) -> Item:
    values = _aware(row) | {"state": ItemState(row["state"])}
    del values["watched_id"]
    return Item(**values)


def _aware(row: RowMapping) -> dict[str, Any]:
    # SQLite gives times back without their zone, which is UTC.
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) and not value.tzinfo else value
        for name, value in row.items()
    }
