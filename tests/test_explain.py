"""An explained search: on the command line, in the API and on its page, with the real model and store."""

import json
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from markupsafe import escape
from playwright.sync_api import Browser
from shelf import EMBEDDER, document, settings_for
from small_service import EVIL, Running, running
from test_browser import browser, opened
from test_browser import pytestmark as in_browser
from test_web import Elements, words
from tokened import put_with_tokens
from typer.testing import CliRunner, Result

from assistant.channels.cli import app
from assistant.channels.search.explained_text import explained_text
from assistant.channels.search.explanation import explained_search
from assistant.channels.search.result import search_result
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.register.loading import load_register
from ingest.sources import find_roots
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.passages import Metadata, Status
from vectorstore.places import places
from vectorstore.publish import publish, publishing
from vectorstore.queries import Filters, Hit, Query
from vectorstore.relinking import store_register
from vectorstore.store import Store, open_store
from vectorstore.trace import Step, own_seconds

__all__ = ["browser"]


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test as those of test_browser.py are."""
    return reduce(lambda marked, mark: mark(marked), in_browser, test)


SHEETS = Path(__file__).resolve().parents[1] / "ingest" / "starter"
ASKED = "Vad ersatte CIP, och vilka stöd finns i Värmland och Dalarna?"
SAME = "Checken ger små företag i länet hälften av kostnaden för råd om export"
FAIR = "Stödet {} betalade mässor och resor till nya marknader"
LIMITS = {"region": "Värmland", "publisher": "Utblick", "language": "sv", "year_from": 2020, "year_to": 2030}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A data folder with four of the starter sheets and the register."""
    data = tmp_path_factory.mktemp("explain")
    settings = settings_for(data)
    names = ("namnbyten", "avslutade-program", "region-varmland", "region-dalarna")
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with publishing(catalogue, data), Reader(settings) as reader:
        store_register(catalogue, load_register())
        ingest(find_roots([SHEETS / f"{name}.md" for name in names]), catalogue, lambda: embedder, reader)
    catalogue.close()
    return data


@pytest.fixture(scope="module")
def store(folder: Path, embedder: Embedder) -> Iterator[Store]:
    opened = open_store(settings_for(folder), embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def service(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The pages over the sheets."""
    with running(tmp_path_factory.mktemp("pages"), store=store) as service:
        yield service


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The pages over two documents, one of them hostile, with a search that tells nothing."""
    with running(tmp_path_factory.mktemp("small")) as service:
        yield service


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Copies of different age, an ended and a current source, a region with much and one with little."""
    data = tmp_path_factory.mktemp("planted")
    catalogue = open_catalogue(settings_for(data))
    about = Metadata("Skog", regions=("Värmland",))
    put_with_tokens(
        catalogue,
        document("a-äldre", SAME, Metadata("Check", published="2015")),
        document("b-nyare", SAME, Metadata("Check", published="2024")),
        document("c-avslutat", FAIR.format(1111), Metadata("Mässor", status=Status.ENDED)),
        document("d-gäller", FAIR.format(2222), Metadata("Mässor", status=Status.CURRENT)),
        document("trä", "Dalarna prioriterar skog sällan", Metadata("Trä", regions=("Dalarna",))),
        document("vatten", "Sjöar och älvar", Metadata("Vatten", regions=("Dalarna",))),
        *[document(f"skog{n}", f"Värmland prioriterar skog nummer {n}{n}", about) for n in range(60)],
    )
    publish(catalogue, data)
    catalogue.close()
    store = open_store(settings_for(data), EMBEDDER)  # type: ignore[arg-type]
    yield store
    store.close()


def command(folder: Path, *arguments: str) -> Result:
    return CliRunner(env={"UTBLICK_DATA_DIR": str(folder)}).invoke(app, ["search", *arguments])


def sources(hits: list[Hit]) -> list[str]:
    return [hit.document.source.removesuffix(".txt") for hit in hits]


def regions_of(store: Store, hit: dict[str, Any]) -> tuple[str, ...]:
    found = store.document(hit["document_id"])
    return found.metadata.regions if found else ()


def timeless(explanation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in explanation.items() if name not in ("steps", "seconds")}


# What is told


def test_shares_add_up_and_places_are_those_of_the_legs(store: Store) -> None:
    hits, explanation = explained_search(store.retriever, Query(ASKED, 8))
    assert len(hits) == len(explanation.hits) == 8
    for hit, told in zip(hits, explanation.hits, strict=True):
        assert (told.passage_id, told.score) == (hit.passage.id, hit.score)
        assert [leg.name for leg in told.legs] == ["late", "dense", "lexical", "document"]
        assert sum(leg.share for leg in told.legs) == pytest.approx(told.score, abs=1e-5)
        assert {leg.name: leg.score for leg in told.legs} == hit.legs
    for number, name in enumerate(["late", "dense", "lexical", "document"]):
        placed = sorted((told.legs[number].place or 0, -told.legs[number].score) for told in explanation.hits)
        assert [score for _, score in placed] == sorted(score for _, score in placed), name
        assert all(place for place, _ in placed)
    assert {told.place for told in explanation.hits} <= set(range(1, explanation.candidates + 1))


def test_names_regions_and_words(store: Store) -> None:
    _, explanation = explained_search(store.retriever, Query(f"{ASKED} Och SEK?", 3))
    assert explanation.language == "sv"
    assert ("CIP", "cip") in [(one.name, one.entity) for one in explanation.expansions]
    assert explanation.regions == ("Värmland", "Dalarna")
    assert explanation.ambiguous == ("SEK",)
    _, explanation = explained_search(store.retriever, Query("Vad ersatte CIP i Värmlands län?", 1))
    held = explanation.hits[0].held
    assert "CIP" in held.words and "Vad" not in held.words
    assert "ersatte" in held.parts
    assert "COSME" in held.names


def test_times_add_up(store: Store) -> None:
    _, explanation = explained_search(store.retriever, Query(ASKED, 3))
    assert {"search", "expand", "embed", "late", "distinct", "currency"} <= set(explanation.steps)
    assert sum(explanation.steps.values()) == pytest.approx(explanation.seconds)
    assert all(seconds >= 0 for seconds in explanation.steps.values())
    steps = [Step("a", 10, began=0), Step("b", 4, began=1), Step("c", 1, began=2), Step("b", 2, began=6)]
    assert own_seconds([*steps, Step("a", 1, began=10)]) == {"a": 5, "b": 5, "c": 1}


def test_an_older_copy_is_named(planted: Store) -> None:
    hits, explanation = explained_search(planted.retriever, Query("check för råd om export", 2))
    first = explanation.hits[0]
    assert (sources(hits)[0], first.moves, first.place) == ("b-nyare", ("newer",), 2)
    assert [one.document for one in first.copies] == ["id-a-äldre"]


def test_what_has_ended_stands_back(planted: Store) -> None:
    hits, explanation = explained_search(planted.retriever, Query("mässor och resor till nya marknader", 2))
    assert sources(hits) == ["d-gäller", "c-avslutat"]
    assert [(told.moves, told.place) for told in explanation.hits] == [(("ahead",), 2), (("behind",), 1)]


def test_a_region_is_lifted(planted: Store) -> None:
    query = Query("Vad prioriterar de: skog nummer?", 4, regions=("Värmland", "Dalarna", "Skåne"))
    hits, explanation = explained_search(planted.retriever, query)
    lifted = [hit for hit, told in zip(hits, explanation.hits, strict=True) if told.moves == ("lifted",)]
    assert sources(lifted) == ["trä"]
    assert explanation.without == ("Skåne",)
    # It lies below the 50 that shares are first taken from, so it was searched for on its own.
    told = explanation.hits[hits.index(lifted[0])]
    assert (told.place or 0) > 50
    assert {leg.name: leg.place for leg in told.legs}["late"] == 1
    assert sum(leg.share for leg in told.legs) == pytest.approx(told.score, abs=1e-5)


def test_equals_share_the_better_place_and_nothing_has_none() -> None:
    legs = {"a": np.array([2, 5, 2, 1], np.float32), "b": np.array([0.5, 0], np.float32)}
    assert places(["p", "q", "r", "s"], legs) == {
        "p": {"a": 2, "b": 1},
        "q": {"a": 1},
        "r": {"a": 2},
        "s": {"a": 4},
    }


def test_a_search_that_tells_nothing_is_explained_as_far_as_it_goes(small: Running) -> None:
    hits, explanation = explained_search(small.library.retriever, Query("stöd till företag", 2))
    assert [told.legs for told in explanation.hits] == [(), ()]
    assert "1. Strategi för omvärlden" in explained_text(hits, explanation, "sv")


def test_nothing_is_written_down_without_a_trace(store: Store) -> None:
    plain = store.retriever.retrieve(Query(ASKED, 5))
    hits, _ = explained_search(store.retriever, Query(ASKED, 5))
    assert plain == hits


# The command line and the API


def test_the_command_and_the_api_tell_the_same(folder: Path, store: Store, service: Running) -> None:
    unlimited = search_result(store.retriever, Query(ASKED, 3))["hits"]
    assert not all("Värmland" in regions_of(store, hit) for hit in unlimited)
    limits = [f"--{name.replace('_', '-')}={value}" for name, value in LIMITS.items()]
    done = command(folder, ASKED, "-k", "3", "--explain", "--json", *limits)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert len(told["hits"]) == 3
    assert all("Värmland" in regions_of(store, hit) for hit in told["hits"])
    names = ["rank", "score", "document_id", "source", "title", "page", "heading", "text"]
    assert [list(hit) for hit in told["hits"]] == [names] * len(told["hits"])
    assert told["explanation"]["filters"]["regions"] == ["Värmland"]
    params = {"q": ASKED, "k": 3, **LIMITS}
    plain = httpx.get(f"{service.url}/api/search", params=params).json()
    assert list(plain) == ["hits"]
    explained = httpx.get(f"{service.url}/api/search", params={**params, "explain": "true"}).json()
    assert explained["hits"] == told["hits"]
    assert timeless(explained["explanation"]) == timeless(told["explanation"])


def test_the_command_in_words(folder: Path) -> None:
    plain = command(folder, ASKED, "-k", "2").stdout
    lines = plain.split("\n")
    assert [line[:3] for line in lines[::3]] == ["1. ", "2. ", ""]
    assert "Summa" not in plain
    told = command(folder, ASKED, "-k", "2", "--explain").stdout
    assert all(line in told for line in lines)
    for said in ("Frågans språk: Svenska", "andra namn för CIP (cip): ", "Ord i sitt sammanhang", "Totalt"):
        assert said in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([" "], "The question is empty"),
        (["x\0"], "characters"),
        (["x" * 2001], "too long"),
        (["x", "--year-to=x"], "integer"),
    ],
)
def test_refused_searches(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = command(tmp_path, *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


# The page


def fetch(service: Running, **params: Any) -> httpx.Response:
    return httpx.get(f"{service.url}/search", params=params, headers={"Accept": "text/html"})


@pytest.mark.parametrize(("language", "said"), [("sv", "Sök i dokumenten"), ("en", "Search"), ("no", "Søk")])
def test_without_a_question_there_is_the_form(small: Running, language: str, said: str) -> None:
    before = len(small.library.asked)
    for params in ({}, {"q": ""}, {"q": "  ", "region": "Påhitt"}):
        response = fetch(small, lang=language, **params)
        assert response.status_code == 200
        assert said in words(response.text) and "<form" in response.text
        assert 'id="found"' not in response.text
    assert len(small.library.asked) == before


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"q": "<b>" + "x" * 2000}, "Frågan är för lång."),
        ({"q": "a\0"}, "tecken som inte går att läsa"),
        ({"q": "x", "region": "a\0"}, "tecken som inte går att läsa"),
        ({"q": "x", "year_from": "i fjol"}, "Det gäller: Från och med år"),
        ({"q": "x", "k": "0"}, "Det gäller: Antal träffar"),
        ({"q": "x", "region": ["Y"] * 51}, "Det gäller: Region"),
    ],
)
def test_a_refused_search_keeps_what_was_typed(small: Running, params: dict[str, Any], said: str) -> None:
    response = fetch(small, **params)
    assert response.status_code == 422
    assert said in words(response.text)
    typed = [each["value"] for each in Elements(response.text).all("input") if each["name"] == "q"]
    assert typed == [params["q"]]


def test_limits_are_passed_on_and_stay_chosen(small: Running) -> None:
    limits = {"region": "Påhitt", "publisher": "Annan", "language": "sv", "year_from": "2009", "year_to": ""}
    page = fetch(small, q="stöd", k=7, **limits).text
    query = small.library.asked[-1]
    assert (query.text, query.top_k) == ("stöd", 7)
    assert query.filters == Filters(("Påhitt",), ("Annan",), ("sv",), year_from=2009)
    chosen = [each.get("value") for each in Elements(page).all("option") if "selected" in each]
    assert chosen == ["Påhitt", "Annan", "sv", None]
    left = fetch(small, q="stöd", k="", region="", publisher="", language="", year_from="", year_to="")
    assert left.status_code == 200
    assert small.library.asked[-1].filters == Filters()


def test_hostile_texts_stay_texts(small: Running) -> None:
    page = fetch(small, q=f"ond {EVIL}", region=EVIL).text
    elements = Elements(page)
    assert elements.all("script") == [] and len(elements.all("img")) == 1
    assert not {"iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
    assert not [name for _, each in elements.found for name in each if name.startswith("on")]
    assert all((each["href"] or "")[0] in "/?#" for each in elements.all("a"))
    links = [each["href"] for each in elements.all("a") if "ond" in (each["href"] or "").split("?")[0]]
    assert (links[0] or "").startswith("/documents/ond%22%3E%3Cx?lang=sv#p-p%22%3E%3Ci")
    assert httpx.get(f"{small.url}{links[0]}").status_code == 200
    assert page.count(escape(EVIL)) >= 3


def test_a_failure_is_told_without_its_cause(small: Running) -> None:
    response = fetch(small, q="boom")
    assert (response.status_code, "secret" in response.text) == (500, False)
    assert "<html" in response.text


def test_nothing_found(service: Running) -> None:
    page = words(fetch(service, q="export", region="Atlantis").text)
    assert "Träffar: 0" in page and "Pröva andra ord" in page


def test_the_page_tells_what_officers_understand(service: Running) -> None:
    page = fetch(service, q=ASKED, k=5).text
    told = words(page)
    for said in (
        "Träffar: 5",
        "Vi sökte också på andra namn för CIP : Programmet",
        "Regioner som frågan gäller Värmland, Dalarna",
        "Ord i sitt sammanhang",
        "Dokumentet i sin helhet",
        "Ord ur frågan som står här",
        "Tid för varje steg",
    ):
        assert said in told
    bars = [float((each["width"] or "").removesuffix("%")) for each in Elements(page).all("rect")]
    assert len(bars) == 4 * 5 and max(bars) == 100 and min(bars) >= 0
    assert "style=" not in page


@in_chromium
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_by_keyboard_and_for_everybody(browser: Browser, service: Running, scheme: str, width: int) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with opened(browser, service, **options) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        page.get_by_role("link", name="Sök", exact=True).focus()
        keyboard.press("Enter")
        page.get_by_role("heading", name="Sök i dokumenten").wait_for()
        page.wait_for_function("document.activeElement.id === 'q'")
        keyboard.type(ASKED)
        keyboard.press("Enter")
        page.get_by_role("heading", name="Träffar: 10").wait_for()
        how = page.get_by_text("Så hittades det", exact=True).first
        for _ in range(30):
            if how.evaluate("e => e === document.activeElement"):
                break
            keyboard.press("Tab")
        keyboard.press("Enter")
        assert page.get_by_role("cell").first.is_visible()
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        scrolled, shown = page.evaluate(sizes)
        assert scrolled <= shown
        only = {"runOnly": ["color-contrast"]} if scheme == "dark" else None
        found = Axe().run(page, options=only).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        page.locator("ol.found h3 a").first.click()
        anchor = page.url.partition("#")[2]
        page.locator(f"[id='{anchor}']").wait_for(state="attached")
