"""Partners and doors: who is named, for whom, on which sentence, and when the finder keeps silent."""

from collections.abc import Iterator
from datetime import date

import pytest
from partner_shelf import asked, hits, scorer, shelf_of_partners

from assistant.answers import AnswerStatus
from assistant.checking import check
from assistant.drafts import Draft
from assistant.framing import Framed, frame
from assistant.partners.finding import PartnerFinder
from assistant.partners.seeking import sought
from assistant.questions import Persona
from vectorstore.embedder import Embedder
from vectorstore.store import Store

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    """The shelf of partners."""
    with shelf_of_partners(tmp_path_factory, embedder) as opened:
        yield opened


@pytest.fixture(scope="module")
def finder(store: Store, embedder: Embedder) -> PartnerFinder:
    return PartnerFinder(store, scorer(store, embedder), embedder)


def found(finder: PartnerFinder, text: str, language: str = "sv", **who: object) -> Draft:
    """The draft for a question that is the finder's."""
    draft = finder.compose(asked(text, language, **who), hits(finder.store, text))  # type: ignore[arg-type]
    assert draft is not None
    return draft


def framed(finder: PartnerFinder, text: str, language: str = "sv", **who: object) -> Framed:
    """The answer a reader gets, after the check."""
    checked = check(found(finder, text, language, **who), text, finder.store.document, language, TODAY)
    assert checked.stands
    return frame(checked, language)


@pytest.mark.parametrize(
    "text",
    [
        "Vi gör kartonger i Arvika, vilka kluster finns?",
        "Hitta en partner i Portugal inom trä",
        "Vem kan hjälpa oss att komma ut i Europa?",
        "Vart ska en kommun vända sig om EU-projekt? Vem ska vi kontakta?",
        "Which clusters are there for bioeconomy?",
        "Who should we talk to about exporting?",
        "Where can a firm get help with customs papers?",
        "Hvem kan hjelpe oss med eksport?",
        "Finnes det klynger for skog?",
    ],
)
def test_questions_that_look_for_somebody_are_known(store: Store, text: str) -> None:
    assert sought(asked(text), store.names()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Vilka regioner ingår i projektet?",
        "Vilka två parter driver akademin?",
        "Vilka kluster valdes ut till piloten?",
        "Vem leder projektet och vilken budget har det?",
        "Vad gör Enterprise Europe Network för företag?",
        "Which clusters were selected for the pilot?",
        "Who finances the network?",
        "Hvem leder prosjektet?",
        "Får ett företag hjälp av ett EU-kontor?",
    ],
)
def test_questions_about_facts_are_left_to_others(finder: PartnerFinder, text: str) -> None:
    assert finder.compose(asked(text), hits(finder.store, text)) is None


def test_a_cluster_is_found_by_kind_place_and_theme(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vi gör förpackningar i Karlstad, vilka kluster finns?")
    first = answer.cards[0]
    assert (first.kind, first.name) == ("organisation", "Paper Province")
    assert "förpackningar av fiber" in first.fields["Varför"]
    assert answer.text.startswith("För Karlstad nämner dokumenten Paper Province")
    assert all(card.citations for card in answer.cards)


def test_a_field_holds_the_words_of_its_quote(finder: PartnerFinder) -> None:
    draft = found(finder, "Vilka kluster finns i Värmland?")
    lines = [line for card in draft.cards for line in card.fields.values()]
    assert lines
    for line in lines:
        (quote,) = line.quotes
        assert quote.hit.document.text[quote.start : quote.end] == line.text


def test_a_firm_is_sent_to_business_support_and_a_municipality_to_its_office(finder: PartnerFinder) -> None:
    firm = found(finder, "Vem ska vi kontakta?", persona=Persona.SME, region="Örebro")
    officer = found(finder, "Vem ska vi kontakta?", persona=Persona.OFFICER, region="Örebro")
    assert {card.name for card in firm.cards} <= {
        "Enterprise Europe Network",
        "Business Sweden",
        "Handelskammaren Mälardalen",
    }
    assert [card.name for card in officer.cards][0] == "Central Sweden"


def test_who_asks_is_also_read_from_what_was_said(store: Store) -> None:
    text = "Vem vänder vi oss till?"
    firm = sought(asked(text, said="Vi är ett litet företag i Kumla."), store.names())
    officer = sought(asked(text, said="Jag jobbar på en kommun."), store.names())
    assert firm and firm.is_firm is True
    assert officer and officer.is_firm is False


def test_the_asker_s_county_counts_where_the_question_names_none(store: Store) -> None:
    wanted = sought(asked("Vilka kluster finns?", region="Värmland"), store.names())
    assert wanted and wanted.counties == {"varmland"}


def test_a_sentence_that_denies_sends_nobody_there(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vem hjälper oss att exportera?")
    assert "Business Sweden" in answer.text
    assert "Open Trade Gate" not in answer.text


def test_advice_without_a_name_is_told_too(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vi är ett företag. Vem ska vi fråga om checkar?")
    assert "Fråga din region om checkar" in answer.text


def test_only_what_is_called_so_is_a_chamber(finder: PartnerFinder) -> None:
    draft = found(finder, "Vilka handelskammare finns?")
    assert {card.name for card in draft.cards} == {"Handelskammaren Mälardalen"}


def test_a_region_abroad_is_found_by_its_country(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vi söker partner i Italien inom skogsindustri")
    assert "Basilicata" in {card.name for card in answer.cards}
    assert "Enterprise Europe Network" in {card.name for card in answer.cards}


def test_what_nobody_works_with_is_said_and_who_helps_to_look(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vilka kan vi samarbeta med om vätgas?")
    assert answer.status is AnswerStatus.PARTIAL
    assert "vätgas" in answer.text
    assert answer.cards[0].name == "Enterprise Europe Network"


def test_a_body_that_only_the_register_knows_is_named_as_such(finder: PartnerFinder) -> None:
    answer = framed(finder, "Vilka handelskammare finns i Gävleborg?")
    assert answer.status is AnswerStatus.PARTIAL
    assert "Utblicks register (2026-11) anger Mellansvenska Handelskammaren" in answer.text
    assert "Mellansvenska Handelskammaren" not in {card.name for card in answer.cards}


def test_bodies_weighed_against_each_other_are_described_and_not_ranked(finder: PartnerFinder) -> None:
    answer = framed(finder, "Who should I call first, EEN or Business Sweden?", "en")
    assert {card.name for card in answer.cards} == {"Enterprise Europe Network", "Business Sweden"}
    assert "do not say whom to call first" in answer.text


def test_a_question_that_tells_nothing_is_asked_back_with_choices(finder: PartnerFinder) -> None:
    draft = found(finder, "Vem vänder jag mig till?")
    assert draft.status is AnswerStatus.CLARIFY
    assert len(draft.closing) == 1 and len(draft.follow_ups) == 3


def test_a_body_that_has_ended_is_no_partner(finder: PartnerFinder) -> None:
    text = "Vem hjälper kommuner i Örebro län med kontakter i Bryssel?"
    told = {hit.passage.text for hit in hits(finder.store, text)}
    assert any("Regionförbundet Örebro hjälper" in passage for passage in told)
    assert {card.name for card in found(finder, text).cards} == {"Central Sweden"}
