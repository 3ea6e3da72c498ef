"""A conversation to take along: the same in Word, Markdown and print, whatever others wrote in it."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import docx
import httpx
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from page_client import client, session
from small_service import EVIL, EVIL_TEXT, FIRST, SECOND, STRATEGY, Running, cite, running
from test_web import Elements, words

from assistant.answers import Answer, AnswerStatus, Card, Table
from assistant.export.as_markdown import as_markdown
from assistant.export.as_word import as_word
from assistant.export.composing import Conversation, Turn, compose
from assistant.export.parts import Listed, Paragraph, Run
from assistant.questions import Question

__all__ = ["client", "session"]

TODAY = date(2030, 5, 17)
PLACE = "https://region.example/documents/x?mark=0-9&lang=sv#p-1"
XML_ILLEGAL = "a\x00b\x0bc\x1fd\ufffee\uffff\u200bf\x7f"
INERT = [
    EVIL_TEXT,
    EVIL,
    "www.evil.example https://evil.example HTTP://evil.example mailto:a@evil.example a@evil.example",
    "![x](//evil.example/p.png) [a]: https://evil.example\n[a]",
    "<https://evil.example> &lt;script&gt; &#60;img src=x&#62; <!-- x --> <?php ?> </td></table><script>",
    "`` `kod` ``` \n```\n~~~\n<script>alert(1)</script>",
    "# rubrik\n---\n- punkt\n1. ett\n+ två\n> citat\n===\n    kod\n| a | b |\n|---|---|",
    "**[fet](javascript:alert(1))** _x_ \\[a\\](//b) \\<script>",
    "[1](https://evil.example) [1][1]: x [[1]](//evil.example)",
    XML_ILLEGAL,
    "\u202egnp.exe \u2066x\u2069 ￿",
]


def conversation(*turns: Turn | None, language: str = "sv") -> Conversation:
    return Conversation(
        turns, language, TODAY, "https://region.example", "info@region.example", "Region Påhitt"
    )


def hostile_turn(text: str) -> Turn:
    """An answer that says `text` wherever something can be said."""
    citation = cite(STRATEGY).model_copy(update={"title": text, "publisher": text, "quote": text})
    answer = Answer(
        id="x",
        status=AnswerStatus.ANSWERED,
        language="sv",
        text=f"{text} [1]\n\n- {text}",
        ai_generated=True,
        model=text,
        citations=[citation.model_copy(update={"heading": [text]})],
        cards=[Card(kind="programme", name=text, fields={text: text}, citations=[1])],
        table=Table(columns=[text, "b"], rows=[[text, text, text], [text]]),
        notices=[text],
    )
    return Turn(text, answer, TODAY, {1: PLACE}, {1: "sv"}, {1: text})


def rendered(markdown: str) -> str:
    """As a reader that knows HTML and tables shows it."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(reader.render(markdown))


def links_of(document: "docx.document.Document") -> list[str]:
    relations = document.part.rels
    elements = document.element.body.iter(qn("w:hyperlink"))
    return [relations[each.get(qn("r:id"))].target_ref for each in elements]


def word(bytes_: bytes) -> "docx.document.Document":
    with ZipFile(BytesIO(bytes_)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(package.read(name))
    return docx.Document(BytesIO(bytes_))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("export")) as service:
        yield service


@pytest.fixture(scope="module")
def turns(session: httpx.Client) -> list[str]:
    """A conversation of two answers with one in between that is forgotten."""
    first, last = (session.post("/api/chat", json={"question": q}).json()["id"] for q in ("Stöd?", "okänt"))
    return [first, "glömt", last]


def test_a_word_document_holds_the_conversation(
    client: httpx.Client, service: Running, turns: list[str]
) -> None:
    response = client.get("/export.docx", params={"turn": turns})
    name = f"utblick-samtal-{date.today().isoformat()}.docx"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    document = word(response.content)
    headings = [(each.style.name, each.text) for each in document.paragraphs if "Heading" in each.style.name]
    assert [text for name, text in headings if name == "Heading 2"] == [
        "Stöd?",
        "okänt",
        "Om det här dokumentet",
    ]
    assert ("Heading 3", "Källor") in headings and ("Heading 3", "Program: Checkar") in headings
    text = "\n".join(each.text for each in document.paragraphs)
    for said in (
        "kan vara fel",
        "Utdrag ur dokument",
        "Automatiskt svar",
        f"{FIRST} [1]",
        "Strategin gällde till mars 2021",
        "Ett svar i samtalet finns inte kvar på servern",
        "[2] Strategi för omvärlden",
        "Region Påhitt · uppgifter från april 2021 · sida 2 · Samarbete",
        "Avslutat januari 2019 – mars 2021",
        SECOND,
        "info@region.example",
    ):
        assert said in text
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Region", "Mål"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    start = STRATEGY.text.index(FIRST)
    assert f"{service.url}/documents/strategi?mark={start}-{start + len(FIRST)}&lang=sv#p-p1" in links_of(
        document
    )
    assert document.core_properties.language == "sv-SE"
    assert document.styles.element.find(".//" + qn("w:lang")).get(qn("w:val")) == "sv-SE"


@pytest.mark.parametrize(("language", "tag"), [("sv", "sv-SE"), ("en", "en-GB"), ("no", "nb-NO")])
def test_each_language_has_its_tag(language: str, tag: str) -> None:
    told = conversation(hostile_turn("x"), language=language)
    document = word(as_word(compose(told), told))
    assert document.core_properties.language == tag
    assert document.core_properties.title == told.title


def test_markdown_holds_the_conversation(client: httpx.Client, service: Running, turns: list[str]) -> None:
    response = client.get("/export.md", params={"turn": turns, "lang": "en"})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"].endswith('.md"')
    text = response.text
    assert text.startswith("# Conversation on internationalisation\n")
    start = STRATEGY.text.index(SECOND)
    link = f"{service.url}/documents/strategi?mark={start}-{start + len(SECOND)}&lang=en#p-p2"
    assert f"**\\[2\\]** [Strategi för omvärlden]({link})" in text
    assert f"> {SECOND}" in text
    assert "| Region | Mål |\n| --- | --- |\n| Påhitt | Nya marknader [\\[1\\]](" in text
    assert "no longer on the server" in text
    assert "can be wrong" in text


def test_hostile_texts_are_inert_in_markdown() -> None:
    markdown = as_markdown(compose(conversation(*map(hostile_turn, INERT), None)))
    html = rendered(markdown)
    # Many readers make links of bare addresses: those begin with one of these.
    bare = markdown.replace(f"({PLACE})", "").replace("(https://region.example)", "")
    assert not re.search(r"(?<!\\)://|\bwww\.|(?<!\\)@", bare, re.IGNORECASE)
    elements = Elements(html)
    ours = {"h1", "h2", "h3", "p", "strong", "a", "blockquote", "ul", "ol", "li", "br"}
    assert {tag for tag, _ in elements.found} <= ours | {"table", "thead", "tbody", "tr", "th", "td"}
    assert {each["href"] for each in elements.all("a")} == {PLACE, "https://region.example"}
    many = len(INERT)
    assert [len(elements.all(tag)) for tag in ("h1", "h2", "h3", "table")] == [1, many + 1, many * 3, many]
    assert "alert(1)" in words(html)


def test_hostile_texts_read_as_they_were_written() -> None:
    text = "1. ett\n- två * tre_ [x](y) <b> & C:\\mapp | 100 % # nej! ~~x~~ `y` - 5 + 3 www.x.se"
    told = as_markdown([Paragraph((Run(text),))])
    assert words(rendered(told)) == " ".join(text.split())


def test_hostile_texts_are_inert_in_word() -> None:
    told = conversation(*map(hostile_turn, INERT))
    document = word(as_word(compose(told), told))
    assert set(links_of(document)) == {PLACE, "https://region.example"}
    outside = {each.reltype.rpartition("/")[2] for each in document.part.rels.values() if each.is_external}
    assert outside == {"hyperlink"}
    assert not list(document.element.body.iter(qn("w:instrText"), qn("w:drawing"), qn("w:object")))
    styles = [each.style.name for each in document.paragraphs]
    assert styles.count("Heading 2") == len(INERT) + 1


def test_no_sign_is_left_that_xml_or_a_reader_cannot_take() -> None:
    told = conversation(hostile_turn(XML_ILLEGAL))
    shown = "\n".join(each.text for each in word(as_word(compose(told), told)).paragraphs)
    assert "abcdef" in shown
    assert not set(shown) & set("\x00\x0b\x1f\ufffe\uffff\u200b\x7f")
    assert not set(as_markdown(compose(told))) & set("\x00\x0b\x1f\ufffe\uffff\u200b\x7f")


def test_lists_keep_their_depth_and_numbers() -> None:
    answer = Answer(
        id="x", status=AnswerStatus.ANSWERED, language="sv", text="1. ett [1]\n2. **två**\n   - djupt"
    )
    (listed,) = (part for part in compose(conversation(Turn("?", answer))) if isinstance(part, Listed))
    assert [(depth, "".join(run.text for run in runs)) for depth, runs in listed.items] == [
        (0, "ett [1]"),
        (0, "två"),
        (1, "djupt"),
    ]
    assert listed.numbered and listed.items[1][1][0].strong


def test_the_page_to_print_says_the_same(client: httpx.Client, service: Running, turns: list[str]) -> None:
    evil = client.post("/api/chat", json={"question": "ond"}).json()["id"]
    page = client.get("/export.html", params={"turn": [*turns, evil]}).text
    elements, text = Elements(page), words(page)
    assert not {"script", "svg", "iframe", "b", "i", "form"} & {tag for tag, _ in elements.found}
    assert all((each["href"] or "").startswith(("/", "?", "#", service.url)) for each in elements.all("a"))
    for said in ("Ett svar i samtalet finns inte kvar", "[2] Strategi för omvärlden", SECOND, "kan vara fel"):
        assert said in text
    assert text.index("Stöd?") < text.index("finns inte kvar") < text.index("okänt")
    assert client.get("/export.html").status_code == 200


def test_a_source_that_is_gone_has_no_link_and_is_said_to_be(client: httpx.Client, service: Running) -> None:
    lost = cite(STRATEGY).model_copy(update={"document_id": "borta", "title": "Borta"})
    answer = Answer(id="lost", status=AnswerStatus.ANSWERED, language="sv", text="Nej [1].", citations=[lost])
    service.log.add(Question("?"), answer)
    text = client.get("/export.md", params={"turn": "lost"}).text
    assert "**\\[1\\]** Borta\n" in text
    assert "Dokumentet finns inte kvar" in text
    assert "Nej \\[1\\]." in text


def test_at_most_twenty_answers(client: httpx.Client) -> None:
    for form in ("docx", "md", "html"):
        assert client.get(f"/export.{form}", params={"turn": ["x"] * 20}).status_code == 200
        refused = client.get(f"/export.{form}", params={"turn": ["x"] * 21})
        assert (refused.status_code, "Högst 20 svar" in refused.text) == (422, True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_printed_to_pdf_by_the_browser(service: Running, turns: list[str], tmp_path: Path) -> None:
    import pypdfium2 as pdfium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{service.url}/answers/{turns[0]}/sources/1")
        assert page.locator("mark").inner_text() == FIRST
        page.goto(f"{service.url}/export.html?turn={'&turn='.join(turns)}")
        page.pdf(path=tmp_path / "x.pdf", prefer_css_page_size=True)
        browser.close()
    with pdfium.PdfDocument(tmp_path / "x.pdf") as pdf:
        width, height = pdf[0].get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        texts = []
        for sheet in pdf:
            part = sheet.get_textpage()
            texts.append(part.get_text_bounded())
            part.close()
            sheet.close()
    text = " ".join(" ".join(texts).split())
    assert "Hämta som Word" not in text and "Till innehållet" not in text
    for said in (
        "Samtal om internationalisering",
        "Samarbetet gäller",
        "Ett svar i samtalet finns inte kvar",
    ):
        assert said in text
    assert b"/URI" in (tmp_path / "x.pdf").read_bytes()
