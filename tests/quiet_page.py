"""Pages in a real browser that must stay quiet: no dialog, no complaint, no foreign address."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright
from small_service import Running, SmallLibrary

from ingest.register.loading import load_register
from vectorstore.entities import Mentioning
from vectorstore.naming import Names

CHROMIUM = shutil.which("chromium")
NEEDS = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    # The browser driver leaves its own event loop and pipes to be collected.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
PHONE, DESK, SMALL = ((390, 844), (1280, 800), (320, 256))
Size = tuple[int, int]


class KnownNames:
    """The register that comes along, and where its entities are named: nowhere."""

    def __init__(self) -> None:
        self._names = Names(load_register())

    def __call__(self) -> Names:
        return self._names

    def mentioning(self, entity_id: str) -> list[Mentioning]:
        return []


class KnowingLibrary(SmallLibrary):
    """The small library, with a register."""

    def __init__(self) -> None:
        super().__init__()
        self.names = KnownNames()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Seen:
    """What went on while a page was open."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def check_quiet(self) -> None:
        """Fails with what was heard."""
        assert self.dialogs == []
        assert self.complaints == []
        own = (self.home, f"blob:{self.home}")
        assert [each for each in self.addresses if not each.startswith(own)] == []


def listen(context: BrowserContext, home: str) -> Seen:
    """A new page of the context, listened to."""
    seen = Seen(context.new_page(), home)

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
    return seen


@contextmanager
def opened(
    browser: Browser, service: Running, path: str = "/", size: Size = DESK, **options: object
) -> Iterator[Seen]:
    """A page at `size` that must have stayed quiet when the block ends."""
    known = {"locale": "sv-SE", "viewport": {"width": size[0], "height": size[1]}, **options}
    context = browser.new_context(base_url=service.url, **known)  # type: ignore[arg-type]
    seen = listen(context, service.url)
    seen.page.goto(path)
    try:
        yield seen
    finally:
        context.close()
    seen.check_quiet()


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    before = page.locator("article.exchange").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    page.locator("article.exchange").nth(before).wait_for()
    page.locator("#send").wait_for()
