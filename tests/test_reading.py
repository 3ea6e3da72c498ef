"""Documents to read: every word in its shape, marked and anchored, and the list narrowed down."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from page_client import client, session
from small_service import FIRST, HOSTILE, PASSAGES, SECOND, STRATEGY, Running, running
from test_web import Elements, words

from assistant.channels.documents.reading import Block, Piece, lay_out, lay_out_text, outline, read_mark
from vectorstore.passages import Document, Metadata, Page, Passage, Section

__all__ = ["client", "session"]

TABLE = "Före.\n| Stöd | Belopp |\n|:---|---:|\n| Check | **100** |\n| Lån \\| kredit | |\nEfter."
LISTS = "Målen:\n- ett\n  fortsatt\n\n* två\n\n1. först\n2. sedan\n\n2009. Ett år.\n– Ett citat."
LAID_OUT = [
    "Ett.\n\nTvå rader\nhänger ihop.\n\n\n# Rubrik\nText direkt under.\n| a | b |\n| 1 | 2 |\nEfter.",
    "\n\n  Inledande blank\r\nmed CRLF\r\n\r\nNytt stycke\x0cny sida",
    "#Inte rubrik\n####### sju\n#\n",
    TABLE,
    LISTS,
    "|\n| |\n|---|\n- \n* * *\n**\n<i></i> <b>x</i>\n||||\n| a || b",
    "",
    "   ",
]
SIGNS = re.compile(r"[-:#|\s*•]|</?[ib]>|\b\d\.")


def document(text: str, **more: object) -> Document:
    return Document("d", "", "d", "", text, Metadata("d"), **more)  # type: ignore[arg-type]


def bare(text: str) -> str:
    """`text` without the signs that shapes are made of."""
    return SIGNS.sub("", text)


def told(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def marked(blocks: list[Block]) -> str:
    return "".join(piece.text for block in blocks for piece in block.pieces if piece.marked)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("reading")) as service:
        yield service


@pytest.mark.parametrize("text", LAID_OUT, ids=range(len(LAID_OUT)))
def test_every_word_of_a_document_is_laid_out(text: str) -> None:
    for cut in range(0, len(text) + 1, 3):
        pages = (Page(1, 0, cut), Page(2, cut, len(text)))
        starts = {0, cut, min(cut + 5, len(text))}
        passages = [
            Passage(str(n), "d", n, text[at:], at, len(text), "", "")
            for n, at in enumerate(sorted(starts))
            if bare(text[at:])
        ]
        sections = (Section("s", cut, len(text), "2012"),)
        blocks = lay_out(document(text, sections=sections, pages=pages), passages, (cut, cut + 4))
        assert bare("".join(told(block.pieces) for block in blocks)) == bare(text)
        anchors = [anchor for block in blocks for piece in block.pieces for anchor in piece.anchors]
        assert anchors == [passage.id for passage in passages]
        for block in blocks:
            assert block.kind not in ("bullets", "numbers") or block.pieces == sum(block.items, ())
            cells = sum((cell for row in (block.head, *block.rows) for cell in row), ())
            assert block.kind != "table" or block.pieces == cells
        if text.strip():
            assert {block.label for block in blocks if block.kind == "page"} >= {"1"}


@pytest.mark.parametrize("text", LAID_OUT, ids=range(len(LAID_OUT)))
def test_a_mark_holds_its_words_and_no_others(text: str) -> None:
    for start in range(0, len(text), 2):
        end = min(start + 7, len(text))
        assert bare(marked(lay_out_text(text, (start, end)))) in bare(text[start:end])
    assert bare(marked(lay_out_text(text, (0, len(text))))) == bare(text)


def test_a_table_has_a_head_rows_and_cells() -> None:
    before, table, after = lay_out_text(TABLE)
    assert (before.kind, table.kind, after.kind) == ("text", "table", "text")
    assert [told(cell) for cell in table.head] == ["Stöd", "Belopp"]
    assert [[told(cell) for cell in row] for row in table.rows] == [["Check", "100"], ["Lån \\| kredit", ""]]
    assert table.rows[0][1][0].stressed
    without_rule = lay_out_text("| a | b |\n| c |\n")[0]
    assert without_rule.head == ()
    assert [[told(cell) for cell in row] for row in without_rule.rows] == [["a", "b"], ["c", ""]]


def test_a_passage_and_a_mark_inside_a_table_keep_their_place() -> None:
    start = TABLE.index("Check")
    passage = Passage("p", "d", 0, TABLE[start - 2 :], start - 2, len(TABLE), "", "")
    table = lay_out(document(TABLE), [passage], (start, start + 5))[1]
    assert table.rows[0][0] == (Piece("Check", True, ("p",)),)


def test_lists_are_lists_and_years_and_dialogue_are_not() -> None:
    blocks = lay_out_text(LISTS)
    assert [block.kind for block in blocks] == ["text", "bullets", "numbers", "text"]
    assert [told(item).split() for item in blocks[1].items] == [["ett", "fortsatt"], ["två"]]
    assert (blocks[2].level, len(blocks[2].items)) == (1, 2)
    assert told(blocks[3].pieces) == "2009. Ett år.\n– Ett citat."
    assert lay_out_text("3. Ensam punkt.")[0].kind == "text"


def test_headings_step_down_one_level_at_a_time() -> None:
    blocks = lay_out_text("### Djup\n\n# Högst\n\n#### Djupare\n\n###### Djupast")
    assert [block.level for block in blocks] == [2, 2, 3, 4]


def test_a_line_that_a_passage_has_as_its_heading_is_one() -> None:
    text = "Syfte\n\nMål\n\nHär står syftet. Mål\n\nMål\nHär står målen."
    first, second = text.index("Här står syftet"), text.index("Här står målen")
    passages = [
        Passage("a", "d", 0, "", first, first + 20, "", "", headings=("Syfte",)),
        Passage("b", "d", 1, "", second, len(text), "", "", headings=("Syfte", "Mål")),
    ]
    blocks = lay_out(document(text), passages)
    assert [(block.kind, told(block.pieces).strip()) for block in blocks] == [
        ("heading", "Syfte"),
        ("text", "Mål"),
        ("text", "Här står syftet. Mål"),
        ("heading", "Mål"),
        ("text", "Här står målen."),
    ]


def test_paragraphs_are_kept_and_marks_cross_them() -> None:
    text = "Första stycket.\n\nAndra stycket."
    blocks = lay_out(document(text), [], (8, 23))
    assert [block.kind for block in blocks] == ["text", "text"]
    assert marked(blocks) == text[8:17].rstrip() + "\n" + text[17:23]


def test_the_outline_names_each_heading_once_below_the_title() -> None:
    assert outline(PASSAGES[STRATEGY.id], "Strategi för omvärlden") == [
        (1, "Stöd till företag", "p1"),
        (1, "Samarbete", "p2"),
    ]
    assert outline(PASSAGES[STRATEGY.id])[:2] == [
        (1, "Strategi för omvärlden", "p1"),
        (2, "Stöd till företag", "p1"),
    ]


def test_read_mark() -> None:
    assert (read_mark("3-9"), read_mark("nix"), read_mark("٣-٩")) == ((3, 9), (0, 0), (0, 0))


def test_a_document_can_be_read(client: httpx.Client) -> None:
    passage = PASSAGES[STRATEGY.id][1]
    page = client.get(f"/documents/strategi?mark={passage.start}-{passage.end}").text
    assert f'<span class="anchor" id="p-p2"></span><mark>{SECOND}</mark>' in page
    assert "<h3>Stöd till företag" in page
    assert '<th scope="col">Belopp</th>' in page and "<td>100 000</td>" in page
    text = words(page)
    for said in ("Region Påhitt", "april 2021", "Avslutat januari 2019 – mars 2021", "strategi.md", "sida 2"):
        assert said in text
    links = {link["href"]: link for link in Elements(page).all("a")}
    assert links["https://region.example/strategi"]["rel"] == "noopener noreferrer"
    assert any("question=Vad+st%C3%A5r+det+i+%E2%80%9DStrategi" in address for address in map(str, links))


@pytest.mark.parametrize("mark", ["", "x", "5", "9-2", "-1-5", "0-999999999", "1-2-3", "\0", "0-0"])
def test_odd_marks_are_harmless(client: httpx.Client, mark: str) -> None:
    response = client.get("/documents/strategi", params={"mark": mark})
    assert response.status_code == 200
    assert "Samarbetet" in response.text


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, {STRATEGY.metadata.title, HOSTILE.metadata.title}),
        ({"q": "OMVÄRLDEN  påhitt"}, {STRATEGY.metadata.title}),
        ({"region": "Påhitt"}, {STRATEGY.metadata.title}),
        ({"publisher": "Region Påhitt", "status": "ended"}, {STRATEGY.metadata.title}),
        ({"status": "unknown"}, {HOSTILE.metadata.title}),
        ({"q": "finns inte"}, set()),
        ({"region": "\0" * 500, "status": "x"}, set()),
    ],
)
def test_the_list_is_narrowed_down(client: httpx.Client, asked: dict[str, str], titles: set[str]) -> None:
    page = client.get("/documents", params=asked).text
    listed = page[page.index('<ul class="library">') : page.index("</ul>", page.index('class="library"'))]
    for title in (STRATEGY.metadata.title, HOSTILE.metadata.title):
        assert (title in words(listed)) == (title in titles)
    assert f"{len(titles)} av 2 dokument" in words(page)
    assert ("Visa alla" in page) == bool(asked)
    chosen = [option["value"] for option in Elements(page).all("option") if "selected" in option]
    assert all(value in asked.values() for value in chosen if value)


def test_the_quote_of_a_citation_is_where_the_text_has_it(client: httpx.Client) -> None:
    page = client.get("/documents/strategi#p-p1").text
    assert page.count(FIRST) == 1
    assert "<mark>" not in page


def test_a_hostile_document_stays_text(client: httpx.Client) -> None:
    page = client.get(f"/documents/{quote(HOSTILE.id, safe='')}").text
    elements = Elements(page)
    assert "alert(1)" in words(page)
    assert not {"script", "svg", "iframe", "b", "i", "x"} & {tag for tag, _ in elements.found}
    assert not [name for _, each in elements.found for name in each if name.startswith("on")]
    assert all((each["href"] or "")[0] in "/?#" for each in elements.all("a"))
