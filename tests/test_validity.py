"""What has ended is told, with what came after and whom to ask; bodies that are gone are no contact."""

from datetime import date

import pytest
from dated_hits import hit, quote, section_hit

from assistant.answers import AnswerStatus, Citation
from assistant.citations import cite
from assistant.contact_data import contact_data
from assistant.dated import Dated
from assistant.drafts import Asked, Block, CardDraft, Draft, Grid, Line, own
from assistant.notices import MOST, answer_notices
from assistant.questions import Question
from assistant.sifting import lines
from assistant.validity import spoken, validity, when
from ingest.register.loading import load_register
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata, Section, Status
from vectorstore.queries import Hit

TODAY = date(2026, 11, 1)
NAMES = Names(load_register())
CONTACT = "Regionförbundet Örebro nås på 019-000 00 00."
AIM = "Turismen ska växa i hela länet."
GONE = hit(
    "strategi",
    f"{AIM}\n{CONTACT}",
    Metadata(
        "Örebroregionens internationella strategi", "Regionförbundet Örebro", ("Örebro",), "sv", "2009-01-29"
    ),
)
CHEQUES = Metadata("Checkar", "Tillväxtverket", ("Värmland",), "sv", as_of="2019")


def note(metadata: Metadata, language: str = "sv") -> str:
    found = hit("d", "Text.", metadata)
    return validity(found.document, found.passage, language, TODAY, NAMES).note


def asked(text: str, language: str = "sv") -> Asked:
    return Asked(Question(text), text, text, language)


def dated(draft: Draft, question: str, language: str = "sv") -> Draft:
    return Dated(lambda: NAMES, lambda: TODAY).apply(draft, asked(question, language))


def quoting(found: Hit, *words: str) -> Draft:
    return Draft(blocks=(Block(tuple(Line(each, (quote(found, each),)) for each in words)),))


def texts(draft: Draft) -> list[str]:
    return [line.text for line in lines(draft)]


# What a document's note says, and with whom it is to be checked.


@pytest.mark.parametrize(
    ("metadata", "body"),
    [
        (CHEQUES, "hos Tillväxtverket"),
        (Metadata("Råd", "Exportrådet", language="sv", as_of="2010"), "hos Business Sweden"),
        (Metadata("Almi: lån", "Utblick", ("Sverige",), "sv", as_of="2021"), "hos Almi"),
        (Metadata("Eurostars: så söker du", "Utblick", ("Sverige",), "sv", as_of="2021"), "hos Vinnova"),
        (Metadata("Plan", "En tidning", ("Dalarna",), "sv", as_of="2012"), "hos Region Dalarna"),
        (
            Metadata("Plan", "", ("Dalarna", "Gävleborg", "Värmland"), "sv", as_of="2012"),
            "hos Region Dalarna, Region Gävleborg eller Region Värmland",
        ),
        (Metadata("Plan", "En tidning", ("Sverige", "Dalarna"), "sv", as_of="2012"), "fortfarande stämmer"),
        (Metadata("Plan", as_of="2012"), "fortfarande stämmer"),
    ],
)
def test_whom_to_check_an_old_source_with(metadata: Metadata, body: str) -> None:
    assert body in note(metadata)


def test_a_publisher_that_is_gone_is_replaced_by_what_came_after() -> None:
    told = note(GONE.document.metadata)
    assert "Regionförbundet Örebro" in told and "finns inte längre" in told
    assert "Region Örebro län" in told and "enligt registret (november 2026)" in told


def test_a_body_younger_than_its_source_is_told_of() -> None:
    metadata = Metadata("Blogg", "Region Värmland", ("Värmland",), "sv", as_of="2012")
    assert "finns sedan 1 januari 2019; källan är äldre" in note(metadata)
    assert "källan är äldre" not in note(
        Metadata("Blogg", "Region Värmland", ("Värmland",), "sv", as_of="2020")
    )


def test_a_strategy_that_the_register_knows_as_historical_is_so() -> None:
    found = validity(GONE.document, GONE.passage, "sv", TODAY, NAMES)
    assert found.status is Status.HISTORICAL


@pytest.mark.parametrize(
    ("metadata", "language", "expected"),
    [
        (Metadata("Projektet", as_of="2020", period=("2019-01", "2021-03")), "sv", "avslutat (mars 2021)"),
        (Metadata("Projektet", as_of="2020", period=("2019-01", "2021-03")), "en", "ended (March 2021)"),
        (Metadata("Förslag", as_of="2025-08", status=Status.PROPOSAL), "no", "forslag (august 2025)"),
        (Metadata("Utan datum"), "sv", "saknar datum"),
    ],
)
def test_dates_are_said_in_the_language_of_the_answer(
    metadata: Metadata, language: str, expected: str
) -> None:
    assert expected in note(metadata, language)


@pytest.mark.parametrize(
    ("iso", "said"), [("2009", "2009"), ("2021-03", "mars 2021"), ("2009-01-29", "29 januari 2009")]
)
def test_spoken(iso: str, said: str) -> None:
    assert spoken(iso, "sv") == said


@pytest.mark.parametrize(
    ("metadata", "shown"),
    [
        (Metadata("T", as_of="2020-09-04"), "2020"),
        (Metadata("T", period=("2019-01", "2021-03")), "2019–2021"),
        (Metadata("T", period=("", "2021-06")), "senast 2021"),
        (Metadata("T"), "utan årtal"),
    ],
)
def test_every_source_shows_its_time(metadata: Metadata, shown: str) -> None:
    found = hit("d", "Text.", metadata)
    assert when(found.document, found.passage, "sv") == shown


def test_a_post_shows_its_own_year_or_those_that_bound_it() -> None:
    sections = (
        Section("Ett", 0, 4, published="2018-11-22"),
        Section("Två", 4, 8, earliest="2010-12", latest="2018-07"),
    )
    whole = hit("blogg", "Ett Två ", Metadata("Blogg", as_of="2018"), sections)
    shown = [when(one.document, one.passage, "sv") for one in (section_hit(whole, t) for t in ("Ett", "Två"))]
    assert shown == ["2018", "2010–2018"]


# The notices of an answer are few.


def citations(*metadata: Metadata) -> list[Citation]:
    hits = [hit(f"d{number}", "Text.", each) for number, each in enumerate(metadata)]
    documents: dict[str, Document] = {one.document.id: one.document for one in hits}
    found = cite([quote(one, "Text.") for one in hits], documents.get, "sv", TODAY, NAMES)
    return [one for one in found if one]


def test_the_weightiest_notices_come_first_and_are_few() -> None:
    old = [Metadata(f"Gammal {year}", as_of=str(year)) for year in range(2010, 2016)]
    ended = Metadata("Slut", as_of="2020", period=("2014", "2020"))
    told = answer_notices(citations(*old, Metadata("Utan"), ended))
    assert len(told) == MOST
    assert "Slut" in told[0] and "Utan" in told[1] and "2010" in told[2]


def test_an_old_source_is_told_of_whatever_else_there_is_to_tell() -> None:
    others = [f"Upplysning {number}." for number in range(MOST)]
    told = answer_notices(citations(CHEQUES), others)
    assert told[:MOST] == others and "2019" in told[-1]


def test_a_document_is_told_of_once() -> None:
    one = citations(CHEQUES)
    again = [citation.model_copy(update={"number": 2}) for citation in one]
    assert len(answer_notices([*one, *again])) == 1


# What the question or the answer names that has ended.


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        (
            "Går det att söka CIP?",
            "sv",
            ["CIP är slut sedan 2013", "COSME (2014–2020)", "den inre marknaden"],
        ),
        ("Can we apply to CIP?", "en", ["CIP ended in 2013", "Single Market Programme", "November 2026"]),
        ("Hva skjedde med Exportrådet?", "no", ["Exportrådet finnes ikke lenger", "Business Sweden"]),
        ("Är Hedmark med?", "sv", ["Hedmark finns inte kvar: 2019 var sista året", "Innlandet"]),
    ],
)
def test_what_is_asked_for_and_has_ended(question: str, language: str, expected: list[str]) -> None:
    plain = hit("d", "Stödet söks hos regionen.")
    (notice,) = dated(quoting(plain, plain.passage.text), question, language).notices
    assert all(part in notice for part in expected)


def test_what_a_quote_names_by_an_old_name() -> None:
    plain = hit("d", "Vår sökta finansiering kom från CIP.")
    (notice,) = dated(quoting(plain, plain.passage.text), "Varifrån kom pengarna?").notices
    assert "CIP är slut" in notice


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("CIP och COSME ersattes av Programmet för den inre marknaden.", "Är CIP öppet?"),
        ("Business Sweden bildades när Exportrådet och Invest Sweden slogs ihop.", "Vad är Business Sweden?"),
        ("Interreg Europe pågår.", "Vad är Interreg Europe?"),
        ("Med var Region Skåne, Östsam och Västra Götalandsregionen.", "Vilka var med på mötet i Malmö?"),
    ],
)
def test_nothing_is_added_where_the_answer_says_it_or_nothing_has_ended(text: str, question: str) -> None:
    plain = hit("d", text)
    assert dated(quoting(plain, text), question).notices == ()


def test_what_is_asked_for_is_told_of_though_another_document_has_ended() -> None:
    ended = Metadata("Projektet", language="sv", period=("2019", "2021"))
    other = hit("d", "Projektet leds av en annan region.", ended)
    question = "Vad säger Värmlands internationella strategi?"
    (notice,) = dated(quoting(other, other.passage.text), question).notices
    assert "Värmlands internationella strategi är slut sedan 2020" in notice
    named = hit("d", "Projektet följer Värmlands internationella strategi.", ended)
    assert not dated(quoting(named, named.passage.text), question).notices


def test_a_publisher_that_is_gone_is_told_of_in_its_documents_note_alone() -> None:
    assert dated(quoting(GONE, AIM), "Vad vill Regionförbundet Örebro?").notices == ()


def test_a_body_under_another_name() -> None:
    plain = hit("d", "Bolaget medverkar i arbetet.")
    (notice,) = dated(quoting(plain, plain.passage.text), "Vad gör Almi Företagspartner?").notices
    assert "Almi Företagspartner heter numera Almi" in notice


def test_a_line_of_programmes_is_told_of_once() -> None:
    plain = hit("d", "Pengarna kom från CIP.")
    (notice,) = dated(quoting(plain, plain.passage.text), "Finns COSME kvar?").notices
    assert "COSME är slut" in notice


# Contact data of bodies that are gone.


@pytest.mark.parametrize(
    "text",
    [
        "Tfn: 019-000 00 00",
        "Ring 019-00 00 00.",
        "Ring +46 70 000 00 00.",
        "Tlf. 00 00 00 00",
        "post@exempel.se",
        "Se www.exempel.se.",
        "Se https://exempel.se/stod",
        "700 00 Örebro",
        "Box 1234, Karlstad",
        "Storgatan 12",
    ],
)
def test_contact_data_is_known(text: str) -> None:
    assert contact_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "Budgeten är 1 543 427 euro.",
        "Perioden 2014–2020",
        "Förordning 2023/2831",
        "RiR 2023:27",
        "200 000 SEK",
        "7 av 12",
    ],
)
def test_figures_are_no_contact_data(text: str) -> None:
    assert not contact_data(text)


def test_contact_data_of_a_body_that_is_gone_is_withheld() -> None:
    told = dated(quoting(GONE, AIM, CONTACT), "Hur når jag Regionförbundet Örebro?")
    assert "019-000" not in " ".join(texts(told))
    assert AIM in texts(told)
    (line,) = told.lead
    assert "Regionförbundet Örebro finns inte kvar" in line.text
    assert "Region Örebro län" in line.text and "2009" in line.text


def test_going_over_a_draft_again_changes_nothing() -> None:
    once = dated(quoting(GONE, AIM, CONTACT), "Hur når jag CIP eller Regionförbundet Örebro?")
    assert dated(once, "Hur når jag CIP eller Regionförbundet Örebro?") == once


def test_nothing_but_such_contact_data_is_no_answer_in_the_sources() -> None:
    told = dated(quoting(GONE, CONTACT), "Hur når jag Regionförbundet Örebro?", "en")
    assert told.status is AnswerStatus.NOT_IN_SOURCES
    assert not told.blocks and "no longer exists" in told.lead[0].text


def test_contact_data_of_a_historical_source_is_withheld_whoever_it_is_of() -> None:
    text = "Region Dalarna nås på 0243-00 00 00."
    old = hit("gammal", text, Metadata("Broschyr", "Region Dalarna", language="sv", status=Status.HISTORICAL))
    told = dated(quoting(old, text), "Hur når jag Region Dalarna?")
    assert "0243" not in " ".join(texts(told)) and "hos Region Dalarna" in told.lead[0].text


def test_contact_data_in_cells_and_cards_is_withheld_too() -> None:
    line = Line(CONTACT, (quote(GONE, CONTACT),))
    kept = Line(AIM, (quote(GONE, AIM),))
    draft = Draft(
        blocks=(Block((kept,)),),
        grid=Grid(("a", "b"), ((own("Örebro"), line),)),
        cards=(CardDraft("contact", "Örebro", {"phone": line}),),
    )
    told = dated(draft, "Vem?")
    assert told.grid.rows[0][1].text == "" and told.grid.rows[0][0].text == "Örebro"
    assert not told.cards


@pytest.mark.parametrize(
    "found",
    [
        hit("b", "Region Dalarna nås på 0243-00 00 00.", Metadata("Kontakt", "Region Dalarna", as_of="2026")),
        hit(
            "c",
            "Regionförbundet Örebro blev Region Örebro län, 019-000 00 00.",
            Metadata("Kontakt", as_of="2026"),
        ),
    ],
)
def test_contact_data_of_a_living_body_is_shown(found: Hit) -> None:
    assert texts(dated(quoting(found, found.passage.text), "Hur når jag er?")) == [found.passage.text]


def test_a_draft_without_lines_may_still_tell_what_has_ended() -> None:
    (notice,) = dated(Draft(), "När öppnar CIP?").notices
    assert "CIP är slut" in notice
