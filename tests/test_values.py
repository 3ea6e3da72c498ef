"""Figures and dates by value, in three languages."""

import pytest

from assistant.values import dates, figures, find_dates, find_figures, holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("budgeten är 1543 427 euro", {"1543427"}),
        ("1 543 427 kr, 1.543.427 kr eller 1,543,427 kr", {"1543427"}),
        ("år 2020 300 000 kronor", {"2020", "300000"}),
        ("2009 500 företag", {"2009", "500"}),
        ("en av femton av 71", {"15", "71"}),
        ("one of fifteen out of 71", {"15", "71"}),
        ("femten av 71 søknader", {"15", "71"}),
        ("tjugofem, twenty-five, tjuefem", {"25"}),
        ("1,7 miljarder", {"1700000000"}),
        ("EUR 1.7 billion", {"1700000000"}),
        ("3 MSEK och 3 miljoner kronor", {"3000000"}),
        ("0,5 procent", {"0.5"}),
        ("2–49 anställda", {"2", "49"}),
        ("to the office, where ni en gang was", set()),
    ],
)
def test_figures(text: str, expected: set[str]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("den 4 september 2020", {"2020-09-04"}),
        ("September 4th, 2020", {"2020-09-04"}),
        ("4. september 2020", {"2020-09-04"}),
        ("2020-09-04", {"2020-09-04"}),
        ("den 4:e juli", {"--07-04"}),
        ("24–25 augusti 2010", {"2010-08-24", "2010-08-25"}),
        ("mellan den 27 och 28 september", {"--09-27", "--09-28"}),
        ("började i januari, upphör i juni 2021", {"--01", "2021-06"}),
        ("januari–mars 2021", {"2021-01", "2021-03"}),
        ("första januari 2011", {"2011-01-01"}),
        ("2009-2013", {"2009", "2013"}),
        ("you may march on", set()),
        ("började i mars, ended in May", {"--03", "--05"}),
        ("in May 2020", {"2020-05"}),
        ("telefon 019-602 63 00", set()),
        ("den 40 maj", set()),
    ],
)
def test_dates(text: str, expected: set[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("held", "date", "expected"),
    [
        ("4 september 2020", "2020-09", True),
        ("4 september 2020", "2020", True),
        ("september 2020", "2020-09-04", False),
        ("22 juni 2018", "--06-22", True),
        ("22 juni", "2018-06-22", False),
        ("började i januari, upphör i juni 2021", "2021-01", False),
    ],
)
def test_a_date_is_held_by_one_that_says_as_much(held: str, date: str, expected: bool) -> None:
    assert holds(dates(held), date) is expected


def test_places() -> None:
    text = "Den 22 juni fick 15 företag 1 500 kronor."
    assert [text[one.start : one.end] for one in find_dates(text)] == ["22 juni"]
    assert [text[one.start : one.end] for one in find_figures(text)] == ["22", "15", "1 500"]
