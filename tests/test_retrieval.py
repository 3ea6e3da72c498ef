"""Retrieval: the same answers from a generation as from the catalogue read straight."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from shelf import EMBEDDER, METADATA, TEXTS, document, many, put, settings_for, shelf

from vectorstore import view as views
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.exact import best
from vectorstore.facets import Facets, matches
from vectorstore.generations import Folders
from vectorstore.publish import publish
from vectorstore.queries import Filters, Hit, Query, Retriever
from vectorstore.retrieval import Dense, Fused, Lexical
from vectorstore.terms import pieces, terms, words
from vectorstore.view import View, open_generation, read_catalogue

FILTERS = {
    "none": Filters(),
    "region": Filters(regions=("gävleborg",)),
    "one of two regions": Filters(regions=("DALARNA", "Värmland")),
    "unknown region": Filters(regions=("Skåne",)),
    "publisher": Filters(publishers=("region värmland",)),
    "language": Filters(languages=("EN",)),
    "document": Filters(documents=("id-dalarna", "id-national")),
    "from a year": Filters(year_from=2020),
    "to a year": Filters(year_to=2019),
    "one year": Filters(year_from=2019, year_to=2019),
    "two limits": Filters(regions=("Gävleborg",), year_from=2020, languages=("sv",)),
}
QUESTIONS = ("Interreg med Norge", "funding for market studies", "stöd till export", "åäö", "", "!?", "xyzzy")


class Fixed:
    """Lends one view, for good."""

    def __init__(self, view: View) -> None:
        self._view = view

    @contextmanager
    def view(self) -> Iterator[View]:
        """See Views."""
        yield self._view


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Catalogue]:
    folder = tmp_path_factory.mktemp("store")
    catalogue = shelf(folder)
    put(catalogue, *many(40))
    publish(catalogue, folder)
    return folder, catalogue


def generation(folder: Path) -> View:
    current = Folders(folder).current()
    assert current
    return open_generation(current, folder / "own")


@pytest.fixture(scope="module", params=["chroma", "chroma filtering by itself", "exact"])
def view(request: pytest.FixtureRequest, stored: tuple[Path, Catalogue]) -> Iterator[View]:
    folder, catalogue = stored
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "chroma filtering by itself":
            patch.setattr(views, "EXACT_BELOW", 0)
        opened = read_catalogue(catalogue) if request.param == "exact" else generation(folder)
        yield opened
        assert opened.fault == ""
        opened.close()


def retrievers(view: View) -> dict[str, Retriever]:
    return {
        "dense": Dense(Fixed(view), EMBEDDER),
        "lexical": Lexical(Fixed(view)),
        "fused": Fused(Fixed(view), EMBEDDER),
    }


def facts(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(hit.passage.id, round(hit.score, 3)) for hit in hits]


@pytest.mark.parametrize("name", ["dense", "lexical", "fused"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS.keys())
def test_a_retriever_keeps_to_the_filters_and_finds_all(view: View, name: str, filters: Filters) -> None:
    allowed = {n for n, facets in enumerate(view.snapshot.facets) if matches(facets, filters)}
    hits = retrievers(view)[name].retrieve(
        Query("Region Gävleborg Värmland Dalarna Business export", 200, filters)
    )
    found = {view.snapshot.positions[hit.passage.id] for hit in hits}
    assert found <= allowed
    assert len(found) == len(hits)
    assert found == allowed if name != "lexical" else bool(found) == bool(allowed)


@pytest.mark.parametrize("name", ["dense", "lexical", "fused"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_index_ranks_as_exact_search_does(
    view: View, stored: tuple[Path, Catalogue], name: str, question: str
) -> None:
    exact = read_catalogue(stored[1])
    query = Query(question, 20)
    expected, found = (facts(retrievers(one)[name].retrieve(query)) for one in (exact, view))
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=2e-3)
    assert {one for one, score in found if score > found[-1][1] + 0.01} == {
        one for one, score in expected if score > expected[-1][1] + 0.01
    }
    exact.close()


def test_a_hit_carries_its_document_and_both_scores(view: View) -> None:
    question = "Skogsindustrin är viktig."
    (hit,) = retrievers(view)["fused"].retrieve(Query(question, 1))
    assert hit.document == document("värmland")
    assert hit.passage.text == question
    cosine = float(EMBEDDER.embed_query(question) @ EMBEDDER.embed_query(hit.passage.indexed_text))
    assert hit.legs["dense"] == pytest.approx(cosine, abs=1e-5)
    assert hit.legs["lexical"] == pytest.approx(view.lexical.scores(question).max())


def test_legs_tell_the_same_whichever_leg_found_the_passage(view: View) -> None:
    hits = retrievers(view)["fused"].retrieve(Query("Interreg funding export", 99))
    scores = view.lexical.scores("Interreg funding export")
    for hit in hits:
        assert hit.legs["lexical"] == pytest.approx(float(scores[view.snapshot.positions[hit.passage.id]]))
        assert -1.0001 <= hit.legs["dense"] <= 1.0001
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_undated_passages_match_no_year(view: View) -> None:
    hits = retrievers(view)["dense"].retrieve(Query("stålindustri", 200, Filters(year_from=0, year_to=9999)))
    assert {hit.document.id for hit in hits} == {"id-gävleborg", "id-värmland", "id-national"}


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    view = read_catalogue(open_catalogue(settings_for(tmp_path)))
    assert [one.retrieve(Query("stöd")) for one in retrievers(view).values()] == [[], [], []]


def test_swedish_compounds_meet_their_parts() -> None:
    assert set(terms("stöd till export")) & set(terms("Exportstödet"))
    assert set(terms("handelshinder")) & set(terms("hinder för handel"))


def test_letters_are_kept_and_norwegian_ones_are_put_in_swedish() -> None:
    assert words("Åäö RÄKSMÖRGÅS") == ["åäö", "räksmörgås"]
    assert words("a\u030a\u0308") != words("aa")
    assert words("A\u030angermanland") == words("Ångermanland")
    assert words("Sørlandet, næring") == ["sörlandet", "näring"]
    assert not set(terms("får")) & set(terms("far"))


def test_pieces_of_short_and_long_words() -> None:
    assert pieces("eu") == ["^eu$"]
    assert pieces("smf") == ["^smf$"]
    assert pieces("stöd") == ["^stöd", "stöd$", "^stöd$"]


def test_the_best_scores_come_in_a_fixed_order() -> None:
    scores = np.array([1, 3, 3, 2, 3], np.float32)
    assert best(scores, 2) == [(1, 3.0), (2, 3.0)]
    assert best(scores, 9) == [(1, 3.0), (2, 3.0), (4, 3.0), (3, 2.0), (0, 1.0)]
    assert best(scores[:0], 3) == []


def test_facets_compare_without_case() -> None:
    facets = Facets("d", ("gävleborg", "dalarna"), "region x", "sv", 2019)
    assert matches(facets, Filters(regions=("GÄVLEBORG",), publishers=("Region X",), languages=("SV",)))
    assert not matches(facets, Filters(regions=("Gävle",)))
    assert len(METADATA) == len(TEXTS)
