"""Policy briefs: sections of quotes, what is missing, how old the sources are, nothing invented."""

from collections.abc import Iterator

import pytest
from project_shelf import Shelf, project_shelf

from assistant.framing import Framed
from assistant.projects.brief import PolicyBrief
from prompts import phrases
from vectorstore.embedder import Embedder

TEXTS = phrases("brief", "sv")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Shelf]:
    with project_shelf(tmp_path_factory.mktemp("brief"), embedder) as opened:
        yield opened


def brief(shelf: Shelf, text: str, language: str = "sv") -> Framed | None:
    return shelf.asked(PolicyBrief(shelf.store, shelf.scorer), text, language=language)


def test_a_brief_has_a_title_cited_sections_the_sources_years_and_what_is_missing(shelf: Shelf) -> None:
    framed = brief(shelf, "Skriv en kort policy brief om export i Gävleborg")
    assert framed is not None
    assert framed.text.startswith("Policy brief: export i Gävleborg")
    headings = [TEXTS[key] for key in ("background", "validity", "urged")]
    places = [framed.text.index(f"{heading}:") for heading in headings]
    assert places == sorted(places)
    assert "Gävleborgs exportstrategi (2012)" in framed.text
    assert {citation.region for citation in framed.citations} == {"Gävleborg"}
    assert TEXTS["gaps"] in framed.text


def test_every_statement_of_a_section_is_a_quote_given_once(shelf: Shelf) -> None:
    framed = brief(shelf, "Sammanfatta läget om export i Gävleborg")
    assert framed is not None
    quoted = [claim.text for claim in framed.claims]
    assert quoted and len(quoted) == len(set(quoted))
    assert all(claim.citations for claim in framed.claims)
    stored = shelf.store.document(framed.citations[0].document_id)
    assert stored is not None
    assert all(
        " ".join(citation.quote.split()) in " ".join(stored.text.split()) for citation in framed.citations
    )


def test_what_a_source_urges_is_quoted_beside_the_advice_to_check(shelf: Shelf) -> None:
    framed = brief(shelf, "Ta fram ett underlag om företag i Gävleborg")
    assert framed is not None
    urged = framed.text.split(f"{TEXTS['urged']}:")[1]
    assert "bör ansöka" in urged and "[" in urged
    assert TEXTS["verify"].split("$")[0].strip() in urged


def test_a_newer_strategy_of_the_place_is_pointed_to(shelf: Shelf) -> None:
    framed = brief(shelf, "Write a brief on packaging in Värmland", "en")
    assert framed is not None and "2022–2028" in framed.text


@pytest.mark.parametrize(
    "text",
    [
        "Vad är en policy brief?",
        "Vem skrev underlaget om export i Gävleborg?",
        "Vilka rekommendationer har Dalarna?",
        "Skriv en kort policy brief om rymdraketer i Gävleborg",
    ],
)
def test_other_questions_and_subjects_without_a_source_get_no_brief(shelf: Shelf, text: str) -> None:
    assert brief(shelf, text) is None
