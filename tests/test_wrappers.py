"""Around a search: a share for each region, no copies, what holds today first, neighbours joined."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from shelf import EMBEDDER, document, many, passages, put, settings_for

from assistant.channels.search.result import search_result
from vectorstore.catalogue import open_catalogue
from vectorstore.currency import NEARLY, CurrentFirst
from vectorstore.distinct import Distinct
from vectorstore.facets import facets_of, matches
from vectorstore.joined import joined
from vectorstore.passages import Metadata, Status
from vectorstore.publish import publish
from vectorstore.queries import Filters, Hit, Query
from vectorstore.quota import EachRegion
from vectorstore.store import open_store
from vectorstore.trace import Trace

LONG = "Regionen vill att små företag i länet ska nå nya marknader och få råd på vägen dit"


@dataclass(frozen=True)
class Listed:
    """Finds the given hits, best first, as far as they pass the query's filters."""

    hits: Sequence[Hit]

    def retrieve(self, query: Query) -> list[Hit]:
        """See Retriever."""
        passed = [
            hit
            for hit in self.hits
            if matches(facets_of(hit.document.id, hit.document.metadata, ""), query.filters)
        ]
        return sorted(passed, key=lambda hit: -hit.score)[: query.top_k]


def hit(name: str, score: float, text: str = "", title: str = "Stöd", **metadata: object) -> Hit:
    """The only passage of a document of its own."""
    found = document(name, text or f"Text om {name}", Metadata(title, **metadata))  # type: ignore[arg-type]
    return Hit(passages(found)[0], found, score)


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.document.source.removesuffix(".txt") for hit in hits]


# Each region's share

MANY = [hit(f"värmland{n}", 1 - n / 1000, regions=("Värmland",)) for n in range(80)]
FEW = [hit(f"dalarna{n}", 0.9 - n / 20, regions=("Dalarna",)) for n in range(8)]
BOTH = ("Värmland", "Dalarna")


def test_a_region_with_little_text_is_heard_beside_one_with_much() -> None:
    trace = Trace()
    found = EachRegion(Listed([*MANY, *FEW])).retrieve(Query("jämför", 8, regions=BOTH, trace=trace))
    assert names(found[:3]) == ["värmland0", "värmland1", "dalarna0"]
    assert sum(name.startswith("dalarna") for name in names(found)) == 2
    assert len(found) == 8
    told = trace.steps[0].told
    assert (told["regions"], told["without"]) == ({"Värmland": 6, "Dalarna": 2}, [])
    assert told["lifted"] == [hit.passage.id for hit in found if hit in FEW]


def test_a_region_without_anything_on_the_matter_takes_no_place() -> None:
    weak = [replace(each, score=each.score / 2) for each in FEW]
    trace = Trace()
    found = EachRegion(Listed([*MANY, *weak])).retrieve(Query("jämför", 5, regions=BOTH, trace=trace))
    assert names(found) == names(MANY[:5])
    assert trace.steps[0].told["without"] == ["Dalarna"]


@pytest.mark.parametrize("regions", [(), ("Dalarna",), ("Dalarna", "Dalarna"), ("Skåne", "Halland")])
def test_fewer_than_two_regions_with_hits_change_nothing(regions: tuple[str, ...]) -> None:
    query = Query("jämför", 5, regions=regions)
    assert EachRegion(Listed([*MANY, *FEW])).retrieve(query) == Listed([*MANY, *FEW]).retrieve(query)


def test_a_hit_about_both_regions_counts_for_both() -> None:
    shared = hit("gemensam", 2, regions=("Dalarna", "Värmland"))
    found = EachRegion(Listed([shared, *MANY, *FEW])).retrieve(Query("jämför", 3, regions=BOTH))
    assert names(found) == ["gemensam", "värmland0", "värmland1"]


def test_a_filter_on_regions_is_kept() -> None:
    query = Query("jämför", 5, Filters(regions=("värmland",)), regions=BOTH)
    assert names(EachRegion(Listed([*MANY, *FEW])).retrieve(query)) == names(MANY[:5])


def test_scores_of_any_scale_will_do() -> None:
    found = EachRegion(Listed([*MANY, *FEW])).retrieve(Query("jämför", 8, regions=BOTH))
    moved = [replace(each, score=40 * each.score - 300) for each in [*MANY, *FEW]]
    assert names(EachRegion(Listed(moved)).retrieve(Query("jämför", 8, regions=BOTH))) == names(found)


# Copies

COPY = hit("kopia", 0.89, LONG)
DIFFERENT = [
    hit("annat belopp", 0.95, f"{LONG} med 50 procent"),
    hit("annat namn", 0.94, f"{LONG} genom Almi"),
    hit("annan text", 0.93, "Länet satsar på skog, energi och livsmedel under den period som kommer"),
]


def test_a_copy_gives_its_place_to_the_next() -> None:
    first = hit("förlaga", 1, f"{LONG} nu")
    trace = Trace()
    found = Distinct(Listed([first, COPY, *DIFFERENT])).retrieve(Query("råd", 4, trace=trace))
    assert names(found) == ["förlaga", "annat belopp", "annat namn", "annan text"]
    told = trace.steps[0].told
    assert told["left_out"] == 1
    assert [one["passage"] for one in told["copies"][first.passage.id]] == [COPY.passage.id]


def test_other_figures_and_other_names_are_no_copies() -> None:
    first = hit("förlaga", 1, f"{LONG} med 40 procent")
    assert names(Distinct(Listed([first, DIFFERENT[0]])).retrieve(Query("råd", 4))) == [
        "förlaga",
        "annat belopp",
    ]


def test_a_figure_more_is_no_copy_and_a_figure_less_is_one() -> None:
    more, less = hit("med", 1, f"{LONG} med 50 procent"), hit("utan", 0.9, LONG)
    assert names(Distinct(Listed([more, less])).retrieve(Query("råd", 4))) == ["med"]
    turned = [replace(less, score=1), replace(more, score=0.9)]
    assert names(Distinct(Listed(turned)).retrieve(Query("råd", 4))) == ["utan", "med"]


def test_a_sentence_of_a_longer_text_is_no_copy_of_it() -> None:
    whole = hit("hela", 1, f"{LONG}. {' '.join(f'ord{letter}' for letter in 'abcdefghijklmnopqrstuvw')}")
    assert len(Distinct(Listed([whole, COPY])).retrieve(Query("råd", 4))) == 2


def test_the_same_under_another_title_is_no_copy() -> None:
    """What an authority repeats on page after page is about what each page is about."""
    same = [
        hit("ett blad", 1, LONG, "Besök"),
        hit("ett annat", 0.9, LONG, "Arbete"),
        hit("x", 0.8, LONG, "BESÖK"),
    ]
    assert names(Distinct(Listed(same)).retrieve(Query("råd", 4))) == ["ett blad", "ett annat"]


def test_of_equals_the_one_that_holds_today_or_the_newest_stays() -> None:
    copies = [
        hit("gammal", 1, LONG, status=Status.HISTORICAL, published="2025"),
        hit("tidig", 1 - NEARLY / 3, LONG, published="2020"),
        hit("sen", 1 - NEARLY / 2, LONG, published="2021"),
        hit("svag", 1 - 2 * NEARLY, LONG, published="2024"),
    ]
    assert names(Distinct(Listed(copies)).retrieve(Query("råd", 4))) == ["sen"]


def test_each_of_several_regions_keeps_its_copy() -> None:
    copies = [hit("ett", 1, LONG, regions=("Dalarna",)), hit("två", 0.9, LONG, regions=("Värmland",))]
    assert names(Distinct(Listed(copies)).retrieve(Query("råd", 4))) == ["ett"]
    assert names(Distinct(Listed(copies)).retrieve(Query("råd", 4, regions=BOTH))) == ["ett", "två"]


def test_many_copies_are_looked_past() -> None:
    copies = [hit(f"kopia{n}", 1 - n / 1000, LONG) for n in range(30)]
    found = Distinct(Listed([*copies, *DIFFERENT])).retrieve(Query("råd", 4))
    assert names(found) == ["kopia0", "annat belopp", "annat namn", "annan text"]


# What holds today


def old(name: str, score: float, status: Status = Status.ENDED) -> Hit:
    return hit(name, score, status=status)


def test_what_holds_today_comes_first_among_near_equals() -> None:
    hits = [
        old("slut", 1),
        old("historia", 0.999, Status.HISTORICAL),
        hit("nu", 1 - NEARLY / 2),
        old("förslag", 1 - NEARLY / 1.5, Status.PROPOSAL),
        hit("svag", 0.9),
    ]
    trace = Trace()
    found = CurrentFirst(Listed(hits)).retrieve(Query("Vilka stöd finns?", trace=trace))
    assert names(found) == ["nu", "förslag", "slut", "historia", "svag"]
    assert len(trace.steps[0].told["moved"]) == 4
    assert sorted(each.score for each in found) == sorted(each.score for each in hits)


def test_nothing_is_left_out() -> None:
    hits = [old("slut", 1), *[hit(f"nu{n}", 0.999 - n / 10000) for n in range(9)]]
    found = CurrentFirst(Listed(hits)).retrieve(Query("Vilka stöd finns?", 5))
    assert names(found) == ["nu0", "nu1", "nu2", "nu3", "slut"]


@pytest.mark.parametrize(
    "text",
    [
        "Vad gällde 2009?",
        "Vilka stöd fanns tidigare?",
        "Vilka program är avslutade?",
        "What was the budget?",
        "Hva var formålet?",
    ],
)
def test_who_asks_for_the_past_gets_it_as_found(text: str) -> None:
    hits = [old("slut", 1), hit("nu", 0.999)]
    assert names(CurrentFirst(Listed(hits)).retrieve(Query(text))) == ["slut", "nu"]


def test_an_order_that_is_not_by_score_is_kept() -> None:
    """Each region's share, found within, is not undone."""

    class Interleaved:
        def retrieve(self, query: Query) -> list[Hit]:
            """See Retriever."""
            return [hit("ett", 1), hit("fyra", 0.5), hit("två", 0.9), hit("tre", 0.8)]

    found = CurrentFirst(Interleaved()).retrieve(Query("Vilka stöd finns?"))
    assert names(found) == ["ett", "fyra", "två", "tre"]


# Neighbours


def lines(*chosen: tuple[int, float]) -> list[Hit]:
    """Hits on lines of one document, by number and score."""
    found = document("rader", "Ett.\nTvå.\nTre.\nFyra.\nFem.")
    cut = passages(found)
    return [Hit(cut[number], found, score) for number, score in chosen]


def test_a_search_gives_neighbours_as_one_and_explains_each() -> None:
    found = Listed([*lines((2, 1.0), (3, 0.9), (0, 0.8))])
    plain = search_result(found, Query("rader", 2))["hits"]
    assert [(row["rank"], row["text"]) for row in plain] == [(1, "Tre.\nFyra."), (2, "Ett.")]
    explained = search_result(found, Query("rader", 2), explain=True)["hits"]
    assert [row["text"] for row in explained] == ["Tre.", "Fyra."]


def test_neighbours_become_one_at_the_place_of_the_best() -> None:
    apart = hit("annan", 0.95)
    found = joined([*lines((3, 1.0)), apart, *lines((0, 0.9), (2, 0.8))])
    assert [each.passage.text for each in found] == ["Tre.\nFyra.", "Text om annan", "Ett."]
    assert found[0].score == 1.0
    for each in found:
        assert each.passage.text == each.document.text[each.passage.start : each.passage.end]
    assert len({each.passage.id for each in found}) == 3


def test_other_headings_and_other_dates_are_no_neighbours() -> None:
    one, two = lines((0, 1.0), (1, 0.9))
    for change in ({"headings": ("Annan",)}, {"published": "1999"}, {"number": 4}):
        other = replace(two, passage=replace(two.passage, **change))  # type: ignore[arg-type]
        assert len(joined([one, other])) == 2
    assert joined([]) == []


# Together, over a real store


def test_together_over_a_store_they_are_quick(tmp_path: Path) -> None:
    catalogue = open_catalogue(settings_for(tmp_path))
    put(catalogue, document("gävleborg"), document("dalarna"), *many(120))
    publish(catalogue, tmp_path)
    catalogue.close()
    store = open_store(settings_for(tmp_path), EMBEDDER)
    try:
        around = CurrentFirst(Distinct(EachRegion(store.retriever)))
        query = Query(
            "Dalarna prioriterar stålindustri, Gävleborg satsar på exportrådgivning",
            8,
            regions=("Dalarna", "Gävleborg"),
        )
        found = around.retrieve(query)
        assert len({each.passage.id for each in found}) == 8
        about = {name for each in found for name in each.document.metadata.regions}
        assert {"Dalarna", "Gävleborg"} <= about
        began = time.perf_counter()
        for _ in range(5):
            around.retrieve(query)
        assert (time.perf_counter() - began) / 5 < 0.5
    finally:
        store.close()
