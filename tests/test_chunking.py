"""Passages are word for word, in order, whole, and know where they stand."""

import re
from collections.abc import Iterator

import bad_files
import pytest
from prose import ADVICE, CORPUS, NETWORK, left_out, made, text_of

from ingest.chunking import LONGEST, TARGET
from ingest.sources import starter_root
from vectorstore.passages import Document, Passage

LONG = " ".join(
    f"Mening nummer {n} handlar om export till land {n}, och om råd till bolag." for n in range(100)
)
SAMPLES = {
    "plain": text_of("Stöd", ADVICE, "Nätverk", NETWORK),
    "no breaks": "ord " * 20_000,
    "no blanks": "x" * 5_000,
    "long": text_of("Stöd", LONG),
    "short lines": "\n".join(f"Rad {n}" for n in range(10_000)),
    "short paragraphs": text_of(*(f"Rad {n}" for n in range(2_000))),
    "tabs": ("\t".join(["cell"] * 50) + "\n") * 100,
    "form feeds": text_of("Stöd", ADVICE, "\f", "Nätverk", NETWORK),
    "other letters": "👩‍👩‍👧‍👦 🇸🇪 שלום مرحبا A\u030a \u202eabc\u202c " * 300,
    "only headings": "# Ett\n\n## Två\n\n# Tre\n",
    "signs between": f"{'x' * 1_500}\n***\n{'y' * 1_500}\n",
    "repeats": text_of(*["Samma sak. " * 200] * 3),
    "blank lines": text_of(LONG) + "\n" * 3_000 + LONG,
}
LINE_ENDS = {"unix": "\n", "dos": "\r\n", "old mac": "\r"}


def samples() -> Iterator[tuple[Document, list[Passage]]]:
    for name, data in bad_files.GOOD.items():
        yield made(data, name)
    for source in starter_root().sources:
        yield made(source.path.read_bytes(), source.name)
    for path in sorted(CORPUS.glob("*.txt")):
        yield made(path.read_bytes(), path.name)


def test_all_samples_are_cut_word_for_word_and_nothing_is_lost() -> None:
    for document, passages in samples():
        heads = {head for passage in passages for head in passage.headings} | {document.metadata.title}
        lost = [line for line in left_out(document, passages) if not is_furniture(line, heads)]
        assert lost == [], document.source
        assert [passage.number for passage in passages] == list(range(len(passages)))
        for passage in passages:
            assert passage.text.strip() == passage.text != "" and len(passage.text) <= LONGEST
            assert all(passage.start <= start < end <= passage.end for start, end in passage.gaps)
            assert passage.search_text and passage.id and passage.document_id == document.id


FRONT_MATTER = re.compile(r"[\w_]+:|---|- ")
CONTENTS_LINE = re.compile(r".+\t\d+$")
LINK_LINE = re.compile(r"Ladda ner .+$")
HIDDEN = re.compile(r"<!--.*-->|Exempelregionens program|Sida \d+")


def is_furniture(line: str, heads: set[str]) -> bool:
    """What may stand in no passage: headings, front matter, contents lists, link lines, running headers."""
    patterns = (FRONT_MATTER, CONTENTS_LINE, LINK_LINE, HIDDEN)
    return " ".join(line.strip("#*- ").split()) in heads or any(pattern.match(line) for pattern in patterns)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("ends", LINE_ENDS)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_odd_texts_are_cut_word_for_word(name: str, ends: str, suffix: str) -> None:
    document, passages = made(SAMPLES[name].replace("\n", LINE_ENDS[ends]), f"text{suffix}")
    heads = {head for passage in passages for head in passage.headings}
    lost = {line.strip("# ") for line in left_out(document, passages)}
    assert lost <= heads | {"Ett"}, "only the heading of the whole may stand in no passage"
    assert all(len(passage.text) <= LONGEST and passage.search_text for passage in passages)


def test_a_passage_keeps_to_one_heading() -> None:
    _, passages = made(
        text_of("# Plan", ADVICE, "## Mål", NETWORK, "### Delmål", ADVICE, "## Medel", NETWORK), "a.md"
    )
    assert [passage.headings for passage in passages] == [
        ("Plan",), ("Plan", "Mål"), ("Plan", "Mål", "Delmål"), ("Plan", "Medel"),
    ]  # fmt: skip
    assert passages[2].header == "Plan · Mål · Delmål"


def test_a_title_and_the_heading_under_it_both_count() -> None:
    _, passages = made(text_of("Handlingsplan", "Enad kraft", NETWORK, "Medel", ADVICE))
    assert [passage.headings for passage in passages] == [("Handlingsplan", "Enad kraft"), ("Medel",)]


def test_headings_without_text_are_in_the_passage_above() -> None:
    _, passages = made(
        text_of("# Plan", ADVICE, "## Kontakt: Eva Ek", "## Mål", NETWORK, "## Stänger 1 mars"), "a.md"
    )
    assert [passage.text.splitlines()[-1] for passage in passages] == [
        "## Kontakt: Eva Ek",
        "## Stänger 1 mars",
    ]


def test_whole_paragraphs_are_put_together_up_to_the_target() -> None:
    _, passages = made(text_of("Stöd", *[ADVICE] * 20))
    assert all(TARGET / 2 < len(passage.text) <= TARGET for passage in passages)
    assert all(passage.text.startswith("Företag") and passage.text.endswith("fri.") for passage in passages)


@pytest.mark.parametrize("ends", LINE_ENDS)
def test_long_paragraphs_are_cut_at_sentence_ends(ends: str) -> None:
    text = LONG.replace(". Mening nummer 50", ".\nMening nummer 50").replace("råd till", "t.ex. råd till")
    _, passages = made(text_of("Stöd", text).replace("\n", LINE_ENDS[ends]))
    assert len(passages) > 5
    assert all(passage.text.startswith("Mening") and passage.text.endswith("bolag.") for passage in passages)


def test_the_line_that_leads_in_to_a_list_stays_with_it() -> None:
    items = "\n".join(f"- Punkt {n} om {NETWORK}" for n in range(6))
    _, passages = made(text_of("Stöd", ADVICE * 5, f"Vi erbjuder:\n\n{items}"))
    assert [passage.text.splitlines()[0][:12] for passage in passages[:2]] == ["Företag i lä", "Vi erbjuder:"]


def test_rows_keep_the_header_of_their_table() -> None:
    rows = [
        f"| Stödform nummer {n} för bolag i länet | {n} 000 kronor | {n % 28 + 1} mars |" for n in range(40)
    ]
    table = "\n".join(["| Stöd | Belopp | Sista dag |", "|---|---|---|", *rows])
    _, passages = made(text_of("# Stöd", ADVICE, table, "## Nästa", NETWORK), "a.md")
    with_rows = [passage for passage in passages if "Stödform" in passage.text]
    assert len(with_rows) > 2
    assert all("| Stöd | Belopp | Sista dag |" in passage.search_text for passage in with_rows)
    assert "Belopp" not in with_rows[1].text and "Belopp" not in passages[-1].search_text


def test_a_header_row_of_a_whole_page_is_not_repeated() -> None:
    wide = "| " + " | ".join(f"En lång rubrik för kolumn {n}" for n in range(20)) + " |"
    rows = [f"| Rad {n} " + "| x " * 19 + "|" for n in range(60)]
    _, passages = made(text_of("# Stöd", "\n".join([wide, "|---" * 20 + "|", *rows])), "a.md")
    assert sum("kolumn 7" in passage.search_text for passage in passages) == 1


def test_passages_know_their_page() -> None:
    document, passages = made(bad_files.pdf(3), "a.pdf")
    assert [page.number for page in document.pages] == [1, 2, 3]
    for number in (1, 2, 3):
        on_page = "\n".join(passage.text for passage in passages if passage.page == number)
        assert f"bara på blad {number}" in on_page
    assert made(text_of("Stöd", ADVICE))[1][0].page is None


def test_header_names_what_the_passage_is_part_of() -> None:
    stated = {"sidecar": {"title": "Strategi", "regions": ("Dalarna", "Skåne"), "published": "2019-03-04"}}
    _, [passage] = made(text_of("Mål", NETWORK), stated=stated)
    assert passage.header == "Strategi · Dalarna, Skåne · 2019 · Mål"
    assert passage.indexed_text == f"Strategi · Dalarna, Skåne · 2019 · Mål\n{NETWORK}"
    _, [passage] = made(
        text_of("Mål", NETWORK), stated={"sidecar": {"title": "Plan", "period": ("2019", "2023-01")}}
    )
    assert passage.header == "Plan · 2019–2023 · Mål"


@pytest.mark.parametrize("sentences", [18, 22, 24, 26, 60])
def test_a_sentence_with_a_pull_quote_is_not_cut_at_the_quote(sentences: int) -> None:
    quote = f"”{'Vi vågade! ' * 25}”"
    before = "Detta är en lång mening om bolag. " * sentences
    _, passages = made(
        text_of("Stöd", f"{before}Det görs av högskolan och", quote, "EVA EK", f"Sjöns län. {LONG}")
    )
    assert any("högskolan och Sjöns län." in passage.search_text for passage in passages)
    assert any(quote in passage.text for passage in passages)
    assert not any("vågade" in passage.search_text or not passage.search_text for passage in passages)


def test_the_same_file_gives_the_same_passages() -> None:
    assert made(SAMPLES["long"]) == made(SAMPLES["long"])
    assert made(SAMPLES["long"])[1][0].id != made(SAMPLES["long"], "annan.txt")[1][0].id
