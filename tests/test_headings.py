"""Headings are found where the format marks none, and left as they are where it does."""

import pytest
from prose import ADVICE, NETWORK, headings, loaded, text_of

from ingest.headings import heading_text, is_quotation, mark_headings


def found(text: str, suffix: str = ".txt") -> list[tuple[int, str]]:
    file = loaded(text, suffix)
    return headings(file, mark_headings(file))


def test_a_short_line_over_running_text_is_a_heading() -> None:
    assert found(text_of("Stöd till export", ADVICE, "Nätverk", NETWORK)) == [
        (2, "Stöd till export"),
        (2, "Nätverk"),
    ]


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_every_kind_of_line_end(ends: str) -> None:
    text = text_of("Stöd till export", f"Rad ett\nrad två {ADVICE}", "Kort rad\nover kort rad", NETWORK)
    assert [head for _, head in found(text.replace("\n", ends))] == ["Stöd till export"]


@pytest.mark.parametrize(
    "line",
    [
        "Foto: Eva Ek",
        "Läs mer om stödet",
        "eva.ek@exempel.invalid",
        "Tfn 070-123 45 67",
        "”Stödet var avgörande”",
        "Ett, två, tre, fyra",
        "Vi ger råd.",
        "på kort sikt",
        "EXPORTSTOD_BILD",
        "Nu går det äntligen fort för oss att växa!",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    assert found(text_of("Stöd till export", ADVICE, line, NETWORK)) == [(2, "Stöd till export")]


def test_a_line_with_nothing_under_it_is_no_heading() -> None:
    assert found(text_of("Stöd till export", ADVICE, "Eva Ek")) == [(2, "Stöd till export")]
    assert found(text_of("Stöd till export", ADVICE, "Torget", "Karta", "Plan")) == [(2, "Stöd till export")]


def test_numbers_give_levels() -> None:
    text = text_of(
        "Strategi", ADVICE, "1. Bakgrund", NETWORK, "1.1 Syfte", ADVICE, "1.1.1 Avgränsning", NETWORK
    )
    assert [level for level, _ in found(text)] == [2, 3, 4, 5]


def test_marked_headings_keep_their_level_in_plain_text() -> None:
    assert found(text_of("# Plan", "## Mål", NETWORK, "### Delmål", ADVICE)) == [
        (1, "# Plan"),
        (2, "## Mål"),
        (3, "### Delmål"),
    ]


def test_a_stressed_list_item_over_text_is_a_heading_but_plain_items_are_none() -> None:
    text = text_of("Verktyg", ADVICE, "- *Samverkan*", NETWORK, "- Nätverk och möten", ADVICE)
    assert found(text) == [(2, "Verktyg"), (3, "- *Samverkan*")]


def test_a_heading_right_above_its_text_needs_no_blank_line() -> None:
    assert found(f"Exportcenter\n{ADVICE}\n") == [(2, "Exportcenter")]
    assert found(f"Hamnen vid kajen\nHamnen en morgon i maj. {ADVICE}\n") == []  # a picture and its caption


def test_a_caption_that_repeats_the_heading_is_none() -> None:
    assert found(text_of("GRÖNHAV – ett lyckat nätverk", "Deltagare i GRÖNHAV", NETWORK)) == [
        (2, "GRÖNHAV – ett lyckat nätverk")
    ]


def test_stated_headings_without_text_become_paragraphs() -> None:
    text = text_of("# Plan", "## Kontakt: Eva Ek", "## Mål", NETWORK, "## Stänger 1 mars 2021")
    assert found(text, ".md") == [(1, "Plan"), (2, "Mål")]
    assert found(text_of("# Plan", "# Mål", NETWORK), ".md") == [(1, "Plan"), (1, "Mål")]


def test_a_stated_heading_as_long_as_a_paragraph_is_one() -> None:
    assert found(text_of("# Plan", NETWORK, f"## {ADVICE * 2}", NETWORK), ".md") == [(1, "Plan")]


def test_heading_text_drops_markup_and_composes_letters() -> None:
    assert heading_text("## **Mål  och**\u00a0medel** ") == "Mål och** medel"
    assert heading_text("- <i>Syfte</i>") == "Syfte"
    assert heading_text("A\u030atga\u0308rder") == "Åtgärder"


def test_quotations() -> None:
    assert is_quotation("*“Ett citat.”*") and is_quotation("”Över\ntvå rader”") and is_quotation("«Sitat»")
    assert not is_quotation("“Ensam är stark” stämmer inte.")
