"""The cited passage beside the answer: frozen words, today's place, and what became of the document."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, urlsplit

import httpx
import pytest
from page_client import client, session
from small_service import (
    EVIL,
    FIRST,
    HOSTILE,
    PASSAGES,
    SECOND,
    STRATEGY,
    Running,
    SmallLibrary,
    cite,
    running,
)
from test_web import Elements, words

from assistant.answers import Answer, AnswerStatus
from assistant.questions import Question
from vectorstore.passages import Document, Passage

__all__ = ["client", "session"]

WHOLE = f"{FIRST}\nAnsökan görs löpande.\n\n| Stöd | Belopp |\n|---|---|\n| Check | 100 000 |"


class Library(SmallLibrary):
    """The small library with longer passages, which changes when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        start = STRATEGY.text.index(WHOLE)
        wide = replace(PASSAGES[STRATEGY.id][0], text=WHOLE, start=start, end=start + len(WHOLE))
        self.held: dict[str, tuple[Document, list[Passage]]] = {
            STRATEGY.id: (STRATEGY, [wide, PASSAGES[STRATEGY.id][1]]),
            HOSTILE.id: (HOSTILE, PASSAGES[HOSTILE.id]),
        }

    def document(self, id: str) -> Document | None:
        return self.held[id][0] if id in self.held else None

    def passages(self, document_id: str) -> list[Passage]:
        return self.held[document_id][1] if document_id in self.held else []


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, library: Library) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("panel"), store=library) as service:
        yield service


@pytest.fixture
def changing(library: Library) -> Iterator[Library]:
    """The library, put back as it was afterwards."""
    before = dict(library.held)
    yield library
    library.held = before


def asked(client: httpx.Client, service: Running, question: str = "Stöd?") -> str:
    """The id of an answer that is in the log, as it is a moment after it was told."""
    answer_id = str(client.post("/api/chat", json={"question": question}).json()["id"])
    until = time.monotonic() + 10
    while service.log.find(answer_id) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert service.log.find(answer_id)
    return answer_id


def change(library: Library, text: str) -> None:
    """Read STRATEGY in anew with another text."""
    document = replace(STRATEGY, text=text, digest="ny")
    start = text.find(FIRST)
    passages = [replace(PASSAGES[STRATEGY.id][0], id="ny-1", start=start, end=start + len(FIRST))]
    library.held[STRATEGY.id] = (document, passages if start >= 0 else [])


def test_the_whole_passage_is_shown_with_the_quote_marked(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    page = client.get(f"/answers/{answer_id}/sources/1").text
    assert f"<mark>{FIRST}</mark>" in page
    assert page.count("<mark>") == 1
    assert "Ansökan görs löpande." in page and "<td>100 000</td>" in page
    text = words(page)
    for said in (
        "Källa 1 av 2",
        "Strategi för omvärlden",
        "Region Påhitt · uppgifter från april 2021 · sida 2".replace(" · ", " "),
        "Avslutat januari 2019 – mars 2021",
        "Frågan: Stöd?",
    ):
        assert said in text
    elements = Elements(page)
    assert [each["lang"] for each in elements.all("h1")] == ["sv"]
    passage = next(each for each in elements.all("div") if "passage" in (each.get("class") or ""))
    assert passage["lang"] == "sv"
    links = {each["href"]: each for each in elements.all("a")}
    start = STRATEGY.text.index(FIRST)
    assert f"/documents/strategi?mark={start}-{start + len(FIRST)}&lang=sv#p-p1" in links
    assert links["https://region.example/strategi"]["rel"] == "noopener noreferrer"
    assert f"/answers/{answer_id}/sources/2?lang=sv" in links
    assert f"/?turn={answer_id}&lang=sv#a-{answer_id}" in links
    assert "Dokumentet har" not in text


def test_the_way_back_leads_to_the_whole_conversation(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    page = client.get(f"/answers/{answer_id}/sources/2?turn=a&turn={answer_id}&lang=en")
    links = [each["href"] or "" for each in Elements(page.text).all("a")]
    assert f"/?turn=a&turn={answer_id}&lang=en#a-{answer_id}" in links
    assert f"/answers/{answer_id}/sources/1?turn=a&turn={answer_id}&lang=en" in links


def test_the_fragment_is_the_section_alone(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    fragment = client.get(f"/answers/{answer_id}/sources/2?fragment=1").text.strip()
    assert fragment.startswith('<section class="source" data-number="2"')
    assert fragment.endswith("</section>")
    assert fragment.count("<section") == 1 and "<html" not in fragment
    assert f"<mark>{SECOND}</mark>" in fragment


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        (STRATEGY.text, "lästs in på nytt", True),
        (f"Nytt först.\n\n{STRATEGY.text}", "lästs in på nytt", True),
        (STRATEGY.text.replace("100 000 kronor", "50 000 kronor"), "har ändrats sedan svaret gavs", False),
    ],
)
def test_frozen_words_are_shown_when_the_document_has_changed(
    client: httpx.Client, service: Running, changing: Library, text: str, said: str, place: bool
) -> None:
    answer_id = asked(client, service)
    change(changing, text)
    page = client.get(f"/answers/{answer_id}/sources/1").text
    assert f"<mark>{FIRST}</mark>" in page
    assert "Ansökan görs löpande." in page
    assert said in words(page)
    opened = next(
        each["href"] or "" for each in Elements(page).all("a") if "main" in (each.get("class") or "")
    )
    if place:
        marked = opened.partition("mark=")[2].partition("&")[0].split("-")
        assert text[int(marked[0]) : int(marked[1])] == FIRST
        assert opened.endswith("#p-ny-1")
        assert f"<mark>{FIRST}</mark>" in client.get(opened).text
    else:
        assert opened == "/documents/strategi?lang=sv"


def test_frozen_words_are_shown_when_the_document_is_gone(
    client: httpx.Client, service: Running, changing: Library
) -> None:
    answer_id = asked(client, service)
    del changing.held[STRATEGY.id]
    page = client.get(f"/answers/{answer_id}/sources/1").text
    assert f"<mark>{FIRST}</mark>" in page and "Ansökan görs löpande." in page
    assert "finns inte kvar" in words(page)
    assert "/documents/strategi" not in page


def test_an_answer_is_found_in_the_log_when_memory_has_forgotten_it(
    client: httpx.Client, service: Running
) -> None:
    answer = Answer(
        id="ur-loggen", status=AnswerStatus.ANSWERED, language="sv", text="", citations=[cite(STRATEGY)]
    )
    service.log.add(Question("Bara i loggen?"), answer)
    assert FIRST in client.get("/answers/ur-loggen/sources/1").text


def test_without_kept_passages_a_changed_document_still_shows_the_quote(
    client: httpx.Client, service: Running, changing: Library
) -> None:
    answer = Answer(
        id="bara", status=AnswerStatus.ANSWERED, language="sv", text="", citations=[cite(STRATEGY)]
    )
    replace(service.log, shelf=None).add(Question("?"), answer)
    change(changing, "Något annat.")
    page = client.get("/answers/bara/sources/1").text
    assert f"<mark>{FIRST}</mark>" in page
    assert "har ändrats sedan svaret gavs" in words(page)


def test_what_is_unknown_is_told_in_words(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service)
    missing = client.get(f"/answers/{answer_id}/sources/9")
    assert (missing.status_code, "Svaret har ingen källa 9." in missing.text) == (404, True)
    forgotten = client.get("/answers/nix/sources/1?lang=en")
    assert (forgotten.status_code, "no longer" in forgotten.text) == (404, True)
    told = client.get("/answers/nix/sources/1?fragment=1", headers={"Accept": "application/problem+json"})
    assert (told.status_code, told.json()["code"]) == (404, "unknown_answer")


def test_hostile_sources_stay_texts(client: httpx.Client, service: Running) -> None:
    answer_id = asked(client, service, "ond")
    for address in (f"/answers/{answer_id}/sources/1", f"/answers/{answer_id}/sources/1?fragment=1"):
        page = client.get(address).text
        elements = Elements(page)
        assert EVIL in words(page) or "alert(1)" in words(page)
        assert not {"script", "svg", "iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
        assert all(urlsplit(each["href"] or "").netloc == "" for each in elements.all("a"))
        assert not [name for _, each in elements.found for name in each if name.startswith("on")]
        assert f"/documents/{quote(HOSTILE.id, safe='')}?mark=" in page
        assert "javascript:" not in " ".join(each["href"] or "" for each in elements.all("a"))
