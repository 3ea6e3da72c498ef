"""What a conversation tells of the asker: place, kind, size, purpose, market; the newest wins."""

import pytest

from assistant.fit.amounts import Money, number, sums
from assistant.fit.profile import Asker, Profile, read_profile
from assistant.questions import Persona, Question, Turn
from ingest.register.loading import load_register
from vectorstore.naming import Names


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


def profile(names: Names, *said: str, region: str = "", persona: Persona | None = None) -> Profile:
    *before, text = said
    return read_profile(Question(text, tuple(Turn("user", one) for one in before), persona, region), names)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vi är ett litet bolag som gör möbler", Asker.FIRM),
        ("Kan ett AB få bidrag?", Asker.FIRM),
        ("Jag har enskild firma och syr kläder", Asker.SOLE_TRADER),
        ("Vi är en kommun som vill hjälpa företag ut", Asker.PUBLIC),
        ("Jag jobbar på Region Dalarna", Asker.PUBLIC),
        ("Som ideell förening undrar vi", Asker.ASSOCIATION),
        ("Vi är ett kluster för träindustrin", Asker.CLUSTER),
        ("We are a small manufacturing company", Asker.FIRM),
        ("I am self-employed", Asker.SOLE_TRADER),
        ("Our municipality wants to apply", Asker.PUBLIC),
        ("Vi er en bedrift med stor ordrebok", Asker.FIRM),
        ("Vi tillverkar båtar", Asker.FIRM),
        ("Vad är smart specialisering?", Asker.UNKNOWN),
    ],
)
def test_what_kind_of_asker_it_is(names: Names, text: str, kind: Asker) -> None:
    assert profile(names, text).kind is kind


@pytest.mark.parametrize(
    ("text", "employees"),
    [
        ("Vi är tolv anställda", 12),
        ("ett femmannaföretag", 5),
        ("a 35-person firm", 35),
        ("Vi er åtte ansatte", 8),
        ("det är bara jag", 1),
        ("we have 1 200 employees", 1200),
        ("öppet för alla", None),
    ],
)
def test_how_many_are_employed(names: Names, text: str, employees: int | None) -> None:
    assert profile(names, text).employees == employees


def test_turnover_and_age(names: Names) -> None:
    told = profile(names, "Vi omsätter 25 mkr och bolaget startade 2019")
    assert told.turnover == Money(25_000_000)
    assert told.founded == 2019
    assert profile(names, "our turnover is 4 million euro").turnover == Money(4_000_000, euro=True)


def test_numbers_and_ranges_of_money_are_read_as_written() -> None:
    assert number("2,5") == 2.5
    assert number("1 200") == 1200
    assert [money for _, money in sums("1–150 miljoner kronor")] == [Money(1e6), Money(150e6)]
    assert not sums("utlysningen 2024")


@pytest.mark.parametrize(
    ("said", "county"),
    [
        (("Vi sitter i Kumla",), "orebro"),
        (("Vi sitter i Kumla", "Och om vi flyttar till Arvika?"), "varmland"),
        (("Vi flyttar från Falun till Degerfors",), "orebro"),
        (("en bedrift i Trøndelag som vil samarbeide med Jämtland",), "trondelag"),
        (("Vi finns i Norra Mellansverige",), None),
    ],
)
def test_the_newest_place_that_lies_in_one_county_wins(
    names: Names, said: tuple[str, ...], county: str | None
) -> None:
    place = profile(names, *said).place
    assert (place.id if place else None) == county


def test_channel_and_persona_tell_what_the_words_do_not(names: Names) -> None:
    told = profile(names, "Vad finns det för stöd?", region="Värmland", persona=Persona.OFFICER)
    assert told.place is not None and told.place.id == "varmland"
    assert told.kind is Asker.PUBLIC
    assert profile(names, "Vi är ett företag", persona=Persona.OFFICER).kind is Asker.FIRM


@pytest.mark.parametrize(
    ("text", "market", "outside"),
    [("ut på marknaden i Kenya", "Kenya", True), ("sälja till Tyskland", "Tyskland", False)],
)
def test_the_market_lies_inside_or_outside_the_union(
    names: Names, text: str, market: str, outside: bool
) -> None:
    told = profile(names, text)
    assert (told.market, told.outside_eu) == (market, outside)


def test_the_name_of_a_programme_tells_nothing_of_the_asker(names: Names) -> None:
    told = profile(names, "Passar Kreativa Europa oss? Eller Interreg Sverige–Norge?")
    assert not told.themes
    assert not told.market
