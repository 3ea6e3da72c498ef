"""Names in texts: inflected, in compounds, in three languages; and those that are left alone."""

import time
import unicodedata

import pytest

from ingest.register.loading import load_register
from vectorstore.entities import Ambiguous, Entity, Kind, Meaning, Register
from vectorstore.naming import Names


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


def found(names: Names, text: str) -> list[tuple[str, str]]:
    return [(one.written, one.entity.id) for one in names.find(text)]


@pytest.mark.parametrize(
    ("text", "written", "entity"),
    [
        ("Regionalfondens pengar", "Regionalfonden", "eruf"),
        ("ur Regionalfondsprogrammet", "Regionalfond", "eruf"),
        ("ERUF-programmet", "ERUF", "eruf"),
        ("ERDF funding", "ERDF", "eruf"),
        ("CIP-programmet är slut", "CIP", "cip"),
        ("EU:s CIP:s regler", "CIP", "cip"),
        ("SKLs enhet", "SKL", "skl"),
        ("interreg-projektet", "interreg", "interreg"),
        ("Interregprojektet", "Interreg", "interreg"),
        ("Interreg Sverige–Norge", "Interreg Sverige–Norge", "interreg-sverige-norge"),
        ("Interreg Sverige - Norge", "Interreg", "interreg"),
        ("Leaderpengarna", "Leader", "leader"),
        ("Vinnovas utlysning", "Vinnova", "vinnova"),
        ("Vinnovaprojektet", "Vinnova", "vinnova"),
        ("Jordbruksverkets kontor", "Jordbruksverket", "jordbruksverket"),
        ("Region  \nSörmlands politiker", "Region  \nSörmland", "region-sormland"),
        ("LÄNSSTYRELSEN I VÄRMLAND", "LÄNSSTYRELSEN I VÄRMLAND", "lansstyrelsen-varmland"),
        ("värmländska företag", "värmländsk", "varmland"),
        ("Värmlandsbloggen", "Värmland", "varmland"),
        ("Örebrostrategins mål", "Örebrostrategin", "orebros-internationella-strategi"),
        ("i Trøndelag", "Trøndelag", "trondelag"),
        ("i Tröndelag", "Tröndelag", "trondelag"),
        ("bedriftene", "bedrift", "smf"),
        ("medfinansieringsgraden", "medfinansiering", "medfinansiering"),
        ("Insida Out EU", "Insida Out EU", "inside-out-eu"),
        ("kommunen Kumla", "Kumla", "kumla-kommun"),
        ("Karlstadsföretag", "Karlstad", "karlstad-kommun"),
        ("Marks kommun", "Marks kommun", "mark-kommun"),
        ("Smland och smländska bolag", "Smland", "sormland"),
        ("Almis rådgivare", "Almi", "almi"),
    ],
)
def test_a_name_is_found_as_it_is_written(names: Names, text: str, written: str, entity: str) -> None:
    assert (written, entity) in found(names, text)


@pytest.mark.parametrize(
    "text",
    [
        "cip och skl i små bokstäver",  # short forms are recognised only as written
        "chips, recipe, ESKIL",
        "Mål 20 och mål 2",
        "innlandsvägar",
        "business Swedish",
        "a project leader, new life and a rise",
        "Jag vill vara med, mark och berg",
        "en liten skara klippan i boden",
        "Eksjön ligger blank, och Nybron är ny",  # a lake and a bridge, not Eksjö and Nybro
    ],
)
def test_what_only_looks_like_a_name_is_left_alone(names: Names, text: str) -> None:
    assert found(names, text) == []


def test_småland_is_never_sörmland(names: Names) -> None:
    assert found(names, "Småland") == [("Småland", "smaland")]
    assert {entity for _, entity in found(names, "Smland, smländska, Region Smland")} == {
        "sormland",
        "region-sormland",
    }
    assert [region for one in names.places("småländska företag") for region in names.regions(one.entity)] == [
        "Jönköping",
        "Kalmar",
        "Kronoberg",
    ]


def test_the_longest_name_counts_and_places_within_it(names: Names) -> None:
    text = "Länsstyrelsen i Värmland och Region Dalarna"
    assert [entity for _, entity in found(names, text)] == ["lansstyrelsen-varmland", "region-dalarna"]
    assert [one.entity.id for one in names.places(text)] == ["varmland", "dalarna"]


@pytest.mark.parametrize("name", ["SEK", "EIC", "Mellansverige", "GIO", "IFS", "RTP", "NMS", "Compare"])
def test_an_ambiguous_name_alone_is_told_and_not_linked(names: Names, name: str) -> None:
    text = f"Vad säger {name} om stöd?"
    assert found(names, text) == []
    assert [one.name for one in names.ambiguous(text)] == [name]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Svensk Exportkredit, SEK, lånar ut.", "svensk-exportkredit"),
        ("Stockholmsregionens Europakontor (SEK) i Bryssel", "stockholm-region-eu"),
        ("EIC, European Innovation Council", "european-innovation-council"),
        ("Euro Info Centre (EIC) före 2008", "euro-info-centre"),
        ("Grants and Innovation Office, GIO", "grants-and-innovation-office"),
        ("Norra Mellansverige, alltså hela Mellansverige", "norra-mellansverige"),
        ("klustret Compare, och Compare igen", "compare"),
    ],
)
def test_an_ambiguous_name_beside_its_full_name_is_linked(names: Names, text: str, entity: str) -> None:
    assert {one for _, one in found(names, text)} == {entity}
    assert len(found(names, text)) == 2
    assert names.ambiguous(text) == []


def test_two_full_names_leave_an_ambiguous_one_open(names: Names) -> None:
    text = "European Innovation Council och Euro Info Centre: vilket är EIC?"
    assert [one.name for one in names.ambiguous(text)] == ["EIC"]
    assert len(found(names, text)) == 2


@pytest.mark.parametrize("amount", ["SEK 200 000", "200 000 SEK", "SEK2 miljoner"])
def test_an_amount_is_no_name(names: Names, amount: str) -> None:
    text = f"Svensk Exportkredit lånar ut {amount}."
    assert [entity for _, entity in found(names, text)] == ["svensk-exportkredit"]
    assert names.ambiguous(text) == []


def test_offsets_hold_in_decomposed_text(names: Names) -> None:
    text = unicodedata.normalize("NFD", "På Östra Mellansveriges språk: Örebro län")
    named = names.find(text)
    assert [one.entity.id for one in named] == ["ostra-mellansverige", "orebro"]
    assert all(text[one.start : one.end] == one.written for one in named)
    assert unicodedata.normalize("NFC", named[0].written) == "Östra Mellansverige"


def test_a_name_of_two_entities_is_never_guessed() -> None:
    shared = [Entity(one, Kind.PROJECT, dict.fromkeys(("sv", "en", "no"), (one, "Bryggan"))) for one in "ab"]
    meanings = (Meaning("a", "a"), Meaning("b", "b"))
    for ambiguous in ((), (Ambiguous("Bryggan", meanings),)):
        names = Names(Register(tuple(shared), ambiguous))
        assert names.find("Bryggan växer") == []


def test_names_are_found_in_a_few_milliseconds(names: Names) -> None:
    passage = "Region Värmland och Paper Province söker medel ur Regionalfonden i Norra Mellansverige. " * 10
    began = time.perf_counter()
    for _ in range(20):
        names.find(passage)
    assert (time.perf_counter() - began) / 20 < 0.02
