"""How the pages look in a real browser: small and low windows, light and dark, hostile texts."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from small_service import EVIL, HOSTILE, Running
from test_browser import ask, browser, opened, pytestmark, service

__all__ = ["browser", "pytestmark", "service"]


@pytest.mark.parametrize("scripted", [True, False])
def test_hostile_texts(browser: Browser, service: Running, scripted: bool) -> None:
    with opened(browser, service, java_script_enabled=scripted) as seen:
        ask(seen.page, f"ond {EVIL}")
        inert = "article script, article img, article svg, article iframe, article b, article [onclick]"
        assert seen.page.locator(inert).count() == 0
        seen.page.locator(".sources summary").first.click()
        seen.page.locator(".sources a").first.click()
        seen.page.locator("mark").first.wait_for()
        everywhere = "main script, main img, main svg, main iframe, aside script, aside img, aside svg"
        assert seen.page.locator(everywhere).count() == 0
        seen.page.goto("/documents")
        seen.page.goto(f"/documents/{quote(HOSTILE.id, safe='')}?lang=en")
        assert EVIL in seen.page.locator("h1").inner_text()


@pytest.mark.parametrize(
    "path", ["/", "/documents", "/documents/strategi", f"/documents/{quote(HOSTILE.id)}"]
)
@pytest.mark.parametrize("width", [320, 640])
def test_no_sideways_scrolling(browser: Browser, service: Running, path: str, width: int) -> None:
    with opened(browser, service, path, viewport={"width": width, "height": 256}) as seen:
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        if path == "/":
            ask(seen.page, "Vad finns det för stöd?")
            ask(seen.page, "ond")
            seen.page.locator("a.marker").first.click()
            seen.page.locator("#source mark").wait_for()
            assert seen.page.evaluate(
                "(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.sheet'))"
            )
        scrolled, shown = seen.page.evaluate(widths)
        assert scrolled <= shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_target_sizes(browser: Browser, service: Running, scheme: str) -> None:
    with opened(browser, service, color_scheme=scheme) as seen:
        assert seen.page.evaluate(LOW_CONTRAST) == []
        ask(seen.page, "Vad finns det för stöd?")
        seen.page.locator("a.marker").first.click()
        seen.page.locator("#source mark").wait_for()
        assert seen.page.evaluate(LOW_CONTRAST) == []
        small = seen.page.evaluate(
            """() => [...document.querySelectorAll("button, .marker, .title, .top a, .foot a, summary")]
            .filter((e) => e.checkVisibility()).filter((e) => e.getBoundingClientRect().height < 24)
            .map((e) => e.outerHTML)"""
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
