"""When what is watched is read again: on time, not twice, later and later while it fails; and the command."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner
from watched_site import Reply, Site, Watching, allowing, page, site, watching

import ingest.watching
from ingest.reading import Reader
from ingest.watching.cli import watch
from vectorstore.errors import UtblickError
from vectorstore.jobs import JobState
from vectorstore.settings import Settings
from vectorstore.watched import AlreadyWatched, Watched, WatchKind, WatchList, WatchState

HOUR = timedelta(hours=1)


@pytest.fixture
def ours() -> Iterator[Site]:
    with site(sida=page("Sök senast den 1 maj.")) as found:
        yield found


@pytest.fixture
def desk(ours: Site, tmp_path: Path) -> Iterator[Watching]:
    settings = allowing(tmp_path / "data", ours.host)
    with Reader(settings) as reader, watching(settings, reader) as desk:
        yield desk


def waiting(desk: Watching) -> list[str]:
    """What the jobs that wait are to read."""
    jobs = desk.workshop.jobs.newest(kinds=["watch"])
    return [job.about["id"] for job in jobs if job.state is JobState.WAITING]


def until_due(watched: Watched) -> timedelta:
    assert watched.checked
    return watched.due - watched.checked


def test_what_is_due_is_asked_for_once(desk: Watching) -> None:
    first = desk.add(WatchKind.FOLDER, "/a")
    second = desk.add(WatchKind.FOLDER, "/b")
    desk.list.change(second.id, paused=True)
    for _ in range(2):
        ingest.watching.due(desk.workshop)
    assert waiting(desk) == [first.id]
    assert desk.workshop.jobs.take(["watch"])  # under way is not waited for again either
    ingest.watching.due(desk.workshop)
    assert waiting(desk) == []
    desk.list.change(second.id, paused=False)
    ingest.watching.due(desk.workshop)
    assert waiting(desk) == [second.id]


def test_the_handlers_do_what_the_worker_is_asked_for(desk: Watching, tmp_path: Path) -> None:
    watched = desk.add(WatchKind.FOLDER, str(tmp_path / "borta"))
    job = desk.workshop.jobs.add("watch", {"id": watched.id})
    assert ingest.watching.HANDLERS["watch"](desk.workshop, job) == {"outcome": "failing", "changes": 0}
    assert ingest.watching.HANDLERS["unwatch"](desk.workshop, job)["outcome"] == "removed"
    assert ingest.watching.HANDLERS["watch"](desk.workshop, job) == {"outcome": "gone"}


def test_a_good_reading_is_due_again_after_its_hours(ours: Site, desk: Watching) -> None:
    watched = desk.read(desk.add(WatchKind.PAGE, f"{ours.url}/sida", hours=6))
    assert 5.3 * HOUR < until_due(watched) < 6.7 * HOUR
    ingest.watching.due(desk.workshop)
    assert waiting(desk) == []


def test_a_failing_page_is_asked_for_later_and_later_but_once_a_day(ours: Site, desk: Watching) -> None:
    ours.pages["/sida"] = Reply(b"", 500)
    watched = desk.add(WatchKind.PAGE, f"{ours.url}/sida", hours=1)
    waits = [until_due(desk.read(watched)) / HOUR for _ in range(7)]
    assert [round(wait / 2**n * 5) in (4, 5, 6) for n, wait in enumerate(waits[:5])] == [True] * 5
    assert all(21 < wait < 27 for wait in waits[5:])
    ours.pages["/sida"] = page("Nu går det igen.")
    assert (read := desk.read(watched)).failures == 0 and until_due(read) < 2 * HOUR


def test_a_host_that_asks_for_time_gets_it(ours: Site, desk: Watching) -> None:
    ours.pages["/sida"] = Reply(b"", 503, headers={"Retry-After": str(3 * 86400)})
    watched = desk.read(desk.add(WatchKind.PAGE, f"{ours.url}/sida"))
    assert until_due(watched) >= 72 * HOUR
    asked, failures = len(ours.asked), watched.failures
    again = desk.read(watched)  # by hand
    assert (len(ours.asked), again.failures) == (asked, failures)


def test_a_reading_that_dies_is_not_asked_for_at_once(desk: Watching) -> None:
    watched = desk.add(WatchKind.FOLDER, "/a")
    desk.list.begin(watched.id)
    ingest.watching.due(desk.workshop)
    assert waiting(desk) == []


def test_a_fault_of_our_own_is_told_and_waits(ours: Site, desk: Watching) -> None:
    watched = desk.add(WatchKind.PAGE, f"{ours.url}/sida")
    (desk.settings.data_dir / "watched" / watched.id).parent.mkdir(exist_ok=True)
    (desk.settings.data_dir / "watched" / watched.id).write_text("a file in the folder's place")
    job = desk.list.ask(desk.workshop.jobs, watched.id)
    assert job
    with pytest.raises(OSError):
        desk._watch(desk.workshop, job)
    found = desk.list.find(watched.id)
    assert found and (found.state, found.code) == (WatchState.FAILING, "internal")
    assert found.due > datetime.now(UTC) + HOUR / 2
    assert [news.kind for news in desk.news()] == ["failed"]


def test_what_people_change_during_a_reading_stays(ours: Site, desk: Watching) -> None:
    watched = desk.add(WatchKind.PAGE, f"{ours.url}/sida", title="Vårt namn")
    desk.list.change(watched.id, paused=True, hours=168)
    desk.list.end(watched)
    found = desk.list.find(watched.id)
    assert found and (found.paused, found.hours, found.title) == (True, 168, "Vårt namn")
    with pytest.raises(AlreadyWatched):
        desk.add(WatchKind.PAGE, f"{ours.url}/sida")


def utblick(settings: Settings, *arguments: str) -> tuple[str, Exception | None]:
    """What `utblick watch` prints, and the error that the command line would tell in a line."""
    given = {"UTBLICK_DATA_DIR": str(settings.data_dir), "UTBLICK_WATCH_HOSTS": settings.watch_hosts}
    done = CliRunner().invoke(watch, arguments, env=given)
    error = done.exception if isinstance(done.exception, UtblickError) else None
    assert error or done.exit_code == 0, done.output
    return done.stdout, error


def test_the_command(desk: Watching, ours: Site) -> None:
    settings, uri = desk.settings, f"{ours.url}/sida"
    assert uri in utblick(settings, "add", uri, "--title", "Stöd")[0]
    assert "UTBLICK_WATCH_HOSTS" in str(utblick(settings, "add", "https://annan.example/")[1])
    assert "whole path" in str(utblick(settings, "add", "/finns/inte", "--kind", "folder")[1])
    told = json.loads(utblick(settings, "list", "--json")[0])["watched"]
    assert [(each["address"], each["title"], each["state"]) for each in told] == [(uri, "Stöd", "new")]
    assert "new  Stöd" in utblick(settings, "list")[0]
    assert "reads it next" in utblick(settings, "now", uri)[0]
    assert "already" in utblick(settings, "now", told[0]["id"])[0]
    utblick(settings, "remove", uri, "--documents")
    assert [job.kind for job in desk.workshop.jobs.newest(kinds=["unwatch"])] == ["unwatch"]
    utblick(settings, "remove", uri)
    assert WatchList(desk.list.engine).all() == []
    assert "is not watched" in str(utblick(settings, "now", uri)[1])
