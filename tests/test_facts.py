"""Plain answers made direct: the fact first, what is not told said so, plans marked as plans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest

from assistant.answers import AnswerStatus
from assistant.checking import check
from assistant.citations import Quote
from assistant.drafts import Asked, Block, Draft, Line
from assistant.facts.direct import Direct
from assistant.facts.expected import Kind, expected
from assistant.facts.glosses import Glossed
from assistant.facts.still import Way, way
from assistant.framing import Framed, frame
from assistant.questions import Question
from assistant.sentences import sentences
from ingest.register.loading import load_register
from vectorstore.naming import Names
from vectorstore.passages import Document, Metadata, Passage, Section, Status
from vectorstore.queries import Hit

TODAY = date(2026, 11, 22)
ENDED = """Bron är ett projekt i Interreg Europe. Budgeten för projektet är 1250 400 euro. Projektet Bron \
startade i mars och avslutas i maj 2021. Sju regioner deltar: Värmland, Navarra, Overijssel, Basilicata och \
Nordirland. Parterna enades om fyra arbetsområden för Bron."""
APPLIED = """Den 12 maj lämnade vi in ansökan Havsvind till Vinnova. Vi hoppas mycket på Havsvind. \
Projektet Strandskog har beviljats 300 000 kronor av Vinnova."""
PLANS = """Regionen har ett kontor i Bryssel. Regionen ska öppna en rådgivning för exportföretag. \
Handläggaren granskar ansökningar som ska skickas in."""
RUNNING = """Interreg Sverige–Norge är ett program för samarbete över gränsen. En utlysning i Interreg \
Sverige–Norge stängde den 3 mars 2024."""


@dataclass(frozen=True)
class Chosen:
    """Answers with the sentences that hold one of the words."""

    words: tuple[str, ...] = ()

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft:
        lines = [
            Line(one.text, (Quote(hit, one.start, one.end),))
            for hit in hits
            for one in sentences(hit.passage)
            if any(word in one.text for word in self.words)
        ]
        return Draft(blocks=(Block(tuple(lines)),) if lines else ())


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register())


def hit(text: str, **metadata: object) -> Hit:
    about = Metadata("Titel", language="sv", **metadata)  # type: ignore[arg-type]
    document = Document("d", "file:///d.txt", "d.txt", "0", text, about)
    return Hit(Passage("p", "d", 0, text, 0, len(text), "Titel", text), document, 1.0)


def ask(names: Names, question: str, found: Hit, *words: str, language: str = "sv") -> tuple[Draft, Framed]:
    asked = Asked(Question(question), question, question, language)
    draft = Direct(Chosen(words), lambda: names, lambda: TODAY).compose(asked, [found])
    assert draft
    draft = Glossed(lambda: names).apply(draft, asked)
    checked = check(draft, question, lambda _: found.document, language, TODAY)
    return draft, frame(checked, language)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Vad är budgeten för Bron?", [Kind.AMOUNT]),
        ("How much did Karlstad get?", [Kind.AMOUNT]),
        ("Hvor mye penger kan vi få?", [Kind.AMOUNT]),
        ("Hur stor andel betalar EU?", [Kind.SHARE]),
        ("Which funding rate and deadline apply?", [Kind.SHARE, Kind.DATE]),
        ("Hur många företag deltog?", [Kind.COUNT]),
        ("Vilket år startade det?", [Kind.YEAR]),
        ("When was it adopted?", [Kind.DATE]),
        ("Vad har de för mejl och telefonnummer?", [Kind.PHONE, Kind.MAIL]),
        ("Beviljades Havsvind?", [Kind.OUTCOME]),
        ("Ble søknaden innvilget?", [Kind.OUTCOME]),
        ("Vilka är de fyra områdena?", [Kind.LISTED]),
        ("What are the four areas?", [Kind.LISTED]),
        ("Hur fördelas pengarna mellan länen?", [Kind.DIVISION]),
        ("Vem beviljades medel?", []),
        ("How does the strategy address climate?", []),
        ("Vad gör ni när man ringt?", []),
    ],
)
def test_what_a_question_expects(question: str, kinds: list[Kind]) -> None:
    assert [one.kind for one in expected(question)] == kinds


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Är programmet fortfarande öppet?", Way.OPEN),
        ("Can we still apply?", Way.OPEN),
        ("Er det over nå?", Way.ENDED),
        ("Gäller strategin fortfarande?", Way.APPLIES),
        ("Is it too late to join?", Way.LATE),
        ("Er Hedmark fortsatt med, eller er det over?", Way.APPLIES),
        ("Vem är fortfarande med?", None),
    ],
)
def test_how_it_is_asked_whether_something_goes_on(question: str, asks: Way | None) -> None:
    assert way(question) is asks


@pytest.mark.parametrize(
    ("question", "found", "words", "said", "quoted"),
    [
        ("Hur många procent av Bron betalar EU?", ENDED, ("Interreg",), "ingen andel", "Budgeten"),
        ("Hur mycket gick till Navarra i Bron?", ENDED, ("Budgeten",), "Navarra", "1250 400 euro"),
        ("Fick vi ja på Havsvind?", APPLIED, ("Strandskog",), "hur det gick", "12 maj"),
        ("Väntar Havsvind ännu på besked?", APPLIED, ("Strandskog",), "hur det gick", "12 maj"),
        ("Vilken mejladress har Strandskog?", APPLIED, ("Strandskog",), "ingen mejladress", "beviljats"),
        (
            "Vilka är de fyra arbetsområdena i Bron?",
            ENDED,
            ("Bron",),
            "räknar inte upp",
            "fyra arbetsområden",
        ),
    ],
)
def test_what_the_sources_do_not_tell_is_said(
    names: Names, question: str, found: str, words: tuple[str, ...], said: str, quoted: str
) -> None:
    _, answer = ask(names, question, hit(found), *words)
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert said in answer.text.split("\n")[0]
    assert len(answer.citations) == 1 and quoted in answer.citations[0].quote


def test_what_is_told_of_another_thing_is_no_answer(names: Names) -> None:
    _, answer = ask(names, "Hur mycket fick Havsvind?", hit(APPLIED), "Strandskog")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "300 000" not in answer.text


def test_a_project_that_the_sources_never_name_is_refused(names: Names) -> None:
    draft, _ = ask(names, "Vilken budget har Inside Out EU?", hit(APPLIED), "Strandskog")
    assert not draft.blocks and not draft.lead


def test_only_the_lines_that_hold_the_answer_are_kept(names: Names) -> None:
    _, answer = ask(names, "Vad är budgeten för Bron?", hit(ENDED), "Budgeten", "Sju", "startade")
    assert answer.status is AnswerStatus.ANSWERED
    assert [citation.quote for citation in answer.citations] == ["Budgeten för projektet är 1250 400 euro."]


def test_a_sentence_that_was_not_chosen_may_hold_the_answer(names: Names) -> None:
    _, answer = ask(names, "Vad är budgeten för Bron?", hit(ENDED), "Sju")
    assert "1250 400 euro" in answer.text


def test_the_year_of_the_end_is_not_that_of_the_start(names: Names) -> None:
    _, answer = ask(names, "Vilket år startade Bron?", hit(ENDED), "startade")
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.text.startswith("Årtalet framgår inte")
    _, answer = ask(names, "Vilket år slutade Bron?", hit(ENDED), "startade")
    assert answer.status is AnswerStatus.ANSWERED
    assert "Årtalet" not in answer.text


def test_the_words_asked_for_stand_before_a_foreign_quote(names: Names) -> None:
    _, answer = ask(names, "What is the budget of Bron?", hit(ENDED), "Budgeten", language="en")
    assert answer.text.startswith("According to the source: 1 250 400 euro. [1]")


def test_a_bounded_amount_is_not_cut_out(names: Names) -> None:
    found = hit("Projektet Bron ger ett litet företag upp till 40 000 euro.")
    _, answer = ask(names, "How much does Bron give?", found, "Bron", language="en")
    assert "According" not in answer.text


@pytest.mark.parametrize(
    ("question", "language", "lead"),
    [
        ("Är Bron fortfarande öppet?", "sv", "Nej, det är avslutat. Enligt källan till maj 2021."),
        ("Er Bron over?", "no", "Ja, det er avsluttet. Ifølge kilden til mai 2021."),
        (
            "Is it too late to join Bron?",
            "en",
            "Yes, it is too late. According to the source until May 2021.",
        ),
    ],
)
def test_what_has_ended_is_said_to_be_over(names: Names, question: str, language: str, lead: str) -> None:
    _, answer = ask(names, question, hit(ENDED), "Interreg", language=language)
    assert answer.text.startswith(f"{lead} [1]")
    assert "maj 2021" in answer.citations[0].quote


def test_a_closed_call_does_not_end_a_programme(names: Names) -> None:
    found = hit(RUNNING, status=Status.CURRENT, as_of="2025-04", period=("2021", "2027"))
    _, answer = ask(names, "Gäller Interreg Sverige–Norge fortfarande?", found, "program")
    assert answer.text.startswith("Ja, enligt källan (april 2025).")
    _, answer = ask(names, "Är Interreg Sverige–Norge öppet nu?", found, "program")
    assert answer.status is AnswerStatus.PARTIAL


def test_an_old_text_is_not_said_to_hold(names: Names) -> None:
    found = hit("Strategin Nordljus styr arbetet med export.", published="2009-01")
    _, answer = ask(names, "Gäller Nordljus fortfarande?", found, "Nordljus")
    assert answer.status is AnswerStatus.PARTIAL
    assert answer.text.startswith("Det framgår inte om det fortfarande gäller. Källan är från januari 2009.")


def test_what_the_register_says_has_ended(names: Names) -> None:
    found = hit("Stöd finns ur CIP.", published="2009-01")
    _, answer = ask(names, "Är CIP öppet?", found, "CIP")
    assert answer.text.startswith("Nej, det är avslutat enligt registret (")


def test_a_name_that_is_not_in_the_list(names: Names) -> None:
    _, answer = ask(names, "Är Danmark med i Bron?", hit(ENDED), "Sju")
    assert answer.text.startswith("Nej, Danmark nämns inte")
    _, answer = ask(names, "Är Navarra med i Bron?", hit(ENDED), "Sju")
    assert "Nej" not in answer.text


def test_plans_stand_apart_from_facts(names: Names) -> None:
    found = hit(PLANS, published="2009-01")
    draft, answer = ask(names, "Vad gör regionen?", found, "kontor", "öppna", "granskar")
    facts, plans = draft.blocks
    assert [line.text for line in plans.lines] == ["Regionen ska öppna en rådgivning för exportföretag."]
    assert len(facts.lines) == 2 and not facts.title
    assert "”Titel”, 2009 – så var det tänkt" in answer.text


def test_a_rule_is_no_plan(names: Names) -> None:
    draft, _ = ask(names, "Vad gör regionen?", hit(PLANS, kind="funding"), "kontor", "öppna")
    assert [block.title for block in draft.blocks] == [""]


def test_one_persons_own_text_is_marked(names: Names) -> None:
    text = "Jag tycker att Värmland ligger långt fram."
    found = hit(text)
    document = Document(
        "d", "u", "d.txt", "0", text, found.document.metadata, (Section("Inlägg", 0, len(text)),)
    )
    draft, _ = ask(names, "Hur ligger Värmland till?", Hit(found.passage, document, 1.0), "Värmland")
    assert "en persons egen text" in draft.blocks[0].title
    draft, _ = ask(names, "Hur ligger Värmland till?", found, "Värmland")
    assert not draft.blocks[0].title


def test_several_topics_get_their_titles(names: Names) -> None:
    found = hit("Medel söks ur strukturfonderna. Samverkan sker i nätverk med grannlänen. Allt börjar 2027.")
    question = "Vad sägs om finansiering och samarbete?"
    draft, _ = ask(names, question, found, "Medel", "Samverkan", "Allt")
    assert [block.title for block in draft.blocks] == ["", "Finansiering", "Partner och samarbete"]
    draft, _ = ask(names, "Vad sägs om finansiering?", found, "Medel", "Samverkan")
    assert [block.title for block in draft.blocks] == [""]


def test_words_of_foreign_quotes_are_explained(names: Names) -> None:
    found = hit("Den 4 juni 2020 fick femton företag stöd ur strukturfonderna för handlingsplaner.")
    _, answer = ask(names, "Who got support?", found, "femton", language="en")
    told = next(line for line in answer.text.split("\n") if line.startswith("Words in the quotes"))
    assert "femton = 15" in told and "4 juni 2020 = 4 June 2020" in told
    assert "strukturfonderna = " in told and "handlingsplaner = action plan" in told
    _, answer = ask(names, "Vem fick stöd?", found, "femton")
    assert "Ord i citaten" not in answer.text


def test_a_refusal_stays_one(names: Names) -> None:
    draft, _ = ask(names, "Vad tycker grannen?", hit(PLANS), "finns inte i texten")
    assert draft == Draft()


def test_money_from_what_has_ended(names: Names) -> None:
    found = hit("Inside Out EU stärker stödet till företag. Projektet Inside Out EU avslutas i juni 2021.")
    _, answer = ask(names, "Kan vi få pengar ur Inside Out EU?", found, "stärker")
    assert answer.text.startswith("Nej, det är avslutat. Enligt källan till juni 2021.")
    assert "stärker stödet" in answer.text


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        ("Norrsken är ett stöd. En utlysning i Norrsken stängde den 3 mars 2024.", {}),
        ("Norrsken är ett stöd. Norrsken avslutas 2029.", {}),
        (
            "Norrsken är ett stöd. Norrsken avslutade en etapp i mars 2024.",
            {"status": Status.CURRENT, "period": ("2021", "2027")},
        ),
    ],
)
def test_what_has_not_ended_is_not_said_to_be_over(
    names: Names, text: str, metadata: dict[str, object]
) -> None:
    _, answer = ask(names, "Gäller Norrsken fortfarande?", hit(text, **metadata), "är ett stöd")
    assert not answer.text.startswith("Nej")


def test_how_another_application_went_is_no_outcome(names: Names) -> None:
    found = hit(
        "Vi lämnade in ansökan Havsvind i maj. I juni kom beskedet att Vinnova beviljat medel till Lund."
    )
    _, answer = ask(names, "Fick vi ja på Havsvind?", found, "beviljat")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES


def test_quotes_in_the_language_of_the_answer_need_no_words(names: Names) -> None:
    found = hit("Fifteen firms got advice on 4 June 2020.")
    english = replace(found.document.metadata, language="en")
    told = Hit(found.passage, replace(found.document, metadata=english), 1.0)
    draft, _ = ask(names, "Who got advice?", told, "advice", language="en")
    assert not draft.closing


def test_a_question_across_a_comma_is_not_one_on_money() -> None:
    assert expected("Vad händer sedan, är budgeten beslutad?") == ()
