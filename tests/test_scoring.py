"""Which sentence of the passages found answers best, with the real model and passages made by hand."""

import pytest

from assistant.concepts import asked_for
from assistant.cues import is_wanted
from assistant.parts import asking
from assistant.scoring import WEIGHTS, SentenceScorer
from vectorstore.embedder import Embedder
from vectorstore.passages import Document, Metadata, Passage
from vectorstore.queries import Hit


def hit(text: str, name: str = "nätverk", score: float = 1.0, dense: float = 0.9) -> Hit:
    """A passage that is a whole document."""
    document = Document(f"d-{name}", name, f"{name}.txt", name, text, Metadata(name, language="sv"))
    passage = Passage(f"p-{name}", document.id, 0, text, 0, len(text), name, text)
    return Hit(passage, document, score, {"dense": dense, "late": 0.5})


def best(embedder: Embedder, question: str, *hits: Hit, without: str = "") -> str:
    """The sentence that comes first, with one feature weighing nothing."""
    weights = {**WEIGHTS, without: 0.0} if without else WEIGHTS
    scorer = SentenceScorer(embedder, lambda terms: dict.fromkeys(terms, 1.0), weights)
    return scorer.score(question, hits)[0].sentence.text


HARBOURS = hit(
    "Möten hålls varje vår i Kalmar. Gävle hamn samordnar allt som görs. Resor bokas av var och en."
)


@pytest.mark.parametrize("question", ["Vem är spindeln i nätet?", "Who is in charge?"])
def test_what_a_question_is_after_counts_in_other_words(embedder: Embedder, question: str) -> None:
    assert best(embedder, question, HARBOURS) == "Gävle hamn samordnar allt som görs."
    assert best(embedder, question, HARBOURS, without="concept") != "Gävle hamn samordnar allt som görs."


def test_a_number_counts_where_one_is_asked_for(embedder: Embedder) -> None:
    text = hit(
        "Projektet Grannsamverkan får pengar från regionen och kommunerna. Pengarna räcker till 2027. "
        "Regionen lägger 340 000 kronor. Kommunerna bidrar med tid till Grannsamverkan."
    )
    question = "Hur mycket pengar får Grannsamverkan från regionen?"
    assert best(embedder, question, text) == "Regionen lägger 340 000 kronor."
    assert best(embedder, question, text, without="number") != "Regionen lägger 340 000 kronor."


def test_of_two_alike_the_one_in_the_better_passage_comes_first(embedder: Embedder) -> None:
    near = hit("Stödet betalas ut i efterskott till företaget.", "nära", score=1.2)
    far = hit("Stödet betalas ut i efterskott till föreningen.", "fjärran", score=0.4)
    question = "När betalas stödet ut?"
    assert best(embedder, question, near, far) == near.passage.text
    assert best(embedder, question, far, near) == near.passage.text
    assert best(embedder, question, far, near, without="behind") == far.passage.text


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("Var får de slantarna ifrån, vem finansierar?", "money"),
        ("Who coordinates the network?", "lead"),
        ("Hvem leder prosjektet?", "lead"),
        ("vad är nästa steg för gruppen", "next"),
        ("Hur ska det följas upp?", "follow-up"),
        ("Which partners take part?", "partner"),
    ],
)
def test_concepts_are_heard_in_three_languages(question: str, concept: str) -> None:
    assert concept in {one.name for one in asked_for(question)}


def test_a_short_beginning_is_a_whole_word() -> None:
    assert "lead" not in {one.name for one in asked_for("Vilka talade i Ledsund?")}


def test_what_comes_before_the_question_is_not_what_is_asked() -> None:
    told = "Vi är nio i en verkstad och har sökt pengar förut. Vem leder nätverket?"
    assert asking(told) == "Vem leder nätverket?"
    assert asking("vem leder nätverket") == "vem leder nätverket"
    assert "money" not in {one.name for one in asked_for(asking(told))}


@pytest.mark.parametrize(
    ("line", "asked_by_name"),
    [
        ("Regionens mål och inriktning ................ 14", "Vilka kapitel finns om regionens mål?"),
        ("Foto: Maja Ek, Region Exempel", "Vem har tagit fotot?"),
    ],
)
def test_contents_and_credits_are_left_out_unless_asked_for(line: str, asked_by_name: str) -> None:
    assert not is_wanted(line, "Vilka mål har regionen?")
    assert is_wanted(line, asked_by_name)
    assert is_wanted("Målen är fler företag ... och fler jobb.", "Vilka mål har regionen?")
