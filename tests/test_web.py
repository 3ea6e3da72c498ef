"""The web pages as the server sends them, read without a browser."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest
from small_service import (
    EVIL,
    EVIL_TEXT,
    FIRST,
    HOSTILE,
    PASSAGES,
    SECOND,
    STRATEGY,
    Running,
    SmallAssistant,
    SmallLibrary,
    running,
)

from assistant.answers import Answer, AnswerStatus
from assistant.channels.answering import pieces
from assistant.channels.marked_text import marked_html, marked_line
from assistant.channels.reading import contents, lay_out, read_mark
from assistant.channels.service import Exchange, Exchanges, Service
from assistant.questions import Question
from vectorstore.passages import Document, Metadata, Page, Passage, Section
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
    assert "Skriv inte personnummer" in page
    assert "info@region.example" in page
    assert len([each for each in Elements(page).all("button") if each.get("name") == "suggestion"]) == 4


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
    turns = [each["value"] for each in Elements(first.text).all("input") if each["name"] == "turn"]
    second = client.post("/?lang=sv", data={"suggestion": "Vilka länder?", "question": "", "turn": turns})
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


def test_feedback_without_javascript(client: httpx.Client, service: Running) -> None:
    turn = client.post("/api/chat", json={"question": "Stöd?"}).json()["id"]
    page = client.post("/", data={"feedback": f"outdated:{turn}", "question": "", "turn": turn}).text
    assert "Tack!" in page
    row = service.feedback.newest(1)[0]
    assert (row["answer_id"], row["helpful"], row["reason"]) == (turn, False, "outdated")
    assert client.post("/", data={"feedback": "yes:nix"}).status_code == 404


def test_an_answer_shows_where_it_stands(client: httpx.Client) -> None:
    page = client.post("/", data={"question": "Stöd?"}).text
    passage = PASSAGES[STRATEGY.id][0]
    link = f"/documents/strategi?mark={passage.start}-{passage.end}&amp;lang=sv#p-p1"
    assert f'<a class="marker" href="{link}"' in page
    assert f'<blockquote lang="sv">{FIRST}</blockquote>' in page
    text = words(page)
    for said in (
        "Region Påhitt",
        "uppgifter från 2021-04",
        "sida 2",
        "Stöd till företag",
        "Avslutat 2019-01–2021-03",
    ):
        assert said in text
    assert "[3]" in text
    assert ">[3]</a>" not in page
    assert "<th scope" in page
    assert "Program" in text


def test_labels(client: httpx.Client) -> None:
    labels = {"ond": "AI-genererat svar", "Stöd": "Utdrag ur dokument", "okänt": "Automatiskt svar"}
    for question, label in labels.items():
        assert f'<p class="label">{label}</p>' in client.post("/", data={"question": question}).text


def test_hostile_texts_stay_texts(client: httpx.Client) -> None:
    document = client.get(f"/documents/{httpx.URL('http://x', params={'i': HOSTILE.id}).query.decode()[2:]}")
    assert document.status_code == 200
    asked = client.post("/", data={"question": f"ond {EVIL}"})
    for page in (asked.text, document.text, client.get("/documents").text, client.get(f"/?turn={EVIL}").text):
        elements = Elements(page)
        assert [each.get("src", "").partition("?")[0] for each in elements.all("script")] in (
            [],
            ["/static/chat.js"],
        )
        assert {each["src"] for each in elements.all("img")} == {elements.all("img")[0]["src"]}
        assert not {"svg", "iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
        assert not [name for _, each in elements.found for name in each if name.startswith("on")]
        assert all((each["href"] or "")[0] in "/?#" for each in elements.all("a"))
    assert "49" not in words(asked.text)


def test_pages_not_found_are_pages(client: httpx.Client) -> None:
    for path in ("/nix", "/documents/nix?lang=en", "/answers/nix"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"].startswith("text/html")
    assert "There is no such document." in client.get("/documents/nix?lang=en").text


def test_a_document_can_be_read(client: httpx.Client) -> None:
    passage = PASSAGES[STRATEGY.id][1]
    page = client.get(f"/documents/strategi?mark={passage.start}-{passage.end}").text
    assert f'<span class="anchor" id="p-p2"></span><mark>{SECOND}</mark>' in page
    assert "<h2>Stöd till företag" in page
    assert "<pre" in page
    text = words(page)
    for said in ("Region Påhitt", "2021-04", "Avslutat 2019-01–2021-03", "strategi.md", "sida 2"):
        assert said in text
    assert 'href="https://region.example/strategi" rel="noopener noreferrer"' in page


@pytest.mark.parametrize("mark", ["", "x", "5", "9-2", "-1-5", "0-999999999", "1-2-3", "\0", "0-0"])
def test_odd_marks_are_harmless(client: httpx.Client, mark: str) -> None:
    response = client.get("/documents/strategi", params={"mark": mark})
    assert response.status_code == 200
    assert "Samarbetet" in response.text


def test_static_files_are_kept_by_content(client: httpx.Client) -> None:
    page = client.get("/").text
    address = next(each["src"] for each in Elements(page).all("script"))
    assert "immutable" in client.get(address or "").headers["cache-control"]
    assert client.get("/static/chat.js").headers["cache-control"] == "no-cache"
    assert client.get("/").headers["cache-control"] == "no-store"


LAID_OUT = [
    "Ett.\n\nTvå rader\nhänger ihop.\n\n\n# Rubrik\nText direkt under.\n| a | b |\n| 1 | 2 |\nEfter.",
    "\n\n  Inledande blank\r\nmed CRLF\r\n\r\nNytt stycke\x0cny sida",
    "#Inte rubrik\n####### sju\n#\n",
    "",
    "   ",
]


@pytest.mark.parametrize("text", LAID_OUT, ids=range(len(LAID_OUT)))
def test_every_word_of_a_document_is_laid_out(text: str) -> None:
    for cut in range(0, len(text) + 1, 3):
        pages = (Page(1, 0, cut), Page(2, cut, len(text)))
        starts = {0, cut, min(cut + 5, len(text))}
        passages = [
            Passage(str(n), "d", n, text[at:], at, len(text), "", "")
            for n, at in enumerate(sorted(starts))
            if text[at:].strip()
        ]
        document = Document(
            "d", "", "d", "", text, Metadata("d"), (Section("s", cut, len(text), "2012"),), pages
        )
        blocks = lay_out(document, passages, (cut, cut + 4))
        told = "".join(piece.text for block in blocks for piece in block.pieces)
        bare = re.sub(r"^#{1,6}[ \t]+(?=\S)", "", text, flags=re.MULTILINE)
        assert told.split() == bare.split() or "".join(told.split()) == "".join(bare.split())
        anchors = [anchor for block in blocks for piece in block.pieces for anchor in piece.anchors]
        assert anchors == [passage.id for passage in passages]
        if text.strip():
            assert {block.label for block in blocks if block.kind == "page"} >= {"1"}


def test_paragraphs_are_kept_and_marks_cross_them() -> None:
    text = "Första stycket.\n\nAndra stycket."
    blocks = lay_out(Document("d", "", "d", "", text, Metadata("d")), [], (8, 23))
    assert [block.kind for block in blocks] == ["text", "text"]
    assert (
        "".join(p.text for b in blocks for p in b.pieces if p.marked)
        == text[8:17].rstrip() + "\n" + text[17:23]
    )


def test_contents_names_each_heading_once() -> None:
    assert contents(PASSAGES[STRATEGY.id]) == [
        ("Strategi för omvärlden › Stöd till företag", "p1"),
        ("Strategi för omvärlden › Samarbete", "p2"),
    ]


def test_read_mark() -> None:
    assert (read_mark("3-9"), read_mark("nix"), read_mark("٣-٩")) == ((3, 9), (0, 0), (0, 0))


@pytest.mark.parametrize("cut", range(0, len(EVIL_TEXT), 7))
def test_cut_off_hostile_text_is_harmless(cut: int) -> None:
    for text in (EVIL_TEXT[:cut], EVIL_TEXT[cut:]):
        for html in (marked_html(text, {1: ("/documents/x", 't"><b>')}), marked_line(text, {})):
            tags = {tag for tag, _ in Elements(html).found}
            assert tags <= {"p", "br", "ul", "ol", "li", "strong", "em", "code", "blockquote", "a"}
            assert all(each["href"] == "/documents/x" for each in Elements(html).all("a"))


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
            own = Service(SmallAssistant(), SmallLibrary(), settings, service.feedback, service.log, workers)
            found = 0
            async for piece in pieces(own, Question("långsam"), idle=0.02):
                found += piece is None
                if found == 3:
                    break
            return found

    assert asyncio.run(silences()) == 3
