"""The report in a real browser: silent, used by keyboard, whole without JavaScript, fit for every screen."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright
from run_builder import TARGET, build_run
from test_report import JUDGED, hostile_run

from assistant.evaluation.compare import compare
from assistant.evaluation.comparison_report import render_comparison
from assistant.evaluation.report import FILE, write_report
from assistant.evaluation.verdicts import Verdict, add

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    # The browser driver leaves its own event loop and pipes to be collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHOWN = "document.querySelectorAll('.case:not([hidden])').length"
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# One of each kind is enough for axe, which takes its time.
KEEP_SOME = """() => {
  const kinds = [".why", ".review", ".history", ".answer table", ".box", ".notices"];
  const kept = kinds.map((kind) => document.querySelector(`.case:has(${kind})`));
  for (const each of document.querySelectorAll(".case")) if (!kept.includes(each)) each.remove();
  const alike = "tbody tr, tr > .n, .hits li, .panel, .flips li, .rules li".split(", ");
  const more = alike.map((each) => `${each}:nth-child(n + 4)`).join(", ");
  for (const each of document.querySelectorAll(more)) each.remove();
}"""
PAGES = ["report", "comparison"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with everything in it, a comparison, and a report of attacks."""
    folder = tmp_path_factory.mktemp("reports")
    a, b = build_run(folder, 40), build_run(folder, 44, seed=3, right=0.9, target=TARGET | {"documents": 14})
    add(a, Verdict(a.results()[0].case.id, True, "Godtas.", "2030-01-03T10:00:00+00:00"))
    a.write("judge.json", JUDGED)
    write_report(a, "sv")
    compared = folder / "comparison.html"
    compared.write_text(render_comparison(compare(a, b), "sv"), "utf-8")
    hostile = hostile_run(folder / "hostile")
    write_report(hostile, "sv")
    return {"report": a.path / FILE, "comparison": compared, "hostile": hostile.path / FILE}


@dataclass
class Seen:
    """What went on while a page was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, path: Path, **options: object) -> Iterator[Seen]:
    """A page that must stay quiet: no dialog, no complaint, and nothing asked for but itself."""
    context = browser.new_context(**{"locale": "sv-SE", **options})  # type: ignore[arg-type]
    seen = Seen(context.new_page())

    def complain(message: ConsoleMessage) -> None:
        seen.complaints.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        seen.complaints.append(dialog.message)
        dialog.dismiss()

    seen.page.on("console", complain)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", dismiss)
    seen.page.on("request", lambda request: seen.addresses.append(request.url))
    seen.page.goto(path.as_uri())
    try:
        yield seen
    finally:
        context.close()
    assert seen.complaints == []
    assert [each for each in seen.addresses if not each.startswith("data:image/svg+xml,")] == [path.as_uri()]


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def test_filters_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["report"]) as seen:
        page, keys = seen.page, seen.page.keyboard
        count = page.get_by_role("status")
        # List items would all be numbered anew at each that is hidden: minutes for 5000.
        assert page.locator(".case").first.evaluate("each => getComputedStyle(each).display") == "block"
        page.get_by_label("Sök i frågor och svar").focus()
        keys.type("norrholm  EXPORT")
        page.get_by_text("Visar 2 av 40 frågor").wait_for()
        texts = page.locator(".case:not([hidden])").all_inner_texts()
        assert len(texts) == 2 and all("Norrholm" in each and "export" in each for each in texts)
        keys.press("Tab")
        assert page.evaluate("document.activeElement.dataset.by") == "outcome"
        page.get_by_role("button", name="Rensa urvalet").press("Enter")
        assert count.inner_text() == "Visar 40 av 40 frågor"
        assert page.evaluate("document.activeElement.id") == "find"
        for label, letters, where in [
            ("Utfall", "Un", "data-outcome~=failed"),
            ("Regel", "Kr", "data-rule~=missing"),
            ("Ämne", "Pa", "data-category=partners"),
            ("Språk", "Sv", "data-language=sv"),
            ("Användare", "Ha", "data-persona=officer"),
        ]:
            page.locator("#clear").press("Enter")
            page.locator("#filters").get_by_label(label, exact=True).focus()
            keys.type(letters)
            matching = page.evaluate(f"document.querySelectorAll('.case:not([hidden])[{where}]').length")
            assert 0 < matching == page.evaluate(SHOWN)
            assert count.inner_text().startswith(f"Visar {matching} av")
        page.locator("#find").fill("finns inte")
        page.get_by_text("Ingen fråga passar urvalet.").wait_for()


def test_a_question_opens_and_a_rule_leads_to_its_questions(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["report"]) as seen:
        page = seen.page
        link = page.locator("a[data-rule=forbidden]")
        link.press("Enter")
        assert page.evaluate(SHOWN) == page.locator(".case[data-rule~=forbidden]").count() > 0
        first = page.locator(".case:not([hidden])").first
        assert not first.locator(".why").is_visible()
        first.locator("summary").first.press("Enter")
        assert "Svaret innehåller något som det inte får innehålla: utan gräns" in first.inner_text()
        first.locator("a.marker").first.press("Enter")
        assert page.evaluate("document.querySelector(':target').matches('.sources li')")
        page.get_by_role("button", name="Öppna alla som visas").click()
        assert page.locator(".case > details[open]").count() == page.evaluate(SHOWN)
        page.get_by_role("button", name="Stäng alla").click()
        assert page.locator(".case > details[open]").count() == 0


def test_plots_are_switched(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["report"]) as seen:
        buttons = seen.page.get_by_role("group", name="Visa efter").get_by_role("button")
        assert buttons.count() == 4
        for number in range(4):
            buttons.nth(number).press("Enter")
            pressed = [each.get_attribute("aria-pressed") for each in buttons.all()]
            assert pressed == [str(each == number).lower() for each in range(4)]
            visible = [each.is_visible() for each in seen.page.locator("details.grouping").all()]
            assert visible == [each == number for each in range(4)]
            assert seen.page.locator("details.grouping:visible svg").first.is_visible()


def test_all_is_there_without_javascript(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["report"], java_script_enabled=False) as seen:
        page = seen.page
        assert not page.locator("#filters").is_visible() and not page.locator(".switch").is_visible()
        assert page.locator("details.grouping > summary:visible").count() == 4
        assert page.locator(".case:visible").count() == 40
        page.locator(".case summary").first.click()
        assert page.locator(".case .answer").first.is_visible()


def test_a_link_to_a_question_opens_it(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["report"]) as seen:
        seen.page.evaluate("location.hash = '#q5'")
        seen.page.locator("#q5 .answer").wait_for()


def test_attacks_do_nothing(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["hostile"]) as seen:
        open_all(seen.page)
        assert seen.page.evaluate(SHOWN) == 1
        seen.page.locator("#find").fill("{{7*7}}")
        seen.page.get_by_text("Visar 1 av 1 frågor").wait_for()
        assert seen.page.locator("main img, main script, main [onerror], main [onclick]").count() == 0


def test_the_policy_stops_what_would_slip_in(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    leaky = tmp_path / "leaky.html"
    slipped = "<script>document.title='taken'</script><img src='https://127.0.0.1:9/x'></main>"
    leaky.write_text(pages["report"].read_text("utf-8").replace("</main>", slipped), "utf-8")
    page = browser.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto(leaky.as_uri())
    assert page.title() != "taken"
    assert len([each for each in blocked if "Content Security Policy" in each]) == 2
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_every_screen_fits(
    browser: Browser, pages: dict[str, Path], name: str, width: int, scheme: str, tmp_path: Path
) -> None:
    viewport = {"width": width, "height": 256 if width == 320 else 900}
    with opened(browser, pages[name], viewport=viewport, color_scheme=scheme) as seen:
        page = seen.page
        page.locator("details").first.evaluate("each => { each.open = true; }")
        if width != 320:
            page.screenshot(path=tmp_path / "page.png", full_page=True)
            picture = (tmp_path / "page.png").read_bytes()
            assert int.from_bytes(picture[16:20], "big") == width  # PNG: width, then height
            assert int.from_bytes(picture[20:24], "big") > 2000
            assert len(picture) > 100_000
        open_all(page)
        scrolled, shown = page.evaluate(WIDTHS)
        assert scrolled <= shown
        rows = page.evaluate("[...document.querySelectorAll('.wide tr')].map((each) => each.offsetHeight)")
        assert max(rows) < 260  # a cell squeezed to a letter a line is taller
        beyond = page.evaluate(
            """() => [...document.querySelectorAll("svg text")].filter((each) => {
              const [own, around] = [each, each.closest("figure")].map((one) => one.getBoundingClientRect());
              return own.width && (own.left < around.left || own.right > around.right);
            }).map((each) => each.textContent)"""
        )
        assert beyond == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    # The policy would stop axe's own script.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate(KEEP_SOME)
    open_all(page)
    # What looks matter for is looked at twice, the rest once.
    found = Axe().run(page, options={"runOnly": ["color-contrast"]} if scheme == "dark" else None)
    context.close()
    assert found.violations_count == 0, found.generate_report()
