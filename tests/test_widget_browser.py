"""The chat in a page of another site, in a real browser: two servers on two ports are two origins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, expect
from quiet_page import NEEDS, chromium
from small_service import EVIL, FIRST, Running, running

pytestmark = NEEDS

# A site that shrinks its root size and dresses every element: none of it may reach the chat.
HOST = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Region Påhitt</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/site.css"><script type="module" src="{service}/widget.js"></script></head>
<body><main><h1>Internationalisering</h1><p><a id="before" href="/annat">En länk på sidan</a></p>
<utblick-chat {attributes}><a href="{service}/">Till chatten</a></utblick-chat>
<p><a id="after" href="/mer">En länk till</a></p></main></body></html>"""
SITE = ".accent { --utblick-accent: #7a1f5c } .dark-accent { --utblick-dark-accent: #7a1f5c } "
SITE += "html { font-size: 62.5% } body { font: 1.6rem/2 serif; letter-spacing: .1em } "
SITE += "button { color: #f0f } h1 { font-size: 2rem }"
COLOUR, PINK = "e => getComputedStyle(e).color", "rgb(255, 0, 255)"
STRICT = (
    "default-src 'none'; style-src 'self'; script-src {service}; connect-src {connect}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types utblick"
)
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}


class Site(BaseHTTPRequestHandler):
    """The other site: a page whose query says how it shows the chat and what policy it has."""

    service = ""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        style = asked.path == "/site.css"
        names = {"service": self.service, "lang": "sv", "attributes": "", **given}
        body = (SITE if style else HOST.format(**names)).encode()
        self.send_response(200)
        self.send_header("Content-Type", f"text/{'css' if style else 'html'}; charset=utf-8")
        if "connect" in given:
            connect = self.service if given["connect"] == "service" else given["connect"]
            self.send_header("Content-Security-Policy", STRICT.format(service=self.service, connect=connect))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@dataclass
class Place:
    """The two servers, and the site once more on a port that is not let in."""

    service: Running
    site: str
    unlisted: str


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("widget")
    with serving() as site, serving() as unlisted, running(folder, embed_origins=site) as service:
        Site.service = service.url
        yield Place(service, site, unlisted)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@dataclass
class Seen:
    """What went on while a page was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, address: str, *, quiet: bool = True, **options: object) -> Iterator[Seen]:
    """A page that opens no dialog and, when `quiet`, complains of nothing."""
    context = browser.new_context(**{"viewport": DESK, "locale": "sv-SE", **options})  # type: ignore[arg-type]
    seen = Seen(context.new_page())

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.complaints.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    def requested(url: str) -> None:
        seen.origins.add("{0.scheme}://{0.netloc}".format(urlsplit(url)))

    seen.page.on("console", complain)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("dialog", dismiss)
    context.on("request", lambda request: requested(request.url))
    seen.page.goto(address)
    try:
        yield seen
        assert seen.dialogs == []
        assert not quiet or seen.complaints == []
    finally:
        context.close()


def ask(page: Page, question: str) -> Locator:
    """Ask, and wait for the answer."""
    before = page.locator("article").count()
    page.locator("#question").fill(question)
    page.locator("#send").click()
    article = page.locator("article").nth(before)
    article.wait_for()
    page.locator("#send").wait_for()
    return article


def focused(page: Page) -> str:
    """The id of what has the focus, within the chat too; else its tag."""
    return str(
        page.evaluate(
            """() => { let e = document.activeElement;
            while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
            return e?.id || e?.className || e?.tagName || ""; }"""
        )
    )


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_asking_opening_a_source_and_asking_on(
    browser: Browser, place: Place, viewport: dict[str, int]
) -> None:
    with opened(browser, f"{place.site}/?attributes=persona=sme", viewport=viewport) as seen:
        page, service = seen.page, place.service
        page.get_by_text("Här svarar en AI").or_(page.get_by_text("Svaren kan vara fel")).first.wait_for()
        expect(page.get_by_role("link", name="Till chatten")).to_have_count(0)
        page.locator("#log").evaluate(
            """(log) => { window.added = [];
            new MutationObserver((all) => all.forEach((m) => window.added.push(m.addedNodes.length)))
              .observe(log, {childList: true, subtree: true, characterData: true}); }"""
        )
        article = ask(page, "Vad finns det för stöd?")
        assert article.get_by_text("Utdrag ur dokument").is_visible()
        assert page.evaluate("window.added") == [1]
        asked = service.assistant.asked[-1]
        assert (asked.persona, asked.channel) == ("sme", "widget")
        marker = article.locator(".text a.marker").first
        marker.click()
        mark = page.locator("#source mark")
        mark.wait_for()
        assert mark.inner_text() == FIRST
        document = page.locator("#source").get_by_role("link", name="Öppna i dokumentet")
        assert (document.get_attribute("target"), document.get_attribute("rel")) == ("_blank", "noopener")
        with page.context.expect_page() as tab:
            document.click()
        tab.value.locator("mark").first.wait_for()
        assert tab.value.url.startswith(f"{service.url}/documents/strategi?")
        tab.value.close()
        page.locator("#source").get_by_role("link", name="Källa 2").click()
        page.locator("#source [data-number='2']").wait_for()
        page.keyboard.press("Escape")
        expect(page.locator("#source")).to_be_hidden()
        assert focused(page).startswith("marker")
        page.get_by_role("button", name="Vilka länder?").click()
        page.locator("article").nth(1).wait_for()
        history = service.assistant.asked[-1].history
        assert [(turn.role, turn.text[:4]) for turn in history] == [
            ("user", "Vad "),
            ("assistant", FIRST[:4]),
        ]
        assert "turn=" in str(page.locator("#whole").get_attribute("href"))
        assert seen.origins == {place.site, service.url}


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_launcher_by_keyboard(browser: Browser, place: Place, viewport: dict[str, int]) -> None:
    with opened(browser, f"{place.site}/?attributes=launcher", viewport=viewport) as seen:
        page, keyboard = seen.page, seen.page.keyboard
        button = page.get_by_role("button", name="Fråga vår AI-assistent")
        button.wait_for()
        page.locator("#before").focus()
        keyboard.press("Tab")
        assert focused(page) == "launcher"
        keyboard.press("Enter")
        panel = page.get_by_role("dialog", name="Fråga vår AI-assistent")
        expect(page.locator("#question")).to_be_focused()
        box = panel.bounding_box()
        assert box is not None
        # A modal panel fills a phone's screen, apart from a scroll bar where there is one.
        filled = box["width"] >= viewport["width"] - 15 and round(box["height"]) == viewport["height"]
        assert filled == (viewport == PHONE), box
        keyboard.type("Vad finns det för stöd?")
        keyboard.press("Enter")
        page.locator("article").wait_for()
        page.locator("#send").wait_for()
        been = set()
        for _ in range(30):
            keyboard.press("Tab")
            been.add(focused(page))
        assert {"marker", "question"} <= been
        assert not been & {"before", "after", "launcher"}
        keyboard.press("Escape")
        expect(panel).to_be_hidden()
        assert focused(page) == "launcher"
        keyboard.press("Enter")
        expect(page.locator("article")).to_have_count(1)


def test_hostile_texts_stay_text(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/?connect=service") as seen:
        article = ask(seen.page, f"ond {EVIL}")
        inert = "script, img, svg, iframe, b, object, [onclick], [onerror], [onload], [style]"
        assert article.locator(inert).count() == 0
        article.locator("a.marker").first.click()
        seen.page.locator("#source mark").first.wait_for()
        assert seen.page.locator("#source").locator(inert).count() == 0
        addresses = seen.page.locator("utblick-chat a").evaluate_all("all => all.map((each) => each.href)")
        away = {each for each in addresses if not each.startswith(f"{place.service.url}/")}
        assert away == {"mailto:info@region.example"}
        assert seen.origins == {place.site, place.service.url}


@pytest.mark.parametrize(
    ("attributes", "viewport", "dressed"), [("", PHONE, "light"), ("launcher", DESK, "dark")]
)
def test_nothing_to_complain_of_for_those_who_cannot_see(
    browser: Browser, place: Place, attributes: str, viewport: dict[str, int], dressed: str
) -> None:
    options = {"viewport": viewport, "color_scheme": dressed, "reduced_motion": "reduce"}
    with opened(browser, f"{place.site}/?attributes={attributes}", **options) as seen:
        page = seen.page
        if attributes:
            page.locator(".launcher").click()
        page.locator("#question").wait_for()
        found = violations(page)
        article = ask(page, "Vad finns det för stöd?")
        article.get_by_role("button", name="Nej").click()
        article.locator(".why").wait_for()
        found += violations(page)
        article.locator("a.marker").first.click()
        page.locator("#source mark").wait_for()
        assert found + violations(page) == []


def test_the_strictest_page_that_names_the_service_shows_it(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/?connect=service") as seen:
        article = ask(seen.page, "Vad finns det för stöd?")
        sizes = article.locator(".text").evaluate(
            "e => [getComputedStyle(e).fontSize, getComputedStyle(e).letterSpacing]"
        )
        assert sizes == ["17px", "normal"]
        assert article.get_by_role("button", name="Ja", exact=True).evaluate(COLOUR) != PINK


def test_the_page_around_sets_the_colours(browser: Browser, place: Place) -> None:
    for given, dressed in (
        ("class=accent", "light"),
        ("class=dark-accent", "dark"),
        ("class=accent scheme=light", "dark"),
    ):
        with opened(browser, f"{place.site}/?attributes={given}", color_scheme=dressed) as seen:
            colour = seen.page.locator("#send").evaluate("e => getComputedStyle(e).backgroundColor")
            assert colour == "rgb(122, 31, 92)", given


def test_an_identity_number_is_not_sent_unasked(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/") as seen:
        page, asked = seen.page, len(place.service.assistant.asked)
        page.locator("#question").fill("Jag är 19811218-9876, vad finns det för stöd?")
        page.locator("#send").click()
        page.get_by_role("button", name="Ändra frågan").click()
        expect(page.locator("#question")).to_have_value("Jag är 19811218-9876, vad finns det för stöd?")
        assert len(place.service.assistant.asked) == asked
        page.locator("#send").click()
        # As the first dialog's event comes on a slow machine: when the next one is open.
        page.locator("#identity[open]").dispatch_event("close")
        page.get_by_role("button", name="Skicka utan numret").click()
        page.locator("article").wait_for()
        assert "9876" not in page.locator(".asked").inner_text()


def test_where_it_cannot_reach_the_service_it_leads_there(browser: Browser, place: Place) -> None:
    for attributes in ("", "launcher"):
        address = f"{place.site}/?connect='none'&attributes={attributes}"
        with opened(browser, address, quiet=False) as seen:
            if attributes:
                seen.page.get_by_role("button", name="Fråga vår AI-assistent").click()
            line = seen.page.get_by_text("Chatten går inte att visa här just nu.")
            line.wait_for()
            link = line.get_by_role("link", name="Öppna hela chatten")
            assert link.get_attribute("href") == f"{place.service.url}/?lang=sv"
            assert seen.origins == {place.site, place.service.url}


def test_a_site_that_is_not_listed_shows_its_own_link(browser: Browser, place: Place) -> None:
    asked = len(place.service.assistant.asked)
    with opened(browser, f"{place.unlisted}/", quiet=False) as seen:
        link = seen.page.get_by_role("link", name="Till chatten")
        link.wait_for()
        seen.page.wait_for_load_state("networkidle")
        assert link.is_visible()
        assert seen.page.evaluate("customElements.get('utblick-chat') === undefined")
        assert any("CORS" in each for each in seen.complaints)
        taken = seen.page.evaluate(
            """(url) => fetch(url, {method: "POST", headers: {"Content-Type": "application/json"},
            body: '{"question": "x"}'}).then(() => "read", () => "refused")""",
            f"{place.service.url}/widget/answers",
        )
        assert taken == "refused"
    assert len(place.service.assistant.asked) == asked


def test_stopping_and_failing(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/?lang=en") as seen:
        page = seen.page
        page.locator("#question").fill("en långsam fråga")
        page.keyboard.press("Enter")
        page.locator("#pending .text", has_text="väntar").wait_for()
        assert page.get_by_role("log").get_attribute("aria-busy") == "true"
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("alert").get_by_text("You stopped").wait_for()
        assert page.locator("#question").input_value() == "en långsam fråga"
        page.locator("#question").fill("boom")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("Something went wrong").wait_for()
        assert page.locator("#question").input_value() == "boom"


def test_telling_what_was_wrong(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/?lang=nb-NO") as seen:
        article = ask(seen.page, "Hva finnes?")
        article.get_by_role("button", name="Nei").click()
        article.locator("[name=reason][value=outdated]").check()
        article.locator("[name=text]").fill("Fra 2019")
        article.get_by_role("button", name="Send").click()
        article.get_by_role("status").get_by_text("Takk").wait_for()
        kept = place.service.feedback.newest(1)[0]
        assert (kept["helpful"], kept["reason"], kept["text"]) == (False, "outdated", "Fra 2019")


def test_the_conversation_stays_where_the_page_wants_it(browser: Browser, place: Place) -> None:
    with opened(browser, f"{place.site}/?attributes=remember") as seen:
        ask(seen.page, "Vad finns det för stöd?")
        ask(seen.page, "Vilka länder?")
        kept = seen.page.evaluate("JSON.stringify(sessionStorage)")
        assert "stöd" not in kept
        seen.page.reload()
        seen.page.locator("article").nth(1).wait_for()
        assert seen.page.locator(".asked").all_inner_texts() == ["Vad finns det för stöd?", "Vilka länder?"]


@pytest.mark.parametrize("attributes", ["", "launcher"])
def test_nothing_is_cut_off_on_the_smallest_screen(browser: Browser, place: Place, attributes: str) -> None:
    small = {"width": 320, "height": 256}
    with opened(browser, f"{place.site}/?attributes={attributes}", viewport=small) as seen:
        if attributes:
            seen.page.locator(".launcher").click()
        ask(seen.page, f"Vad finns det för stöd? {'lång' * 60}")
        wide = seen.page.locator("utblick-chat").evaluate(
            """(chat) => [document.documentElement, ...chat.shadowRoot.querySelectorAll(".inline, .inside")]
            .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""
        )
        assert wide == []
