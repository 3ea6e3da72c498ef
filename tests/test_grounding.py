"""What is said in other words than the quotes' says no more than they do."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.grounding import is_borne_out, is_grounded, unsupported
from ingest.register.loading import load_register
from vectorstore.naming import Names

EVALS = Path(__file__).with_name("evals")
CLAIMS = [json.loads(line) for line in (EVALS / "claims.jsonl").read_text("utf-8").splitlines()]
MOST_REFUSED = 0.03
"""Share of the true claims that may be refused."""
MOST_LET_THROUGH = 0.05
"""Share of the false ones that may be let through; of those that only swap roles, more."""


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


def test_the_quotes_of_the_claims_stand_in_the_starter_sheets() -> None:
    sheets = files("ingest").joinpath("starter")
    texts = {path.name: path.read_text("utf-8") for path in sheets.iterdir() if path.name.endswith(".md")}
    assert all(row["quote"] in texts[row["source"]] for row in CLAIMS)


def test_true_claims_stand_and_false_ones_do_not(names: Names) -> None:
    told = {row["claim"]: unsupported(row["claim"], [row["quote"]], "", names) for row in CLAIMS}
    true = [row["claim"] for row in CLAIMS if row["supported"]]
    false = [row["claim"] for row in CLAIMS if not row["supported"] and not row.get("beyond")]
    assert len(true) >= 60 and len(false) >= 60
    refused = [claim for claim in true if told[claim]]
    let_through = [claim for claim in false if not told[claim]]
    assert len(refused) <= MOST_REFUSED * len(true), refused
    assert len(let_through) <= MOST_LET_THROUGH * len(false), let_through


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("Budgeten är 1543427 euro.", "Budgeten är 1543 427 euro.", []),
        ("Budgeten är 1 543 472 euro.", "Budgeten är 1543 427 euro.", ["1 543 472 euro"]),
        ("Stödet är 65 %.", "Stödet är 65 procent.", []),
        ("Stödet är 65 kronor.", "Stödet är 65 procent.", ["65 kronor"]),
        ("Sju regioner var med.", "7 regioner var med i arbetet.", []),
        ("It was adopted on September 4, 2020.", "Antogs den 4 september 2020.", []),
        ("Det antogs 2020-09-04.", "Antogs den 4 september 2020.", []),
        ("Det antogs i september 2020.", "Antogs den 4 september 2020.", []),
        ("Det antogs den 5 september 2020.", "Antogs den 4 september 2020.", ["5 september 2020"]),
        (
            "Projektet startade i januari 2021.",
            "Projektet startade i januari och slutade i juni 2021.",
            ["januari 2021"],
        ),
    ],
)
def test_figures_and_dates_are_compared_by_value(claim: str, quote: str, missing: list[str]) -> None:
    assert unsupported(claim, [quote]) == missing


def test_figures_and_names_may_come_from_the_question_but_no_contact_data() -> None:
    quote = "Stödet är högst 50 procent av kostnaden."
    asked = "Kan Anna Berg i Kumla få 40 000 kronor? Skriv till anna@kumla.se."
    assert is_grounded("Anna Berg i Kumla får högst 50 procent av 40 000 kronor.", [quote], asked)
    assert unsupported("Skriv till anna@kumla.se om stödet.", [quote], asked) == ["anna@kumla.se"]


@pytest.mark.parametrize(
    "contact", ["info@region.se", "www.region.se", "019-123 45 67", "https://region.se/stod"]
)
def test_contact_data_must_stand_in_a_quote(contact: str) -> None:
    assert contact in unsupported(f"Fråga om stödet: {contact}", ["Fråga regionen om stödet."])
    assert is_grounded(f"Fråga om stödet: {contact}", [f"Fråga regionen om stödet, {contact}."])


def test_names_of_other_languages_are_the_same_by_the_register(names: Names) -> None:
    quote = "Regionalfonden betalade högst 40 procent."
    assert is_grounded("The ERDF paid at most 40 per cent.", [quote], "", names)
    assert unsupported("The ERDF paid at most 40 per cent.", [quote]) == ["ERDF"]
    assert "Vinnova" in unsupported("Vinnova paid at most 40 per cent.", [quote], "", names)


def test_the_years_of_a_name_in_the_register_are_its_own(names: Names) -> None:
    quote = "Länet tillämpar Regionalfundsprogrammet för Norra Mellansverige."
    assert is_grounded("It follows ERDF North Central Sweden 2014–2020.", [quote], "", names)
    assert not is_grounded("It runs until 2020.", [quote], "", names)


def test_two_half_names_make_no_person() -> None:
    quote = "Anders Olsson och Anna Grude arbetar med projektet."
    assert is_grounded("Anna Grude arbetar med projektet.", [quote])
    assert "Anna Olsson" in unsupported("I projektet arbetar Anna Olsson.", [quote])


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Ansökan beviljades.", "Ansökan lämnades in i våras."),
        ("The application was granted.", "Ansökan lämnades in i våras."),
        ("Companies can apply.", "Företag kan inte söka."),
        ("Stödet är minst 50 000 euro.", "Stödet är högst 50 000 euro."),
        ("Utlysningen är öppen.", "Utlysningen är stängd."),
        ("Företag kan inte söka.", "Företag och föreningar kan söka stödet."),
    ],
)
def test_a_claim_says_yes_only_where_its_quote_does(claim: str, quote: str) -> None:
    assert unsupported(claim, [quote])


def test_words_that_the_quotes_do_not_share_are_no_summary() -> None:
    quote = "Stödet till företag i regionen betalas i efterskott, och ansökan ska lämnas före start."
    assert is_grounded("Du ansöker före start, och stödet betalas i efterskott.", [quote])
    assert unsupported("Satsningen skapade många nya arbeten och lockade hit turister från kusten.", [quote])


def test_a_sentence_of_ours_may_say_what_is_missing_and_a_model_may_not(names: Names) -> None:
    quote = "Ring Region Dalarna om stödet."
    ours = "Region Dalarna lämnar inga uppgifter om detta."
    assert is_grounded(ours, [quote], "", names)
    assert not is_borne_out(ours, [quote], "", names)
