"""What the words of a question are worth: other names, whole documents, and the weight of each token."""

import math
from pathlib import Path

import numpy as np
import pytest
from shelf import document, put, settings_for

from vectorstore.catalogue import open_catalogue
from vectorstore.lexical import K1, B, LexicalIndex, build_lexical
from vectorstore.queries import Expansion, Query
from vectorstore.question_terms import (
    LEAST_WEIGHT,
    OTHER_NAME,
    document_scores,
    highest,
    lexical_scores,
    token_weights,
)
from vectorstore.terms import terms
from vectorstore.view import read_catalogue

FILLING = [f"Något annat om skog {n}" for n in range(12)]


def index_of(*texts: str) -> LexicalIndex:
    return build_lexical([*texts, *FILLING])


def asked(text: str, *others: str, name: str = "Tillväxtverket") -> Query:
    return Query(text, expansions=(Expansion(name, others),))


def test_another_name_is_worth_a_share_of_the_name() -> None:
    index = index_of("Tillväxtverket svarar", "Nutekverket svarar", "Skatteverken svarar")
    plain, found = (
        lexical_scores(index, query)
        for query in (Query("Tillväxtverket"), asked("Tillväxtverket", "Nutekverket"))
    )
    assert found[0] == pytest.approx(plain[0])
    own = index.scores("Nutekverket")[1] * highest(index, "Tillväxtverket") / highest(index, "Nutekverket")
    assert found[1] == pytest.approx(OTHER_NAME * own, rel=1e-5)
    assert 0.7 * plain[0] < found[1] < plain[0]


@pytest.mark.parametrize("other", ["EU", "Europeiska regionala utvecklingsfonden för hållbar tillväxt"])
def test_a_name_is_worth_the_same_however_long_it_is(other: str) -> None:
    index = index_of("Ramprogram här", f"{other} här")
    for name in ("Ramprogram", "ERUF"):
        scores = lexical_scores(index, asked(f"Vad är {name}", other, name=name))
        most = highest(index, name)
        assert 0.15 * OTHER_NAME * most < scores[1] <= OTHER_NAME * most


def test_shares_stay_below_one() -> None:
    index = index_of(
        "Europeiska regionala utvecklingsfonden stöder stöder", "ERUF stöder", "ERUF Europeiska fonden"
    )
    query = asked("Vad är ERUF", "Europeiska regionala utvecklingsfonden", "regionala fonden", name="ERUF")
    assert (lexical_scores(index, query) <= highest(index, query.text)).all()


def test_a_passage_with_both_names_gets_no_more_than_for_the_better() -> None:
    index = index_of("Tillväxtverket och Nutekbyrån", "Tillväxtverket och Xyzabbyrån")
    scores = lexical_scores(index, asked("Tillväxtverket", "Nutekbyrån"))
    assert scores[0] == pytest.approx(scores[1], rel=1e-5)


def test_of_several_other_names_the_best_counts() -> None:
    index = index_of("Nutekverket", "Nutekverket Almiföretag")
    one = lexical_scores(index, asked("Tillväxtverket", "Nutekverket"))
    two = lexical_scores(index, asked("Tillväxtverket", "Nutekverket", "Almiföretag"))
    assert two[0] == pytest.approx(one[0])
    alone = lexical_scores(index, asked("Tillväxtverket", "Almiföretag"))
    assert two[1] == pytest.approx(max(one[1], alone[1]))


@pytest.mark.parametrize("others", [(), ("",), ("!?",), ("och",)])
def test_names_that_say_nothing_change_nothing(others: tuple[str, ...]) -> None:
    index = index_of("Tillväxtverket svarar")
    plain = lexical_scores(index, Query("Tillväxtverket"))
    np.testing.assert_array_equal(lexical_scores(index, asked("Tillväxtverket", *others)), plain)


def brute(index: LexicalIndex, question: str, texts: list[str], mean: float) -> list[float]:
    """BM25 of texts, term by term, with the rarities of the index's passages."""
    found = []
    for text in texts:
        held, score = terms(text), 0.0
        for term, rarity in index.rarity(set(terms(question))).items():
            count = held.count(term)
            score += rarity * count / (count + K1 * (1 - B + B * len(held) / mean))
        found.append(score)
    return found


def test_documents_score_as_their_passages_put_together(tmp_path: Path) -> None:
    texts = {
        "a": "Stöd till export\nExportstöd för små företag\nStöd",
        "b": "En enda passage om export",
        "c": "\n".join(FILLING),
        "d": "Inget",
    }
    catalogue = open_catalogue(settings_for(tmp_path))
    put(catalogue, *[document(name, text) for name, text in texts.items()])
    view = read_catalogue(catalogue)
    whole = ["\n".join(f"{name}\n{line}" for line in text.split("\n")) for name, text in texts.items()]
    mean = sum(len(terms(text)) for text in whole) / len(whole)
    for question in ("stöd till export", "skog 3", "", "Okänt xyzzy"):
        expected = brute(view.lexical, question, whole, mean)
        positions = np.array([16, 0, 3, 2, 5])
        found = document_scores(view, question, positions)
        np.testing.assert_allclose(found, [expected[n] for n in (3, 0, 1, 0, 2)], rtol=1e-5)
    catalogue.close()


def test_runs_of_passages_and_empty_ones() -> None:
    texts = ["export stöd", "stöd", "", "export export", "skog"]
    index = build_lexical(texts)
    starts, ends = np.array([0, 1, 2, 3, 5, 0, 4]), np.array([2, 1, 3, 5, 5, 5, 5])
    whole = [" ".join(texts[start:end]) for start, end in zip(starts, ends, strict=True)]
    found = index.whole_scores("export stöd okänt", starts, ends, 20.0)
    np.testing.assert_allclose(found, brute(index, "export stöd okänt", whole, 20.0), rtol=1e-5)
    assert found[[1, 2, 4, 6]].tolist() == [0] * 4
    assert index.whole_scores("export", starts[:0], ends[:0], 20.0).shape == (0,)
    assert build_lexical([]).whole_scores("export", np.array([0]), np.array([0]), 0.0).tolist() == [0]


def test_no_passage_scores_more_than_the_highest() -> None:
    index = index_of("export " * 500, "export")
    assert index.scores("export").max() <= highest(index, "export")
    assert highest(index, "") == highest(index, "och?") == 1


def test_tokens_weigh_by_the_rarity_of_their_words() -> None:
    index = index_of("vätgas")
    words = ["Vad", "skog", "vätgas", "vätgas", "vätgasskog", "okänt", ""]
    weights = dict(zip(words, token_weights(index, words), strict=True))
    assert math.isclose(token_weights(index, words).sum(), 1, abs_tol=1e-6)
    assert weights["Vad"] == weights[""] < weights["skog"] < weights["vätgas"] < weights["okänt"]
    assert weights["skog"] < weights["vätgasskog"]
    rarity = np.mean(list(index.rarity(["^skog", "skog$", "^skog$"]).values()))
    assert weights["skog"] / weights[""] == pytest.approx(1 + rarity / LEAST_WEIGHT, rel=1e-5)
    assert len(token_weights(index, [])) == 0
    assert token_weights(build_lexical([]), ["a", ""]).sum() == pytest.approx(1)
