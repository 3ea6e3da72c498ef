"""What is quoted around a chosen sentence, and what an answer is refused for, on passages made by hand."""

from collections.abc import Sequence

import pytest
from test_scoring import hit

from assistant.drafts import Asked, Draft
from assistant.excerpts import FIRST, NEAR, Statement, Width, merged, statement
from assistant.extractive import ExtractiveAnswerer
from assistant.mentioning import mentioning
from assistant.questions import Question, Turn
from assistant.scoring import Scored, SentenceScorer
from assistant.sentences import sentences
from ingest.register.loading import load_register
from vectorstore.embedder import Embedder
from vectorstore.entities import Register
from vectorstore.naming import Names
from vectorstore.queries import Hit

NOBODY = Names(Register())
FOUR = hit(
    "Nätverket bildades av sju kommuner i länet. Det finansieras av regionen. "
    "Varje kommun betalar en avgift. Mötena hålls i Arboga."
)


def scored(of: Hit, values: Sequence[float]) -> list[Scored]:
    pairs = zip(sentences(of.passage), values, strict=True)
    return [Scored(sentence, of, 0.9, 0.5, value) for sentence, value in pairs]


def excerpt(of: Hit, values: Sequence[float], place: int, width: Width) -> Statement:
    items = scored(of, values)
    near = {(of.passage.id, item.sentence.start): item.score for item in items}
    return statement(items[place], near, width, 0)


def test_good_neighbours_come_along_in_the_same_quote() -> None:
    made = excerpt(FOUR, [1.0, -9.0, 5.0, 4.0], 2, NEAR)
    assert made.text == "Varje kommun betalar en avgift. Mötena hålls i Arboga."
    assert made.quote.end == FOUR.passage.end
    assert excerpt(FOUR, [1.0, -9.0, 5.0, 0.9], 2, NEAR).text == "Varje kommun betalar en avgift."


def test_the_best_sentence_is_given_more_of_its_surroundings() -> None:
    values = [-3.0, -3.0, 5.0, -3.0]
    assert excerpt(FOUR, values, 2, NEAR).text == "Varje kommun betalar en avgift."
    assert len(excerpt(FOUR, values, 2, FIRST).text) > len(excerpt(FOUR, values, 2, NEAR).text)


def test_an_excerpt_stays_short() -> None:
    long = hit(" ".join(f"Mening nummer {n} är ungefär som alla de andra som står här." for n in range(9)))
    made = excerpt(long, [1.0] * 9, 4, FIRST)
    assert made.text.count("Mening") == FIRST.sentences
    assert made.quote.end - made.quote.start <= FIRST.characters


def test_a_heading_is_no_neighbour() -> None:
    titled = hit("Ada Berg, direktör i länet\n\nRegionen antog inriktningen i maj. Den gäller i fyra år.")
    assert excerpt(titled, [5.0, 5.0, 5.0], 1, FIRST).text == (
        "Regionen antog inriktningen i maj. Den gäller i fyra år."
    )


def test_one_sentence_between_two_excerpts_is_quoted_with_them_and_an_address_is_not() -> None:
    alone = Width(0.0, 1, 500)
    apart = [excerpt(FOUR, [5.0, 1.0, 5.0, 1.0], place, alone) for place in (0, 3)]
    assert len(merged(apart)) == 1
    address = hit(
        "Nätverket bildades av sju kommuner. Skriv till post@exempel.se om du undrar. Mötena hålls i Arboga."
    )
    assert len(merged([excerpt(address, [5.0, 1.0, 5.0], place, alone) for place in (0, 2)])) == 2


def compose(embedder: Embedder, question: str, *hits: Hit, search: str = "", names: Names = NOBODY) -> Draft:
    scorer = SentenceScorer(embedder, lambda terms: dict.fromkeys(terms, 1.0))
    turns = (Turn("user", "x"), Turn("assistant", "y")) if search else ()
    asked = Asked(Question(question, turns), question, search or question, "sv")
    return ExtractiveAnswerer(scorer, lambda: names).compose(asked, hits)


BUDGET = hit(
    "Projektet Norrsken Export har en budget på 4 miljoner kronor. Norrsken Export pågår till 2027.",
    "norrsken",
)


def test_figures_of_one_project_never_answer_a_question_on_another(embedder: Embedder) -> None:
    known = compose(embedder, "Vilken budget har projektet Norrsken Export?", BUDGET)
    assert "4 miljoner" in known.blocks[0].lines[0].text
    question = "Vilken budget har projektet Sydvind Export?"
    assert not compose(embedder, question, BUDGET).blocks
    assert compose(embedder, question.replace("Sydvind Export", "nätverket"), BUDGET).blocks


def test_a_programme_goes_by_any_of_its_names() -> None:
    names = Names(load_register())
    english = hit("The call under Horizon Europe funds research with partners in three countries.")
    assert mentioning("Vad betalar Horisont Europa?", [english, BUDGET], names) == [english]
    assert not mentioning("Vad betalar Horisont Europa?", [BUDGET], names)


@pytest.mark.parametrize(
    "question",
    [
        "Hur stor är Norrsken Exports budget?",
        "hur stor budget har norrsken export",
        "Hur stor budget har projektet Norsken Export?",
        "Hur länge pågår Norrsken-Export?",
        "Får ett företag i Torsby pengar till en resa till Vietnam?",
        "Vad gäller för en verkstad i Västra Götaland?",
        "Vad är skillnaden mellan Norrsken Export och Sydvind Export?",
    ],
)
def test_a_name_counts_as_mentioned_with_endings_and_slips_and_a_place_need_not_be(question: str) -> None:
    assert mentioning(question, [BUDGET], NOBODY)


def test_a_short_name_counts_with_its_genitive() -> None:
    assert mentioning("Vad kostar projektet Blå Malms resor?", [hit("Blå Malm ger resor.")], NOBODY)


@pytest.mark.parametrize("question", ["Vad gäller i HELIX?", "Vem leder nätverket Blå Bron?"])
def test_a_name_that_no_document_has_is_told(question: str) -> None:
    assert not mentioning(question, [BUDGET], NOBODY)


def test_a_follow_up_is_scored_with_what_it_is_about(embedder: Embedder) -> None:
    other = hit("Projektet Kust i Tillväxt har en budget på 9 miljoner kronor.", "kust")
    search = "och vilken budget har det? Norrsken Export"
    made = compose(embedder, "och vilken budget har det?", other, BUDGET, search=search)
    assert "4 miljoner" in made.blocks[0].lines[0].text


def test_a_later_part_keeps_the_name_of_the_first(embedder: Embedder) -> None:
    other = hit("Projektet Kust i Tillväxt har en budget på 9 miljoner kronor.", "kust")
    question = "Hur länge pågår Norrsken Export, och vilken budget har det?"
    draft = compose(embedder, question, other, BUDGET)
    text = " ".join(line.text for line in draft.blocks[0].lines)
    assert not draft.missing
    assert "2027" in text and "4 miljoner" in text and "9 miljoner" not in text
