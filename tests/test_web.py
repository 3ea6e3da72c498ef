"""The web pages as the server sends them, read without a browser."""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from html.parser import HTMLParser

import httpx
import pytest
from small_service import (
    EVIL,
    EVIL_TEXT,
    FIRST,
    HOSTILE,
    PASSAGES,
    STRATEGY,
    Running,
    SmallAssistant,
    SmallLibrary,
    running,
)

from assistant.answers import Answer, AnswerStatus
from assistant.channels.answering import pieces
from assistant.channels.contact_links import with_contacts, with_mail
from assistant.channels.marked_text import marked_html, marked_line
from assistant.channels.service import Exchange, Exchanges, Service
from assistant.questions import Question
from assistant.switch import Switch
from vectorstore.jobs import Jobs
from vectorstore.settings import Settings


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("web")) as service:
        yield service


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, follow_redirects=True, headers={"Accept": "text/html"}) as client:
        yield client


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def test_the_notice_comes_before_the_first_question(client: httpx.Client) -> None:
    page = client.get("/").text
    assert page.index("ingen människa") < page.index("<form")
    assert "i 30 dagar" in page
    assert "Skriv inte personnummer" in page
    assert "info@region.example" in page
    assert len([each for each in Elements(page).all("button") if each.get("name") == "suggestion"]) == 12


@pytest.mark.parametrize(
    ("query", "language", "said"),
    [("", "sv", "Din fråga"), ("?lang=en", "en", "Your question"), ("?lang=no", "no", "Spørsmålet ditt")],
)
def test_three_languages(client: httpx.Client, query: str, language: str, said: str) -> None:
    page = client.get(f"/{query}").text
    assert f'<html lang="{language}">' in page
    assert said in page


def test_a_conversation_without_javascript(client: httpx.Client, service: Running) -> None:
    first = client.post("/?lang=sv", data={"question": "Vad finns det för stöd?"})
    assert first.status_code == 200
    assert first.request.method == "GET"
    text = words(first.text)
    assert "Vad finns det för stöd?" in text
    assert "Utdrag ur dokument" in text
    assert FIRST in text
    turns = {each["value"] for each in Elements(first.text).all("input") if each["name"] == "turn"}
    second = client.post("/?lang=sv", data={"suggestion": "Vilka länder?", "question": "", "turn": [*turns]})
    assert second.text.count("<article") == 2
    history = [(turn.role, turn.text) for turn in service.assistant.asked[-1].history]
    assert history[0] == ("user", "Vad finns det för stöd?")
    assert history[1][0] == "assistant"
    assert "turn=" in next(
        each["href"] for each in Elements(second.text).all("a") if each.get("hreflang") == "en"
    )


def test_a_forgotten_conversation_is_said_to_be(client: httpx.Client) -> None:
    assert "finns inte kvar på servern" in client.get("/?turn=nix").text


def test_a_refused_question_stays_in_the_box(client: httpx.Client) -> None:
    long = "<b>" + "x" * 2000
    response = client.post("/", data={"question": long})
    assert response.status_code == 422
    assert "Frågan är för lång." in response.text
    assert "&lt;b&gt;xxx" in response.text
    assert client.post("/", data={"question": " "}).status_code == 422
    assert client.post("/", data={"question": "\0"}).status_code == 422
    failed = client.post("/", data={"question": "boom"})
    assert (failed.status_code, "Något gick fel hos oss." in failed.text) == (500, True)


def test_an_answer_shows_where_it_stands(client: httpx.Client) -> None:
    page = client.post("/", data={"question": "Stöd?"}).text
    passage = PASSAGES[STRATEGY.id][0]
    link = f"/documents/strategi?mark={passage.start}-{passage.end}&amp;lang=sv#p-p1"
    assert f'data-link="{link}"' in page
    marker = next(each for each in Elements(page).all("a") if each.get("class") == "marker")
    source = client.get(marker["href"] or "")
    assert f"<mark>{FIRST}</mark>" in source.text
    assert f'<blockquote lang="sv">{FIRST}</blockquote>' in page
    text = words(page)
    for said in (
        "Region Påhitt",
        "uppgifter från april 2021",
        "sida 2",
        "Stöd till företag",
        "Avslutat januari 2019 – mars 2021",
    ):
        assert said in text
    assert "[3]" in text
    assert ">[3]</a>" not in page
    assert "<th role" in page
    assert "Program" in text


def test_labels(client: httpx.Client) -> None:
    labels = {
        "ond": ("ai", "AI-genererat svar", " <span>av språkmodellen extractive</span>"),
        "Stöd": ("extract", "Utdrag ur dokument", ""),
        "okänt": ("plain", "Automatiskt svar", ""),
    }
    for question, (kind, label, by) in labels.items():
        page = client.post("/", data={"question": question}).text
        assert f'<p class="label {kind}"><strong>{label}</strong>{by}</p>' in page


def test_hostile_texts_stay_texts(client: httpx.Client) -> None:
    document = client.get(f"/documents/{httpx.URL('http://x', params={'i': HOSTILE.id}).query.decode()[2:]}")
    assert document.status_code == 200
    asked = client.post("/", data={"question": f"ond {EVIL}"})
    for page in (asked.text, document.text, client.get("/documents").text, client.get(f"/?turn={EVIL}").text):
        elements = Elements(page)
        scripts = {(each["src"] or "").partition("?")[0] for each in elements.all("script")}
        assert scripts <= {"/static/chat.js", "/static/opinion.js"}
        assert {each["src"] for each in elements.all("img")} == {elements.all("img")[0]["src"]}
        assert not {"svg", "iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
        assert not [name for _, each in elements.found for name in each if name.startswith("on")]
        led = [
            each["href"] or "" for each in elements.all("a") if each["href"] != "mailto:info@region.example"
        ]
        assert all(each[0] in "/?#" for each in led)
    assert "49" not in words(asked.text)


def test_pages_not_found_are_pages(client: httpx.Client) -> None:
    for path in ("/nix", "/documents/nix?lang=en", "/answers/nix"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"].startswith("text/html")
    assert "There is no such document." in client.get("/documents/nix?lang=en").text


def test_static_files_are_kept_by_content(client: httpx.Client) -> None:
    page = client.get("/").text
    address = next(each["src"] for each in Elements(page).all("script"))
    assert "immutable" in client.get(address or "").headers["cache-control"]
    assert client.get("/static/chat.js").headers["cache-control"] == "no-cache"
    assert client.get("/").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("cut", range(0, len(EVIL_TEXT), 7))
def test_cut_off_hostile_text_is_harmless(cut: int) -> None:
    for text in (EVIL_TEXT[:cut], EVIL_TEXT[cut:]):
        for html in (marked_html(text, {1: ("/documents/x", 't"><b>')}), marked_line(text, {})):
            tags = {tag for tag, _ in Elements(html).found}
            assert tags <= {"p", "br", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a"}
            assert all(each["href"] == "/documents/x" for each in Elements(html).all("a"))


def test_the_stream_of_the_page_ends_with_the_exchange_as_shown(client: httpx.Client) -> None:
    body = {"question": f"Vad finns det för stöd? {EVIL}", "channel": "web"}
    response = client.post("/answers?lang=en", json=body, headers={"Accept": "text/event-stream"})
    events = [line.removeprefix("event: ") for line in response.text.splitlines() if line.startswith("event")]
    assert events[-2:] == ["answer", "html"]
    html = json.loads(response.text.rstrip().rpartition("data: ")[2])["html"]
    assert html.startswith("<article")
    assert "Extracts from documents" in html
    assert EVIL not in html
    refused = client.post("/answers?lang=en", json={"question": ""}, headers={"Accept": "text/event-stream"})
    assert (refused.status_code, refused.json()["code"]) == (422, "empty_question")


def test_a_language_stays_only_when_another_was_chosen(client: httpx.Client) -> None:
    assert "set-cookie" not in client.get("/?lang=sv").headers
    assert "set-cookie" not in client.get("/api/documents?lang=en").headers
    chosen = client.get("/?lang=en").headers["set-cookie"]
    assert chosen == "language=en; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax"
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="no">' in client.get("/?lang=no").text
    client.cookies.set("language", '"><x>')
    assert '<html lang="sv">' in client.get("/?lang=nix").text


def test_only_contacts_that_a_source_gives_are_links() -> None:
    quotes = ["Skriv till anna@region.example eller ring 054-701 10 00."]
    html = with_contacts("anna@region.example, bo@x.example, 054-701 10 00, 08-123 456 <b>", quotes, escape)
    assert '<a href="mailto:anna@region.example">anna@region.example</a>, bo@x.example' in html
    assert '<a href="tel:0547011000">054-701 10 00</a>, 08-123 456 &lt;b&gt;' in html
    assert with_mail("Anna <i>, a@b.example?subject=x") == (
        'Anna &lt;i&gt;, <a href="mailto:a@b.example">a@b.example</a>?subject=x'
    )
    assert with_contacts("+46 (0)54-701 10 00", ["+46 (0)54-701 10 00"], escape).startswith(
        '<a href="tel:+46547'
    )


def test_a_little_markdown() -> None:
    html = marked_html("**Fet** [1]\n\n- a\n- b [2]\n\n# Ingen rubrik", {1: ("/d", "T")})
    assert "<strong>Fet</strong> <a" in html
    assert "<li>b [2]</li>" in html
    assert "# Ingen rubrik" in html


def test_an_address_in_a_text_takes_no_marker_over() -> None:
    html = marked_html("Ett [1]\n\n[1]: https://evil.example/", {1: ("/d", "T")})
    assert html.count('<a class="marker" href="/d"') == 2


def test_only_the_latest_exchanges_are_remembered() -> None:
    exchanges = Exchanges(most=2)
    for id in "abc":
        answer = Answer(id=id, status=AnswerStatus.ANSWERED, language="sv", text="")
        exchanges.add(Exchange("?", answer))
    assert exchanges.find("a") is None
    assert exchanges.find("c") is not None


def test_silence_is_noticed_so_that_the_connection_can_be_kept_alive(service: Running) -> None:
    async def silences() -> int:
        with ThreadPoolExecutor(1) as workers:
            settings = Settings(_env_file=None)
            engine = service.log.engine
            kept = (service.feedback, service.log)
            own = Service(
                SmallAssistant(), SmallLibrary(), settings, *kept, workers, Switch(engine), Jobs(engine)
            )
            found = 0
            async for piece in pieces(own, Question("långsam"), idle=0.02):
                found += piece is None
                if found == 3:
                    break
            return found

    assert asyncio.run(silences()) == 3
