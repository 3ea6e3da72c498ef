"""What is known of a document, where it comes from, and what is refused."""

from dataclasses import asdict

import pytest
from prose import ADVICE, NETWORK, loaded, made, text_of

from ingest.metadata import describe
from ingest.regions import main_regions, named_regions
from ingest.stated import MetadataError, check_stated, read_sidecar
from vectorstore.passages import Metadata, Status

TEXT = text_of(
    "# Region Skogens strategi 2019–2023", ADVICE,
    "Region Skogen har ansvaret. Strategin antogs av fullmäktige den 4 mars 2019.", NETWORK,
)  # fmt: skip


def metadata(text: str, name: str = "text.txt", **stated: dict[str, object]) -> Metadata:
    return made(text, name, {source.replace("_", " "): fields for source, fields in stated.items()})[
        0
    ].metadata


def test_the_text_alone() -> None:
    found = metadata(TEXT)
    assert found == Metadata(
        title="Region Skogens strategi 2019–2023",
        publisher="Region Skogen",
        language="sv",
        published="2019-03-04",
        period=("2019", "2023"),
        found={
            "title": "heading", "publisher": "heading", "language": "language model", "published": "text",
            "period": "heading",
        },
    )  # fmt: skip


def test_a_sidecar_is_believed_before_front_matter_and_that_before_the_rest() -> None:
    found = metadata(
        TEXT,
        sidecar={"title": "Rätt titel", "status": Status.ENDED},
        front_matter={"title": "Titel i filen", "publisher": "Region Sjön", "regions": ("Dalarna",)},
    )
    assert (found.title, found.publisher, found.status) == ("Rätt titel", "Region Sjön", Status.ENDED)
    assert found.regions == ("Dalarna",) and found.published == "2019-03-04"
    sources = ("title", "publisher", "regions", "status", "published")
    wanted = ["sidecar", "front matter", "front matter", "sidecar", "text"]
    assert [found.found[field] for field in sources] == wanted


def test_a_file_is_believed_before_its_text() -> None:
    head = (
        '<title>Sidans namn</title><meta name="date" content="2020-05-04T10:00:00+02:00">'
        '<meta property="og:url" content="javascript:alert(1)">'
        '<meta property="og:site_name" content="Skogen">'
    )
    body = f"<main><h1>Stöd</h1><h1>Mer stöd</h1><p>{ADVICE}</p><p>{NETWORK}</p></main>"
    page = f'<html lang="sv-SE"><head>{head}</head><body>{body}</body></html>'
    found = metadata(page, "sida.html")
    assert (found.title, found.publisher, found.language) == ("Sidans namn", "Skogen", "sv")
    assert (found.published, found.source_url) == ("2020-05-04", "")
    assert {found.found[field] for field in ("title", "publisher", "language", "published")} == {"file"}


@pytest.mark.parametrize(
    ("content", "iso"),
    [
        ("2020-05-04", "2020-05-04"),
        ("4 maj 2020", "2020-05-04"),
        ("2020", "2020"),
        ("2020-02-31", "2020"),
        ("20200504", ""),
        ("hej", ""),
    ],
)
def test_a_date_in_a_file_is_made_iso_or_left_out(content: str, iso: str) -> None:
    head = f'<meta name="date" content="{content}">'
    page = f"<html><head>{head}</head><body><h1>Stöd</h1><p>{ADVICE}</p></body></html>"
    assert metadata(page, "sida.html").published == iso


def test_the_name_is_the_title_of_last_resort() -> None:
    found = metadata(ADVICE, "stöd_till-export 2020.txt")
    assert (found.title, found.found["title"]) == ("stöd till export 2020", "name")


def test_every_filled_field_says_how_it_was_found() -> None:
    for text in (TEXT, ADVICE, text_of("Dagbok", ADVICE)):
        found = metadata(text)
        filled = {
            name for name, value in asdict(found).items() if value and value not in (("", ""), Status.UNKNOWN)
        }
        assert filled - {"found"} == set(found.found)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Falun den 28 maj 2014", "2014-05-28"),
        ("Falun, 3 maj 2019", "2019-05-03"),
        ("Senast uppdaterad: 2019-09-06", "2019-09-06"),
        ("12 mars 2021", "2021-03-12"),
        ("Handlingsplanen fastställdes av nämnden den 3 maj 2019.", "2019-05-03"),
        ("Ansökan stänger 1 mars 2021", ""),
        ("Sista dag 1 mars 2021", ""),
        ("Regeringen beslutade den 17 mars 2016 om ändringar.", ""),
        ("Lagen antogs den 3 maj 2018.", ""),
        ("En rapport publicerad 3 maj 2018 visar det.", ""),
        ("Mötet hölls den 3 maj 2018.", ""),
    ],
)
def test_when_a_text_was_published(line: str, published: str) -> None:
    assert metadata(text_of("Stöd", ADVICE, line, NETWORK)).published == published


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("Projektet pågick från maj 2016 till juni 2018 och gick bra.", ("2016-05", "2018-06")),
        ("Projektet började i våras och avslutas i maj 2022.", ("", "2022-05")),
        ("Strategin gäller från 2021 till 2030.", ("2021", "2030")),
        ("The project ran from May 2019 to June 2020.", ("2019-05", "2020-06")),
        ("Skolbesöken, som pågick mellan 2014 och 2016, gav mycket.", ("", "")),
        ("Avgiften upphör den 30 juni 2020.", ("", "")),
        ("Projektet pågick från 2015 till 2016. Projektet Ny pågick från 2018 till 2019.", ("", "")),
    ],
)
def test_the_time_a_text_is_about(sentence: str, period: tuple[str, str]) -> None:
    assert metadata(text_of("Stöd", f"{ADVICE} {sentence}", NETWORK)).period == period


def test_a_long_text_is_not_over_when_something_it_mentions_is() -> None:
    over = "Projektet pågick från 2015 till 2016."
    assert metadata(text_of("Stöd", over, *[NETWORK] * 100)).period == ("", "")


def test_publishers() -> None:
    imprint = "Region Skogen\nE-post: info@skogen.se\nwww.skogen.se"
    assert (
        metadata(text_of("Plan", ADVICE, "Region Skogen och Region Sjön.", imprint)).publisher
        == "Region Skogen"
    )
    assert metadata(text_of("Plan", ADVICE, "info@skogen.se")).publisher == "skogen.se"
    assert metadata(text_of("Plan", f"Anmälan kan göras på www.blanketter.se. {ADVICE}")).publisher == ""
    often = "Region Skogens plan. Region Skogen vill. " * 3
    assert metadata(text_of("Plan", often, "Region Sjön är med.")).publisher == "Region Skogen"
    assert metadata(text_of("Plan", often, "Region Sjön är med. " * 4)).publisher == ""


def test_regions() -> None:
    assert named_regions("Värmländska och Wermlands bolag i Dalarna") == {"Värmland": 2, "Dalarna": 1}
    assert main_regions("Strategi för Norra Mellansverige", "Skåne " * 9) == (
        ("Dalarna", "Gävleborg", "Norra Mellansverige", "Värmland"), "heading",
    )  # fmt: skip
    assert main_regions("Plan", "Värmland och värmländska bolag. Dalarna.") == (
        ("Dalarna", "Värmland"),
        "text",
    )
    assert main_regions("Plan", "Värmland " * 9 + "Dalarna") == (("Värmland",), "text")
    assert main_regions("Plan", "I Värmland.") == ((), "")


def test_lost_letters_do_not_hide_the_region() -> None:
    found = metadata(
        text_of("Plan", f"Vi bor i Sörmland, ja Sörmland. {ADVICE} Smlands bolag. Smland. Smland.")
    )
    assert found.regions == ("Sörmland",)


SIDECAR = """\ufeff
title: Stöd på Öland
region: Kalmar
period: {from: 2019, to: 2021-03}
published: 2019-02-01
language: no
status: ended
kind:
source: [https://exempel.invalid/a, https://exempel.invalid/b]
"""


def test_a_sidecar_is_read_as_written() -> None:
    assert read_sidecar(SIDECAR.strip().encode(), "a.txt.meta.yaml") == {
        "title": "Stöd på Öland",
        "regions": ("Kalmar",),
        "period": ("2019", "2021-03"),
        "published": "2019-02-01",
        "language": "no",
        "status": Status.ENDED,
        "source_url": "https://exempel.invalid/a https://exempel.invalid/b",
    }
    assert read_sidecar(b"", "a") == read_sidecar(b"# tomt\n", "a") == {}
    assert check_stated({"period": ["2019-01", "2021-03"]}, "a") == {"period": ("2019-01", "2021-03")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("published: 2020-13-01", "published = '2020-13-01': write a date as YYYY, YYYY-MM"),
        ("published: 2020-02-30", "published = '2020-02-30'"),
        ("published: maj 2020", "published = 'maj 2020'"),
        ("titel: Stöd", "'titel' is not a field. Fields: as_of,"),
        ("status: slut", "status = 'slut': Input should be 'current', 'ended'"),
        ("period: {start: 2019, slut: 2020}", "period.slut"),
        ("period: [2019]", "period = ['2019']"),
        ("- title", "must hold fields such as 'title: …', not list"),
        ("title: [", "is not YAML in UTF-8"),
        ("[" * 5_000, "is not YAML in UTF-8"),
        ("title: \"\\uD800\"", "title = '\\ud800'"),
        ("title: " + "x" * 70_000, "title = 'xxx"),
    ],
)  # fmt: skip
def test_a_bad_sidecar_is_refused_by_field(content: str, said: str) -> None:
    with pytest.raises(MetadataError) as caught:
        read_sidecar(content.encode(), "a.txt.meta.yaml")
    assert str(caught.value).startswith("a.txt.meta.yaml") and said in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_sidecar_in_another_encoding() -> None:
    with pytest.raises(MetadataError, match="is not YAML in UTF-8"):
        read_sidecar("title: Stöd".encode("latin-1"), "a.txt.meta.yaml")


def test_unknown_properties_of_a_file_are_left_out() -> None:
    file = loaded(text_of("Stöd", ADVICE))
    file = type(file)(
        file.text, file.blocks, properties={"author": "Eva", "title": "x" * 9_000, "published": 7}
    )
    found = describe("a.txt", file, file.blocks, (), {}, file.text)
    assert found.title == "x" * 200 and not hasattr(found, "author")
