"""Sources that differ on one thing are told of; those that speak of different things are not."""

from datetime import date

import pytest
from dated_hits import hit, quote, section_hit

from assistant.checking import check
from assistant.contradictions import Contradiction, Differing, contradictions
from assistant.drafts import Asked, Block, Draft, Line
from assistant.framing import frame
from assistant.questions import Question
from ingest.register.loading import load_register
from vectorstore.naming import Names
from vectorstore.passages import Metadata, Section
from vectorstore.queries import Hit

TODAY = date(2026, 11, 1)
NAMES = Names(load_register())
NEW = hit("nytt", "Taket för de minimis-stöd är 300 000 euro under tre år.", Metadata("Nytt", as_of="2024"))
OLD = hit(
    "gammalt", "Taket för de minimis-stöd är 200 000 euro under tre år.", Metadata("Gammalt", as_of="2014")
)


def differing(first: str, second: str) -> list[Contradiction]:
    one, other = hit("a", first), hit("b", second)
    return contradictions([quote(one, first)], [one, other], NAMES)


def test_two_documents_with_different_ceilings() -> None:
    (found,) = contradictions([quote(NEW, NEW.passage.text)], [NEW, OLD], NAMES)
    assert found.kind == "values"
    assert found.values == ("300 000 euro", "200 000 euro")


@pytest.mark.parametrize(
    ("first", "second", "values"),
    [
        (
            "Nopef betalar högst 50 procent av kostnaden för en förstudie.",
            "Nopef betalar högst 40 % av kostnaden för en förstudie.",
            ("50 procent", "40 %"),
        ),
        (
            "Inside Out EU hade en budget på 1 543 427 euro.",
            "Inside Out EU hade en budget på 1 345 427 euro.",
            ("1 543 427 euro", "1 345 427 euro"),
        ),
        (
            "Interreg Central Baltic omfattar Örebro, Sörmland, Gävleborg och Gotland.",
            "Interreg Central Baltic omfattar Örebro, Sörmland, Gävleborg och Dalarna.",
            ("Gotland", "Dalarna"),
        ),
        (
            "LEADER kräver minst 30 procent i medfinansiering.",
            "LEADER kräver minst 50 procent i medfinansiering.",
            ("30 procent", "50 procent"),
        ),
    ],
)
def test_other_values_of_the_same_thing(first: str, second: str, values: tuple[str, str]) -> None:
    (found,) = differing(first, second)
    assert found.values == values


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # The same value, otherwise written.
        ("Inside Out EU hade en budget på 1 543 427 euro.", "Inside Out EU hade en budget på 1543 427 euro."),
        # Another thing.
        ("Nopef betalar högst 50 procent av kostnaden.", "Eurostars betalar högst 40 procent av kostnaden."),
        # Another sense: what is paid, and to whom.
        (
            "Interreg Europe betalar upp till 85 procent av kostnaden för offentliga organisationer.",
            "Interreg Europe betalar upp till 75 procent för privata organisationer utan vinstsyfte.",
        ),
        (
            "Kreativa Europa täcker högst 80 procent av kostnaden.",
            "Kreativa Europa antar högst 15 procent av alla sökande.",
        ),
        # A ceiling and a floor.
        ("LEADER betalar högst 50 procent av kostnaden.", "LEADER betalar minst 30 procent av kostnaden."),
        # Another place, another year, another unit.
        ("Almi lånar ut 20 miljoner kronor i Värmland.", "Almi lånar ut 30 miljoner kronor i Dalarna."),
        ("Eurostars gav 50 procent av kostnaden 2021.", "Eurostars gav 75 procent av kostnaden 2016."),
        ("Ett projekt i Eurostars pågår 36 månader.", "Ett projekt i Eurostars pågår 3 år."),
        # One tells by itself that it is of another time, or gives an example.
        (
            "Nopef betalar högst 50 procent av kostnaden.",
            "Nopef betalade tidigare högst 40 procent av kostnaden.",
        ),
        (
            "Interreg Central Baltic omfattar Örebro, Sörmland, Gävleborg och Gotland.",
            "Interreg Central Baltic omfattar bland andra Örebro, Sörmland och Gävleborg.",
        ),
        # Different areas that share counties.
        (
            "Central Sweden omfattar Dalarna, Gävleborg och Örebro.",
            "Regionalfonden Norra Mellansverige omfattar Dalarna, Gävleborg och Värmland.",
        ),
    ],
)
def test_what_does_not_contradict_is_let_be(first: str, second: str) -> None:
    assert not differing(first, second)
    assert not differing(second, first)


def test_a_document_that_explains_itself_does_not_contradict_itself() -> None:
    both = hit("c", f"{NEW.passage.text} {OLD.passage.text}")
    assert not contradictions([quote(both, NEW.passage.text)], [both], NAMES)


def test_passages_that_nothing_cited_differs_from_are_let_be() -> None:
    other = hit("d", "Enterprise Europe Network ger råd till företag.")
    assert not contradictions([quote(other, other.passage.text)], [NEW, OLD, other], NAMES)


def blog() -> Hit:
    granted = "Klart! Nu har InnoServit beviljats medel av programmet."
    awaits = "Vi avvaktar besked om InnoServit."
    sections = (
        Section("Klart", 0, len(granted), published="2018-12"),
        Section("Snart", len(granted) + 1, len(granted) + 1 + len(awaits), published="2018-06"),
    )
    return hit("blogg", f"{granted}\n{awaits}", Metadata("Blogg", language="sv"), sections)


def test_a_later_post_reports_what_an_earlier_one_waits_for() -> None:
    earlier, later = section_hit(blog(), "Snart"), section_hit(blog(), "Klart")
    (found,) = contradictions([quote(earlier, "Vi avvaktar besked om InnoServit.")], [earlier, later], NAMES)
    assert found.kind == "decided"
    assert "beviljats" in found.second.text


def test_an_application_for_another_project_is_no_contradiction() -> None:
    earlier = section_hit(blog(), "Snart")
    other = hit("annan", "DigitalWell Arena har beviljats medel.")
    assert not contradictions([quote(earlier, "Vi avvaktar besked om InnoServit.")], [earlier, other], NAMES)


@pytest.mark.parametrize(("language", "word"), [("sv", "skiljer sig"), ("en", "differ"), ("no", "ulike")])
def test_the_answer_shows_both_values_with_years_and_quotes(language: str, word: str) -> None:
    whole = quote(NEW, NEW.passage.text)
    question = Question("Vad är taket för de minimis?")
    asked = Asked(question, question.text, question.text, language)
    draft = Draft(blocks=(Block((Line(NEW.passage.text, (whole,)),)),))
    told = Differing(lambda: NAMES).apply(draft, asked, [NEW, OLD])
    documents = {one.document.id: one.document for one in (NEW, OLD)}
    framed = frame(check(told, question.text, documents.get, language, TODAY), language)
    assert word in framed.text
    assert "300 000 euro (2024)" in framed.text and "200 000 euro (2014)" in framed.text
    assert f"{OLD.passage.text} [2]" in framed.text
    assert [citation.source for citation in framed.citations] == ["nytt.md", "gammalt.md"]
