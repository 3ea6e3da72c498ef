"""What is no running text is left out of passages, and nothing else is."""

import time

import pytest
from prose import ADVICE, NETWORK, left_out, loaded, made, text_of

from ingest.contents import contents_spans, without_contents
from ingest.furniture import running_text
from ingest.headings import mark_headings

QUOTE = "”Vi hade aldrig vågat utan stödet.”"
CHAPTERS = ("Bakgrund", "Mål och inriktning", "Uppföljning", "Bilagor")
BODY = text_of(*(part for chapter in CHAPTERS for part in (chapter, ADVICE)))


def words(text: str) -> str:
    file = without_contents(loaded(text))
    body = running_text(text, mark_headings(file))
    return "\n".join(text[block.start : block.end] for block in body.blocks)


def searched(text: str, name: str = "text.txt") -> str:
    return "\n".join(passage.indexed_text for passage in made(text, name)[1])


@pytest.mark.parametrize("leader", ["\t", " ........ ", " . . . . ", "     ", " … ", " "])
def test_a_contents_list_is_in_no_passage(leader: str) -> None:
    lines = "\n".join(
        f"{chapter}{leader}{page}" for chapter, page in zip(CHAPTERS, (3, 5, 5, 12), strict=True)
    )
    text = text_of("Handlingsplan", "Innehåll", lines) + "\n" + BODY
    document, passages = made(text)
    assert set(left_out(document, passages)) == {"Handlingsplan", "Innehåll", *lines.split("\n"), *CHAPTERS}
    assert not any("12" in passage.indexed_text or "Innehåll" in passage.indexed_text for passage in passages)
    assert document.metadata.title == "Handlingsplan"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_contents_list_with_long_titles_and_no_blank_lines_around(ends: str) -> None:
    text = (
        "Innehåll\n1 Bakgrund .... 3\n2 Mål och inriktning för\nlänets arbete .... 5\n3 Uppföljning .... 9\n"
        f"{ADVICE}\n\n1 Bakgrund\n\n{NETWORK}\n\n"
        f"2 Mål och inriktning\n\n{NETWORK}\n\n3 Uppföljning\n\n{NETWORK}\n"
    ).replace("\n", ends)
    assert "...." not in words(text) and "Innehåll" not in words(text)
    assert ADVICE in words(text)


TABLES = {
    "figures by tabs": "Gävle\t102\nFalun\t259\nMora\t412",
    "figures by blanks": "Gävle       402\nFalun       259\nMora        395",
    "costs by dots": "Resor ........ 120\nLöner ........ 450\nLokaler ...... 480",
    "years": "Första mässan\t2009\nAndra mässan\t2011\nTredje mässan\t2013",
    "phases": "Mål 1\nMål 2\nMål 3",
    "phases of two": "Mål 1\nMål 2\nMedel 3",
    "falling": "Mål 30\nSyfte 20\nMedel 10",
    "towns between": "Mål 12\nGävle 13\nFalun 14\nMora 15\nMedel 20",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_figures_is_no_contents_list(name: str) -> None:
    text = text_of("Mål", ADVICE, "Medel", NETWORK, TABLES[name], ADVICE)
    assert contents_spans(text) == []
    assert TABLES[name] in words(text)


def test_a_pull_quote_within_a_sentence_is_a_gap() -> None:
    text = text_of(
        "Samarbete", f"{ADVICE} Det görs av högskolan och", QUOTE, "EVA EK", f"Region Skogen. {NETWORK}"
    )
    document, [passage] = made(text)
    assert "högskolan och Region Skogen" in passage.search_text
    assert "vågat" not in passage.search_text and "EVA" not in passage.search_text
    assert [document.text[start:end] for start, end in passage.gaps] == [QUOTE, "EVA EK"]
    assert QUOTE in passage.text


@pytest.mark.parametrize(
    "parts",
    [
        ("Så säger företagen", QUOTE, "EVA EK", NETWORK),
        ("Exportstöd", ADVICE, "Vi erbjuder:", "- råd\n- nätverk", QUOTE, NETWORK),
        ("Exportstöd", ADVICE, f"- {ADVICE} Det är ett stöd till alla", QUOTE, NETWORK),
        ("Exportstöd", f"{ADVICE} Hon säger det rakt ut,", QUOTE, f"Sedan ler hon. {NETWORK}"),
        ("Exportstöd", ADVICE, QUOTE, "EVA EK", NETWORK),
        ("Exportstöd", f"{ADVICE} Det görs av högskolan och", QUOTE),
        ("Exportstöd", f"{ADVICE} Vi frågade Eva och", f"”{ADVICE * 3}”", NETWORK),
    ],
)
def test_other_quotations_are_running_text(parts: tuple[str, ...]) -> None:
    quote = next(part for part in parts if part.startswith("”"))
    assert (
        quote[1:20] in searched(text_of(*parts))
        and "EVA EK" in text_of(*parts) * ("EVA EK" in parts) + "EVA EK"
    )
    _, passages = made(text_of(*parts))
    assert not any(passage.gaps for passage in passages)


def test_links_go_but_advice_stays() -> None:
    links = ["Ladda ner Slutrapport", "Dela på sociala medier", "Läs mer om stödet", "Skriv ut"]
    items = "- Skriv ut avtalet och skicka in det.\n- Dela upp ansökan i delar."
    text = text_of("Så söker du", ADVICE, *links, items, "Läs mer i handboken innan du söker.", NETWORK)
    assert left_out(*made(text)) == ["Så söker du", *links]


def test_a_link_alone_under_a_heading_stays_with_it() -> None:
    text = text_of(
        "# Rapporter", ADVICE, "## Export i länet", "Ladda ner", "## Nätverk", NETWORK, "Ladda ner"
    )
    _, passages = made(text, "a.md")
    assert [passage.headings[-1] for passage in passages] == ["Rapporter", "Export i länet", "Nätverk"]
    assert passages[-1].text == NETWORK


def test_what_stands_below_a_link_stays() -> None:
    assert left_out(*made(text_of("Rapporter", ADVICE, "Ladda ner\n12 mars 2021", NETWORK))) == ["Rapporter"]


def test_a_table_after_a_contents_list_stays() -> None:
    contents = "Syfte\t3\nMål\t4\nMedel\t9\n"
    text = text_of("Plan", contents + TABLES["figures by tabs"], "Syfte", ADVICE, "Mål", "Medel", NETWORK)
    assert contents_spans(text) == [(text.index("Syfte"), text.index("Gävle"))]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_block_of_logos_is_one_list_of_names(ends: str) -> None:
    names = "\n\n\n".join(
        ["STRATEGIN ÄR FRAMTAGEN AV:", "ASKSTADS\nKOMMUN", "ÅKERSTADS\nKOMMUN", "Region Skogen", "ALMI"]
    )
    _, passages = made(text_of("Strategi", ADVICE, names).replace("\n", ends))
    last = "Strategin är framtagen av: Askstads Kommun, Åkerstads Kommun, Region Skogen, Almi"
    assert passages[-1].search_text == last and "ASKSTADS" in passages[-1].text


def test_paragraphs_cut_by_a_page_are_one() -> None:
    text = text_of(
        "Plan", "Stödet ska gå till företag som vill växa i", "andra länder och som har en plan.", ADVICE
    )
    assert "vill växa i\n\nandra länder" in words(text)
    assert "växa i andra länder" in searched(text)


HOSTILE = {
    "a line of blanks": "Ord" + " " * 300_000 + "x",
    "stars": "a " + "* " * 200_000 + "x",
    "names in capitals": text_of(*["EVA EK"] * 5_000),
    "quotations": text_of("Rubrik", *[f"{ADVICE} och", QUOTE] * 1_500),
    "figures": "Gävle 1\nFalun 2\nMora 3\n" + f"{'långt ' * 40}\n" + "Ek 1\nAl 2\nBok 3\n" * 8_000,
    "dashes": "A-" * 200_000,
    "one long word": "ö" * 500_000,
    "genitives": "Region Skogens Region Sjöns Malmös kommun " * 10_000,
    "a long heading": "# " + "Ord " * 50_000 + "\n\n" + text_of(*[NETWORK] * 500),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_hostile_texts_take_no_longer_than_others(name: str, suffix: str) -> None:
    began = time.process_time()
    _, passages = made(HOSTILE[name], f"text{suffix}")
    assert time.process_time() - began < 15
    assert max((len(passage.header) for passage in passages), default=0) < 1_000
