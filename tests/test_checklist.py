"""Checklists: own steps on the sentences of sources, honest about what nobody offers."""

from collections.abc import Iterator

import pytest
from fit_shelf import OPEN, OVER, Sheets, asked, shelf
from test_fit import TODAY

from assistant.checking import check
from assistant.fit.checklist import Checklist, wanted_list
from assistant.framing import Framed, frame
from assistant.scoring import SentenceScorer
from prompts import phrases
from vectorstore.embedder import Embedder
from vectorstore.store import Store


def lists(store: Store, embedder: Embedder) -> Checklist:
    return Checklist(store, SentenceScorer(embedder, store.rarity))


@pytest.fixture(scope="module")
def checklist(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Checklist]:
    with shelf(tmp_path_factory.mktemp("steps"), embedder, OPEN) as store:
        yield lists(store, embedder)


def answer(checklist: Checklist, text: str, language: str = "sv") -> Framed:
    draft = checklist.compose(asked(text, language=language), [])
    assert draft is not None
    return frame(check(draft, text, checklist.store.document, language, TODAY), language)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kan ni skriva vår EU-ansökan?", "application"),
        ("Vem hjälper oss att skriva en projektansökan i Falun?", "application"),
        ("Hur söker vi EU-pengar?", "application"),
        ("Could somebody help us write the grant application?", "application"),
        ("Kan dere hjelpe oss å skrive søknaden?", "application"),
        ("Hur tar man sig vidare, vilka är första stegen mot export?", "export"),
        ("Hur kommer vi igång med export?", "export"),
        ("How do we start selling abroad?", "export"),
        ("Hvordan begynner vi å eksportere?", "export"),
        ("Vi vill exportera, vad finns det för bidrag när vi ska komma igång?", None),
        ("När lämnades ansökan om DigitalWell Arena in?", None),
        ("Vem skickade in ansökan och hjälpte till att skriva den?", None),
        ("Hur många ansökningar skrevs?", None),
        ("Vad är exportsamverkan?", None),
    ],
)
def test_which_questions_want_a_list(text: str, kind: str | None) -> None:
    assert wanted_list(text) == kind


@pytest.mark.parametrize("language", ["sv", "en", "no"])
def test_whether_anybody_writes_is_answered_first_with_the_limit(checklist: Checklist, language: str) -> None:
    text = {
        "sv": "Vi är en liten firma. Skriver någon på regionen ansökan åt oss?",
        "en": "We are a small firm. Will anybody at the region write the application for us?",
        "no": "Vi er en liten bedrift. Kan noen i regionen skrive søknaden for oss?",
    }[language]
    told = answer(checklist, text, language)
    source = "Hjälp på vägen, 2012"
    lead = phrases("checklists", language)["application_no"].replace("$source", source)
    assert told.text.startswith(lead)
    assert "bara när nämnden prioriterar det" in told.text.split("\n")[0]
    assert "Företag hänvisas till Almi" in told.text


def test_the_assistant_says_that_it_writes_none_itself(checklist: Checklist) -> None:
    told = answer(checklist, "Kan du skriva ansökan åt oss?")
    assert told.text.startswith(phrases("checklists", "sv")["application_self"])


def test_steps_are_numbered_quoted_and_the_outline_is_called_our_own(checklist: Checklist) -> None:
    told = answer(checklist, "Vem kan hjälpa oss att skriva en ansökan?")
    assert told.text.index("1. ") < told.text.index("2. ") < told.text.index("3. ")
    assert all(claim.citations for claim in told.claims)
    assert phrases("checklists", "sv")["application_outline"] in told.text
    assert len(told.text.split()) <= 200


def test_steps_without_a_source_are_said_to_have_none(checklist: Checklist) -> None:
    told = answer(checklist, "Hur kommer vi igång med export?")
    texts = phrases("checklists", "sv")
    missing = next(line for line in told.text.split("\n") if line.startswith(texts["missing"].split(":")[0]))
    assert texts["export_papers"] in missing and texts["export_door"] not in missing
    assert "vara innovativa" in told.text


COUNTIES: Sheets = {
    ("Läget i länet", "guide", "Gävleborg", "current", "2024"): """
Företagen i Gävleborg har svag innovation och få företag vill exportera.

Ett företag i Gävleborg kan fråga Region Gävleborg om checkar och stöd till företag.
""",
    ("Landets hjälp", "guide", "Sverige", "current", "2023"): """
Den regionala exportsamverkan är en dörr in för företag som vill exportera.

Exportakademin hjälper företag med råd om kunder på en ny marknad.

Varje region i landet kan ge stöd och checkar till ett litet företag.
""",
}


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Checklist]:
    with shelf(tmp_path_factory.mktemp("counties"), embedder, COUNTIES) as store:
        yield lists(store, embedder)


def test_a_problem_supports_no_step(counties: Checklist) -> None:
    told = answer(counties, "Hur kommer vi igång med export?")
    assert "svag innovation" not in told.text
    assert phrases("checklists", "sv")["export_innovation"] in told.text.split("inget i källorna")[1]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hur kommer vi igång med export?", "sv"),
        ("How do we start exporting?", "en"),
        ("Hvordan kommer vi i gang med eksport?", "no"),
    ],
)
def test_what_holds_in_one_county_waits_until_the_county_is_known(
    counties: Checklist, text: str, language: str
) -> None:
    told = answer(counties, text, language)
    assert "Gävleborg" not in told.text and "Varje region i landet" in told.text
    ours = answer(counties, f"Gävleborg: {text}", language)
    assert "Region Gävleborg om checkar" in ours.text


def test_no_list_where_the_sources_support_too_little(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> None:
    with shelf(tmp_path_factory.mktemp("bare"), embedder, OVER) as store:
        assert lists(store, embedder).compose(asked("Kan ni skriva ansökan åt oss?"), []) is None
