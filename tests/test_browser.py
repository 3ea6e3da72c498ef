"""The chat in a real browser: asking, reading sources, stopping, by keyboard and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from quiet_page import NEEDS, chromium, opened
from small_service import FIRST, SECOND, Running, running

pytestmark = NEEDS


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("browser")) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def ask(page: Page, question: str) -> None:
    before = page.locator("article").count()
    page.get_by_label("Din fråga").fill(question)
    page.get_by_role("button", name="Fråga", exact=True).click()
    page.locator("article").nth(before).wait_for()
    page.locator("#send").wait_for()


SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
FOCUS = "document.activeElement.id"


@pytest.mark.parametrize("size", SIZES, ids=["390", "1280"])
def test_asking_and_opening_a_source_beside_or_over_the_text(
    browser: Browser, service: Running, size: dict[str, int]
) -> None:
    with opened(browser, service, viewport=size) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        assert page.locator("article").get_by_text("Utdrag ur dokument").is_visible()
        assert page.locator("#pending:visible").count() == 0
        page.get_by_role("button", name="Vilka länder?").click()
        page.locator("article").nth(1).wait_for()
        history = service.assistant.asked[-1].history
        assert [turn.role for turn in history] == ["user", "assistant"]
        assert history[0].text == "Vad finns det för stöd?"
        marker = page.locator("article").last.locator(".text a.marker").first
        marker.click()
        page.locator("#source mark").wait_for()
        assert page.locator("#source mark").inner_text() == FIRST
        assert page.evaluate(FOCUS) == "source-title"
        over = page.evaluate("document.querySelector('#source dialog').matches(':modal')")
        assert over is (size["width"] == 390)
        text, panel = marker.bounding_box(), page.locator("#source dialog").bounding_box()
        assert text and panel
        assert (panel["x"] > text["x"] + text["width"]) is not over
        assert marker.get_attribute("aria-current") == "true"
        page.locator("#source").get_by_role("link", name="Källa 2").click()
        page.locator("#source mark", has_text=SECOND).wait_for()
        page.keyboard.press("Escape")
        page.locator("#source").wait_for(state="hidden")
        assert marker.evaluate("each => each === document.activeElement")
        page.locator("article").last.locator(".sources .title").last.click()
        page.locator("#source mark", has_text=SECOND).wait_for()
        page.get_by_role("button", name="Stäng").click()
        assert page.locator(".sources .title").last.evaluate("each => each === document.activeElement")
        page.reload()
        assert page.locator("article").count() == 2


def test_a_source_without_javascript_is_a_page_of_its_own(browser: Browser, service: Running) -> None:
    with opened(browser, service, java_script_enabled=False) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.get_by_role("button", name="Vilka länder?").click()
        page.locator("article").nth(1).wait_for()
        page.locator("article").last.locator(".text a.marker").first.click()
        assert page.locator("mark").inner_text() == FIRST
        page.go_back()
        assert page.locator("article").count() == 2


def test_a_source_moves_to_its_other_place_when_the_window_changes(
    browser: Browser, service: Running
) -> None:
    with opened(browser, service, viewport=SIZES[1]) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.locator(".text a.marker").first.click()
        page.locator("#source mark").wait_for()
        page.set_viewport_size(SIZES[0])  # type: ignore[arg-type]
        page.locator("#source dialog:modal mark").wait_for()
        page.keyboard.press("Escape")
        page.locator("#source").wait_for(state="hidden")


def test_a_passage_is_highlighted_by_its_fragment_alone(browser: Browser, service: Running) -> None:
    with opened(browser, service, "/documents/strategi#p-p2") as seen:
        background = (
            "each => [getComputedStyle(each).backgroundImage, getComputedStyle(each).backgroundColor]"
        )
        block, other = (seen.page.locator(f"p:has(> #p-{name})") for name in ("p2", "p1"))
        assert block.evaluate(background) != other.evaluate(background)


def test_keyboard_only(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        assert page.evaluate(FOCUS) == "question"
        keyboard.type("Vad finns")
        keyboard.press("Shift+Enter")
        keyboard.type("det?")
        assert page.evaluate("scrollY") == 0
        keyboard.press("Enter")
        page.locator("article").wait_for()
        page.locator("#send").wait_for()
        assert service.assistant.asked[-1].text == "Vad finns\ndet?"
        assert page.evaluate(FOCUS) == "question"
        press_until(page, "Shift+Tab", ".sources summary")
        keyboard.press("Enter")
        assert page.locator("blockquote").last.is_visible()
        press_until(page, "Shift+Tab", ".sources .title")
        keyboard.press("Enter")
        page.locator("#source mark").wait_for()
        press_until(page, "Tab", "#source .actions a")
        press_until(page, "Shift+Tab", "#source .close")
        keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('.sources .title')")


def press_until(page: Page, key: str, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches('{selector}')"):
            return
    raise AssertionError(f"{key} does not reach {selector}")


def test_the_log_speaks_once_and_nothing_moves_while_words_come(browser: Browser, service: Running) -> None:
    service.assistant.slow_steps = 12
    with opened(browser, service, viewport=SIZES[0]) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.get_by_label("Din fråga").fill("långsam")
        page.evaluate(WATCHED)
        page.keyboard.press("Enter")
        page.locator("article").nth(1).wait_for()
        page.locator("#send").wait_for()
        assert page.evaluate("window.added") == [1]
        assert page.evaluate("window.shifts") == []
        newest = page.locator("article").last.bounding_box()
        assert newest and newest["height"] > SIZES[0]["height"] and 0 <= newest["y"] < 60
        log = page.get_by_role("log")
        assert (log.get_attribute("aria-live"), log.get_attribute("aria-busy")) == ("polite", "false")
        assert page.locator("article .text").first.get_attribute("lang") == "sv"
    service.assistant.slow_steps = 100


WATCHED = """() => {
  window.added = []; window.shifts = [];
  new MutationObserver((all) => all.forEach((m) => window.added.push(m.addedNodes.length)))
    .observe(document.getElementById("log"), {childList: true, subtree: true, characterData: true});
  new PerformanceObserver((list) => list.getEntries().forEach((e) => {
    const moved = e.sources.map((source) => source.node?.outerHTML?.slice(0, 80));
    if (!e.hadRecentInput) window.shifts.push([e.value, ...moved]);
  })).observe({type: "layout-shift"});
}"""


def test_stopping_and_reading_above_meanwhile(browser: Browser, service: Running) -> None:
    closed = service.assistant.closed
    with opened(browser, service) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.get_by_label("Din fråga").fill("en långsam fråga")
        page.keyboard.press("Enter")
        page.locator("#pending .text", has_text="väntar").wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.locator("#pending .text", has_text="väntar " * 6).wait_for()
        assert page.evaluate("scrollY") == 0
        assert page.get_by_role("log").get_attribute("aria-busy") == "true"
        page.get_by_role("button", name="Avbryt").click()
        page.get_by_text("Du avbröt").wait_for()
        assert page.get_by_label("Din fråga").input_value() == "en långsam fråga"
        assert page.evaluate(FOCUS) == "question"
        for _ in range(100):
            if service.assistant.closed > closed + 1:
                break
            page.wait_for_timeout(50)
    assert service.assistant.closed == closed + 2


def test_a_failure_is_told_and_the_question_kept(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page = seen.page
        page.get_by_label("Din fråga").fill("boom")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("Något gick fel hos oss.").wait_for()
        assert page.get_by_label("Din fråga").input_value() == "boom"
