"""The check of a draft: what stands on no quote is gone, whoever wrote it, and numbers follow reading."""

from dataclasses import replace
from datetime import date

import pytest
from shelf import document, passages

from assistant.answers import AnswerStatus
from assistant.checking import Checked, check
from assistant.citations import Quote
from assistant.drafts import Block, CardDraft, Draft, Grid, Line, Wording, own
from assistant.framing import Framed, frame
from vectorstore.passages import Document
from vectorstore.queries import Hit

TODAY = date(2026, 11, 22)
SHELF = {f"id-{name}": document(name) for name in ("värmland", "gävleborg", "national")}


def quoted(name: str, words: str, wording: Wording = Wording.QUOTED, text: str = "") -> Line:
    """A line that stands on `words` of a document."""
    source = document(name)
    passage = next(one for one in passages(source) if words in one.text)
    start = source.text.index(words)
    return Line(text or words, (Quote(Hit(passage, source, 1.0), start, start + len(words)),), wording)


NORWAY = quoted("värmland", "Region Värmland samverkar med Norge genom Interreg.")
FOREST = quoted("värmland", "Skogsindustrin är viktig.")
EXPORT = quoted("gävleborg", "Region Gävleborg satsar på exportrådgivning för små företag.")


def find(document_id: str) -> Document | None:
    return SHELF.get(document_id)


def checked(draft: Draft, asked: str = "") -> Checked:
    return check(draft, asked, find, "sv", TODAY)


def framed(draft: Draft, asked: str = "") -> Framed:
    return frame(checked(draft, asked), "sv")


def test_citations_are_numbered_as_they_are_read_and_a_quote_used_twice_has_one() -> None:
    lead = replace(NORWAY, text="Med Norge.", wording=Wording.CLAIMED)
    made = framed(Draft(lead=(lead,), blocks=(Block((FOREST, NORWAY)),)))
    assert [(one.number, one.quote) for one in made.citations] == [(1, NORWAY.text), (2, FOREST.text)]
    assert "Med Norge. [1]" in made.text
    assert f"- {FOREST.text} [2]\n- {NORWAY.text} [1]" in made.text


@pytest.mark.parametrize(
    "claim",
    [
        "Region Värmland får 2 miljoner kronor.",
        "Läs mer på https://exempel.se/norge.",
        "Skriv till norge@exempel.se.",
    ],
)
def test_a_claim_may_not_say_more_than_its_quote(claim: str) -> None:
    draft = Draft(lead=(replace(NORWAY, text=claim, wording=Wording.CLAIMED),), blocks=(Block((FOREST,)),))
    made = framed(draft)
    assert claim not in made.text
    assert [one.quote for one in made.citations] == [FOREST.text]


def test_a_line_without_a_quote_stands_only_in_words_of_ours() -> None:
    made = framed(Draft(lead=(Line("Norge är bäst."), own("Så här är det:")), blocks=(Block((FOREST,)),)))
    assert "Norge är bäst" not in made.text
    assert "Så här är det:" in made.text


def test_words_of_ours_beside_a_quote_stand_only_with_it() -> None:
    beside = Line("Organisationen finns inte längre.", NORWAY.quotes, Wording.OWN)
    assert "längre. [1]" in framed(Draft(lead=(beside,))).text
    gone = check(
        Draft(lead=(beside,), blocks=(Block((EXPORT,)),)),
        "",
        {"id-gävleborg": SHELF["id-gävleborg"]}.get,
        "sv",
        TODAY,
    )
    assert gone.draft.lead == ()


def test_a_quote_of_a_document_that_changed_takes_its_line_along() -> None:
    changed = replace(SHELF["id-värmland"], text="Något annat.")
    draft = Draft(blocks=(Block((NORWAY, EXPORT)),))
    kept = check(draft, "", {**SHELF, "id-värmland": changed}.get, "sv", TODAY)
    assert [one.quote for one in kept.citations] == [EXPORT.text]


def test_a_line_on_two_quotes_needs_both() -> None:
    both = Line("Skogen och Norge.", FOREST.quotes + quoted("national", "Funding").quotes, Wording.CLAIMED)
    without = {name: one for name, one in SHELF.items() if name != "id-national"}
    kept = check(Draft(lead=(both,), blocks=(Block((EXPORT,)),)), "", without.get, "sv", TODAY)
    assert kept.draft.lead == ()


def test_cells_that_do_not_stand_are_emptied_and_rows_keep_their_width() -> None:
    invented = Line("50 miljoner", FOREST.quotes, Wording.CLAIMED)
    grid = Grid(("Region", "Skog", "Pengar"), ((own("Värmland"), FOREST, invented),))
    made = framed(Draft(grid=grid))
    assert made.table.rows == [["Värmland", f"{FOREST.text} [1]", ""]]


def test_fields_of_cards_need_quotes_and_a_card_without_fields_is_gone() -> None:
    cards = (
        CardDraft("organisation", "Region Värmland", {"Vad": NORWAY, "Telefon": own("054-00 00 00")}),
        CardDraft("contact", "Ingen", {"E-post": own("ingen@exempel.se")}),
    )
    made = framed(Draft(blocks=(Block((FOREST,)),), cards=cards))
    assert [(card.name, card.fields) for card in made.cards] == [
        ("Region Värmland", {"Vad": f"{NORWAY.text} [2]"})
    ]
    assert made.cards[0].citations == [2]


def test_a_draft_of_which_nothing_stands_is_no_answer() -> None:
    assert not checked(Draft(blocks=(Block((Line("Norge är bäst."),)),))).stands
    assert not checked(Draft(lead=(own("Så här är det:"),))).stands


def test_questions_back_and_explained_refusals_need_no_quote() -> None:
    assert checked(Draft(AnswerStatus.CLARIFY, lead=(own("Var finns ni?"),))).stands
    assert checked(Draft(AnswerStatus.NOT_IN_SOURCES, lead=(own("Beloppet anges inte."),))).stands
    assert not checked(Draft(AnswerStatus.NOT_IN_SOURCES)).stands


def test_what_is_left_open_says_whom_to_ask() -> None:
    draft = Draft(blocks=(Block((FOREST,)),), missing=("budgeten",))
    made = frame(checked(draft), "sv", "regionen@exempel.se")
    assert made.status is AnswerStatus.PARTIAL
    assert made.text.endswith("regionen@exempel.se.")
    assert (
        "regionen@exempel.se"
        not in frame(checked(replace(draft, missing=())), "sv", "regionen@exempel.se").text
    )


def test_every_line_cell_and_field_that_stands_on_a_quote_is_a_claim() -> None:
    grid = Grid(("Region", "Skog"), ((own("Värmland"), FOREST),))
    card = CardDraft("project", "Norge", {"Vad": NORWAY})
    made = framed(Draft(blocks=(Block((EXPORT,)),), grid=grid, cards=(card,)))
    assert [(claim.text, claim.citations) for claim in made.claims] == [
        (EXPORT.text, [1]),
        (FOREST.text, [2]),
        (NORWAY.text, [3]),
    ]
