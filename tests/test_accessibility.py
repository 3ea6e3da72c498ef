"""The pages for everyone: axe in every state, everything by keyboard, small screens, light pages."""

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from quiet_page import DESK, NEEDS, PHONE, SMALL, WIDTHS, KnowingLibrary, ask, chromium, opened
from shelf import shelf
from small_service import Running, running
from workplace import logged

pytestmark = NEEDS
AXE = Axe()
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
PAGES = [
    "/documents",
    "/documents/strategi",
    "/resurser",
    "/resurser?q=interreg",
    "/resurser/interreg-europe",
]
PAGES += ["/om", "/integritet", "/tillganglighet", "/search?q=st%C3%B6d", "/answers/svar-1/sources/1"]
PAGES += ["/answers/svar-1/opinion", "/export.html?turn=svar-1"]
MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With questions in the log and a document, so that the desk has something to show."""
    folder = tmp_path_factory.mktemp("everyone")
    shelf(folder, "dalarna").close()
    with running(folder, store=KnowingLibrary()) as service:
        for text in ("Vad finns det för stöd?", "Något okänt?"):
            httpx.post(f"{service.url}/", data={"question": text}, timeout=30)
            logged(service, text)
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def linked(service: Running, path: str, start: str) -> str:
    """The first address on the page that begins so."""
    found = httpx.get(f"{service.url}{path}", headers={"Accept": "text/html"}).text.split(f'href="{start}')
    assert len(found) > 1, (path, start)
    return start + found[1].split('"')[0].replace("&amp;", "&")


@pytest.fixture(scope="module")
def desk(service: Running) -> list[str]:
    """The desk's pages, and one of each thing that they list."""
    pages = ["", "/documents", "/questions", "/gaps", "/gaps/out-of-date", "/watching", "/figures", "/slack"]
    found = [f"/desk{page}" for page in pages]
    found.append(linked(service, "/desk/questions", "/desk/questions/svar"))
    found.append(linked(service, "/desk/gaps", "/desk/gaps/svar"))
    return [*found, linked(service, "/desk/documents", "/desk/documents/")]


def check(page: Page, options: dict[str, object] | None = None) -> None:
    found = AXE.run(page, options=options)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def is_narrow(page: Page) -> None:
    scrolled, shown = page.evaluate(WIDTHS)
    assert scrolled <= shown, page.url


def wait_shown(page: Page) -> None:
    page.locator("#source mark").wait_for()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_while_asking(
    browser: Browser, service: Running, size: tuple[int, int], scheme: str
) -> None:
    service.assistant.slow_steps = 100
    with opened(browser, service, "/", size, color_scheme=scheme, bypass_csp=True) as seen:
        page = seen.page
        check(page)
        page.locator("#context summary").click()
        page.locator("#question").fill("en långsam fråga")
        page.keyboard.press("Enter")
        page.locator("#pending .text", has_text="väntar").wait_for()
        check(page)
        page.locator("#stop").click()
        page.locator("#problem .problem").wait_for()
        check(page)
        page.locator("#question").fill("Mitt nummer är 811218-9876")
        page.keyboard.press("Enter")
        page.locator("#identity[open]").wait_for()
        check(page)
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_in_an_answer_and_its_source(
    browser: Browser, service: Running, size: tuple[int, int], scheme: str
) -> None:
    with opened(browser, service, "/", size, color_scheme=scheme, bypass_csp=True) as seen:
        page = seen.page
        for question in ("Vad finns det för stöd?", "Något oklart?", "en oklar fråga", "ond"):
            ask(page, question)
        for details in page.locator("article details").all():
            details.evaluate("each => { each.open = true }")
        check(page)
        page.locator("article .text a.marker").first.click()
        wait_shown(page)
        check(page)


@pytest.mark.parametrize("state", ["small", "forced colours", "print"])
def test_axe_finds_nothing_at_400_percent_in_forced_colours_and_on_paper(
    browser: Browser, service: Running, state: str
) -> None:
    with opened(browser, service, "/", SMALL if state == "small" else DESK, bypass_csp=True) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        if state == "forced colours":
            page.emulate_media(forced_colors="active")
        if state == "print":
            page.emulate_media(media="print")
            assert not page.locator("#ask").is_visible()
            assert page.locator("article .text").is_visible()
        else:
            page.locator("article .text a.marker").first.click()
            wait_shown(page)
        check(page)


def test_axe_finds_nothing_on_the_other_pages(browser: Browser, service: Running, desk: list[str]) -> None:
    with opened(browser, service, "/om", bypass_csp=True) as seen:
        for path in [*PAGES, *desk]:
            seen.page.emulate_media(color_scheme="light")
            seen.page.goto(path)
            check(seen.page)
            seen.page.emulate_media(color_scheme="dark")
            check(seen.page, COLOURS)


def test_no_page_scrolls_sideways_on_a_small_screen(
    browser: Browser, service: Running, desk: list[str]
) -> None:
    with opened(browser, service, "/", SMALL) as seen:
        ask(seen.page, "Vad finns det för stöd?")
        ask(seen.page, "ond")
        is_narrow(seen.page)
        seen.page.locator("article .text a.marker").first.click()
        wait_shown(seen.page)
        is_narrow(seen.page)
        for path in [*PAGES, *desk]:
            seen.page.goto(path)
            is_narrow(seen.page)


def press(page: Page, key: str, selector: str) -> None:
    """Press until what matches has the focus, and that can be seen."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("each => document.activeElement.matches(each)", selector):
            marked = "(e => e.outlineStyle !== 'none' || e.boxShadow !== 'none')"
            assert page.evaluate(f"{marked}(getComputedStyle(document.activeElement))"), selector
            return
    raise AssertionError(f"{key} does not reach {selector}")


def test_the_whole_way_by_keyboard_alone(browser: Browser, service: Running) -> None:
    with opened(browser, service, permissions=["clipboard-read", "clipboard-write"]) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        keyboard.type("Vad finns det för stöd?")
        keyboard.press("Enter")
        page.locator("article").wait_for()
        page.locator("#send").wait_for()
        press(page, "Shift+Tab", "article .text a.marker")
        keyboard.press("Enter")
        wait_shown(page)
        keyboard.press("Escape")
        page.locator("#source").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.matches('a.marker')")
        press(page, "Tab", "button.copy")
        keyboard.press("Enter")
        page.locator("#status", has_text="Kopierat").wait_for()
        assert "Strategi för omvärlden" in page.evaluate("navigator.clipboard.readText()")
        press(page, "Shift+Tab", ".choices button")
        keyboard.press("Enter")
        page.locator("article").nth(1).wait_for()
        page.locator("#send").wait_for()
        press(page, "Shift+Tab", ".opinion button, .opinion input, .opinion a, .opinion summary")
        keyboard.press("Enter")
        press(page, "Shift+Tab", "a[hreflang=en]")
        keyboard.press("Enter")
        page.locator("html[lang=en]").wait_for()
        assert page.locator("article").count() == 2


def test_the_chat_weighs_little(browser: Browser, service: Running) -> None:
    with opened(browser, service, "/om") as seen:
        page, weights = seen.page, list[int]()
        page.on(
            "requestfinished", lambda request: weights.append(sum(request.sizes()[each] for each in SIZES_OF))
        )
        page.goto("/", wait_until="networkidle")
        assert len(weights) > 5
        assert sum(weights) <= MOST_BYTES


SIZES_OF = ("responseBodySize", "responseHeadersSize")
