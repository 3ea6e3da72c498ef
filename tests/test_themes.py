"""What questions are about: themes told by words in three languages, counties, channels."""

import pytest

from assistant.answers import Answer, AnswerStatus
from assistant.desk.asking import Sorter
from assistant.desk.themes import OTHER, theme_name, themes, themes_of
from assistant.questions import Persona, Question, Turn
from prompts import LANGUAGES
from vectorstore.entities import Entity, Kind, Register
from vectorstore.naming import Names


def place(id: str, name: str, kind: Kind = Kind.REGION, *where: str, region: str = "") -> Entity:
    return Entity(id, kind, dict.fromkeys(LANGUAGES, (name,)), where=where, region=region)


NAMES = Names(
    Register(
        (
            place("se", "Sverige", region="Sverige"),
            *(place(one, one, region=one) for one in ("Dalarna", "Värmland", "Örebro", "Skåne", "Halland")),
            place("falun", "Falun", Kind.MUNICIPALITY, "Dalarna"),
        )
    )
)


def sorted_out(question: Question) -> tuple[tuple[str, ...], str]:
    answer = Answer(id="a", status=AnswerStatus.ANSWERED, language="sv", text="Ja.")
    asked = Sorter(lambda: NAMES).sort(question, answer)
    return asked.regions, asked.region


@pytest.mark.parametrize(
    ("question", "main"),
    [
        ("Finns det pengar för export?", "markets"),
        ("Hvilke støtteordninger finnes for reiseliv?", "tourism"),
        ("Can we get a grant?", "funding"),
        ("Vem kan bli vår partner i Polen?", "partners"),
        ("Hva er klima- og energimålene?", "energy"),
        ("Hur hittar vi kompetens?", "skills"),
        ("Vad är Interreg Sverige–Norge?", "cross_border"),
        ("What does Horizon Europe pay for?", "eu_programmes"),
        ("Hvordan skriver vi en prosjektsøknad?", "projects"),
        ("Vilka områden prioriterar regionen?", "strategy"),
        ("HUR SER KULTURLIVET UT?", "culture"),
    ],
)
def test_the_main_theme_of_a_question(question: str, main: str) -> None:
    assert themes_of(question)[0] == main


def test_a_question_can_have_several_themes_and_none() -> None:
    assert set(themes_of("Stöd till digitalisering och export")) == {"digital", "markets", "funding"}
    assert themes_of("Vad är klockan?") == ()


@pytest.mark.parametrize(
    "question", ["important things", "Vatten?", "Det är konstigt", "long term, långt bort", "internationellt"]
)
def test_a_beginning_of_another_word_is_no_theme(question: str) -> None:
    assert not {"markets", "culture", "funding", "skills"} & set(themes_of(question))


def test_every_theme_has_a_name_in_each_language() -> None:
    for one in themes().values():
        assert set(one.name) == set(LANGUAGES) and all(one.name.values())
    assert theme_name("culture", "sv", "Annat").startswith("Kultur")
    assert theme_name(OTHER, "sv", "Annat") == theme_name("gone", "sv", "Annat") == "Annat"


def test_the_askers_county_comes_before_those_that_the_question_names() -> None:
    assert sorted_out(Question("Stöd i Värmland?", region="dalarna")) == (("Dalarna",), "Dalarna")
    assert sorted_out(Question("Stöd i Falun?")) == (("Dalarna",), "Dalarna")
    assert sorted_out(Question("Värmland eller Örebro?")) == (("Värmland", "Örebro"), "Värmland, Örebro")


def test_a_follow_up_is_about_what_the_question_before_it_was() -> None:
    turns = (Turn("user", "Stöd till export i Dalarna?"), Turn("assistant", "Örebro har kultur."))
    answer = Answer(id="a", status=AnswerStatus.ANSWERED, language="sv", text="Ja.")
    asked = Sorter(lambda: NAMES).sort(Question("Och hur mycket mer då?", turns, Persona.SME), answer)
    assert (asked.regions, asked.persona) == (("Dalarna",), "sme")
    alone = Sorter(lambda: NAMES).sort(Question("Säkert?", turns), answer)
    assert alone.themes[0] == "markets"


def test_what_the_register_does_not_know_is_kept_with_the_question_and_counted_nowhere() -> None:
    assert sorted_out(Question("Stöd?", region="Karin Svensson, Storgatan")) == (
        (),
        "Karin Svensson, Storgatan",
    )
    assert sorted_out(Question("Stöd?", region="x" * 200))[1] == "x" * 100
    assert sorted_out(Question("Vad gäller i Sverige?")) == ((), "")
    assert sorted_out(Question("Dalarna Värmland Örebro Skåne Halland"))[0] == ()


def test_a_channel_nobody_knows_is_none() -> None:
    answer = Answer(id="a", status=AnswerStatus.ANSWERED, language="xx", text="Ja.")
    asked = Sorter().sort(Question("?", channel="<script>"), answer)
    assert (asked.channel, asked.language, asked.themes) == ("", OTHER, (OTHER,))
