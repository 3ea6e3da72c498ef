"""An evaluator's whole way in a real browser: by keyboard alone, without JavaScript, in light and dark."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from question_files import HEADER, xlsx
from run_builder import build_run
from small_service import EVIL, Running, running
from test_browser import browser, opened, pytestmark
from workplace import logged

__all__ = ["browser", "pytestmark"]

ROWS = [
    ("a", "Vad finns det exakt för stöd, kan du dröja?", "", "ja", "100 000", "", ""),
    ("b", "Hur stort är stödet exakt, kan du dröja?", "", "ja", "en miljon", "", ""),
    ("c", "Något okänt att dröja vid?", "", "nej", "", "", ""),
]
GOOD = xlsx(HEADER, *ROWS)
BAD = xlsx(HEADER, ROWS[0], ("a", "", "kung", "kanske", "", "", ""))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as service:
        yield service


def reach(page: Page, target: Locator) -> Locator:
    """Move the focus to `target` with the Tab key, as somebody without a mouse does."""
    target.wait_for()
    for _ in range(150):
        if target.evaluate("e => e === document.activeElement"):
            return target
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with the Tab key")


def press(page: Page, name: str, role: str = "button") -> None:
    """Reach the button or link called `name` and press it."""
    reach(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def choose(page: Page, name: str, content: bytes) -> None:
    """Choose a file; the dialog for it is the browser's own."""
    reach(page, page.get_by_label("Fil", exact=True)).set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )


def heading(page: Page, name: str) -> None:
    page.get_by_role("heading", name=name, exact=True).wait_for()


def test_everything_by_keyboard(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        keyboard.type("Finns det stöd till mässor?")
        keyboard.press("Enter")
        page.locator("article").wait_for()
        logged(service, "mässor")
        press(page, "För utvärderare", "link")
        heading(page, "Utvärdering")

        choose(page, "fel.xlsx", BAD)
        press(page, "Ladda upp")
        faults = page.get_by_role("alert").locator("li")
        faults.first.wait_for()
        assert faults.count() == 4
        assert all("fel.xlsx" in each and "rad 3" in each for each in faults.all_inner_texts())
        # The browser itself notes that the file was refused.
        assert [each for each in seen.complaints if "422" not in each] == []
        seen.complaints.clear()

        choose(page, "prov.xlsx", GOOD)
        press(page, "Ladda upp")
        heading(page, "prov")
        press(page, "Ställ frågorna")
        bar = page.get_by_role("progressbar")
        bar.wait_for()
        assert bar.get_attribute("max") == "3"
        heading(page, "Frågorna")
        assert page.url.startswith(f"{service.url}/evaluation/runs/")

        press(page, "Öppna rapporten", "link")
        page.get_by_text("prov", exact=False).first.wait_for()
        assert page.url.split("?")[0].endswith("/report")
        page.go_back()
        heading(page, "Frågorna")

        press(page, ROWS[0][1], "link")
        reach(page, page.get_by_label("Anteckning"))
        keyboard.type("Beloppet är gammalt.")
        press(page, "Svaret är fel")
        page.get_by_text("Ditt omdöme är sparat.").wait_for()
        assert page.get_by_label("Anteckning").input_value() == "Beloppet är gammalt."
        press(page, "prov", "link")
        heading(page, "Frågorna")
        press(page, "Underkända 2", "link")
        page.get_by_text("Avgjort av en människa").wait_for()
        press(page, "Utvärdering", "link")

        press(page, "Ställ frågorna i prov")
        heading(page, "Frågorna")
        press(page, "Utvärdering", "link")
        press(page, "Jämför")
        heading(page, "Jämförelse av två körningar")
        assert "blev 0 sämre och 0 bättre" in page.locator("main").inner_text()
        press(page, "Öppna som rapport", "link")
        page.wait_for_url("**/compare/report?*")
        page.go_back()
        heading(page, "Jämförelse av två körningar")
        press(page, "Utvärdering", "link")

        press(page, "Visa användarnas frågor", "link")
        press(page, "Finns det stöd till mässor?", "link")
        # Tab leads to the group's chosen answer, the arrow to the first.
        reach(page, page.get_by_role("radio", name="Vet inte"))
        keyboard.press("ArrowDown")
        assert page.get_by_role("radio", name="Ja").is_checked()
        reach(page, page.get_by_label("Krävs i svaret"))
        keyboard.type("100 000 | hundra tusen")
        reach(page, page.get_by_label("Frågesamling"))
        keyboard.type("prov")
        press(page, "Spara testfrågan")
        page.get_by_text("Testfrågan är sparad").wait_for()
        page.get_by_text("Finns det stöd till mässor?").wait_for()

        reach(page, page.get_by_role("link", name="Hämta som JSONL"))
        with page.expect_download() as download:
            keyboard.press("Enter")
        assert download.value.suggested_filename == "prov.jsonl"
        assert len(download.value.path().read_text().splitlines()) == 4


def test_the_main_steps_without_javascript(browser: Browser, service: Running) -> None:
    with opened(browser, service, "/evaluation", java_script_enabled=False) as seen:
        page = seen.page
        page.get_by_label("Fil", exact=True).set_input_files(
            {"name": "prov.xlsx", "mimeType": XLSX, "buffer": GOOD}
        )
        page.get_by_role("button", name="Ladda upp").click()
        heading(page, "prov")
        page.get_by_role("button", name="Ställ frågorna").click()
        page.get_by_role("link", name="Uppdatera").wait_for()
        # The page loads itself anew until the run has ended.
        heading(page, "Frågorna")
        page.get_by_role("link", name=ROWS[1][1]).click()
        page.get_by_text("Svaret saknar något som krävs.").wait_for()
        page.get_by_label("Anteckning").fill("Stämmer.")
        page.get_by_role("button", name="Svaret är rätt").click()
        page.get_by_text("Ditt omdöme är sparat.").wait_for()
        page.go_back()
        page.get_by_role("link", name="prov", exact=True).click()
        page.get_by_role("link", name="Öppna rapporten").click()
        assert "Stämmer." in page.content()


@pytest.fixture
def furnished(service: Running) -> dict[str, str]:
    """Every kind of page, with something on it."""
    runs = service.folder / "evaluation" / "runs"
    a, b = (build_run(runs, n=14, seed=seed).name for seed in (1, 2))
    halted = build_run(runs, n=3, seed=3)
    halted.write_about(halted.about() | {"finished": None})
    with httpx.Client(base_url=service.url, follow_redirects=True) as client:
        client.post("/evaluation/sets", files={"file": ("prov.xlsx", GOOD)})
        client.post(f"/evaluation/runs/{b}/questions/1", data={"verdict": "wrong", "note": EVIL})
        client.post("/", data={"question": f"ond {EVIL}"})
    return {
        "overview": "/evaluation",
        "set": "/evaluation/sets/prov",
        "change": "/evaluation/sets/prov/case?id=a",
        "run": f"/evaluation/runs/{b}",
        "interrupted": f"/evaluation/runs/{halted.name}",
        "question": f"/evaluation/runs/{b}/questions/1",
        "compare": f"/evaluation/compare?a={a}&b={b}",
        "log": "/evaluation/questions",
        "case": f"/evaluation/questions/{logged(service, 'ond')}",
        "now": "/evaluation/now",
    }


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_can_be_used_by_everybody(
    browser: Browser, service: Running, furnished: dict[str, str], scheme: str, width: int
) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with opened(browser, service, **options) as seen:
        for name, path in furnished.items():
            if name == "now":
                with httpx.Client(base_url=service.url) as client:
                    client.post("/evaluation/sets/prov/run")
            seen.page.goto(path)
            seen.page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
            sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            scrolled, shown = seen.page.evaluate(sizes)
            assert scrolled <= shown, name
            found = Axe().run(seen.page).response["violations"]
            assert [(name, each["id"], each["nodes"][0]["html"]) for each in found] == []
    while httpx.get(f"{service.url}/evaluation/now.json").json()["running"]:
        time.sleep(0.05)


def test_no_sideways_scrolling_when_zoomed_in(
    browser: Browser, service: Running, furnished: dict[str, str]
) -> None:
    with opened(browser, service, viewport={"width": 320, "height": 256}) as seen:
        for name, path in furnished.items():
            seen.page.goto(path)
            sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            scrolled, shown = seen.page.evaluate(sizes)
            assert scrolled <= shown, name


def test_a_refused_form_leads_to_the_field(browser: Browser, service: Running) -> None:
    with httpx.Client(base_url=service.url, follow_redirects=True) as client:
        client.post("/evaluation/sets", files={"file": ("prov.xlsx", GOOD)})
    with opened(browser, service, "/evaluation/sets/prov/case?id=a") as seen:
        page = seen.page
        page.get_by_text("Fler uppgifter").click()
        page.get_by_label("Testfrågans namn").fill("b")
        page.get_by_role("button", name="Spara ändringen").click()
        page.get_by_role("alert").get_by_role("link", name="Testfrågans namn:").click()
        assert page.url.endswith("#id")
        field = page.get_by_label("Testfrågans namn", exact=True)
        assert field.get_attribute("aria-invalid") == "true"
        assert field.is_visible()
        # The browser itself notes that the form was refused.
        assert [each for each in seen.complaints if "422" not in each] == []
        seen.complaints.clear()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        field.fill("ny")
        page.get_by_role("button", name="Spara ändringen").click()
        page.get_by_text("Ändringen är sparad.").wait_for()
