"""Sentences keep their place in the document and read as a person would cut them."""

from assistant.sentences import sentences
from vectorstore.passages import Passage
from vectorstore.plain_text import plain


def passage(text: str, start: int = 0, gaps: tuple[tuple[int, int], ...] = ()) -> Passage:
    return Passage("p", "d", 0, text, start, start + len(text), "", text, gaps=gaps)


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(passage(text))]


def test_offsets_count_the_documents_characters() -> None:
    document = "Rubrik\n\nEtt företag i Kil söker stöd. Det får svar inom en vecka."
    start = document.index("Ett")
    for sentence in sentences(passage(document[start:], start)):
        assert document[sentence.start : sentence.end] == sentence.text


def test_abbreviations_and_initials_end_no_sentence() -> None:
    assert texts("Stödet gäller t.ex. mässor, resor m.m. inom EU. Läs mer hos A. Berg på regionen.") == [
        "Stödet gäller t.ex. mässor, resor m.m. inom EU.",
        "Läs mer hos A. Berg på regionen.",
    ]


def test_list_items_stand_alone() -> None:
    assert texts("Så går det till\n• Ansök före resan till regionen\n• Redovisa kostnaderna efteråt") == [
        "Så går det till",
        "Ansök före resan till regionen",
        "Redovisa kostnaderna efteråt",
    ]


def test_names_after_a_lead_stay_together() -> None:
    assert texts("FRAMTAGEN AV:\n\nKILS\nKOMMUN\n\nARVIKA\nKOMMUN\n\nSUNNE\nKOMMUN\n\nTORSBY\nKOMMUN") == [
        "FRAMTAGEN AV: KILS KOMMUN, ARVIKA KOMMUN, SUNNE KOMMUN, TORSBY KOMMUN"
    ]


def test_a_gap_is_skipped_in_the_words_but_lies_within_the_quote() -> None:
    before, after = "Nätverket är ett samarbete mellan hamnen och", "skolan i Säffle. Det växer."
    text = f"{before}\n\n”Vi vågar mer ihop.”\n\nEVA EK\n\n{after}"
    gap = (text.index("”"), text.index("EK") + 2)
    first = sentences(passage(text, gaps=(gap,)))[0]
    assert first.text == "Nätverket är ett samarbete mellan hamnen och skolan i Säffle."
    assert "EVA EK" in text[first.start : first.end]


def test_a_word_broken_at_the_line_end_is_whole_again() -> None:
    assert texts("Här finns möj-\n\nlighet att lära av andra regioner.") == [
        "Här finns möjlighet att lära av andra regioner."
    ]


def test_markup_is_not_read_aloud() -> None:
    assert texts("Regionen ska **stärka** *samverkan* i länet.") == ["Regionen ska stärka samverkan i länet."]


def test_a_table_row_is_read_with_the_names_of_its_columns() -> None:
    table = "| Län | Program |\n|---|---|\n| Värmland | Interreg Sverige–Norge |\n| Örebro | Central Baltic |"
    assert texts(table) == [
        "Län: Värmland; Program: Interreg Sverige–Norge",
        "Län: Örebro; Program: Central Baltic",
    ]


def test_a_row_without_known_columns_is_read_as_a_list() -> None:
    assert texts("Värmland | Interreg Sverige–Norge") == ["Värmland, Interreg Sverige–Norge"]


def test_a_hyphen_before_very_many_blank_lines_is_read_at_once() -> None:
    assert plain("ord-" + "\n \n" * 100_000 + "Slut") == "ord- Slut"
    assert (
        plain("möj-\r\nlighet, små-\noch medelstora, ord-\rslut") == "möjlighet, små- och medelstora, ordslut"
    )
