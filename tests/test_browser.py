"""The pages in a real browser: with and without JavaScript, by keyboard, on a small screen, under attack."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright
from small_service import EVIL, FIRST, HOSTILE, Running, running

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    # The browser driver leaves its own event loop and pipes to be collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("browser")) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Seen:
    """What went on while a page was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, service: Running, path: str = "/", **options: object) -> Iterator[Seen]:
    """A page that must stay quiet: no dialog, no complaint in the console, no foreign address."""
    context = browser.new_context(base_url=service.url, **{"locale": "sv-SE", **options})  # type: ignore[arg-type]
    seen = Seen(context.new_page())

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.complaints.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    seen.page.on("console", complain)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", dismiss)
    seen.page.on("request", lambda request: seen.addresses.append(request.url))
    seen.page.goto(path)
    try:
        yield seen
    finally:
        context.close()
    assert seen.dialogs == []
    assert seen.complaints == []
    assert [each for each in seen.addresses if not each.startswith(service.url)] == []


def ask(page: Page, question: str) -> None:
    before = page.locator("article").count()
    page.get_by_label("Din fråga").fill(question)
    page.get_by_role("button", name="Fråga", exact=True).click()
    page.locator("article").nth(before).wait_for()
    page.locator("#send").wait_for()


@pytest.mark.parametrize("scripted", [True, False])
def test_asking_and_following_a_citation(browser: Browser, service: Running, scripted: bool) -> None:
    with opened(browser, service, java_script_enabled=scripted) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        assert page.locator("article").get_by_text("Utdrag ur dokument").is_visible()
        assert page.locator(".pending:visible, #pending:visible").count() == 0
        page.get_by_role("button", name="Vilka länder?").click()
        page.locator("article").nth(1).wait_for()
        history = service.assistant.asked[-1].history
        assert [turn.role for turn in history] == ["user", "assistant"]
        assert history[0].text == "Vad finns det för stöd?"
        page.locator("article").last.locator(".text a.marker").first.click()
        mark = page.locator("mark")
        mark.wait_for()
        assert mark.inner_text() == FIRST
        box = mark.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]  # type: ignore[index]
        colours = (
            "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.parentElement).backgroundColor]"
        )
        if scripted:
            marked, around = mark.evaluate(colours)
            assert marked != around
        page.go_back()
        assert page.locator("article").count() == 2


def test_a_passage_is_highlighted_by_its_fragment_alone(browser: Browser, service: Running) -> None:
    with opened(browser, service, "/documents/strategi#p-p2") as seen:
        block = seen.page.locator("p:has(> #p-p2)")
        assert block.evaluate("e => getComputedStyle(e).backgroundImage") != "none"
        assert (
            seen.page.locator("p:has(> #p-p1)").evaluate("e => getComputedStyle(e).backgroundImage") == "none"
        )


def test_keyboard_only(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        assert page.evaluate("document.activeElement.id") == "question"
        keyboard.type("Vad finns")
        keyboard.press("Shift+Enter")
        keyboard.type("det?")
        keyboard.press("Enter")
        page.locator("article").wait_for()
        page.locator("#send").wait_for()
        assert service.assistant.asked[-1].text == "Vad finns\ndet?"
        assert page.evaluate("document.activeElement.id") == "question"
        for _ in range(40):
            keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.matches('.sources summary')"):
                break
        keyboard.press("Enter")
        assert page.locator("blockquote").last.is_visible()
        for _ in range(10):
            keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.matches('.sources a')"):
                break
        keyboard.press("Enter")
        page.locator("mark").wait_for()


def test_the_log_speaks_once_when_the_answer_is_whole(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page = seen.page
        page.evaluate(
            """() => { window.added = []; const log = document.getElementById("log");
            new MutationObserver((all) => all.forEach((m) => window.added.push(m.addedNodes.length)))
              .observe(log, {childList: true, subtree: true, characterData: true}); }"""
        )
        ask(page, "Vad finns det för stöd?")
        assert page.evaluate("window.added") == [1]
        log = page.get_by_role("log")
        assert (log.get_attribute("aria-live"), log.get_attribute("aria-busy")) == ("polite", "false")
        assert page.locator("article .text").get_attribute("lang") == "sv"


def test_stop(browser: Browser, service: Running) -> None:
    closed = service.assistant.closed
    with opened(browser, service) as seen:
        page = seen.page
        page.get_by_label("Din fråga").fill("en långsam fråga")
        page.keyboard.press("Enter")
        page.locator("#pending .text", has_text="väntar").wait_for()
        assert page.get_by_role("log").get_attribute("aria-busy") == "true"
        page.get_by_role("button", name="Avbryt").click()
        page.get_by_text("Du avbröt").wait_for()
        assert page.get_by_label("Din fråga").input_value() == "en långsam fråga"
        assert page.evaluate("document.activeElement.id") == "question"
        page.wait_for_timeout(600)
    assert service.assistant.closed == closed + 1


def test_a_failure_is_told_and_the_question_kept(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page = seen.page
        page.get_by_label("Din fråga").fill("boom")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("Något gick fel hos oss.").wait_for()
        assert page.get_by_label("Din fråga").input_value() == "boom"


def test_feedback(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        ask(seen.page, "Vad finns det för stöd?")
        seen.page.get_by_role("button", name="Nej, inaktuellt").click()
        seen.page.get_by_text("Tack!").wait_for()
        assert service.feedback.newest(1)[0]["reason"] == "outdated"


@pytest.mark.parametrize("scripted", [True, False])
def test_hostile_texts(browser: Browser, service: Running, scripted: bool) -> None:
    with opened(browser, service, java_script_enabled=scripted) as seen:
        ask(seen.page, f"ond {EVIL}")
        inert = "article script, article img, article svg, article iframe, article b, article [onclick]"
        assert seen.page.locator(inert).count() == 0
        seen.page.locator("summary").first.click()
        seen.page.locator(".sources a").first.click()
        seen.page.locator("mark").first.wait_for()
        assert seen.page.locator("article script, article img, article svg, article iframe").count() == 0
        seen.page.goto("/documents")
        seen.page.goto(f"/documents/{quote(HOSTILE.id, safe='')}?lang=en")
        assert EVIL in seen.page.locator("h1").inner_text()


@pytest.mark.parametrize(
    "path", ["/", "/documents", "/documents/strategi", f"/documents/{quote(HOSTILE.id)}"]
)
@pytest.mark.parametrize("width", [320, 640])
def test_no_sideways_scrolling(browser: Browser, service: Running, path: str, width: int) -> None:
    with opened(browser, service, path, viewport={"width": width, "height": 256}) as seen:
        if path == "/":
            ask(seen.page, "Vad finns det för stöd?")
            ask(seen.page, "ond")
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        scrolled, shown = seen.page.evaluate(widths)
        assert scrolled <= shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_target_sizes(browser: Browser, service: Running, scheme: str) -> None:
    with opened(browser, service, color_scheme=scheme) as seen:
        ask(seen.page, "Vad finns det för stöd?")
        low = seen.page.evaluate(LOW_CONTRAST)
        assert low == []
        small = seen.page.evaluate(
            """() => [...document.querySelectorAll("button, .sources > li > a, .top a, summary")]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"""
        )
        assert small == []


LOW_CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.body.querySelectorAll("*")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.offsetParent) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort().reverse();
    if ((a + 0.05) / (b + 0.05) < 4.5) found.push(e.outerHTML.slice(0, 80));
  }
  return found;
}"""
