"""The resource bank over a real store with the register that comes along: pages, search, JSON."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize
from quiet_page import CHROMIUM, NEEDS, chromium
from shelf import EMBEDDER, document, put, settings_for, shelf
from small_service import EVIL, Running, running

from assistant.resources.naming import alphabetical
from ingest.register.loading import load_register
from vectorstore.entities import Entity, Kind, Register
from vectorstore.passages import Metadata, Status
from vectorstore.publish import publish
from vectorstore.relinking import store_register
from vectorstore.store import open_store

in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
pytestmark = [each for each in NEEDS if each.name == "filterwarnings"]
SHOWN = ("?region=varmland", "?kind=municipality", "?q=EIC", "?q=reginalfonden", "/cosme", "/varmland", "")
THREE = ("sv", "en", "no")
TEXT = "Regionalfonden ger stöd i Värmland.\nInget namn här.\nRegionalfonden gäller till 2027."
HOSTILE = Entity(
    "ont",
    Kind.PROJECT,
    dict.fromkeys(THREE, (EVIL, f"{EVIL} igen")),
    abbreviations=(EVIL,),
    status=Status.CURRENT,
    where=("varmland",),
    source=EVIL,
    as_of="2026",
    confidence="low",
    note=EVIL,
)


@pytest.fixture(scope="module")
def bundled() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, bundled: Register) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("resources")
    written = document("fond", TEXT, Metadata("Om fonder <b>", "Region Värmland", language="sv"))
    with closing(shelf(folder / "store", "dalarna")) as catalogue:
        put(catalogue, written)
        store_register(catalogue, replace(bundled, entities=(*bundled.entities, HOSTILE)))
        publish(catalogue, folder / "store")
    with (
        closing(open_store(settings_for(folder / "store"), EMBEDDER)) as store,
        running(folder / "service", store=store) as service,
    ):
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def entries(html: str) -> list[str]:
    """The ids of the entries that a page lists, in order."""
    found = re.findall(r'<ul class="(?:entries|names)">(.*?)</ul>', html, re.DOTALL)
    return re.findall(r'href="/resurser/([^?"]+)', "".join(found))


def test_the_first_page_counts_each_kind_and_leads_to_it(client: httpx.Client, bundled: Register) -> None:
    page = client.get("/resurser").text
    for kind, count in [("municipality", 284), ("programme", 61)]:
        assert sum(one.kind == kind for one in bundled.entities) == count
        assert re.search(rf'href="/resurser\?kind={kind}&amp;lang=sv">.*?<span class="count">{count}<', page)
    assert "Uppgifterna är en ögonblicksbild. De nyaste är från november 2026." in words(page)
    assert "<script" not in page


def test_a_slip_is_answered_with_what_is_spelt_most_like_it(client: httpx.Client) -> None:
    page = client.get("/resurser", params={"q": "reginalfonden"}).text
    assert "Menade du något av det här?" in page
    assert entries(page)[0] == "eruf"


def test_a_search_without_a_match_leads_on(client: httpx.Client) -> None:
    page = client.get("/resurser", params={"q": "kvantfysik & <b>"}).text
    assert "Inget i registret stämmer" in page
    links = [urlsplit(unescape(each)) for each in re.findall(r'href="(/(?:search)?\?[^"]+)"', page)]
    asked = {each.path: parse_qs(each.query) for each in links}
    assert asked["/search"]["q"] == ["kvantfysik & <b>"]
    assert asked["/"]["question"] == ["Vad är kvantfysik & <b>?"]


def test_an_ambiguous_name_is_told_to_be_one(client: httpx.Client) -> None:
    page = client.get("/resurser?q=EIC").text
    assert "EIC kan betyda flera saker" in page
    assert entries(page)[:2] == ["european-innovation-council", "euro-info-centre"]


def test_a_county_has_what_covers_it_and_what_holds_everywhere(client: httpx.Client) -> None:
    page = client.get("/resurser?kind=programme&region=varmland&status=current").text
    here, everywhere = page.split("I hela landet")
    assert "I Värmland" in here
    assert entries(here) == ["interreg-nordsjon", "interreg-sverige-norge", "eruf-norra-mellansverige"]
    assert "horisont-europa" in entries(everywhere)
    assert "interreg-central-baltic" not in page
    assert '<option value="varmland" selected>' in page
    assert '<option value="current" selected>' in page


def test_municipalities_stand_under_their_counties(client: httpx.Client) -> None:
    page = client.get("/resurser?kind=municipality").text
    under = re.findall(r'<span lang="sv">([^<]+)</span>.*?<ul class="names">(.*?)</ul>', page, re.DOTALL)
    counties = [county for county, _ in under]
    assert counties == sorted(counties, key=alphabetical)
    assert len(entries(page)) == 284
    within = dict(under)
    assert ">Arvika</a>" in within["Värmland"] and ">Kumla</a>" in within["Örebro"]
    assert "municipality" not in client.get("/resurser?kind=organisation").text.split("<section>")[1]


def test_a_long_list_has_pages(client: httpx.Client) -> None:
    first = client.get("/resurser?kind=organisation").text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(following)).text
    assert len(entries(first)) == 60 and not set(entries(first)) & set(entries(second))
    assert len({*entries(first), *entries(second)}) == 100
    assert entries(client.get("/resurser?kind=organisation&page=99").text) == entries(second)


def test_an_entry_tells_what_it_is_when_and_where(client: httpx.Client) -> None:
    page = client.get("/resurser/interreg-sverige-norge").text
    told = words(page)
    for part in ("Gäller Enligt registret, april 2025.", "Gäller 2021–2027", "Källa", "Säkerhet Medel"):
        assert part in told
    assert '<a href="/resurser/varmland?lang=sv" lang="sv">Värmland</a>' in page


def test_a_chain_is_told_in_order_with_the_way_to_each(client: httpx.Client) -> None:
    page = client.get("/resurser/cosme").text
    chain = page.split('<ol class="chain">')[1].split("</ol>")[0]
    assert re.findall(r'href="/resurser/([^?]+)|<strong[^>]*>([^<]+)', chain) == [
        ("cip", ""),
        ("", "COSME"),
        ("inre-marknadsprogrammet", ""),
    ]
    assert "2014–2020" in words(chain)
    links = re.findall(r'href="(/resurser/[^"]+)"', chain)
    assert {client.get(unescape(each)).status_code for each in links} == {200}


def test_the_documents_that_name_it_are_shown_with_the_places(client: httpx.Client) -> None:
    page = client.get("/resurser/eruf").text
    assert "Om fonder &lt;b&gt;" in page and "på 2 ställen" in page
    places = re.findall(r'<ul class="places">(.*?)</ul>', page, re.DOTALL)[0]
    links = [unescape(each) for each in re.findall(r'href="([^"]+)"', places)]
    assert len(links) == 2
    for link in links:
        read = client.get(link)
        assert read.status_code == 200
        assert f'id="{urlsplit(link).fragment}"' in read.text
    assert "Inget dokument i samlingen" in client.get("/resurser/life").text


def test_asking_about_an_entry_leads_to_the_chat(client: httpx.Client) -> None:
    page = client.get("/resurser/horisont-2020").text
    (address, *_) = re.findall(r'href="(/\?question=[^"]+)"', page)
    assert parse_qs(urlsplit(unescape(address)).query)["question"] == [
        "Vad har kommit i stället för Horisont 2020?"
    ]
    assert client.get(unescape(address)).status_code == 200


def test_a_county_counts_what_is_there(client: httpx.Client) -> None:
    page = client.get("/resurser/varmland").text
    (address,) = re.findall(r'href="(/resurser\?kind=project&amp;region=varmland[^"]*)"', page)
    count = int(re.findall(r'Projekt <span class="count">(\d+)<', page)[0])
    assert len(entries(client.get(unescape(address)).text)) == count
    assert ">Arvika</a>" in page


def test_other_languages_use_their_names(client: httpx.Client) -> None:
    page = client.get("/resurser/eruf?lang=en").text
    assert '<h1 lang="en">European Regional Development Fund</h1>' in page
    assert "According to the register, November 2026." in words(page)
    assert 'lang="sv">Europeiska regionala utvecklingsfonden' in page


def test_what_a_register_holds_is_never_markup(client: httpx.Client) -> None:
    for path in ("/resurser/ont", "/resurser?kind=project", "/resurser?q=alert", "/resurser?region=varmland"):
        page = client.get(path).text
        assert "alert(1)" in page
        assert "<script>alert" not in page and "<img src=x" not in page and "<svg onload" not in page
    assert "&lt;script&gt;" in client.get("/resurser", params={"q": "<script>alert(9)</script>"}).text


@pytest.mark.parametrize("path", ["/resurser/finns-inte", "/resurser/..%2Fapi", "/resurser/%00"])
def test_an_unknown_entry_leads_back(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "href=" in response.text


def test_nonsense_in_the_address_sets_no_limit(client: httpx.Client) -> None:
    page = client.get("/resurser?kind=x&region=%2e&status=1&page=-4")
    assert page.status_code == 200
    assert 'class="kinds"' in page.text
    assert client.get("/resurser", params={"q": "a" * 5000}).status_code == 200


def test_without_a_register_the_page_says_so_and_leads_on(tmp_path: Path) -> None:
    with (
        running(tmp_path) as service,
        httpx.Client(base_url=service.url, headers={"Accept": "text/html"}, timeout=30) as client,
    ):
        page = client.get("/resurser").text
        assert "Registret är inte inläst än" in page and 'href="/?lang=sv"' in page
        assert client.get("/resurser/eruf").status_code == 404
        assert client.get("/api/register").json()["entries"] == []


def test_the_json_is_what_the_page_shows(client: httpx.Client) -> None:
    limits = "kind=strategy&region=orebro"
    found = client.get(f"/api/register?{limits}").json()
    listed = [one["id"] for one in found["entries"]]
    assert listed == entries(client.get(f"/resurser?{limits}").text)
    assert found["total"] == len(listed) == found["kinds"]["strategy"]
    eruf = client.get("/api/register?q=ERUF&limit=1").json()["entries"][0]
    assert (eruf["id"], eruf["today"], eruf["period"]) == ("eruf", "current", ["2021", "2027"])
    assert client.get(eruf["page"]).status_code == 200


@pytest.mark.parametrize("query", ["kind=x", "region=x", "status=x", "limit=0", "limit=9999"])
def test_the_api_refuses_what_makes_no_sense(client: httpx.Client, query: str) -> None:
    response = client.get(f"/api/register?{query}")
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.slow
@in_chromium
def test_from_a_search_to_a_question_by_keyboard_without_scripts(browser: Browser, service: Running) -> None:
    with closing(browser.new_context(base_url=service.url, java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto("/resurser")
        page.get_by_label("Namn eller förkortning").focus()
        page.keyboard.type("cosme")
        page.keyboard.press("Enter")
        page.wait_for_url("**/resurser?*q=cosme*")
        page.locator(".entries a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/resurser/cosme?*")
        question = page.locator(".asking a").first
        text = question.inner_text()
        question.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/?question=*")
        assert page.get_by_label("Din fråga").input_value() == text


@pytest.mark.slow
@in_chromium
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_pages_are_accessible(
    browser: Browser, service: Running, width: int, scheme: Literal["light", "dark"]
) -> None:
    size: ViewportSize = {"width": width, "height": 800}
    with closing(browser.new_context(base_url=service.url, viewport=size, color_scheme=scheme)) as context:
        page = context.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        for path in SHOWN:
            page.goto(f"/resurser{path}")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            found = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
        assert [each for each in requests if not each.startswith(service.url)] == []
