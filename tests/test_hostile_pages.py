"""Sixty hostile texts in every place where a text is shown: nothing runs, nothing is fetched, no markup."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from hostile_service import SHARE, serving
from playwright.sync_api import Browser, Page
from quiet_page import NEEDS, chromium, opened
from small_service import Running

pytestmark = NEEDS
FILE = Path(__file__).parent / "evals" / "hostile_texts.yaml"
TEXTS = [text.replace("LONG", "x" * 2000) for text in yaml.safe_load(FILE.read_text("utf-8")).values()]
HARMLESS = [f"Ofarlig text {number}" for number in range(len(TEXTS))]
ANSWERS = [f"svar-{number}" for number in range(1, len(TEXTS) // SHARE + 1)]
CONVERSATION = "&".join(f"turn={each}" for each in ANSWERS)
SOURCES = [f"/answers/{answer}/sources/{number}" for answer in ANSWERS for number in range(1, SHARE + 1)]
# Pages that are really shown: what would run in them runs.
SHOWN = [
    f"/?{CONVERSATION}",
    "/documents",
    "/documents/d5",
    SOURCES[5],
    f"{SOURCES[15]}?fragment=1",
    f"/export.html?{CONVERSATION}",
    "/answers/svar-2",
    "/desk",
    "/desk/documents",
    "/desk/questions",
    "/desk/questions/svar-1",
    "/desk/gaps",
    "/desk/gaps/svar-1",
    "/desk/figures",
    "/evaluation/questions",
    "/evaluation/questions/svar-1",
    "/om",
]
# Pages that are only taken apart, as a browser takes them apart.
READ = [*SHOWN, *(f"/documents/d{number}" for number in range(len(TEXTS))), *SOURCES]
REFLECTED = ["/search?q=", "/resurser?q=", "/documents?q=", "/desk/questions?text=", "/answers/", "/?region="]
EACH = 3  # of those addresses are given each text

# What a page is made of: each kind of element with its attributes' names and its classes, and where its
# links, forms and the like lead.
INVENTORY = """async (paths) => {
  const found = new Set();
  const leads = new Set();
  const OWN = /^(\\/(?!\\/)|#|\\?|mailto:info@region\\.example)/;
  const places = ["href", "src", "action", "formaction", "srcset", "data", "poster", "xlink:href"];
  const take = async (path) => {
    const html = await (await fetch(path, {headers: {Accept: "text/html"}})).text();
    // The page's own policy, which its scripts have not made on this page.
    window.own ??= trustedTypes.createPolicy("utblick", {createHTML: (text) => text});
    const read = new DOMParser().parseFromString(window.own.createHTML(html), "text/html");
    for (const each of read.querySelectorAll("*")) {
      found.add([each.localName, ...each.getAttributeNames().sort()].join(" "));
      for (const one of each.classList) found.add(`.${one}`);
      for (const place of places) {
        const value = each.getAttribute(place);
        const own = OWN.test(value) || `${value}/`.startsWith(`${location.origin}/`);
        if (value !== null && !own) leads.add(value);
      }
    }
  };
  for (let at = 0; at < paths.length; at += 8) await Promise.all(paths.slice(at, at + 8).map(take));
  return [[...found], [...leads]];
}"""
# What an answer's few marks of Markdown, and the lines of a text, may become.
MARKED = {"p", "br", "ul", "ol", "li", "em", "strong", "code", "blockquote"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("hostile"), TEXTS) as service:
        yield service


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("harmless"), HARMLESS) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def inventory(browser: Browser, service: Running, paths: list[str]) -> tuple[set[str], set[str]]:
    with opened(browser, service, "/livez") as seen:
        seen.page.on("console", lambda message: None)
        made, leads = seen.page.evaluate(INVENTORY, paths)
        seen.complaints = [each for each in seen.complaints if "404" not in each and "422" not in each]
    return set(made), set(leads)


def reflecting(texts: list[str]) -> Iterator[str]:
    """Addresses of pages that repeat a text."""
    for number, text in enumerate(texts):
        for address in (REFLECTED * 2)[number % 2 * EACH :][:EACH]:
            yield f"{address}{quote(text[:180], safe='')}"


def test_there_are_sixty() -> None:
    assert len(set(TEXTS)) == 60


def test_hostile_texts_make_the_same_pages_as_harmless_ones(
    browser: Browser, hostile: Running, harmless: Running
) -> None:
    made, leads = inventory(browser, hostile, READ + list(reflecting(TEXTS)))
    expected, _ = inventory(browser, harmless, READ + list(reflecting(HARMLESS[:4])))
    assert len(expected) > 100
    assert made - expected <= MARKED
    assert leads == set()


@pytest.mark.parametrize("scripted", [True, False])
def test_nothing_runs_and_nothing_is_fetched(browser: Browser, hostile: Running, scripted: bool) -> None:
    with opened(browser, hostile, "/om", java_script_enabled=scripted) as seen:
        for path in SHOWN:
            seen.page.goto(path)
            if path == SHOWN[0]:
                read_all(seen.page, scripted)


def read_all(page: Page, scripted: bool) -> None:
    """What is hidden until somebody opens it, and an answer as it comes."""
    assert page.locator("article.exchange").count() == len(ANSWERS)
    inert = "script, img, svg, math, iframe, object, embed, style, base, meta, link, input:not([type])"
    assert page.locator(", ".join(f"article .answer {each}" for each in inert.split(", "))).count() == 0
    if not scripted:
        return
    page.locator("article .text a.marker").nth(25).click()
    page.locator("#source mark").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#question").fill(f"alla {TEXTS[0]} {TEXTS[5]} {TEXTS[40]}")
    page.locator("#question").press("Enter")
    page.locator("article.exchange").nth(len(ANSWERS)).wait_for(timeout=60_000)
    assert page.locator("#pending .text *:not(p, ul, li)").count() == 0
