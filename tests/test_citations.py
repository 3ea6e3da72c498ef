"""A citation is what stands in the stored document, or it is none; and it says how old it is."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.citations import Quote, cite
from assistant.validity import validity
from vectorstore.passages import Document, Metadata, Passage, Section, Status
from vectorstore.queries import Hit

TODAY = date(2026, 11, 1)
TEXT = "Inledning om stödet.\n\nStödet är högst 50 000 kronor. Ansök hos regionen."
START = TEXT.index("Stödet är")
METADATA = Metadata("Om stödet", "Region Exempel", ("Värmland", "Dalarna"), "sv", as_of="2026-03")
DOCUMENT = Document("d", "x:d", "stod.md", "1", TEXT, METADATA)
PASSAGE = Passage("p", "d", 0, TEXT[START:], START, len(TEXT), "", "", 4, ("Belopp",), "2026-03")
HIT = Hit(PASSAGE, DOCUMENT, 1.0)


def cited(quote: Quote, document: Document | None = DOCUMENT) -> list[object]:
    return list(cite([quote], lambda _: document, "sv", TODAY))


def test_a_quote_is_read_from_the_stored_document() -> None:
    end = TEXT.index(" Ansök")
    (citation,) = cite([Quote(HIT, START, end)], lambda _: DOCUMENT, "sv", TODAY)
    assert citation is not None
    assert citation.quote == TEXT[citation.start : citation.end] == "Stödet är högst 50 000 kronor."
    assert (citation.number, citation.page, citation.heading) == (1, 4, ["Belopp"])
    assert (citation.region, citation.source, citation.validity.as_of) == (
        "Värmland, Dalarna",
        "stod.md",
        "2026-03",
    )


@pytest.mark.parametrize(
    "start, end", [(0, START), (START - 1, START + 9), (START, len(TEXT) + 1), (START, START)]
)
def test_a_quote_outside_its_passage_is_no_citation(start: int, end: int) -> None:
    assert cited(Quote(HIT, start, end)) == [None]


def test_a_document_that_is_gone_or_changed_is_not_cited() -> None:
    quote = Quote(HIT, START, len(TEXT))
    assert cited(quote, None) == [None]
    assert cited(quote, replace(DOCUMENT, text=TEXT.replace("50 000", "90 000"))) == [None]


def test_numbers_leave_out_what_was_dropped() -> None:
    good = Quote(HIT, START, len(TEXT))
    numbers = [
        one and one.number for one in cite([Quote(HIT, 0, 5), good, good], lambda _: DOCUMENT, "sv", TODAY)
    ]
    assert numbers == [None, 1, 2]


@pytest.mark.parametrize(
    ("metadata", "status", "note"),
    [
        (Metadata("T", as_of="2026-01"), Status.UNKNOWN, ""),
        (Metadata("T", as_of="2009"), Status.UNKNOWN, "från 2009"),
        (Metadata("T", as_of="2026", period=("2014", "2020")), Status.ENDED, "avslutat (2020)"),
        (Metadata("T", as_of="2026", period=("2021", "2027"), status=Status.CURRENT), Status.CURRENT, ""),
        (
            Metadata("T", as_of="2026", period=("2021", "2026-10"), status=Status.CURRENT),
            Status.ENDED,
            "avslutat",
        ),
        (Metadata("T", as_of="2026", period=("2021", "2026"), status=Status.CURRENT), Status.CURRENT, ""),
        (Metadata("T", as_of="2025", status=Status.PROPOSAL), Status.PROPOSAL, "förslag"),
        (Metadata("T", as_of="2012", status=Status.HISTORICAL), Status.HISTORICAL, "historisk"),
        (Metadata("T"), Status.UNKNOWN, "saknar datum"),
    ],
)
def test_validity(metadata: Metadata, status: Status, note: str) -> None:
    found = validity(replace(DOCUMENT, metadata=metadata), PASSAGE, "sv", TODAY)
    assert found.status is status
    assert (note in found.note) if note else not found.note


def test_an_undated_post_says_when_it_was_written_at_the_earliest_and_latest() -> None:
    post = Section("Ett inlägg", 0, len(TEXT), earliest="2010-12-18", latest="2018-07-04")
    undated = replace(PASSAGE, published="")
    found = validity(replace(DOCUMENT, sections=(post,)), undated, "en", TODAY)
    assert found.as_of == ""
    assert "between December 2010 and July 2018" in found.note
