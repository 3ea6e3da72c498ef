"""Reading what is watched: new, changed, failing, gone and back; an outage never empties the corpus."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from watched_site import Reply, Site, Watching, allowing, feed, page, site, watching

from ingest.reading import Reader
from ingest.watching.comparing import differences, text_digest
from ingest.watching.copies import find_copy
from ingest.watching.handling import unwatch
from ingest.watching.visit import document_id
from vectorstore.jobs import JobState
from vectorstore.settings import Settings
from vectorstore.watch_news import WatchNews
from vectorstore.watched import ItemState, Watched, WatchKind, WatchState

PAGE, FEED, FOLDER = WatchKind.PAGE, WatchKind.FEED, WatchKind.FOLDER


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Settings(_env_file=None)) as reader:  # type: ignore[call-arg]
        yield reader


@pytest.fixture
def ours() -> Iterator[Site]:
    with site(sida=page("Sök senast den 1 maj.")) as found:
        yield found


@pytest.fixture
def desk(ours: Site, tmp_path: Path, reader: Reader) -> Iterator[Watching]:
    with watching(allowing(tmp_path / "data", ours.host), reader) as desk:
        yield desk


def states(desk: Watching, watched: Watched) -> dict[str, str]:
    """State of each document by the end of its address."""
    return {item.uri.rsplit("/", 1)[-1]: item.state.value for item in desk.list.items(watched.id)}


def test_a_page_is_read_and_told_of_when_it_changes(ours: Site, desk: Watching) -> None:
    uri = f"{ours.url}/sida"
    watched = desk.add(PAGE, uri)
    read = desk.read(watched)
    assert (read.state, read.title, desk.told()) == (WatchState.READ, "Stöd till export", ["new"])
    document = desk.workshop.catalogue.document(document_id(uri))
    assert document and document.uri == uri and document.metadata.source_url == uri
    assert "1 maj" in document.text and "Annons" not in document.text
    copy = find_copy(desk.settings, uri)
    assert copy and copy.read_bytes() == ours.pages["/sida"].body

    ours.pages["/sida"] = page("Sök senast den 1 maj.", around="Annons 2, klockan 12.34")
    assert (desk.read(watched).state, desk.told()) == (WatchState.UNCHANGED, [])

    ours.pages["/sida"] = page("Sök senast den 15 juni.")
    assert desk.read(watched).state is WatchState.CHANGED
    (news,) = desk.news()
    assert (news.kind, news.title, news.document_id) == ("changed", "Stöd till export", document_id(uri))
    assert news.about["lines"] == [["-", "Sök senast den 1 maj."], ["+", "Sök senast den 15 juni."]]
    assert "15 juni" in desk.texts()[uri] and list(desk.texts()) == [uri]


def test_a_page_that_has_not_changed_is_not_sent(ours: Site, desk: Watching) -> None:
    ours.pages["/sida"].headers = {"ETag": '"ett"'}
    watched = desk.add(PAGE, f"{ours.url}/sida")
    desk.read(watched)
    read = desk.read(watched)
    assert (read.state, ours.asked[-1][1]["if-none-match"]) == (WatchState.UNCHANGED, '"ett"')
    find_copy(desk.settings, f"{ours.url}/sida").unlink()  # type: ignore[union-attr]
    desk.read(watched)
    assert "if-none-match" not in ours.asked[-1][1]  # what we do not have is asked for whole


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(b"", 500), "status"),
        (Reply(b"", 403), "forbidden"),
        (Reply(b"\x89PNG\r\n\x1a\n", type="image/png"), "type"),
        (Reply(b"%PDF-1.7 trasig", type="application/pdf"), "unreadable"),
        (Reply(b"<html><body><script>app()</script></body></html>"), "no_text"),
        (Reply(b"\xff\xd8\xff" + b"\0" * 99), "unreadable"),
        (Reply(b"x" * (2**20 + 1), type="text/plain"), "size"),
        (Reply(b"", 302, headers={"Location": "https://annan.example/"}), "host"),
        (Reply(b"", 503, headers={"Retry-After": "90000"}), "later"),
    ],
)
def test_a_page_that_fails_keeps_its_last_good_version(
    ours: Site, desk: Watching, reply: Reply, code: str
) -> None:
    uri, good = f"{ours.url}/sida", ours.pages["/sida"]
    watched = desk.add(PAGE, uri)
    first = desk.read(watched)
    before, copy = desk.texts(), find_copy(desk.settings, uri).read_bytes()  # type: ignore[union-attr]
    desk.forget()
    ours.pages["/sida"] = reply
    failing = desk.read(watched)
    assert (failing.state, failing.code, failing.failures) == (WatchState.FAILING, code, 1)
    assert failing.good == first.good and failing.failing_since == failing.checked
    assert desk.list.marks()[uri].code == code
    assert find_copy(desk.settings, uri).read_bytes() == copy  # type: ignore[union-attr]
    for host in (desk.settings.data_dir / "watched" / "hosts").glob("*.json"):
        host.unlink()  # a day later
    again = desk.read(watched)
    assert (again.failures, again.failing_since) == (2, failing.failing_since)
    assert (desk.texts(), desk.told()) == (before, ["failed"])  # told once
    for host in (desk.settings.data_dir / "watched" / "hosts").glob("*.json"):
        host.unlink()
    ours.pages["/sida"] = good
    back = desk.read(watched)
    assert (back.state, back.code, back.failing_since, desk.told()) == ("unchanged", "", None, ["back"])
    assert desk.list.marks() == {}


def test_a_page_is_gone_when_it_is_missing_twice(ours: Site, desk: Watching) -> None:
    uri = f"{ours.url}/sida"
    watched, good = desk.add(PAGE, uri), ours.pages.pop("/sida")
    ours.pages["/sida"] = good
    desk.read(watched)
    desk.forget()
    del ours.pages["/sida"]
    assert (desk.read(watched).state, desk.told()) == (WatchState.FAILING, [])
    ours.pages["/sida"] = good
    assert (desk.read(watched).state, desk.told()) == (WatchState.UNCHANGED, [])
    del ours.pages["/sida"]
    states = [desk.read(watched).state for _ in range(3)]
    assert (states, desk.told()) == (["failing", "gone", "gone"], ["gone"])
    assert list(desk.texts()) == [uri] and desk.list.marks()[uri].state is ItemState.GONE
    ours.pages["/sida"] = page("Sök senast den 15 juni.")
    assert (desk.read(watched).state, sorted(desk.told())) == (WatchState.CHANGED, ["back", "changed"])


def test_what_a_person_removed_stays_away(ours: Site, desk: Watching) -> None:
    uri = f"{ours.url}/sida"
    watched = desk.add(PAGE, uri)
    desk.read(watched)
    desk.workshop.remove([document_id(uri)])
    ours.pages["/sida"] = page("Sök senast den 15 juni.")
    desk.read(watched)
    assert (desk.texts(), states(desk, watched)) == ({}, {"sida": "removed"})


def test_robots_that_forbid_a_page_from_now_on(ours: Site, desk: Watching) -> None:
    watched = desk.add(PAGE, f"{ours.url}/sida")
    desk.read(watched)
    for host in (desk.settings.data_dir / "watched" / "hosts").glob("*.json"):
        host.unlink()
    ours.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /sida", type="text/plain")
    read = desk.read(watched)
    assert (read.state, read.code, len(desk.texts())) == (WatchState.FAILING, "robots", 1)


def test_a_feed_gives_its_entries_and_lists_those_it_may_not(ours: Site, desk: Watching) -> None:
    ours.pages["/andra"] = page("En annan nyhet.", "Andra nyheten")
    ours.pages["/flode"] = feed(
        (f"{ours.url}/sida", "Nyhet ett"),
        ("/andra", "Nyhet två"),
        (f"{ours.url}/finns-inte", "Borta"),
        ("javascript:alert(1)", "Skript"),
        ("file:///etc/passwd", "Fil"),
        ("http://169.254.169.254/latest", "Moln"),
        ("https://annan.example/x", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        title="Nyheter från regionen",
    )
    watched = desk.add(FEED, f"{ours.url}/flode")
    read = desk.read(watched)
    assert (read.state, read.title, desk.told()) == (WatchState.READ, "Nyheter från regionen", ["new", "new"])
    assert sorted(desk.texts()) == [f"{ours.url}/andra", f"{ours.url}/sida"]
    refused = {item.uri: item.code for item in desk.list.items(watched.id) if item.state == "refused"}
    assert refused.pop("javascript:alert(1)") == "scheme"
    assert refused.pop("http://169.254.169.254/latest") == "host"
    assert refused.pop("https://annan.example/x") == "host"
    assert list(refused.values()) == ["scheme"]
    published = desk.workshop.catalogue.document(document_id(f"{ours.url}/sida"))
    assert published and published.metadata.published == "2026-02-28"


def test_a_feed_scrolls_breaks_and_comes_back(ours: Site, desk: Watching) -> None:
    ours.pages["/flode"] = feed((f"{ours.url}/sida", "Ett"))
    watched = desk.add(FEED, f"{ours.url}/flode")
    desk.read(watched)
    desk.forget()
    ours.pages["/ny"] = page("En ny nyhet.", "Ny nyhet")
    ours.pages["/flode"] = feed((f"{ours.url}/ny", "Ny"))
    assert (desk.read(watched).state, desk.told()) == (WatchState.CHANGED, ["new"])
    assert states(desk, watched) == {"sida": "present", "ny": "present"} and len(desk.texts()) == 2
    good = ours.pages["/flode"]
    ours.pages["/flode"] = replace(good, body=b"<html>\xff\0trasig")
    failing = desk.read(watched)
    assert (failing.state, failing.code, desk.told()) == (WatchState.FAILING, "feed", ["failed"])
    ours.pages["/flode"] = good
    assert (desk.read(watched).state, desk.told(), len(desk.texts())) == ("unchanged", ["back"], 2)


def test_a_feed_that_has_not_changed_still_has_its_entries_read(ours: Site, desk: Watching) -> None:
    ours.pages["/flode"] = replace(feed((f"{ours.url}/sida", "Ett")), headers={"ETag": '"f"'})
    watched = desk.add(FEED, f"{ours.url}/flode")
    desk.read(watched)
    desk.forget()
    ours.pages["/sida"] = page("Sök senast den 15 juni.")
    assert (desk.read(watched).state, desk.told()) == (WatchState.CHANGED, ["changed"])


def test_a_host_that_is_down_is_not_asked_for_every_entry(ours: Site, desk: Watching) -> None:
    names = [f"n{n}" for n in range(6)]
    ours.pages |= {f"/{name}": Reply(b"x", slowly=9) for name in names}
    ours.pages["/flode"] = feed(*((f"{ours.url}/{name}", name) for name in names))
    desk.settings = desk.settings.model_copy(update={"watch_seconds": 0.2})
    watched = desk.add(FEED, f"{ours.url}/flode")
    desk.read(watched)
    assert sorted(states(desk, watched).values()) == ["failing"] * 2 + ["waiting"] * 4


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"# {name}\n\n{text}\n\nRegionen ger checkar till företag.\n", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "dokument"
    found.mkdir()
    for name in ("ett.md", "två.md"):
        write(found, name, f"Det här är dokument {name}.")
    return found


def test_a_folder_tells_of_new_changed_and_gone_files(desk: Watching, folder: Path) -> None:
    watched = desk.add(FOLDER, str(folder))
    assert (desk.read(watched).state, desk.told()) == (WatchState.READ, ["new", "new"])
    assert (desk.read(watched).state, desk.told()) == (WatchState.UNCHANGED, [])
    write(folder, "tre.md", "Ett tredje dokument.")
    write(folder, "ett.md", "Det här är ändrat.")
    (folder / "två.md").unlink()
    assert desk.read(watched).state is WatchState.CHANGED
    changed = next(news for news in desk.news() if news.kind == "changed")
    assert changed.about["lines"] == [["-", "Det här är dokument ett.md."], ["+", "Det här är ändrat."]]
    assert sorted(desk.told()) == ["changed", "gone", "new"]
    assert len(desk.texts()) == 3  # what is gone is kept, and marked
    assert list(desk.list.marks()) == [(folder / "två.md").as_uri()]
    write(folder, "två.md", "Det här är dokument två.md.")
    assert (desk.read(watched).state, desk.told()) == (WatchState.UNCHANGED, ["back"])


def test_a_folder_that_is_empty_or_not_mounted_is_a_failure(desk: Watching, folder: Path) -> None:
    watched = desk.add(FOLDER, str(folder), removes=True)
    desk.read(watched)
    desk.forget()
    aside = folder.rename(folder.with_name("undan"))
    first = desk.read(watched)
    folder.mkdir()
    second = desk.read(watched)
    assert (first.code, second.code) == ("folder_missing", "folder_empty")
    assert (len(desk.texts()), desk.told()) == (2, ["failed"])
    folder.rmdir()
    aside.rename(folder)
    assert (desk.read(watched).state, desk.told()) == (WatchState.UNCHANGED, ["back"])


def test_documents_go_with_their_files_where_that_is_chosen(desk: Watching, folder: Path) -> None:
    for number in range(8):
        write(folder, f"n{number}.md", f"Dokument nummer {number}.")
    watched = desk.add(FOLDER, str(folder), removes=True)
    desk.read(watched)
    desk.forget()
    (folder / "två.md").unlink()
    desk.read(watched)
    assert (len(desk.texts()), desk.told(), len(states(desk, watched))) == (9, ["gone"], 9)
    for path in list(folder.glob("n*.md"))[:7]:
        path.unlink()
    desk.read(watched)
    assert (len(desk.texts()), desk.told()) == (9, ["gone"] * 7)  # too many at once to be meant
    assert {each.code for each in desk.list.marks().values()} == {"many_gone"}
    desk.read(watched)
    assert len(desk.texts()) == 9


def test_a_file_that_cannot_be_read_is_told_once_and_tried_when_it_changes(
    desk: Watching, folder: Path
) -> None:
    watched = desk.add(FOLDER, str(folder))
    desk.read(watched)
    desk.forget()
    (folder / "ett.md").write_bytes(b"\0\1\2" * 99)
    (folder / "bild.xyz").write_bytes(b"x")
    for _ in range(2):
        desk.read(watched)
    assert states(desk, watched) == {"ett.md": "failing", "tv%C3%A5.md": "present", "bild.xyz": "failing"}
    assert (len(desk.texts()), desk.told()) == (2, ["failed", "failed"])
    write(folder, "ett.md", "Nu går det igen.")
    desk.read(watched)
    assert sorted(desk.told()) == ["back", "changed"]


def test_very_many_news_are_told_as_one(desk: Watching, folder: Path) -> None:
    for number in range(30):
        write(folder, f"n{number}.md", f"Dokument nummer {number}.")
    desk.read(desk.add(FOLDER, str(folder)))
    (news,) = desk.news()
    assert (news.kind, news.about) == ("new", {"count": 32})


def test_a_duplicate_is_stored_when_its_twin_is_gone(desk: Watching, folder: Path) -> None:
    (folder / "tva.md").write_bytes((folder / "ett.md").read_bytes())
    watched = desk.add(FOLDER, str(folder))
    desk.read(watched)
    assert len(desk.texts()) == 2
    (folder / "ett.md").unlink()
    desk.read(watched)
    desk.workshop.remove([document_id((folder / "ett.md").as_uri())])
    desk.read(watched)
    assert (folder / "tva.md").as_uri() in desk.texts()


@pytest.mark.parametrize("held", [False, True])
def test_taking_something_off_the_list_with_its_documents(ours: Site, desk: Watching, held: bool) -> None:
    ours.pages["/flode"] = feed((f"{ours.url}/sida", "Ett"))
    watched = desk.add(FEED, f"{ours.url}/flode")
    desk.read(watched)
    if held:
        desk.read(desk.add(PAGE, f"{ours.url}/sida"))
    unwatch(desk.workshop, desk.workshop.jobs.add("unwatch", {"id": watched.id}))
    assert len(desk.texts()) == held and desk.list.find(watched.id) is None
    assert not (desk.settings.data_dir / "watched" / watched.id).exists()


def test_a_document_that_is_kept_has_its_copy(ours: Site, desk: Watching) -> None:
    watched = desk.add(PAGE, f"{ours.url}/sida")
    desk.read(watched)
    desk.list.remove(watched.id)
    assert len(desk.texts()) == 1 and find_copy(desk.settings, f"{ours.url}/sida")
    assert find_copy(desk.settings, "https://annan.example/") is None


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from watched_site import allowing, watching
from ingest.reading import Reader
from ingest.watching import handling
settings = allowing(Path({data!r}), {host!r})
print("up", flush=True)
with Reader(settings) as reader, watching(settings, reader) as desk:
    steps = 0
    def step(frame, event, argument):
        global steps
        code = frame.f_code
        if event in ("call", "return") and "ingest/watching" in code.co_filename:
            steps += 1
            if steps == {at}:
                os.kill(os.getpid(), signal.SIGKILL)
    for each in desk.list.all():
        sys.setprofile(step)
        desk.read(each)
        sys.setprofile(None)
    print(steps, flush=True)
"""


def test_a_reading_killed_anywhere_leaves_old_or_new_and_heals(
    ours: Site, tmp_path: Path, reader: Reader
) -> None:
    settings = allowing(tmp_path / "data", ours.host)
    uri, tests = f"{ours.url}/sida", str(Path(__file__).parent)

    def run(at: int) -> tuple[int, str]:
        code = KILLED.format(tests=tests, data=str(settings.data_dir), host=ours.host, at=at)
        out = tmp_path / "out"
        with out.open("w") as file:
            done = subprocess.run([sys.executable, "-c", code], stdout=file, stderr=file, timeout=60)
        return done.returncode, out.read_text()

    with watching(settings, reader) as desk:
        watched = desk.add(PAGE, uri)
        desk.read(watched)
    ours.pages["/sida"] = page("Version 0.")
    ended, out = run(-1)
    assert ended == 0, out
    steps = int(out.split()[1])
    for number, share in enumerate((0.5, 0.85, 0.95), start=1):
        ours.pages["/sida"] = page(f"Version {number}.")
        with watching(settings, reader) as desk:
            desk.forget()
        assert run(int(steps * share))[0] == -signal.SIGKILL
        with watching(settings, reader) as desk:
            (text,) = desk.texts().values()
            assert f"Version {number - 1}." in text or f"Version {number}." in text
            assert desk.workshop.jobs.resume(["watch"]) == []
            while job := desk.workshop.jobs.take(["watch"]):
                desk._watch(desk.workshop, job)
                desk.workshop.jobs.end(job.id, JobState.DONE, {})
            assert f"Version {number}." in desk.texts()[uri]
            (news,) = desk.news()
            lines = [["-", f"Version {number - 1}."], ["+", f"Version {number}."]]
            assert (news.kind, news.about["lines"]) == ("changed", lines), share


def test_news_are_kept_for_a_year(ours: Site, desk: Watching) -> None:
    from datetime import UTC, datetime, timedelta

    desk.read(desk.add(PAGE, f"{ours.url}/sida"))
    for days, left in ((364, 1), (366, 0)):
        later = WatchNews(desk.list.engine, lambda days=days: datetime.now(UTC) + timedelta(days=days))  # type: ignore[misc]
        later.forget()
        assert len(desk.news()) == left


def test_what_counts_as_the_same_text() -> None:
    stamped = "Rubrik\n\nSenast uppdaterad: 3 mars 2026 kl. 12.00\n\nText  här."
    assert text_digest(stamped) == text_digest("Rubrik\nSenast uppdaterad: 4 mars 2026\nText här.\n")
    assert text_digest("Sök före klockan 12.00.") != text_digest("Sök före klockan 13.00.")
    assert text_digest("Senast uppdaterad av oss är listan med stöd till företag i länet, som är lång.") != ""


def test_what_changed_is_told_in_few_words() -> None:
    before, after = " ".join(f"före{n}" for n in range(50)), " ".join(f"efter{n}" for n in range(50))
    found = differences(f"A\n{before} gammalt {after}\nB", f"A\n{before} nytt {after}\nB\nC")
    assert (found["added"], found["removed"]) == (2, 1)
    assert found["lines"][0] == (
        "-",
        "… före45 före46 före47 före48 före49 gammalt efter0 efter1 efter2 efter3 efter4 …",
    )
    assert found["lines"][-1] == ("+", "C")
    huge = differences("a b\n" * 200_000, "\n".join(f"rad {n} " + "x" * 500 for n in range(20_000)))
    assert len(huge["lines"]) <= 6 and all(len(text) < 200 for _, text in huge["lines"])
