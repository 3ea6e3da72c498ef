"""What people think of an answer, with and without JavaScript: kept with the answer, the newest counts."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page
from quiet_page import CHROMIUM, chromium
from small_service import FIRST, Running, running
from test_source_panel import asked
from test_web import Elements, words

from assistant.feedback import Reason


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("opinions")) as service:
        yield service


@pytest.fixture(scope="module")
def session(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=service.url, headers={"Accept": "text/html"}, follow_redirects=True
    ) as session:
        yield session


@pytest.fixture
def client(session: httpx.Client) -> httpx.Client:
    """A client that has chosen no language yet."""
    session.cookies.clear()
    return session


def test_a_yes_leads_back_to_the_conversation_with_thanks(client: httpx.Client, service: Running) -> None:
    first, second = asked(client, service), asked(client, service)
    given = client.post(
        f"/answers/{second}/opinion?lang=en", data={"helpful": "yes", "turn": [first, second]}
    )
    assert given.url.path == "/"
    assert given.url.params.get_list("turn") == [first, second]
    assert given.url.fragment == f"a-{second}"
    assert "Thank you!" in given.text
    row = service.feedback.newest(1)[0]
    assert (row["answer_id"], row["helpful"], row["reason"]) == (second, True, "")


def test_a_no_is_kept_and_asked_for_its_reason(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    why = client.post(f"/answers/{answer_id}/opinion", data={"helpful": "no", "turn": answer_id})
    assert service.feedback.newest(1)[0]["helpful"] is False
    elements = Elements(why.text)
    reasons = [each["value"] for each in elements.all("input") if each.get("name") == "reason"]
    assert reasons == [each.value for each in Reason if each]
    assert "Skriv inga personuppgifter" in words(why.text)
    sent = {"helpful": "no", "reason": "unclear", "text": "Krångligt.", "step": "why", "turn": answer_id}
    done = client.post(f"/answers/{answer_id}/opinion", data=sent)
    assert done.url.path == "/" and "Tack!" in done.text
    row = service.feedback.newest(1)[0]
    assert (row["helpful"], row["reason"], row["text"]) == (False, "unclear", "Krångligt.")


def test_the_newest_counts_and_the_answer_is_kept_with_its_passages(
    client: httpx.Client, service: Running
) -> None:
    answer_id = asked(client, service)
    for helpful, reason in (("yes", ""), ("no", "missed"), ("no", "outdated")):
        client.post(
            f"/answers/{answer_id}/opinion", data={"helpful": helpful, "reason": reason, "step": "why"}
        )
    logged = service.log.find(answer_id)
    assert logged and logged.view and (logged.view.helpful, logged.view.reason) == (False, "outdated")
    assert [source.text for source in logged.sources][0] == FIRST
    assert service.feedback.newest(1)[0]["answer"]["citations"][0]["quote"] == FIRST
    form = client.get(f"/answers/{answer_id}/opinion").text
    chosen = {each["value"] for each in Elements(form).all("input") if "checked" in each}
    assert chosen == {"no", "outdated"}
    client.post(f"/answers/{answer_id}/opinion", data={"helpful": "yes", "reason": "wrong", "step": "why"})
    logged = service.log.find(answer_id)
    assert logged and logged.view and (logged.view.helpful, logged.view.reason) == (True, "")


@pytest.mark.parametrize("through", ["form", "api"])
def test_personal_data_are_taken_out_of_the_words(
    client: httpx.Client, service: Running, through: str
) -> None:
    answer_id = asked(client, service)
    told = "Ring 070-123 45 67, 640823-3234 eller ada@example.com. Fel\u200b år\r\ni texten."
    address = f"/answers/{answer_id}/opinion?fragment=1"
    if through == "form":
        shown = client.post(address, data={"helpful": "no", "reason": "other", "text": told, "step": "why"})
        assert "Vi tog bort personuppgifter" in shown.text
    else:
        client.post("/api/feedback", json={"answer_id": answer_id, "helpful": False, "text": told})
    kept = service.feedback.newest(1)[0]["text"]
    assert "Fel år\ni texten." in kept
    for secret in ("070", "640823", "ada@", "\u200b"):
        assert secret not in kept


def test_what_cannot_be_kept_is_told(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    before = len(service.feedback.newest(1000))
    long = client.post(f"/answers/{answer_id}/opinion", data={"helpful": "no", "text": "x" * 2001})
    assert (long.status_code, "högst 2000 tecken" in long.text) == (422, True)
    for sent in ({}, {"helpful": "kanske"}, {"helpful": "no", "reason": "<b>"}):
        assert client.post(f"/answers/{answer_id}/opinion", data=sent).status_code == 422
    for page in (
        client.get("/answers/nix/opinion"),
        client.post("/answers/nix/opinion", data={"helpful": "yes"}),
    ):
        assert (page.status_code, "Svaret finns inte kvar" in page.text) == (404, True)
    assert len(service.feedback.newest(1000)) == before
    fits = client.post(f"/answers/{answer_id}/opinion", data={"helpful": "no", "text": "å\r\n" * 1000})
    assert fits.status_code == 200


def test_words_stay_words_in_the_form(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    hostile = "</textarea><script>alert(1)</script>"
    client.post(f"/answers/{answer_id}/opinion", data={"helpful": "no", "text": hostile, "step": "why"})
    form = client.get(f"/answers/{answer_id}/opinion").text
    assert "&lt;/textarea&gt;&lt;script&gt;" in form
    assert Elements(form).all("script") == []


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_in_the_browser(service: Running) -> None:
    with chromium() as browser:
        for scripted in (True, False):
            told = browser.new_context(base_url=service.url, java_script_enabled=scripted)
            say_why(told.new_page(), service, scripted)
            told.close()


def say_why(page: Page, service: Running, scripted: bool) -> None:
    """Ask, say no, say why, and with the script change one's mind."""
    page.goto("/")
    page.locator("#question").fill("Stöd?")
    page.locator("#send").click()
    page.locator("article").wait_for()
    page.get_by_role("button", name="Nej", exact=True).click()
    page.get_by_label("Uppgifterna är gamla").check()
    assert (page.locator("article").count() == 1) is scripted
    page.get_by_label("Berätta gärna mer").fill("Från 2009.")
    page.get_by_role("button", name="Skicka").click()
    thanks = page.locator("article .thanks")
    thanks.wait_for()
    row = service.feedback.newest(1)[0]
    assert (row["reason"], row["text"]) == ("outdated", "Från 2009.")
    if scripted:
        assert thanks.evaluate("each => each === document.activeElement")
        page.get_by_role("link", name="Ändra").click()
        assert page.get_by_label("Uppgifterna är gamla").is_checked()
        page.get_by_label("Ja", exact=True).check()
        assert not page.get_by_label("Uppgifterna är gamla").is_visible()
        page.get_by_role("button", name="Skicka").click()
        thanks.wait_for()
        assert service.feedback.newest(1)[0]["helpful"] is True
