"""The register's files: what is bundled, what an own folder adds, and every fault told with its way out."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from shelf import shelf
from typer.testing import CliRunner

from ingest.regions import areas, beginnings
from ingest.register.cli import register
from ingest.register.faults import Fault, RegisterError
from ingest.register.loading import load_register, read_register
from vectorstore.entities import Entity, Kind, Register
from vectorstore.naming import Names
from vectorstore.passages import Status
from vectorstore.relinking import store_register

# Municipalities of each county but the six that share its name.
COUNTED = 284
GOOD: dict[str, Any] = {
    "id": "provfond",
    "kind": "programme",
    "names": {"sv": ["Nordiska provfonden"], "en": ["Nordic Test Fund"], "no": ["Det nordiske prøvefondet"]},
    "abbreviations": ["NPF"],
    "period": ["2021", "2027"],
    "status": "current",
    "where": ["varmland"],
    "source": "fondens webbplats",
    "as_of": "2026",
    "confidence": "high",
}


@pytest.fixture(scope="module")
def bundled() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def names(bundled: Register) -> Names:
    return Names(bundled)


def one(names: Names, name: str) -> Entity:
    (entity,) = names.look_up(name)
    return entity


def ids(entities: list[Entity]) -> list[str]:
    return [entity.id for entity in entities]


def test_the_bundled_register_has_no_faults() -> None:
    assert read_register().faults == ()


def test_every_entry_says_where_it_is_from(bundled: Register) -> None:
    assert len(bundled.entities) - COUNTED > 250
    for entity in bundled.entities:
        assert entity.source and entity.as_of and entity.confidence
        assert all(entity.names[language] for language in ("sv", "en", "no"))


def test_no_entry_holds_contact_details(bundled: Register) -> None:
    written = "\n".join(f"{entity.note} {entity.source}" for entity in bundled.entities)
    assert "@" not in written
    assert not any(number in written for number in ("019-", "054-", "+46"))


def test_every_region_of_the_metadata_is_a_place(bundled: Register, names: Names) -> None:
    known = {entity.region for entity in bundled.entities if entity.region}
    assert known == set(beginnings())
    for area, counties in areas().items():
        assert {county.region for county in names.counties(one(names, area))} == set(counties)


def test_every_municipality_lies_in_its_county(bundled: Register, names: Names) -> None:
    found = [entity for entity in bundled.entities if entity.kind is Kind.MUNICIPALITY]
    assert len(found) == COUNTED
    for place, county in {"Kumla": "Örebro", "Degerfors": "Örebro", "Arvika": "Värmland"}.items():
        assert names.regions(one(names, place)) == [county]


@pytest.mark.parametrize(
    ("former", "later"),
    [
        ("CIP", ["cosme", "inre-marknadsprogrammet"]),
        ("Mål 2 Norra Mellansverige", ["eruf-norra-mellansverige-2014", "eruf-norra-mellansverige"]),
        ("Regionförbundet Örebro", ["region-orebro-lan"]),
        ("Örebro läns landsting", ["region-orebro-lan"]),
        ("SKL", ["skr"]),
        ("Hedmark", ["innlandet"]),
        ("Östsam", ["region-ostergotland"]),
        ("Exportrådet", ["business-sweden"]),
        ("Invest Sweden", ["business-sweden"]),
        ("Landstinget i Värmland", ["region-varmland"]),
        ("Viken", ["akershus", "ostfold", "buskerud"]),
        ("Open Days", ["europeiska-veckan"]),
    ],
)
def test_what_a_thing_became_is_told_from_both_ends(names: Names, former: str, later: list[str]) -> None:
    entity = one(names, former)
    assert ids(names.successors(entity)) == later
    assert all(entity.id in ids(names.predecessors(names.entities[one])) for one in later)
    assert entity.status in (Status.ENDED, Status.HISTORICAL)


@pytest.mark.parametrize(
    ("county", "area", "programmes", "elsewhere"),
    [
        ("Värmland", "norra-mellansverige", {"interreg-sverige-norge"}, {"interreg-central-baltic"}),
        ("Dalarna", "norra-mellansverige", {"interreg-sverige-norge"}, {"interreg-central-baltic"}),
        ("Gävleborg", "norra-mellansverige", {"interreg-central-baltic"}, {"interreg-sverige-norge"}),
        ("Örebro", "ostra-mellansverige", {"interreg-central-baltic"}, {"interreg-sverige-norge"}),
        ("Sörmland", "ostra-mellansverige", {"interreg-central-baltic"}, {"interreg-oks"}),
    ],
)
def test_what_applies_in_a_county(
    names: Names, county: str, area: str, programmes: set[str], elsewhere: set[str]
) -> None:
    applying = ids(names.applying(one(names, county)))
    assert applying[0] == area
    assert programmes <= set(applying) and not elsewhere & set(applying)
    assert "interreg-europe" not in applying


def own_register(folder: Path, **parts: Any) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(yaml.safe_dump(parts, allow_unicode=True), encoding="utf-8")
    return str(folder)


def entry(**changes: Any) -> dict[str, Any]:
    """The good entry with fields replaced, added or, where None, left out."""
    return {field: value for field, value in {**GOOD, **changes}.items() if value is not None}


# What is wrong: the changes to the good entry, the field that is told, and a piece of the way out.
FAULTY_ENTRIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown successor": ({"successors": ["cosmee"]}, "successors", "'cosme'"),
    "an unknown predecessor": ({"predecessors": ["xyzzy"]}, "predecessors", "add one"),
    "an unknown place": ({"where": ["varmlnd"]}, "where", "'varmland'"),
    "a place that is none": ({"where": ["cosme"]}, "where", "it is a programme"),
    "another's name": ({"abbreviations": ["Cosme"]}, "names", "cosme in programmes.yaml has the name"),
    "another's variant": ({"abbreviations": ["EU-bidrag"]}, "names", "list it as ambiguous"),
    "its own successor": ({"successors": ["provfond"]}, "successors", "round in a circle"),
    "its own place": ({"kind": "area", "where": ["provfond"]}, "where", "round in a circle"),
    "a period that runs backwards": ({"period": ["2027", "2021"]}, "period", "ends before it starts"),
    "a period of one date": ({"period": ["2027"]}, "period", "a start and an end"),
    "a date that is none": ({"period": ["2021", "våren"]}, "period", "YYYY-MM"),
    "a status that is none": ({"status": "open"}, "status", "'current'"),
    "current after its end": ({"period": ["2014", "2020"]}, "entry", "make the status ended"),
    "ended before its end": ({"status": "ended"}, "entry", "ends 2027; correct one"),
    "a missing language": ({"names": {"sv": ["Provfonden"], "en": ["Test Fund"]}}, "names", "names in no"),
    "an empty name": ({"names": [""]}, "names", "a name is empty"),
    "no source": ({"source": None}, "source", "add it"),
    "no date of what is known": ({"as_of": None}, "as_of", "add it"),
    "an odd confidence": ({"confidence": "certain"}, "confidence", "'high'"),
    "an unknown kind": ({"kind": "fund"}, "kind", "'programme'"),
    "an unknown field": ({"succesors": ["cosme"]}, "succesors", "predecessors, successors"),
    "cased but no name": ({"cased": ["Nordisk"]}, "entry", "'Nordisk'"),
    "an unknown region": ({"kind": "area", "region": "Värmlands län"}, "region", "they know Blekinge"),
    "a region of no place": ({"region": "Värmland"}, "region", "only a place has a region"),
}
FAULTY_FILES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "an odd id": ({"entries": [entry(id="Prov Fond")]}, "Prov Fond", "id", "small letters"),
    "one id twice": ({"entries": [GOOD, GOOD]}, "provfond", "id", "choose another"),
    "an ambiguous name of one meaning": (
        {"ambiguous": [{"name": "XYZ", "meanings": [{"text": "ett"}]}]},
        "XYZ",
        "meanings",
        "at least 2",
    ),
    "an ambiguous name of an unknown entry": (
        {"ambiguous": [{"name": "XYZ", "meanings": [{"text": "ett", "entity": "almii"}, {"text": "två"}]}]},
        "XYZ",
        "meanings",
        "'almi'",
    ),
    "defaults that are no fields": ({"defaults": ["ett"]}, "", "defaults", "write fields"),
    "counties that are no fields": ({"municipalities": ["Kumla"]}, "", "municipalities", "write fields"),
    "a municipality of no county": (
        {
            "municipalities": {"orbro": ["Prov"]},
            "defaults": {"source": "a", "as_of": "2026", "confidence": "low"},
        },
        "prov-kommun",
        "where",
        "'orebro'",
    ),
    "an unknown part": ({"programmes": []}, "", "programmes", "the parts are defaults"),
    "entries that are no list": ({"entries": {"id": "ett"}}, "", "entries", "write a list"),
    "an entry without fields": ({"entries": ["ett"]}, "", "entries", "write fields"),
}


@pytest.mark.parametrize(("changes", "field", "way_out"), FAULTY_ENTRIES.values(), ids=FAULTY_ENTRIES.keys())
def test_a_fault_in_an_entry_is_told(
    tmp_path: Path, changes: dict[str, Any], field: str, way_out: str
) -> None:
    faults = read_register(own_register(tmp_path / "own", entries=[entry(**changes)])).faults
    assert [(fault.file, fault.entry, fault.field) for fault in faults] == [
        ("own/own.yaml", "provfond", field)
    ]
    assert way_out in faults[0].message


@pytest.mark.parametrize(
    ("parts", "named", "field", "way_out"), FAULTY_FILES.values(), ids=FAULTY_FILES.keys()
)
def test_a_fault_in_a_file_is_told(
    tmp_path: Path, parts: dict[str, Any], named: str, field: str, way_out: str
) -> None:
    faults = read_register(own_register(tmp_path / "own", **parts)).faults
    assert [(fault.file, fault.entry, fault.field) for fault in faults] == [("own/own.yaml", named, field)]
    assert way_out in faults[0].message


def test_a_circle_through_other_files_is_told_once(tmp_path: Path) -> None:
    around = entry(predecessors=["inre-marknadsprogrammet"], successors=["cip"])
    faults = read_register(own_register(tmp_path / "own", entries=[around])).faults
    assert [(fault.file, fault.entry, fault.field) for fault in faults] == [
        ("programmes.yaml", "cip", "successors")
    ]
    assert sorted(str(faults[0].value).split(" -> "))[:1] == ["cip"]


@pytest.mark.parametrize("content", [b"entries: [", b"\xff\xfe\xfa", b"- a\n- b"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.yaml").write_bytes(content)
    (fault,) = read_register(str(tmp_path)).faults
    assert fault.file == f"{tmp_path.name}/own.yaml" and fault.message


def test_a_fault_names_file_entry_field_value_and_way_out() -> None:
    told = str(Fault("own/a.yaml", "cip", "status", "open", "write one of …"))
    assert told == "own/a.yaml: cip: status = 'open': write one of …"


def test_an_own_entry_is_added(tmp_path: Path) -> None:
    names = Names(load_register(own_register(tmp_path / "own", entries=[GOOD])))
    assert one(names, "npf").where == ("varmland",)
    assert "provfond" in ids(names.applying(names.entities["varmland"]))


def test_an_own_entry_extends_one_of_the_same_id(tmp_path: Path) -> None:
    own = {"id": "almi", "names": ["Almi Provlän"], "abbreviations": ["AP"], "note": "Vår kontakt."}
    almi = one(Names(load_register(own_register(tmp_path / "own", entries=[own]))), "Almi")
    assert (almi.name, almi.note, almi.source) == ("Almi Provlän", "Vår kontakt.", "Almi")
    assert {"Almi", "Almi Provlän", "AP", "ALMI"} <= set(almi.recognised)


def test_the_words_of_a_region_stay_with_its_first_entry(tmp_path: Path) -> None:
    own = entry(kind="region", region="Värmland", where=None)
    names = Names(load_register(own_register(tmp_path / "own", entries=[own])))
    assert one(names, "wermland").id == "varmland"
    assert names.regions(one(names, "npf")) == ["Värmland"]


def test_a_name_may_be_shared_once_it_is_listed_as_ambiguous(tmp_path: Path) -> None:
    shared = entry(abbreviations=["COSME"])
    meanings = [{"text": "det gamla", "entity": "cosme"}, {"text": "det nya", "entity": "provfond"}]
    ambiguous = {"name": "COSME", "meanings": meanings}
    assert read_register(own_register(tmp_path / "own", entries=[shared])).faults
    listed = read_register(own_register(tmp_path / "own", entries=[shared], ambiguous=[ambiguous]))
    assert not listed.faults
    assert Names(listed.register).find("COSME") == []


def test_a_register_with_faults_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"own/own.yaml: provfond: status.*utblick register check"):
        load_register(own_register(tmp_path / "own", entries=[entry(status="open")]))
    with pytest.raises(RegisterError, match="'saknas' does not exist.*UTBLICK_REGISTER_DIR"):
        load_register("saknas")


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(register, arguments, env={"UTBLICK_DATA_DIR": str(folder / "data")})


def test_check_prints_faults_and_fails(tmp_path: Path) -> None:
    folder = own_register(tmp_path / "own", entries=[entry(status="open")])
    faulty = run(tmp_path, "check", folder)
    assert faulty.exit_code == 1
    assert faulty.stdout.startswith("own/own.yaml: provfond: status = 'open': ")
    assert json.loads(run(tmp_path, "check", folder, "--json").stdout)["faults"][0]["entry"] == "provfond"
    sound = run(tmp_path, "check", own_register(tmp_path / "own", entries=[GOOD]))
    assert (sound.exit_code, sound.stdout.split()[1:2]) == (0, ["entries"])


def test_show_tells_names_succession_area_and_documents(tmp_path: Path) -> None:
    catalogue = shelf(tmp_path / "data")
    store_register(catalogue, load_register())
    (told,) = json.loads(run(tmp_path, "show", "Business Sweden", "--json").stdout)["entities"]
    assert told["around"]["predecessors"] == ["Exportrådet", "Invest Sweden"]
    assert [document["source"] for document in told["documents"]] == ["national.txt"]
    shown = run(tmp_path, "show", "innlandet").stdout
    assert "before it: Hedmark, Oppland" in shown and "no stored document names it" in shown
    assert "svenska kronor" in run(tmp_path, "show", "SEK").stdout
    unknown = run(tmp_path, "show", "Hedmrk")
    assert isinstance(unknown.exception, RegisterError) and "Did you mean Hedmark" in str(unknown.exception)
