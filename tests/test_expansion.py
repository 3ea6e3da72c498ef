"""What a question is searched for beside its own words."""

from dataclasses import dataclass, field

import pytest

from ingest.register.loading import load_register
from vectorstore.entities import Register
from vectorstore.expansion import MOST_OTHERS, Expanded, expand, is_about_funding, named_regions
from vectorstore.naming import Names
from vectorstore.queries import Expansion, Hit, Query
from vectorstore.trace import Trace


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


@dataclass
class Listening:
    """A retriever that keeps the queries it is asked."""

    heard: list[Query] = field(default_factory=list)

    def retrieve(self, query: Query) -> list[Hit]:
        self.heard.append(query)
        return []


def others(names: Names, text: str) -> set[str]:
    return {other for one in expand(text, names) for other in one.others}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Är CIP öppet?",
            {"COSME", "Single Market Programme", "Programmet för konkurrenskraft och innovation"},
        ),
        ("Vad blev det av COSME?", {"CIP", "Single Market Programme"}),
        ("pengar ur Regionalfonden", {"ERUF", "ERDF"}),
        ("Vad är ERUF?", {"Regionalfonden", "ERDF"}),
        ("What is the ERDF?", {"Regionalfonden", "ERUF"}),
        ("Er Hedmark fortsatt med?", {"Innlandet"}),
        ("Vad gör SKL?", {"SKR", "Sveriges Kommuner och Regioner"}),
        ("Exportrådets rådgivare", {"Business Sweden"}),
        ("Telefon till Regionförbundet Örebro", {"Region Örebro län"}),
        ("co-funding rate", {"medfinansiering"}),
        ("industriell omställning", {"industriell omvandling"}),
        ("søknadsrunde", {"utlysning"}),
        ("Northern Ireland", {"Nordirland"}),
    ],
)
def test_a_name_finds_its_other_names(names: Names, text: str, wanted: set[str]) -> None:
    assert wanted <= others(names, text)


@pytest.mark.parametrize(
    "text", ["Vad är SEK?", "Är EIC öppet?", "Vem är med i Mellansverige?", "IFS", "NMS"]
)
def test_an_ambiguous_name_is_not_expanded(names: Names, text: str) -> None:
    assert expand(text, names) == []
    assert named_regions(text, names) == []


def test_a_proposal_is_no_other_name_of_what_is(names: Names) -> None:
    assert "NRPP" not in others(names, "Regionalfonden")


def test_expansions_are_few_and_add_something(names: Names) -> None:
    for entity in names.register.entities:
        for one in expand(f"Vad är {entity.name}?", names):
            assert len(one.others) <= MOST_OTHERS
            assert len(set(one.others)) == len(one.others)
            assert not any(one.name.casefold() == other.casefold() for other in one.others)
    assert others(names, "Vad är Örebro?") == set()


def test_what_the_text_says_already_is_not_added(names: Names) -> None:
    assert "ERUF" not in others(names, "Regionalfonden (ERUF)")


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Vad vill Sörmland?", ["Sörmland"]),
        ("Jämför Sörmlands och Örebros mål", ["Sörmland", "Örebro"]),
        ("smland finansiering?", ["Sörmland"]),
        ("Södermanlands län", ["Sörmland"]),
        ("Region Värmland", ["Värmland"]),
        ("vilka län hör till ÖMS", ["Östra Mellansverige"]),
        ("Er Hedmark med?", ["Innlandet"]),
        ("Vi är ett företag i Kumla", ["Örebro"]),
        ("Och om vi flyttar till Degerfors?", ["Örebro"]),
        ("Värmlands möte i Malmö", ["Värmland"]),
        ("Hur gör Overijssel?", []),
        ("Var finns Paper Province?", []),
    ],
)
def test_regions_are_named_as_in_the_metadata(names: Names, text: str, regions: list[str]) -> None:
    assert named_regions(text, names) == regions


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Vilka bidrag finns i Värmland?", {"Norra Mellansverige", "Interreg Sverige-Norge"}, set()),
        ("Funding in Örebro?", {"Östra Mellansverige", "Interreg Central Baltic"}, {"Norra Mellansverige"}),
        ("Hvilke midler finnes i Kumla?", {"Örebro", "Östra Mellansverige"}, set()),
        ("Vem leder arbetet i Värmland?", set(), {"Norra Mellansverige"}),
    ],
)
def test_a_county_and_money_lead_to_its_programme_areas(
    names: Names, text: str, wanted: set[str], unwanted: set[str]
) -> None:
    assert wanted <= others(names, text)
    assert not unwanted & others(names, text)


def test_speaking_of_money() -> None:
    asked = ["Vad kan vi söka?", "What grants are there?", "Hvilke tilskudd finnes?", "finansiering?"]
    assert all(map(is_about_funding, asked))
    assert not any(map(is_about_funding, ["Vem leder projektet?", "Who leads it?", "Vilka kluster finns?"]))


def test_a_search_hears_of_it_and_tells_it(names: Names) -> None:
    listening, trace = Listening(), Trace()
    own = Expansion("bolaget", ("företaget",))
    query = Query("Är CIP och SEK öppna i Örebro?", 7, expansions=(own,), regions=("Dalarna",), trace=trace)
    assert Expanded(listening, lambda: names).retrieve(query) == []
    (heard,) = listening.heard
    assert (heard.text, heard.top_k, heard.regions) == (query.text, 7, ("Dalarna", "Örebro"))
    assert heard.expansions[0] == own and heard.expansions[1].entity == "cip"
    (told,) = [one.told for one in trace.steps if one.name == "expand"]
    assert [one["name"] for one in told["expansions"]] == ["bolaget", "CIP"]
    assert (told["regions"], told["ambiguous"]) == (["Dalarna", "Örebro"], ["SEK"])


def test_without_a_register_a_query_goes_on_as_it_is() -> None:
    listening = Listening()
    Expanded(listening, lambda: Names(Register())).retrieve(Query("Är CIP öppet i Örebro?"))
    assert listening.heard == [Query("Är CIP öppet i Örebro?")]
