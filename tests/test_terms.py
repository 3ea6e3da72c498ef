"""Words of the field: defined from a document, named in three languages, never expanded on a guess."""

from collections.abc import Iterator
from datetime import date

import pytest
from partner_shelf import asked, hits, scorer, shelf_of_partners

from assistant.answers import AnswerStatus
from assistant.checking import check
from assistant.drafts import Draft
from assistant.framing import Framed, frame
from assistant.terms.asking import asked_term
from assistant.terms.choosing import WhichPlace
from assistant.terms.explaining import TermExplainer
from vectorstore.embedder import Embedder
from vectorstore.store import Store

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    """The shelf of partners."""
    with shelf_of_partners(tmp_path_factory, embedder) as opened:
        yield opened


@pytest.fixture(scope="module")
def explainer(store: Store, embedder: Embedder) -> TermExplainer:
    return TermExplainer(store, scorer(store, embedder))


def explained(explainer: TermExplainer, text: str, language: str = "sv") -> Framed:
    draft = explainer.compose(asked(text, language), hits(explainer.store, text))
    assert draft is not None
    return frame(check(draft, text, explainer.store.document, language, TODAY), language)


def drafted(explainer: TermExplainer, text: str) -> Draft | None:
    return explainer.compose(asked(text), hits(explainer.store, text))


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("Vad betyder ordet kluster?", "kluster", "meaning"),
        ("Vad står ERUF för?", "ERUF", "meaning"),
        ("vad är det här med de minimis egentligen", "de minimis", "thing"),
        ("What does match funding mean?", "match funding", "meaning"),
        ("What is a cluster?", "cluster", "thing"),
        ("Hva betyr bagatellmessig støtte?", "bagatellmessig støtte", "meaning"),
        ("Vad heter utlysning på engelska?", "utlysning", "translation"),
    ],
)
def test_the_word_asked_about_is_found(text: str, word: str, kind: str) -> None:
    term = asked_term(text)
    assert term and (term.word, term.kind) == (word, kind)


@pytest.mark.parametrize("text", ["Vem leder projektet?", "Hur mycket betalar Eurostars?", "Berätta mer"])
def test_other_questions_are_no_terms(text: str) -> None:
    assert asked_term(text) is None


def test_a_word_is_explained_by_the_sentence_that_defines_it(explainer: TermExplainer) -> None:
    answer = explained(explainer, "Vad betyder medfinansiering?")
    assert "Medfinansiering är den del av kostnaden som någon annan än EU betalar. [1]" in answer.text
    assert "co-funding" in answer.text and "egenandel" in answer.text
    assert "Utblicks register (2026-11)" in answer.text


def test_a_glossary_s_row_is_quoted_instead_of_the_register(explainer: TermExplainer) -> None:
    answer = explained(explainer, "What is S3?", "en")
    assert "Norska: smart spesialisering [1]" in answer.text
    assert "register" not in answer.text


def test_all_meanings_of_a_name_are_told_with_the_source_of_one(explainer: TermExplainer) -> None:
    answer = explained(explainer, "Vad betyder EIC?")
    assert "Euro Info Centre" in answer.text
    assert "EIC betyder i dag Europeiska innovationsrådet. [1]" in answer.text
    assert answer.status is AnswerStatus.ANSWERED


def test_an_abbreviation_that_no_source_spells_out_stays_uncertain(explainer: TermExplainer) -> None:
    answer = explained(explainer, "Vad står NMS för?")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "Inget dokument skriver ut" in answer.text
    assert not answer.citations


def test_a_word_that_no_document_defines_has_only_its_names(explainer: TermExplainer) -> None:
    answer = explained(explainer, "Hva betyr ordet utlysning?", "no")
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "forklarer ikke" in answer.text and "call for proposals" in answer.text


@pytest.mark.parametrize("text", ["Vad är Eurostars?", "Vad är Paper Province?", "Vad betyder surdeg?"])
def test_things_with_passages_of_their_own_are_left_to_others(explainer: TermExplainer, text: str) -> None:
    assert drafted(explainer, text) is None


def test_a_place_that_may_be_two_is_asked_about_with_the_whole_question_as_choices(store: Store) -> None:
    text = "Vilka mål har Mellansverige?"
    draft = WhichPlace(store).compose(asked(text), [])
    assert draft and draft.status is AnswerStatus.CLARIFY
    assert draft.follow_ups == ("Vilka mål har Norra Mellansverige?", "Vilka mål har Östra Mellansverige?")


@pytest.mark.parametrize("who", [{"region": "Dalarna"}, {"said": "Vi finns i Gävle."}])
def test_a_place_that_the_asker_s_county_settles_is_not_asked_about(
    store: Store, who: dict[str, str]
) -> None:
    assert WhichPlace(store).compose(asked("Vilka mål har Mellansverige?", **who), []) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["Vilka mål har Östra Mellansverige?", "Vad kostar det i SEK?"])
def test_names_that_are_clear_are_not_asked_about(store: Store, text: str) -> None:
    assert WhichPlace(store).compose(asked(text), []) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("Vad betyder ZQX?", "sv"), ("What does ZQX mean?", "en"), ("Hva betyr ZQX?", "no")],
)
def test_a_word_that_stands_nowhere_is_not_explained(
    explainer: TermExplainer, text: str, language: str
) -> None:
    answer = explained(explainer, text, language)
    assert answer.status is AnswerStatus.NOT_IN_SOURCES
    assert "ZQX" in answer.text and not answer.citations
