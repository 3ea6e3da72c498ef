"""What the chat page offers around an answer: context, warnings, copies, choices, languages, off switch."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page
from small_service import FIRST, Running, SmallLibrary, running
from test_browser import SIZES, ask, browser, opened, pytestmark

from assistant.channels.identity_numbers import holds_identity_number
from assistant.questions import Persona
from assistant.switch import Switch
from vectorstore.entities import Entity, Kind, Register
from vectorstore.naming import Names

__all__ = ["browser", "pytestmark"]

NUMBER = "811228-9874"


def _place(name: str, region: str) -> Entity:
    return Entity(name.lower(), Kind.REGION, {"sv": (name,), "en": (name,), "no": (name,)}, region=region)


class RegisteredLibrary(SmallLibrary):
    """The small library with two counties, and a former one that is now called by another name."""

    def names(self) -> Names:
        places = (_place("Påhitt", "Påhitt"), _place("Hittepå", "Hittepå"), _place("Fordom", "Påhitt"))
        return Names(Register(places))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("chat"), store=RegisteredLibrary()) as service:
        yield service


def choose(page: Page, region: str, persona: str) -> None:
    page.locator("#context summary").click()
    page.get_by_label("Län").select_option(region)
    page.get_by_label("Jag frågar som").select_option(persona)


@pytest.mark.parametrize("size", SIZES, ids=["390", "1280"])
def test_county_and_organisation_are_remembered_and_can_be_removed(
    browser: Browser, service: Running, size: dict[str, int]
) -> None:
    with opened(browser, service, viewport=size) as seen:
        page = seen.page
        assert page.locator("#region option").all_text_contents() == ["Alla län", "Påhitt", "Hittepå"]
        choose(page, "Påhitt", "Företag")
        assert page.get_by_text("Valen sparas bara i din webbläsare.").is_visible()
        page.goto("/")
        assert page.locator(".chip:visible .what").all_inner_texts() == ["Påhitt", "Företag"]
        ask(page, "Vad finns det för stöd?")
        asked = service.assistant.asked[-1]
        assert (asked.region, asked.persona, asked.channel) == ("Påhitt", Persona.SME, "web")
        page.get_by_role("link", name="Ta bort Påhitt").click()
        ask(page, "Vad finns det för stöd?")
        asked = service.assistant.asked[-1]
        assert (asked.region, asked.persona) == ("", Persona.SME)
        page.get_by_role("link", name="Ta bort Företag").click()
        assert page.evaluate("localStorage.length") == 0


def test_county_and_organisation_without_javascript(browser: Browser, service: Running) -> None:
    with opened(browser, service, java_script_enabled=False) as seen:
        page = seen.page
        choose(page, "Hittepå", "Utvärderare")
        page.get_by_role("button", name="Använd valen").click()
        assert "region=Hittep%C3%A5&persona=evaluator" in page.url
        ask(page, "Vad finns det för stöd?")
        asked = service.assistant.asked[-1]
        assert (asked.region, asked.persona, asked.channel) == ("Hittepå", Persona.EVALUATOR, "web")
        page.get_by_role("link", name="Ta bort Hittepå").click()
        assert page.locator(".chip:visible .what").all_inner_texts() == ["Utvärderare"]
        assert page.locator("article").count() == 1


def test_an_identity_number_is_not_sent_unasked(browser: Browser, service: Running) -> None:
    before = len(service.assistant.asked)
    with opened(browser, service) as seen:
        page = seen.page
        page.get_by_label("Din fråga").fill(f"Jag heter {NUMBER} och söker stöd")
        page.keyboard.press("Enter")
        page.get_by_role("dialog").get_by_text("personnummer").first.wait_for()
        assert page.evaluate("document.activeElement.value") == "edit"
        page.keyboard.press("Escape")
        assert page.get_by_label("Din fråga").input_value() == f"Jag heter {NUMBER} och söker stöd"
        assert page.evaluate("document.activeElement.id") == "question"
        page.keyboard.press("Enter")
        # As the first dialog's event comes on a slow machine: when the next one is open.
        page.locator("#identity[open]").dispatch_event("close")
        page.get_by_role("button", name="Skicka utan numret").click()
        page.locator("article").wait_for()
        assert NUMBER not in page.locator("main").inner_text()
    assert [each.text for each in service.assistant.asked[before:]] == [
        "Jag heter [borttaget] och söker stöd"
    ]


def test_an_identity_number_without_javascript(browser: Browser, service: Running) -> None:
    before = len(service.assistant.asked)
    with opened(browser, service, java_script_enabled=False) as seen:
        page = seen.page
        page.get_by_label("Din fråga").fill(f"Jag heter {NUMBER} och söker stöd")
        page.locator("#send").click()
        page.get_by_role("alert").get_by_text("personnummer").first.wait_for()
        assert page.get_by_role("link", name="Ändra frågan").is_visible()
        assert len(service.assistant.asked) == before
        page.get_by_role("button", name="Skicka utan numret").click()
        page.locator("article").wait_for()
        assert NUMBER not in page.locator("main").inner_text()
    assert [each.text for each in service.assistant.asked[before:]] == [
        "Jag heter [borttaget] och söker stöd"
    ]


def test_browser_and_server_know_the_same_numbers(browser: Browser, service: Running) -> None:
    numbers = [
        NUMBER,
        "19811228 9874",
        "811228-9875",
        "811288-9876",
        "556036-0793",
        "01010112345",
        "0812289874",
    ]
    numbers += [f"010101 {end:05}" for end in range(0, 100_000, 211)] + [
        "2021-2027",
        "RiR 2019:3",
        "1 543 427",
    ]
    with opened(browser, service) as seen:
        told = seen.page.evaluate(
            """async (texts) => {
              const { holdsIdentityNumber } = await import("/static/chat/identity_number.js");
              return texts.map(holdsIdentityNumber);
            }""",
            numbers,
        )
    assert told == [holds_identity_number(number) for number in numbers]
    assert {True, False} == set(told[7:-3])


def test_an_answer_is_copied_with_its_sources(browser: Browser, service: Running) -> None:
    with opened(browser, service, permissions=["clipboard-read", "clipboard-write"]) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.get_by_role("button", name="Kopiera med källor").click()
        page.get_by_role("status").get_by_text("Kopierat").wait_for()
        text, html = page.evaluate(
            """async () => {
              const [item] = await navigator.clipboard.read();
              const read = async (type) => (await item.getType(type)).text();
              return Promise.all(["text/plain", "text/html"].map(read));
            }"""
        )
    assert f"{FIRST} [1]" in text
    assert "Utdrag ur dokument" in text
    link = f"{service.url}/documents/strategi?mark="
    assert "[1] Strategi för omvärlden, Region Påhitt, uppgifter från april 2021, sida 2" in text
    assert link in text
    assert f'href="{link}' in html
    assert "<th" in html


@pytest.mark.parametrize("scripted", [True, False])
def test_choices_questions_again_and_a_new_conversation(
    browser: Browser, service: Running, scripted: bool
) -> None:
    with opened(browser, service, java_script_enabled=scripted) as seen:
        page = seen.page
        assert page.get_by_text("Nytt samtal").is_hidden()
        page.get_by_text("Region och kommun", exact=True).click()
        starter = page.locator(".starters button:visible")
        assert starter.count() == 4
        text = starter.first.inner_text()
        starter.first.click()
        page.locator("article").wait_for()
        assert service.assistant.asked[-1].text == text
        ask(page, "oklar")
        assert page.get_by_text("Välj det som stämmer").is_visible()
        page.get_by_role("button", name="Vi finns i Hittepå").click()
        page.locator("article").nth(2).wait_for()
        assert service.assistant.asked[-1].text == "Vi finns i Hittepå"
        assert page.get_by_role("button", name="Vi finns i Påhitt").is_hidden()
        page.get_by_role("button", name="Fråga igen").first.click()
        page.locator("article").nth(3).wait_for()
        assert service.assistant.asked[-1].text == text
        page.locator("#save summary").click()
        turns = page.locator("article").evaluate_all("all => all.map((each) => each.dataset.answer)")
        link = page.get_by_role("link", name="Word").get_attribute("href")
        assert (link or "").removeprefix(
            service.url
        ) == f"/export.docx?{'&'.join(f'turn={turn}' for turn in turns)}&lang=sv"
        page.get_by_role("link", name="Nytt samtal").click()
        page.locator("article").first.wait_for(state="detached")


def test_a_chosen_language_stays(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        page = seen.page
        ask(page, "Vad finns det för stöd?")
        page.get_by_role("link", name="English").click()
        page.get_by_label("Your question").wait_for()
        assert page.locator("article").count() == 1
        assert page.url.endswith(f"#{page.locator('article').get_attribute('id')}")
        page.goto("/search")
        assert page.locator("html").get_attribute("lang") == "en"
        cookie = page.context.cookies()[0]
        assert (cookie["name"], cookie["value"], cookie["httpOnly"]) == ("language", "en", True)
        assert cookie["sameSite"] == "Lax"
        page.get_by_role("link", name="Svenska").click()
        page.goto("/")
        assert page.locator("html").get_attribute("lang") == "sv"


def test_a_comparison_on_a_phone_is_read_downwards(browser: Browser, service: Running) -> None:
    with opened(browser, service, viewport=SIZES[0]) as seen:
        ask(seen.page, "Vad finns det för stöd?")
        cell = seen.page.locator("td[data-label='Mål']")
        assert cell.evaluate("each => getComputedStyle(each, '::before').content") == '"Mål"'
        seen.page.set_viewport_size(SIZES[1])  # type: ignore[arg-type]
        assert cell.evaluate("each => getComputedStyle(each, '::before').content") == "none"


def test_the_page_runs_where_trusted_types_are_required(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        response = seen.page.goto("/")
        assert (
            response and "require-trusted-types-for 'script'" in response.headers["content-security-policy"]
        )
        ask(seen.page, "Vad finns det för stöd?")
        seen.page.locator("a.marker").first.click()
        seen.page.locator("#source mark").wait_for()


def test_the_page_weighs_little(browser: Browser, service: Running) -> None:
    with opened(browser, service) as seen:
        seen.page.goto("/", wait_until="networkidle")
        sizes = {address: len(httpx.get(address).content) for address in seen.addresses}
    kinds = {address.partition("?")[0].rpartition(".")[2] for address in sizes}
    assert {"css", "js", "svg"} < kinds
    assert sum(sizes.values()) < 150_000


@pytest.mark.parametrize("scripted", [True, False])
def test_switched_off(browser: Browser, service: Running, scripted: bool) -> None:
    switch = Switch(service.log.engine)
    with opened(browser, service, java_script_enabled=scripted) as seen:
        page = seen.page
        switch.turn_off("Vi läser in nya dokument till fredag.")
        try:
            page.get_by_label("Din fråga").fill("Vad finns det för stöd?")
            page.locator("#send").click()
            page.get_by_text("Vi läser in nya dokument till fredag.").first.wait_for()
            page.goto("/")
            assert page.get_by_text("Vi läser in nya dokument till fredag.").is_visible()
            assert page.get_by_role("link", name="info@region.example").is_visible()
            assert page.locator("form").count() == 0
            # The refusal itself is one that the browser tells of.
            assert all("503" in each for each in seen.complaints)
            seen.complaints.clear()
        finally:
            switch.turn_on()
