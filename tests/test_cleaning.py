"""Search text is mended and plain; the raw text and ordinary words stay as they are."""

import json
import unicodedata

import pytest
from prose import ADVICE, SHARED, made, text_of

from ingest.cleaning import broken_words, lost_letters, mend, search_text

QUESTIONS = SHARED / "eval" / "swequad_train" / "corpus.jsonl"


@pytest.mark.parametrize(
    ("right", "broken", "start"),
    [
        ("Göteborg", "Gteborg", "gt"),
        ("Hälsingland", "Hlsingland", "hl"),
        ("Jämtland", "Jmtland", "jm"),
        ("Sörmland", "Smland", "sml"),
        ("Gävleborg", "Gvleborg", "gv"),
        ("näringsliv", "nringsliv", "nr"),
    ],
)
def test_a_lost_letter_is_put_back(right: str, broken: str, start: str) -> None:
    starts = lost_letters(f"{right} och {right}. Vi bor i {broken}.")
    assert [key[: len(start)] for key in starts] == [start]
    assert mend(f"Vi bor i {broken}.", starts) == f"Vi bor i {right}."


def test_other_forms_of_the_word_are_mended_too() -> None:
    starts = lost_letters("Region Sörmland, i Sörmland och Smland.")
    assert mend("Smländska och smlands SMLAND", starts) == "Sörmländska och sörmlands SÖRMLAND"
    assert broken_words("smländska bolag i Smland", starts) == ("smländska", "Smland")
    assert search_text("*smländska* bolag", starts) == "sörmländska bolag smländska"


@pytest.mark.parametrize(
    "text",
    [
        "Hon söker och han söker. Vad sker nu?",  # both are words
        "De sköter det och vi sköter annat. Så sker det.",
        "Sörmland, Smland",  # the whole word too seldom
        "Smland och smländska bolag",  # never the whole word
        "Hälsingland, Hälsingland, Hulsingland, Hulsingland och Hlsingland i Hålsingland, Hålsingland",
        "Skälet var skälet. Hon slet hårt.",
        "Fönster och fönster. Finster.",
        "Språket, språket. RTP SMHI KTH mfl.",
    ],
)
def test_words_that_stay_as_they_are(text: str) -> None:
    starts = lost_letters(text)
    assert mend(text, starts) == text


def test_only_search_reads_the_mended_word() -> None:
    document, [passage] = made(
        text_of("Region Sörmland", f"Vi bor i Sörmland. {ADVICE} Se smländska bolag i Smland.")
    )
    assert "Smland" in document.text and "smländska bolag i Smland" in passage.text
    assert "sörmländska bolag i Sörmland" in passage.search_text
    assert passage.search_text.endswith("smländska Smland")  # a search for the broken word finds it too
    assert "Småland" not in passage.indexed_text


def test_search_text_is_plain() -> None:
    assert search_text("**Möj-\nlighet** att _växa_", {}) == "Möjlighet att växa"
    assert search_text("in- och utflyttning,\nin-\noch utresa", {}) == "in- och utflyttning, in- och utresa"
    assert search_text(unicodedata.normalize("NFD", "Åäö"), {}) == "Åäö"
    assert search_text("vi\u00add\u200b noll\u202e", {}) == "vid noll"
    assert search_text("Projektet\u00a0A_B", {}) == "Projektet A_B"


def test_long_words_are_no_words() -> None:
    assert lost_letters("ö" * 100_000 + " " + "ö" * 99_999) == {}


def test_nothing_is_mended_in_ordinary_texts() -> None:
    if not QUESTIONS.exists():
        pytest.skip(f"no texts at {QUESTIONS}")
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert [starts for starts in map(lost_letters, texts) if starts] == []
