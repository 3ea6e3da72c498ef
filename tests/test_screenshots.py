"""Pictures of every page, kept for a person to look at: on a phone and a desk, light and dark.

They are in `screenshots/`, or where UTBLICK_SCREENSHOTS says.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from quiet_page import DESK, NEEDS, PHONE, WIDTHS, KnowingLibrary, Size, ask, chromium, opened
from shelf import shelf
from small_service import Running, running

pytestmark = NEEDS
FOLDER = Path(os.environ.get("UTBLICK_SCREENSHOTS", Path(__file__).parent.parent / "screenshots"))
PAGES = {
    "documents": "/documents",
    "document": "/documents/strategi",
    "resources": "/resurser",
    "resource": "/resurser/interreg-europe",
    "search": "/search?q=st%C3%B6d",
    "about": "/om",
    "privacy": "/integritet",
    "accessibility": "/tillganglighet",
    "desk": "/desk",
    "desk-documents": "/desk/documents",
    "desk-questions": "/desk/questions",
    "desk-gaps": "/desk/gaps",
    "desk-watching": "/desk/watching",
    "desk-figures": "/desk/figures",
    "desk-slack": "/desk/slack",
}
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("pictures")
    shelf(folder).close()
    with running(folder, store=KnowingLibrary()) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def keep(page: Page, name: str, size: Size, scheme: str, whole: bool = True) -> None:
    """A picture of the page, which must have something on it that is not cut off at the side."""
    path = FOLDER / f"{name}-{size[0]}-{scheme}.png"
    scrolled, shown = page.evaluate(WIDTHS)
    assert scrolled <= shown == size[0], name
    assert page.locator("h1, h2").first.is_visible(), name
    page.screenshot(path=path, full_page=whole, animations="disabled")
    picture = path.read_bytes()
    assert picture.startswith(PNG) and int.from_bytes(picture[16:20]) == size[0], name
    assert int.from_bytes(picture[20:24]) >= size[1], name


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_chat_in_pictures(browser: Browser, service: Running, size: Size, scheme: str) -> None:
    with opened(browser, service, "/", size, color_scheme=scheme) as seen:
        page = seen.page
        keep(page, "chat-empty", size, scheme)
        service.assistant.slow_steps = 100
        page.locator("#question").fill("en långsam fråga")
        page.keyboard.press("Enter")
        page.locator("#pending .text", has_text="väntar").wait_for()
        keep(page, "chat-streaming", size, scheme, whole=False)
        page.locator("#stop").click()
        page.locator("#problem .problem").wait_for()
        keep(page, "chat-stopped", size, scheme, whole=False)
        page.locator("#question").fill("")
        ask(page, "Vad finns det för stöd?")
        keep(page, "chat-answer", size, scheme)
        page.locator("article .text a.marker").first.click()
        page.locator("#source mark").wait_for()
        keep(page, "chat-source", size, scheme, whole=False)
        page.keyboard.press("Escape")
        ask(page, "en oklar fråga")
        keep(page, "chat-clarify", size, scheme, whole=False)
        page.locator("#question").fill("Mitt nummer är 811218-9876")
        page.keyboard.press("Enter")
        page.locator("#identity[open]").wait_for()
        keep(page, "chat-identity", size, scheme, whole=False)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_other_pages_in_pictures(browser: Browser, service: Running, size: Size, scheme: str) -> None:
    with opened(browser, service, "/om", size, color_scheme=scheme) as seen:
        for name, path in PAGES.items():
            shown = seen.page.goto(path)
            assert shown and shown.status == 200, path
            keep(seen.page, name, size, scheme)
        seen.page.goto("/finns-inte")
        keep(seen.page, "unknown", size, scheme)
        assert "404" in seen.complaints.pop()
