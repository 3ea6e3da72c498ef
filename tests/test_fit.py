"""Whether support fits: what is asked first, what is met, and what nothing promises."""

from collections.abc import Iterator
from datetime import date

import pytest
from fit_shelf import OPEN, OVER, asked, shelf

from assistant.answers import AnswerStatus
from assistant.checking import check
from assistant.drafts import Asked, Draft
from assistant.fit.funding import FundingFit
from assistant.fit.verdicts import Verdict
from assistant.framing import Framed, frame
from assistant.scoring import SentenceScorer
from prompts import phrases
from vectorstore.embedder import Embedder
from vectorstore.queries import Query
from vectorstore.store import Store

TODAY = date(2026, 11, 22)
FIRM = "Vi är ett aktiebolag i Kumla med 12 anställda som vill exportera till Tyskland."


def fit(store: Store, embedder: Embedder) -> FundingFit:
    return FundingFit(store, SentenceScorer(embedder, store.rarity), lambda: TODAY)


@pytest.fixture(scope="module")
def funding(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[FundingFit]:
    """Over sources with open support."""
    with shelf(tmp_path_factory.mktemp("open"), embedder, OPEN) as store:
        yield fit(store, embedder)


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[FundingFit]:
    """Over sources that only know what is over."""
    with shelf(tmp_path_factory.mktemp("over"), embedder, OVER) as store:
        yield fit(store, embedder)


def drafted(funding: FundingFit, question: Asked) -> Draft | None:
    return funding.compose(question, funding.store.retriever.retrieve(Query(question.text, 8)))


def answer(funding: FundingFit, text: str, *said: str, language: str = "sv") -> Framed:
    """What a reader gets, after the check."""
    question = asked(text, *said, language=language)
    draft = drafted(funding, question)
    assert draft is not None
    checked = check(draft, " ".join([text, *said]), funding.store.document, language, TODAY)
    assert checked.stands
    return frame(checked, language)


@pytest.mark.parametrize(
    "text",
    [
        "Hur mycket betalar Fjällchecken?",
        "Hur mycket stöd kan vi få?",
        "How much can a firm get from Interreg Sweden-Norway?",
        "Kan jag använda planen från 2009 i en ny ansökan?",
        "Vad är Interreg Sverige–Norge?",
        "Vem äger projekten i Regionalfonden?",
        "Vilka län omfattar Interreg Sverige–Norge?",
        "Vilka fonder nämner planen vid namn?",
        "Finns det nationella pengar också, eller bara EU-stöd enligt planen?",
        "Kan vi få kontakt med Almi?",
        "Which programme did Värmland apply to?",
        "How much money does the project have?",
        "Hva er Regionalfondet?",
    ],
)
def test_questions_of_facts_are_left_to_others(funding: FundingFit, text: str) -> None:
    assert drafted(funding, asked(text)) is None


def test_it_asks_for_one_missing_fact_at_a_time_and_then_answers(funding: FundingFit) -> None:
    turns = ["Vi vill exportera, först till Tyskland. Vilka bidrag kan vi få?"]
    first = answer(funding, turns[0])
    assert first.status is AnswerStatus.CLARIFY and first.text == phrases("fit", "sv")["ask_county"]
    assert first.follow_ups
    turns += [first.text, "Kumla"]
    second = answer(funding, turns[2], *turns[:2])
    assert second.text == phrases("fit", "sv")["ask_size"]
    turns += [second.text, "Vi är 12 anställda"]
    last = answer(funding, turns[4], *turns[:4])
    assert last.status is AnswerStatus.ANSWERED
    assert "Fjällchecken" in last.text and "Kompasslånet" not in last.text


def test_after_three_questions_it_answers_with_what_it_knows(funding: FundingFit) -> None:
    ask = phrases("fit", "en")["ask_county"]
    said = ("Vad kan vi få för bidrag?", ask, "Vet inte", ask, "Vet inte", ask)
    last = answer(funding, "Vi vill exportera", *said)
    assert last.status is AnswerStatus.ANSWERED
    assert "Jag vet inte: län" in last.text


def test_a_single_firm_is_told_first_what_does_not_pay_it(funding: FundingFit) -> None:
    told = answer(funding, f"{FIRM} Vad kan vi få för stöd?")
    assert told.text.startswith("Ett enskilt företag kan normalt inte få projektpengar")
    assert "12 anställda" in told.text
    assert all(f"[{citation.number}]" in told.text for citation in told.citations)


def test_a_named_fund_is_answered_without_asking(funding: FundingFit) -> None:
    told = answer(funding, "Kan ett aktiebolag söka direkt ur Regionalfonden?")
    assert told.text.startswith(phrases("fit", "sv")["lead_no_applicant"])
    assert "Ett företag kan undersöka Fjällchecken" in told.text


def test_every_condition_gets_its_verdict_and_its_quote(funding: FundingFit) -> None:
    told = answer(funding, "Kan vi i Arvika gå med i Interreg Sverige–Norge?")
    texts = phrases("fit", "sv")
    row = next(row for row in told.table.rows if row[0] == texts["about_place"])
    assert "Värmland" in row[1] and "[" in row[1]
    assert row[2:] == ["Arvika (Värmland)", texts["met"]]


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_a_county_outside_the_area_is_told_so(funding: FundingFit, language: str) -> None:
    texts = {
        "sv": "Kan vår kommun i Kumla söka Interreg Sverige–Norge?",
        "en": "Can our municipality in Kumla apply for Interreg Sweden-Norway?",
        "no": "Kan kommunen vår i Kumla søke Interreg Sverige–Norge?",
    }
    told = answer(funding, texts[language], language=language)
    lead = phrases("fit", language)["lead_not_met"]
    assert told.text.startswith(lead.split("$called")[0])


@pytest.mark.parametrize(
    ("firm", "fits"),
    [
        ("Vi är ett företag i Kumla med 12 anställda", True),
        ("Vi är ett företag i Kumla med 60 anställda", False),
        ("Vi är ett företag i Gävleborg med 20 anställda", False),
        ("Vi är ett företag i Kumla med 12 anställda och omsätter 1 miljon kronor", False),
    ],
)
def test_limits_of_size_and_turnover_and_county_rule_out(funding: FundingFit, firm: str, fits: bool) -> None:
    told = drafted(funding, asked(f"{firm} och vill exportera till Tyskland. Vad kan vi få för stöd?"))
    shown = "" if told is None else " ".join(block.title for block in told.blocks)
    assert ("Fjällchecken" in shown) is fits


def test_support_for_far_markets_is_for_far_markets_only(funding: FundingFit) -> None:
    far = answer(
        funding,
        "Vi är ett företag i Kumla med 12 anställda som vill exportera till Kenya. Vad kan vi få för stöd?",
    )
    assert "Kompasslånet" in far.text
    near = answer(funding, f"{FIRM} Vilka stöd passar oss?")
    assert "Kompasslånet" not in near.text


def test_a_norwegian_firm_is_sent_to_what_covers_its_county(funding: FundingFit) -> None:
    told = answer(funding, "Kan firmaet vårt i Innlandet søke i lag med svenske partnere?", language="no")
    assert "Interreg Sverige–Norge" in told.text and "Innlandet" in told.text
    assert "Fjällchecken" not in told.text and "Ett enskilt företag" not in told.text


def test_support_of_another_country_is_left_out(funding: FundingFit) -> None:
    text = (
        "Vi er en bedrift i Innlandet med 12 ansatte som vil eksportere til Tyskland. Hva kan vi få i støtte?"
    )
    told = drafted(funding, asked(text, language="no"))
    assert "Fjällchecken" not in ("" if told is None else " ".join(block.title for block in told.blocks))


def test_no_answer_promises_and_each_tells_its_years(funding: FundingFit) -> None:
    told = answer(funding, f"{FIRM} Vad kan vi få för stöd?")
    assert phrases("fit", "sv")["closing"].split("$years")[0] in told.text
    assert "2025" in told.text


def test_moving_within_the_county_is_answered_from_the_territory(funding: FundingFit) -> None:
    said = ("Vi är ett företag i Kumla.", "Jaha.", "Vilket ERUF-program gäller oss?", "Östra Mellansverige.")
    told = answer(funding, "Och om vi flyttar till Degerfors?", *said)
    assert "Degerfors (Örebro" in told.text and "Östra Mellansverige" in told.text
    assert "Arvika" not in told.text


def test_the_next_deadline_is_never_guessed(funding: FundingFit) -> None:
    told = answer(funding, "När stänger nästa utlysning i Interreg Sverige–Norge?")
    assert told.status is AnswerStatus.PARTIAL
    assert told.text.startswith("Källorna anger inget datum")
    assert "den 3 mars och den 9 oktober" in told.text
    assert "2026" not in told.text and "2027" not in told.text


def test_a_deadline_without_any_date_is_no_answer(past: FundingFit) -> None:
    told = answer(past, "När stänger nästa utlysning ur Regionalfonden?")
    assert told.status is AnswerStatus.NOT_IN_SOURCES
    assert not told.citations


def test_who_may_apply_is_not_guessed(past: FundingFit) -> None:
    told = answer(past, "Kan ett aktiebolag söka strukturfonderna?")
    assert told.status is AnswerStatus.NOT_IN_SOURCES
    assert told.text.startswith("Källorna säger inte vem som kan söka strukturfonderna")


def test_what_is_over_cannot_be_applied_for(past: FundingFit) -> None:
    told = answer(past, "Kan vårt lilla företag söka pengar ur Inside Out EU?")
    assert told.text.startswith("Nej")
    assert "upphör i juni 2021" in told.text and "Syftet är att stärka" in told.text


def test_too_late_is_confirmed_not_denied(past: FundingFit) -> None:
    told = answer(past, "Är det för sent att hänga på det?", "Vad pågår?", "Inside Out EU pågår.")
    assert told.text.startswith("Ja")


def test_what_a_source_only_names_is_not_said_to_be_open(past: FundingFit) -> None:
    told = answer(past, "Kan vi fortfarande söka CIP?")
    assert told.text.startswith("Nej, inget i källorna tyder på")
    assert "ur CIP" in told.text
    assert any("registret" in notice for notice in told.notices)


def test_old_sources_alone_are_said_to_show_no_open_call(past: FundingFit) -> None:
    told = answer(past, "Vi är ett företag. Vad kan vi få för bidrag?")
    assert told.text.startswith(phrases("fit", "sv")["past_lead"])
    assert "strukturfonderna" in told.text and "2009" in told.text


def test_verdicts_have_words_in_every_language() -> None:
    for language in ("sv", "en", "no"):
        assert {verdict.value for verdict in Verdict} <= set(phrases("fit", language))
