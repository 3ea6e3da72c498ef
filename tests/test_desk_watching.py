"""The desk's page for what is watched: the list, the form with its checks, the news, and the feed of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import httpx
import pytest
from small_service import EVIL, STRATEGY, Running, running

from vectorstore.jobs import Jobs
from vectorstore.watch_news import News, NewsKind
from vectorstore.watched import Item, ItemState, WatchKind, WatchList, WatchState

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DOCUMENT = STRATEGY.id


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk"), watch_hosts="www.region.example") as service:
        yield service


@pytest.fixture
def listed(service: Running) -> Iterator[WatchList]:
    watch_list = WatchList(service.log.engine)
    yield watch_list
    for each in watch_list.all():
        watch_list.remove(each.id)


def page(service: Running, path: str = "", **query: str) -> str:
    reply = httpx.get(f"{service.url}/desk/watching{path}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.text


def post(service: Running, path: str = "", **form: str) -> httpx.Response:
    return httpx.post(f"{service.url}/desk/watching{path}", data=form, follow_redirects=True)


def test_the_empty_page_in_every_language(service: Running) -> None:
    for language, words in (
        ("sv", "Inget bevakas"),
        ("en", "Nothing is watched"),
        ("no", "Ingenting overvåkes"),
    ):
        assert words in page(service, lang=language)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"address": "ftp://www.region.example/"}, "måste börja med http"),
        ({"address": "javascript:alert(1)"}, "måste börja med http"),
        ({"address": "https://annan.example/"}, "annan.example finns inte bland"),
        ({"address": "https://namn:ord@www.region.example/"}, "lösenord"),
        ({"address": "https://www.region.example:8443/"}, "www.region.example:8443"),
        ({"address": "rubbish"}, "måste börja med http"),
        ({"address": "/finns/inte", "kind": "folder"}, "ingen sådan mapp"),
        ({"address": "https://www.region.example/", "hours": "3"}, "Välj hur ofta"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    service: Running, listed: WatchList, form: dict[str, str], told: str
) -> None:
    reply = post(service, **form)
    assert reply.status_code == 422 and told in reply.text
    assert 'class="fault"' in reply.text and form["address"] in reply.text
    assert listed.all() == []


def test_our_own_folder_is_refused(service: Running, listed: WatchList) -> None:
    assert "egna data" in post(service, kind="folder", address=str(service.folder)).text


def test_adding_reading_pausing_and_removing(service: Running, listed: WatchList) -> None:
    jobs = Jobs(service.log.engine)
    added = post(service, address="https://www.region.example/nyheter", title="Nyheter", hours="6")
    assert "Den läses strax" in added.text and "Väntar på att läsas" in added.text
    (watched,) = listed.all()
    assert (watched.kind, watched.title, watched.hours) == (WatchKind.PAGE, "Nyheter", 6)
    assert [job.about for job in jobs.newest(kinds=["watch"])] == [{"id": watched.id}]
    again = post(service, address="HTTPS://WWW.region.example/nyheter")
    assert again.status_code == 422 and "bevakas redan" in again.text
    post(service, f"/{watched.id}/read")
    assert len(jobs.newest(kinds=["watch"])) == 1  # one waits already
    assert "Pausad" in post(service, f"/{watched.id}/pause").text
    assert "Återuppta" in page(service)
    assert "Bevakas igen" in post(service, f"/{watched.id}/resume").text
    assert "Vad ska hända med" in page(service, f"/{watched.id}/remove")
    post(service, f"/{watched.id}/remove", documents="remove")
    assert [job.about for job in jobs.newest(kinds=["unwatch"])] == [{"id": watched.id}]
    post(service, f"/{watched.id}/remove", documents="keep")
    assert listed.all() == []
    assert httpx.get(f"{service.url}/desk/watching/{watched.id}").status_code == 404


def fill(watch_list: WatchList, text: str = "Stöd till export") -> str:
    """A feed that fails, with documents of several states, and news of them."""
    watched = watch_list.add(WatchKind.FEED, "https://www.region.example/flode", text)
    news = [
        News(
            NewsKind.CHANGED,
            NOW,
            watched.name,
            text,
            "https://www.region.example/sida",
            DOCUMENT,
            {"added": 1, "removed": 1, "lines": [["-", f"före {text}"], ["+", f"efter {text}"]]},
        ),
        News(
            NewsKind.FAILED,
            NOW,
            watched.name,
            text,
            "javascript:alert(1)",
            "",
            {"code": "tls", "detail": text},
        ),
        News(NewsKind.NEW, NOW, watched.name, text, text, "", {"code": "okänd"}),
    ]
    items = [
        Item("https://www.region.example/sida", text, DOCUMENT, "d", ItemState.PRESENT, NOW),
        Item("javascript:alert(1)", text, "", "", ItemState.REFUSED, NOW, code="scheme", detail=text),
    ]
    watch_list.keep(watched.id, items, news)
    why = {"code": "status", "detail": "503"}
    failing = replace(watched, state=WatchState.FAILING, failing_since=NOW, checked=NOW, good=NOW, **why)  # type: ignore[arg-type]
    watch_list.end(failing)
    return watched.id


def test_states_and_news_in_words(service: Running, listed: WatchList) -> None:
    watched_id = fill(listed)
    shown = page(service)
    assert "Misslyckas" in shown and "svarade med ett fel (503)" in shown and "Den finns kvar" in shown
    assert "1 dokument" in shown and "1 läses inte" in shown
    assert f"/desk/documents/{DOCUMENT}?" in shown
    assert "före Stöd till export</del>" in shown and "efter Stöd till export</ins>" in shown
    only = page(service, kind="failed")
    assert "certifikat" in only and "</ins>" not in only
    assert 'href="https://www.region.example/sida"' in page(service, f"/{watched_id}")
    assert "Bara adresser med http" in page(service, f"/{watched_id}")


def test_hostile_words_stay_words(service: Running, listed: WatchList) -> None:
    watched_id = fill(listed, EVIL)
    for shown in (page(service), page(service, f"/{watched_id}"), page(service, f"/{watched_id}/remove")):
        assert "<script>alert" not in shown and "onerror=alert(2)>" not in shown and "<svg" not in shown
        assert 'href="javascript' not in shown


def test_the_feed_is_valid_and_only_words(service: Running, listed: WatchList) -> None:
    fill(listed, EVIL + " \x0b\ufffe & ]]>")
    raw = page(service, "/feed.xml")
    found = feedparser.parse(raw)
    assert not found.bozo and found.version == "atom10" and "<script" not in raw
    assert len({each.id for each in found.entries}) == len(found.entries) >= 3
    assert [each.id for each in feedparser.parse(page(service, "/feed.xml")).entries] == [
        each.id for each in found.entries
    ]
    assert all(each.updated_parsed and each.link.startswith(service.url) for each in found.entries)
    assert found.feed.updated_parsed and found.feed.id.startswith("urn:uuid:")


@pytest.mark.parametrize("path", ["", "/feed.xml"])
def test_only_this_machine_sees_it(service: Running, path: str) -> None:
    address = f"{service.url}/desk/watching{path}"
    assert httpx.get(address, headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 403
