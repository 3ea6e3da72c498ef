"""Every format gives its text, blocks and properties, and leaves out what no reader sees."""

from pathlib import PurePath

import bad_files
import pytest

from ingest.filetypes import SUFFIXES
from ingest.loaded import BlockKind, LoadedFile
from ingest.loaders import LOADERS, load
from ingest.statuses import FileStatus, Unreadable

H, P, ITEM, ROW = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW


def read(name: str, data: bytes | str) -> LoadedFile:
    return load(PurePath(name).suffix, data.encode() if isinstance(data, str) else data)


def blocks(loaded: LoadedFile) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, loaded.text[block.start : block.end]) for block in loaded.blocks]


def words(loaded: LoadedFile) -> str:
    return "\n".join(text for _, _, text in blocks(loaded))


def status(name: str, data: bytes | str) -> tuple[FileStatus, str]:
    with pytest.raises(Unreadable) as caught:
        read(name, data)
    return caught.value.status, caught.value.detail


def test_every_suffix_has_a_loader() -> None:
    assert set(SUFFIXES) == set(LOADERS)


@pytest.mark.parametrize("name", bad_files.GOOD)
def test_blocks_lie_in_order_and_hold_words(name: str) -> None:
    loaded = read(name, bad_files.GOOD[name])
    done = 0
    for block in loaded.blocks:
        assert done <= block.start < block.end <= len(loaded.text)
        piece = loaded.text[block.start : block.end]
        assert piece == piece.strip() != ""
        done = block.end
    assert bad_files.PROSE[0] in loaded.text
    assert load(PurePath(name).suffix, bad_files.GOOD[name]) == loaded


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "cp850", "mac_roman"],
)
@pytest.mark.parametrize("text", ["Åsa är på väg\r\n\r\nnästa år\n", "Øst og vest, både på sjø og land", "å"])
def test_nordic_letters_survive_every_encoding(encoding: str, text: str) -> None:
    if text == "å" and encoding.startswith("utf-16-"):
        pytest.skip("one letter without a byte order mark could be anything")
    assert read("a.txt", text.encode(encoding)).text == text


def test_plain_text_is_unchanged_and_split_at_blank_lines_and_items() -> None:
    text = "Ett\r\nstycke\r\n \r\nInledning:\r\n• ett\r\n  till\r\n2. två\r\n\r\n1. Ensam rubrik\r\n"
    loaded = read("a.txt", text)
    assert loaded.text == text and not loaded.structured
    assert blocks(loaded) == [
        (P, 0, "Ett\r\nstycke"), (P, 0, "Inledning:"), (ITEM, 0, "• ett\r\n  till"), (ITEM, 0, "2. två"),
        (P, 0, "1. Ensam rubrik"),
    ]  # fmt: skip


def test_markdown() -> None:
    loaded = read("a.md", bad_files.MARKDOWN)
    assert loaded.text == bad_files.MARKDOWN and loaded.structured
    assert blocks(loaded) == [
        (H, 1, "Stöd på Öland"), (P, 0, bad_files.PROSE[0]), (P, 0, bad_files.PROSE[1]),
        (H, 2, "Vilka kan söka"), (ITEM, 0, "- bolag"), (ITEM, 0, "- små bolag"), (ITEM, 0, "- nätverk"),
        (ROW, 1, "| År | Kronor |"), (ROW, 0, "| 2019 | 500 |"),
    ]  # fmt: skip
    assert loaded.front_matter == {
        "title": "Stöd på Öland",
        "period": ["2019-01", "2021-03"],
        "language": "no",
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_markdown_offsets_hold_for_every_line_ending(ending: str) -> None:
    loaded = read(
        "a.md", ending.join(["---", "a: b", "---", "Titel", "=====", "", "ord", "<!-- x", "y -->", "ord två"])
    )
    assert [text for _, _, text in blocks(loaded)] == ["Titel", "ord", "ord två"]


def test_markdown_leaves_out_hidden_html() -> None:
    text = 'synligt\n\n<div style="display:none">dolt ett</div>\n\n<script>dolt två</script>\n\n'
    text += "<!-- dolt tre\n\nfyra"
    assert words(read("a.md", text)) == "synligt"


def test_bad_front_matter_names_the_line() -> None:
    found, detail = status("a.md", "---\ntitle: ja\nregion: [öppen\n---\ntext\n")
    assert found is FileStatus.DAMAGED and "line 4" in detail


def test_yaml_aliases_are_refused() -> None:
    assert "aliases" in status("a.md", "---\na: &a [x, x]\nb: [*a, *a]\n---\ntext\n")[1]


def test_html() -> None:
    loaded = read("a.html", bad_files.HTML)
    assert blocks(loaded) == [
        (H, 1, "Stöd på Öland"), (P, 0, bad_files.PROSE[0]), (P, 0, bad_files.PROSE[1]),
        (H, 2, "Vilka kan söka"),
        (ITEM, 0, "bolag"), (ITEM, 0, "nätverk"), (ROW, 1, "År | Kronor"), (ROW, 0, "2019 | 500"),
    ]  # fmt: skip
    assert loaded.properties == {
        "title": "Stöd på Öland", "published": "2020-05-04", "publisher": "Exempelregionen", "language": "sv",
        "source_url": "https://exempel.invalid/stod",
    }  # fmt: skip


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display : NONE">dolt</p>', "<p hidden>dolt</p>", '<p aria-hidden="true">dolt</p>',
        '<p style="font-size:0px">dolt</p>', '<p style="visibility:hidden">dolt</p>', "<!-- dolt -->",
        "<script>dolt</script>", "<style>dolt</style>", "<template>dolt</template>",
        "<noscript>dolt</noscript>",
        '<div style="opacity:0"><p>dolt</p></div>', '<img alt="dolt">',
    ],
)  # fmt: skip
def test_hidden_html_is_left_out(hidden: str) -> None:
    loaded = read("a.html", f"<html><body><p>Först ord.</p>{hidden}<p>Sedan ord.</p></body></html>")
    assert "dolt" not in loaded.text and words(loaded) == "Först ord.\nSedan ord."


def test_page_furniture_is_left_out_without_a_main_element() -> None:
    furniture = '<nav><p>ram</p></nav><header>ram</header><div class="cookie-banner">ram</div>'
    prose = "".join(f"<p>{text}</p>" for text in bad_files.PROSE)
    page = f"<html><body>{furniture}<h1>Titel</h1>{prose}<footer>ram</footer></body></html>"
    assert words(read("a.html", page)) == "\n".join(["Titel", *bad_files.PROSE])


def test_html_without_clear_main_content_keeps_its_body() -> None:
    body = "".join(f"<div><b>Punkt {n}</b> kort</div>" for n in range(30))
    assert len(read("a.html", f"<body>{body}</body>").blocks) == 30


def test_html_says_its_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>På väg “hem”</p></body></html>'
    assert words(read("a.html", page.encode("cp1252"))) == "På väg “hem”"


def test_pdf() -> None:
    loaded = read("a.pdf", bad_files.pdf())
    first = loaded.pages[0]
    assert [page.number for page in loaded.pages] == [1, 2, 3] and loaded.structured
    on_first = [block for block in blocks(loaded)][: sum(block.end <= first.end for block in loaded.blocks)]
    assert on_first == [
        (H, 1, "Kapitel B om stöd"),
        (P, 0, "\n".join([*bad_files.PROSE, "Detta står bara på blad 1 och avslu-", "tas här."])),
        (ITEM, 0, "• bolag"), (ITEM, 0, "• nätverk"), (ROW, 1, "År | Kronor"), (ROW, 0, "2019 | 500"),
        (ROW, 0, "2020 | 700"),
    ]  # fmt: skip
    assert loaded.properties["title"] == "Stöd på Öland" and loaded.properties["created"] == "2000-01-01"


def test_running_headers_stay_in_the_text_but_in_no_block() -> None:
    loaded = read("a.pdf", bad_files.pdf())
    assert loaded.text.count("Exempelregionens program") == 3 and "Sida 2" in loaded.text
    assert "Exempelregionens" not in words(loaded) and "Sida" not in words(loaded)


def test_pages_cover_the_text_and_hold_their_words() -> None:
    loaded = read("a.pdf", bad_files.pdf(5))
    assert (loaded.pages[0].start, loaded.pages[-1].end) == (0, len(loaded.text))
    for page in loaded.pages:
        assert f"bara på blad {page.number}" in loaded.text[page.start : page.end]


def test_docx() -> None:
    loaded = read("a.docx", bad_files.docx())
    assert loaded.structured and blocks(loaded) == [
        (H, 1, "Stöd på Öland"), (P, 0, bad_files.PROSE[0]), (ITEM, 0, "bolag"), (ITEM, 0, "nätverk"),
        (ROW, 1, "År | Kronor"), (ROW, 0, "2019 | 500"), (H, 2, "Vilka kan söka"), (P, 0, bad_files.PROSE[1]),
    ]  # fmt: skip
    assert loaded.properties["title"] == "Stöd på Öland" and loaded.properties["author"] == "Exempelregionen"
    assert "dold" not in loaded.text and "struken" not in loaded.text


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"word/x.xml": b" " * 30_000_000}, FileStatus.TOO_LARGE),
        ({f"word/{n}.xml": b" " * 2**20 for n in range(201)}, FileStatus.TOO_LARGE),
        ({f"word/{n}.xml": b"" for n in range(5_001)}, FileStatus.TOO_LARGE),
        ({"../out.xml": b""}, FileStatus.DAMAGED),
        ({"word/in.zip": b""}, FileStatus.DAMAGED),
    ],
    ids=["ratio", "sum", "entries", "path", "nested"],
)
def test_unsafe_archives_are_not_unpacked(parts: dict[str, bytes], expected: FileStatus) -> None:
    assert status("a.docx", bad_files.docx_with(parts))[0] is expected


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_invisible_characters_are_kept_and_told_of(name: str) -> None:
    loaded = read(name, "ord\u200b ett\u202e två \U000e0041\n\n\u200b\n\nslut\n")
    assert "\u202e" in loaded.text and "invisible" in loaded.warnings[0]
    assert all(text.strip("\u200b") for _, _, text in blocks(loaded))
    if name != "a.html":
        assert loaded.warnings == ("4 invisible characters (zero-width, direction or tag characters)",)


WRONG = {
    "png as pdf": ("a.pdf", bad_files.png(), "PNG"),
    "pdf as text": ("a.txt", bad_files.pdf(), "PDF"),
    "docx as html": ("a.html", bad_files.docx(), "Word"),
    "xlsx as docx": ("a.docx", bad_files.xlsx(), "Excel"),
    "doc as docx": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office"),
    "html as text": ("a.txt", bad_files.HTML.encode(), "HTML"),
    "text as docx": ("a.docx", b"bara ord", "text"),
    "zeros as markdown": ("a.md", b"ord\x00\x00\x01ord och flera ord", "binary"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_suffix_is_named(case: str) -> None:
    name, data, kind = WRONG[case]
    found, detail = status(name, data)
    assert found is FileStatus.WRONG_TYPE and kind in detail


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"", FileStatus.EMPTY),
        ("a.txt", b" \r\n\t ", FileStatus.EMPTY),
        ("a.txt", " \n".encode("utf-16"), FileStatus.EMPTY),
        ("a.txt", b"\xff\xfe\x00\xd8", FileStatus.DAMAGED),
        ("a.html", b"<html><body><p> </p></body></html>", FileStatus.NO_TEXT),
        ("a.pdf", bad_files.empty_pdf(), FileStatus.NO_TEXT),
        ("a.pdf", bad_files.encrypted_pdf(), FileStatus.ENCRYPTED),
        ("a.pdf", bad_files.pdf()[:900], FileStatus.DAMAGED),
        ("a.pdf", b"%PDF-1.7\n" + b"skr\xe4p" * 200, FileStatus.DAMAGED),
        ("a.pdf", bad_files.page_loop_pdf(), FileStatus.DAMAGED),
        ("a.pdf", bad_files.many_pages_pdf(2_001), FileStatus.TOO_LARGE),
        ("a.docx", bad_files.docx()[:-900], FileStatus.DAMAGED),
        ("a.docx", bad_files.docx_with({"[Content_Types].xml": b"<Types/>"}), FileStatus.DAMAGED),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            FileStatus.ENCRYPTED,
        ),
        ("a.txt", b"ord " * 2_500_001, FileStatus.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_has_a_status(name: str, data: bytes, expected: FileStatus) -> None:
    assert status(name, data)[0] is expected
