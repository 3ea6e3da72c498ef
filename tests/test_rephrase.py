"""Follow-ups written out by rules: what is searched for, and what an answer is to be about."""

import time

import pytest

from assistant.leaning import Bearing, bearing, wanted_language
from assistant.names import is_common, listed, names, subject_words, table
from assistant.places import places
from assistant.questions import Question, Turn
from assistant.rephrase import Rephrased, exchanged, rephrase, search_text
from ingest.regions import areas, beginnings
from prompts import LANGUAGES, phrases


def asked(*said: str) -> Question:
    """The last text as a question, the others before it as what user and assistant said in turn."""
    turns = [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(said[:-1])]
    return Question(said[-1], tuple(turns))


INSIDE = ("Vad är Inside Out EU?", "Ett projekt där sju regioner lär av varandra.")


@pytest.mark.parametrize(
    ("follow_up", "search"),
    [
        ("Vad var budgeten?", "Vad var budgeten? Inside Out EU"),
        ("Och hur mycket fick universitetet?", "Och hur mycket fick universitetet? Inside Out EU"),
        ("Vem är kontaktperson?", "Vem är kontaktperson? Inside Out EU"),
        ("När slutade det?", "När slutade det? Inside Out EU"),
        (
            "Vilka svagheter och styrkor pekar den ut?",
            "Vilka svagheter och styrkor pekar den ut? Inside Out EU",
        ),
        ("When?", "When? Inside Out EU"),
        ("Who led it?", "Who led it? Inside Out EU"),
        ("Hvem ledet det?", "Hvem ledet det? Inside Out EU"),
        ("Og hva var budsjettet?", "Og hva var budsjettet? Inside Out EU"),
    ],
)
def test_pronouns_and_ellipsis_bring_the_subject_along(follow_up: str, search: str) -> None:
    found = rephrase(asked(*INSIDE, follow_up))
    assert found == Rephrased(search, follow_up)


@pytest.mark.parametrize(
    "text",
    [
        "Vad är taket för försumbart stöd?",
        "Vad kostar det att gå med i Enterprise Europe Network?",
        "Vem leder Eurostars och hur söker man det?",
        "Finns det exportlån?",
        "Vilka stöd finns för export?",
        "Vilka papper kan en handelskammare utfärda?",
        "What does Business Sweden do?",
        "Hva er et eksportsenter?",
        "Vilka områden prioriterar Dalarna inom smart specialisering?",
        "Och en helt annan sak: vilket år bildades Almi?",
    ],
)
def test_a_new_subject_leaves_the_old_one_behind(text: str) -> None:
    assert search_text(asked(*INSIDE, text)) == text


@pytest.mark.parametrize(
    ("question", "follow_up", "whole"),
    [
        ("Vilka prioriteringar har Dalarna?", "och Sörmland då?", "Vilka prioriteringar har Sörmland?"),
        ("Vilka prioriteringar har Dalarna?", "Nej, jag menade Örebro", "Vilka prioriteringar har Örebro?"),
        ("Which areas does Gävleborg have?", "and for Dalarna?", "Which areas does Dalarna have?"),
        ("Hvilke program gjelder i Värmland?", "Hva med Dalarna?", "Hvilke program gjelder i Dalarna?"),
        ("Vad gör Region Värmland?", "och Gävleborg?", "Vad gör Region Gävleborg?"),
        (
            "Vilka program gäller i Dalarna, Gävleborg och Värmland?",
            "och i Sörmland?",
            "Vilka program gäller i Sörmland?",
        ),
        (
            "Får Värmland vara med i Interreg Aurora?",
            "Dalarna då?",
            "Får Dalarna vara med i Interreg Aurora?",
        ),
        (
            "Får Värmland vara med i Interreg Aurora?",
            "Och i Eurostars?",
            "Får Värmland vara med i Eurostars?",
        ),
        (
            "Vi finns i Kumla. Vilket område i Regionalfonden gäller?",
            "Och om vi flyttar till Degerfors?",
            "Vi finns i Degerfors. Vilket område i Regionalfonden gäller?",
        ),
        ("Hur mycket ger LEADER för kommuner?", "Och för bolag?", "Hur mycket ger LEADER för bolag?"),
        ("Hur stor är checken?", "Och i Sörmland?", "Hur stor är checken, i Sörmland?"),
    ],
)
def test_what_is_named_anew_replaces_what_it_is_like(question: str, follow_up: str, whole: str) -> None:
    found = rephrase(asked(question, "Det står i underlaget.", follow_up))
    assert found == Rephrased(whole, whole)


def test_a_replacement_goes_on_from_the_last_one() -> None:
    said = ("Vilka prioriteringar har Dalarna?", "Fyra.", "och Sörmland?", "Fem.", "och Värmland?", "Sju.")
    assert search_text(asked(*said, "Vem beslutade det?")) == "Vem beslutade det? Värmland prioriteringar"


def test_a_replaced_programme_takes_the_old_ones_place_among_what_was_leaned_on() -> None:
    said = (*INSIDE, "Vad var budgeten?", "1 543 427 euro.", "Och Eurostars?")
    assert search_text(asked(*said)) == "Vad var budgeten, Eurostars?"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kan du ta det på svenska?", "sv"),
        ("På svenska, tack", "sv"),
        ("In English, please", "en"),
        ("Could you say that in English?", "en"),
        ("Kan du svare på norsk?", "no"),
        ("Finns ansökan på engelska?", ""),
        ("Kan du ta det igen?", ""),
    ],
)
def test_the_same_in_another_language(text: str, language: str) -> None:
    assert wanted_language(text) == language
    if language:
        assert rephrase(asked(*INSIDE, text)) == Rephrased(INSIDE[0], INSIDE[0], language)


def test_more_of_the_same() -> None:
    assert search_text(asked(*INSIDE, "Berätta mer")) == INSIDE[0]


def test_which_of_those_that_the_answer_named() -> None:
    said = ("Vilka program finns i söder?", "Interreg South Baltic och Interreg Nordsjön.")
    assert "Interreg South Baltic Interreg Nordsjön" in search_text(asked(*said, "Vilket av dem är störst?"))


def test_whoever_the_answer_named() -> None:
    said = ("Vem hjälper till när en kund inte betalar?", "Det gör EKN.")
    assert search_text(asked(*said, "Vad gör de egentligen?")).split()[4] == "EKN"


def test_a_refused_question_leaves_the_subject_as_it_was() -> None:
    for language in LANGUAGES:
        refused = phrases("answers", language)["not_in_sources"]
        said = (*INSIDE, "Vad tyckte förra årets vinnare om maten?", refused, "Vad var budgeten?")
        assert search_text(asked(*said)) == "Vad var budgeten? Inside Out EU"
        assert exchanged(asked("Vad?", refused, "Och?").history) == [("Vad?", "")]


def test_a_chain_keeps_its_subject_and_adds_what_a_pronoun_means() -> None:
    said = (*INSIDE, "Vad var budgeten?", "1 543 427 euro.")
    found = search_text(asked(*said, "och va fick Karlstads universitet av pengarna?"))
    assert found.endswith("Inside Out EU")
    assert "Inside Out EU" in search_text(asked(*said, "Vem ledde?", "Navarra.", "Och vilka var med?"))


def test_only_the_last_subject_of_a_long_conversation_counts() -> None:
    said = [text for number in range(60) for text in (f"Vad är Program{number}X?", f"Ett program, {number}.")]
    said += ["Vad är LEADER?", "Lokalt ledd utveckling."]
    began = time.perf_counter()
    assert search_text(asked(*said, "Vem betalar ut pengarna?")) == "Vem betalar ut pengarna? LEADER"
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text", ["", "?", "…", "och", "och och och då?", "a" * 2000, "Ö " * 900, "]["])
def test_odd_texts_are_searched_for_as_they_are_or_with_the_subject(text: str) -> None:
    assert rephrase(asked(*INSIDE, text)).search
    assert rephrase(asked(text, text, "Vem leder det?")).search.startswith("Vem leder det?")
    assert rephrase(Question(text)) == Rephrased(text, text)


def test_an_answer_without_a_question_before_it_is_no_history() -> None:
    lone = Question("Vem leder det?", (Turn("assistant", "Hej! Fråga mig om Eurostars."),))
    assert rephrase(lone) == Rephrased("Vem leder det?", "Vem leder det?")


def test_names_and_words() -> None:
    text = "Hur stor var Inside Out EU:s budget i Värmland 2021, och vad är ett kluster?"
    found = [(name.text, name.is_place) for name in names(text)]
    assert found == [("Inside Out EU:s", False), ("Värmland", True)]
    assert subject_words(text) == ["kluster"]
    assert bearing("Vem leder det?", "") is Bearing.LEANS
    assert is_common("budgeten")
    assert not is_common("budgetpropositionen")


def test_every_region_of_the_documents_is_a_place() -> None:
    for name in [*beginnings(), *areas()]:
        assert [match.group() for match in places(f"Vad gäller i {name} nu?")], name
    assert places("Interreg Sverige–Norge") == []


def test_the_word_lists_hold_words() -> None:
    for key in ("small", "fillers", "repeats", "links", "common", "polite", "refusals"):
        assert all(isinstance(word, str) for word in table(key)), key
        assert not [word for word in listed(key) if '"' in word]
