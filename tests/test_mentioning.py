"""Documents of other regions do not answer for the region that a question names."""

import pytest
from shelf import document, passages

from assistant.mentioning import mentioning
from ingest.register.loading import load_register
from vectorstore.naming import Names
from vectorstore.queries import Hit


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load_register(None))


def hits(*places: str) -> list[Hit]:
    return [Hit(passages(document(place))[0], document(place), 1.0) for place in places]


def found(text: str, names: Names) -> set[str]:
    every = hits("gävleborg", "värmland", "dalarna", "national")
    return {hit.document.id.removeprefix("id-") for hit in mentioning(text, every, names)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vem är direktör i Skåne?", {"national"}),
        ("Vilka stöd finns i Dalarna?", {"dalarna", "national"}),
        ("Vilka stöd finns i Karlstad?", {"värmland", "national"}),
        ("Vad säger Dalarna och Värmland?", {"dalarna", "värmland", "national"}),
        ("Vad gäller i Norra Mellansverige?", {"gävleborg", "värmland", "dalarna", "national"}),
        ("Vilka stöd finns?", {"gävleborg", "värmland", "dalarna", "national"}),
    ],
)
def test_other_regions_are_left_out(names: Names, text: str, expected: set[str]) -> None:
    assert found(text, names) == expected


def test_a_passage_that_names_the_place_counts_whosever_document_it_is(names: Names) -> None:
    assert "värmland" in found("Vilka samarbetar med Norge?", names)
