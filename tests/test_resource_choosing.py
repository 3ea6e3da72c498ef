"""Choosing among the entries of the register that comes along: names, places, what holds on a day."""

from datetime import date

import pytest

from assistant.resources.choosing import Wanted, choose
from assistant.resources.naming import alphabetical, nearest
from assistant.resources.standing import Standing, standing
from ingest.register.loading import load_register
from vectorstore.entities import Entity, Kind
from vectorstore.naming import Names
from vectorstore.passages import Status

TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ERUF", "eruf"),
        ("regionalfonden", "eruf"),
        ("orebro", "orebro"),
        ("ÖREBRO", "orebro"),
        ("o\u0308rebro", "orebro"),
        ("interregprojekt", "interreg"),
        ("interreg sverige norge", "interreg-sverige-norge"),
        ("vad är cosme?", "cosme"),
        ("trondelag", "trondelag"),
        ("hajdu", "hajdu-bihar"),
        ("norge interreg", "interreg"),
    ],
)
def test_a_name_is_found_however_it_is_written(names: Names, text: str, first: str) -> None:
    assert choose(names, Wanted(text), "sv", TODAY).found[0].entity.id == first


def test_what_holds_comes_before_what_is_over(names: Names) -> None:
    found = choose(names, Wanted("interreg europe"), "sv", TODAY).found
    assert [one.standing for one in found] == [Standing.CURRENT, Standing.ENDED]


def test_a_slip_is_near_what_was_meant(names: Names) -> None:
    assert nearest(names, "reginalfonden")[0].id == "eruf"
    assert nearest(names, "kvantfysik") == nearest(names, "x" * 90) == nearest(names, " ") == []


def test_a_region_abroad_has_nothing_of_the_whole_country(names: Names) -> None:
    wanted = Wanted(kind=Kind.PROGRAMME, place=names.entities["innlandet"])
    found = {one.entity.id for one in choose(names, wanted, "sv", TODAY).found}
    assert found == {"interreg-sverige-norge"}


@pytest.mark.parametrize(
    ("status", "period", "expected"),
    [
        (Status.CURRENT, ("", ""), Standing.CURRENT),
        (Status.CURRENT, ("2021", "2025"), Standing.ENDED),
        (Status.CURRENT, ("2026-06", ""), Standing.CURRENT),
        (Status.CURRENT, ("2026-07", "2030"), Standing.COMING),
        (Status.PROPOSAL, ("2028", "2034"), Standing.PROPOSAL),
        (Status.HISTORICAL, ("2009", ""), Standing.HISTORICAL),
        (Status.UNKNOWN, ("", ""), Standing.UNKNOWN),
    ],
)
def test_an_entry_is_what_the_calendar_makes_of_it(
    status: Status, period: tuple[str, str], expected: Standing
) -> None:
    thing = Entity(
        "x", Kind.PROGRAMME, dict.fromkeys(("sv", "en", "no"), ("X",)), status=status, period=period
    )
    assert standing(thing, TODAY) is expected


def test_names_are_sorted_as_in_swedish() -> None:
    found = ["Örebro", "Ängelholm", "Arvika", "Åmål", "Zorn", "Éda", "Eda", "Øystese"]
    expected = ["Arvika", "Eda", "Éda", "Zorn", "Åmål", "Ängelholm", "Örebro", "Øystese"]
    assert sorted(found, key=alphabetical) == expected
