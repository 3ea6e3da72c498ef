"""An officer's whole way at the desk in a real browser: the real server, its worker, and a real PDF."""

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate
from test_browser import browser, pytestmark

__all__ = ["browser", "pytestmark"]

UTBLICK = Path(sys.executable).with_name("utblick")
TITLE = "Handlingsplan för skogsexport"
CHECK = "Skogschecken betalar högst 75 000 kronor till små företag som vill sälja trävaror i ett nytt land."
TEXT = (
    f"{CHECK} Ansökan görs i april varje år.",
    "Planen gäller i Dalarna. Arbetet i Dalarna följs upp en gång om året, och resultatet visas för alla.",
)
UNANSWERED = "Hur många kaniner bor det på planeten Mars?"


def pdf() -> bytes:
    """The plan as a word processor would make it."""
    file, styles = io.BytesIO(), getSampleStyleSheet()
    parts = [Paragraph(TITLE, styles["Title"]), *(Paragraph(each, styles["BodyText"]) for each in TEXT)]
    SimpleDocTemplate(file, title=TITLE).build(parts)
    return file.getvalue()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `utblick serve` answers, with its worker, over an empty data folder."""
    folder = tmp_path_factory.mktemp("desk")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    own = {"UTBLICK_DATA_DIR": str(folder / "data"), "UTBLICK_PORT": str(port), "UTBLICK_CHAT_MODEL": ""}
    log = (folder / "log.txt").open("wb")
    server = subprocess.Popen([UTBLICK, "serve"], env={**os.environ, **own}, cwd=folder, stderr=log)
    try:
        wait_for(f"{url}/livez", server)
        yield url
    finally:
        server.terminate()
        server.wait(40)
        log.close()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        assert server.poll() is None, "the server ended"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@contextmanager
def desk(browser: Browser, address: str) -> Iterator[Page]:
    """A page on which nothing goes wrong unseen; what the worker does may take a while."""
    context = browser.new_context(base_url=address, locale="sv-SE")
    context.set_default_timeout(60_000)
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def assert_for_everybody(page: Page) -> None:
    sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        scrolled, shown = page.evaluate(sizes)
        assert scrolled <= shown
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.get_by_label("Din fråga").fill(question)
    page.get_by_role("button", name="Fråga", exact=True).click()
    page.locator("article").first.wait_for()
    page.locator("#send").wait_for()


def test_from_an_upload_to_a_test_case(browser: Browser, address: str) -> None:
    with desk(browser, address) as page:
        page.goto("/desk/documents")
        page.get_by_text("Här finns inga dokument än.").wait_for()
        file = {"name": "skogsplan.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        page.get_by_label("Filer").set_input_files(file)  # type: ignore[arg-type]
        # The page tells by itself how far it has come.
        page.locator("#jobs").get_by_text("går att söka i").wait_for()
        page.locator("#spoken").get_by_text("skogsplan.pdf: Inläst").wait_for(state="attached")
        page.locator("#listed").get_by_role("link", name=TITLE).wait_for()
        assert_for_everybody(page)

        page.get_by_role("link", name="Öppna: skogsplan.pdf").click()
        assert page.get_by_label("Dalarna").is_checked()
        page.get_by_label("Publicerat").fill("2026-13")
        assert_for_everybody(page)
        page.get_by_label("Dalarna").uncheck()
        page.get_by_label("Värmland").check()
        page.get_by_label("Publicerat").fill("")
        page.get_by_role("button", name="Spara och läs om").click()
        page.get_by_text("Rättelsen är sparad.").wait_for()
        page.locator("#jobs").get_by_text("Läst om med rättelsen").wait_for()
        page.locator(".topline").get_by_text("Värmland").wait_for()

        ask(page, "Hur mycket betalar skogschecken?")
        article = page.locator("article").first
        article.get_by_text("75 000 kronor").first.wait_for()
        assert TITLE in article.inner_text()
        # What is undated is to be checked with the body of the region that was put right.
        assert "Region Värmland" in article.inner_text() and "Dalarna" not in article.inner_text()

        ask(page, UNANSWERED)
        for _ in range(100):
            page.goto("/desk/gaps")
            if page.get_by_role("link", name=UNANSWERED).count():
                break
            time.sleep(0.05)
        page.get_by_role("link", name=UNANSWERED).click()
        page.get_by_role("link", name="Gör till testfråga").click()
        page.get_by_role("radio", name="Nej").check()
        page.get_by_label("Namn på en ny samling").fill("luckor")
        page.get_by_role("button", name="Spara testfrågan").click()
        page.get_by_text("Testfrågan är sparad").wait_for()
        page.get_by_text(UNANSWERED).first.wait_for()


def test_uploading_and_correcting_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="sv-SE", java_script_enabled=False)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/desk/documents")
    text = f"# Plan utan skript\n\n{CHECK}\n".encode()
    page.get_by_label("Filer").set_input_files({"name": "plan.md", "mimeType": "text/plain", "buffer": text})
    page.get_by_role("button", name="Ladda upp").click()
    # The page loads itself anew until the file is read.
    page.get_by_role("link", name="Öppna: plan.md").click()
    page.get_by_label("Titel").fill(" ")
    page.get_by_role("button", name="Spara och läs om").click()
    page.get_by_role("link", name="Titel", exact=True).click()
    assert page.get_by_label("Titel").get_attribute("aria-invalid") == "true"
    page.get_by_label("Titel").fill("Ny titel")
    page.get_by_role("button", name="Spara och läs om").click()
    page.get_by_role("heading", name="Ny titel", level=1).wait_for()
    page.get_by_role("link", name="Ta bort …").click()
    page.get_by_role("button", name="Ta bort för gott").click()
    page.locator("#jobs").get_by_text("Borttagen").wait_for()
    context.close()
