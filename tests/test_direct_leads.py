"""The first sentence of a plain answer: no other thing's period, no yes or no that no sentence gives."""

from datetime import date

import pytest
from test_facts import ask, hit

from assistant.answers import AnswerStatus
from assistant.citations import Quote
from assistant.drafts import Line
from assistant.facts.glosses import gloss
from assistant.fit.criteria import About, Statement, criteria
from assistant.fit.judging import judge, outcome
from assistant.fit.profile import read_profile
from assistant.fit.verdicts import Verdict
from assistant.questions import Question
from ingest.register.loading import load_register
from vectorstore.naming import Names
from vectorstore.passages import Status

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


def test_the_period_of_a_programme_is_not_that_of_its_project(names: Names) -> None:
    found = hit("Inside Out EU hörde till Interreg Europe 2014–2020. Inside Out EU stöttar företag.")
    _, answer = ask(names, "Vilket år startade Inside Out EU?", found, "Inside")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "inget årtal" in answer.text.split("\n")[0] and "Enligt källan" not in answer.text
    _, answer = ask(names, "Vilket år startade Interreg Europe 2014–2020?", found, "Inside")
    assert answer.status is not AnswerStatus.NOT_IN_SOURCES


def test_the_end_of_a_programme_is_not_that_of_its_project(names: Names) -> None:
    found = hit("Inside Out EU hörde till Interreg Europe 2014–2020.")
    _, answer = ask(names, "Är Inside Out EU avslutat?", found, "Inside")
    assert "till 2020" not in answer.text


def test_a_date_beside_the_end_is_no_start(names: Names) -> None:
    found = hit("Ett kontor bildas genom Bron, som avslutades i juni 2021. Bron startade bra.")
    _, answer = ask(names, "När startade projektet Bron?", found, "kontor")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES and "när det började" in answer.text


MEMBERS = (
    "Värmland och Dalarna hör till Norra Mellansverige. Örebro län hör inte till Norra Mellansverige, "
    "utan till Östra Mellansverige. Interreg Sverige–Norge omfattar Värmland och en del av Västra Götaland."
)


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Hör Dalarna till Norra Mellansverige?", "Ja, enligt källan."),
        ("Ingår Örebro i Norra Mellansverige?", "Nej, enligt källan."),
        ("Gäller Interreg Sverige–Norge för Värmland?", "Ja, enligt källan."),
        ("Ingår Västra Götaland i Interreg Sverige–Norge?", ""),
        ("Ingår Örebro i Östra Mellansverige?", ""),
        ("Ingår Dalarna i Interreg Sverige–Norge?", ""),
    ],
)
def test_yes_and_no_where_a_sentence_says_so(names: Names, question: str, lead: str) -> None:
    draft, _ = ask(names, question, hit(MEMBERS), "Norra", "omfattar")
    assert "".join(line.text for line in draft.lead) == lead


def test_a_no_about_something_else_is_none(names: Names) -> None:
    found = hit("Kenya är ett land utanför EU, men Tyskland är det inte.")
    draft, _ = ask(names, "Är Tyskland med i EU?", found, "Kenya")
    assert not draft.lead


@pytest.mark.parametrize(
    "text",
    [
        "Interreg Europe omfattar hela EU. Med är alltså Värmland, Dalarna, Gävleborg och Örebro.",
        "Företag i bland annat Värmland, Dalarna, Gävleborg och Örebro deltar i Interreg Europe.",
        "Interreg Europe ger råd, stöd, nätverk och möten.",
    ],
)
def test_an_open_list_rules_nobody_out(names: Names, text: str) -> None:
    draft, _ = ask(names, "Är Skåne med i Interreg Europe?", hit(text), "Interreg", "alltså")
    assert not draft.lead


def test_a_place_that_is_gone_is_not_still_there(names: Names) -> None:
    found = hit("Hedmark är sedan 2020 en del av Innlandet.", status=Status.CURRENT, as_of="2023")
    _, answer = ask(names, "Är Hedmark fortfarande med?", found, "Hedmark")
    assert answer.text.startswith("Hedmark finns inte kvar") and not answer.text.startswith("Ja")


def test_a_role_that_nobody_is_told_to_have(names: Names) -> None:
    text = "Business Sweden finns här. Peter Berg, strateg på Region Värmland, besökte Business Sweden."
    _, answer = ask(names, "Vem är direktör för Business Sweden?", hit(text), "Business")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "vem som har rollen" in answer.text and "Fråga Business Sweden" in answer.text
    _, answer = ask(names, "Vem är strateg på Region Värmland?", hit(text), "Peter")
    assert answer.status is AnswerStatus.ANSWERED


def glosses(names: Names, text: str) -> str:
    found = hit(text)
    line = gloss([Line(text, (Quote(found, 0, len(text)),))], "en", names)
    return line.text if line else ""


def test_only_whole_terms_are_explained(names: Names) -> None:
    assert "grant" in glosses(names, "Bidraget är litet.")
    assert "grant" not in glosses(names, "Det har bidragit mycket.")
    assert "enterprising" not in glosses(names, "Det företagsamma Värmland pågår.")
    assert "pilot" not in glosses(names, "En satsning på kluster och smart specialisering.")


def placed(names: Names, text: str, place: str) -> Verdict:
    found = hit(text)
    conditions = criteria(Statement(text, Quote(found, 0, len(text))), names)
    assert any(one.about is About.PLACE for one in conditions)
    return outcome(judge(conditions, read_profile(Question(f"Vi är ett företag i {place}."), names), TODAY))


def test_a_part_of_a_county_decides_nothing(names: Names) -> None:
    text = "Interreg Sverige–Norge omfattar Värmland, Dalarna och en del av Västra Götaland."
    assert placed(names, text, "Göteborg") is Verdict.NOT_STATED
    assert placed(names, text, "Karlstad") is Verdict.MET
    assert placed(names, text, "Eskilstuna") is Verdict.NOT_MET


def test_who_belongs_rules_out_nobody_else(names: Names) -> None:
    text = "Värmland och Dalarna ingår i delområdet Centrala Skandinavien."
    assert placed(names, text, "Göteborg") is Verdict.NOT_STATED
    assert placed(names, text, "Karlstad") is Verdict.MET


def test_how_long_is_a_question_of_time(names: Names) -> None:
    text = "Projektet Bron startade i mars 2018 och avslutades i juni 2021. Bron kostade 3 miljoner kronor."
    _, answer = ask(names, "Hur länge pågick projektet Bron?", hit(text), "Bron")
    assert "juni 2021" in answer.text and "kronor" not in answer.text


def test_an_address_near_a_person_is_not_that_persons(names: Names) -> None:
    found = hit("Lena Berg leder projektet. Den som skrev är Olle Ek, olle.ek@tidning.example.")
    _, answer = ask(names, "Vad är direktnumret till Lena Berg?", found, "Lena")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES and "olle.ek" not in answer.text
    _, answer = ask(names, "Vilken mejladress har Olle Ek?", found, "Olle")
    assert "olle.ek@tidning.example" in answer.text
