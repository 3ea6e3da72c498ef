"""The shared documents, whose traps are known: what is asked of them is found, and what misleads is not."""

from collections.abc import Iterator

import pytest
from prose import CORPUS, corpus, left_out

from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.sources import find_roots
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.passages import Passage, Section
from vectorstore.settings import Settings

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there are no shared documents at {CORPUS}")


def searched(passages: list[Passage]) -> str:
    return "\n".join(passage.indexed_text for passage in passages)


def test_five_documents_are_stored_and_nothing_the_second_time(
    settings: Settings, embedder: Embedder
) -> None:
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with Reader(settings) as reader:
        for expected in ({"added": 5}, {"unchanged": 5}):
            report = ingest(find_roots([CORPUS]), catalogue, lambda: embedder, reader)
            assert {name: count for name, count in report.counts.items() if count} == expected
    assert len(catalogue.documents()) == 5 and report.passages > 80
    catalogue.close()


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_words_are_in_a_passage_or_a_heading(name: str) -> None:
    document, passages = corpus(name)
    heads = {head for passage in passages for head in passage.headings} | {document.metadata.title}
    lost = [" ".join(line.strip("#*- ").split()) for line in left_out(document, passages)]
    other = [line for line in lost if line not in heads]
    assert all("\t" in line or line.startswith(("<i>", "Ladda ner", "- <i>")) for line in other), other
    assert sum(len(passage.text.split()) for passage in passages) > 0.9 * len(document.text.split())


@pytest.fixture(scope="module")
def blog() -> Iterator[tuple[tuple[Section, ...], list[Passage]]]:
    document, passages = corpus("004")
    yield document.sections, passages


KNOWN = {  # what a reader can work out: (first, last) day
    "Ännu en framgång": ("2018-11-22", "2018-11-22"),
    "Summering av första": ("2018-07-04", "2018-07-04"),
    "Välkommen Business": ("2013-01-01", "2013-12-31"),
    "Karlstads universitet och": ("2012-10-08", "2012-10-31"),
    "Omvärldsspaning med": ("2011-04-01", "2012-04-30"),
    "Nu kan vi dra": ("2010-12-11", "2010-12-18"),
    "Slutkonferens för": ("2010-12-01", "2010-12-31"),
    "Årets klättrare": ("2010-11-01", "2010-12-14"),
    "REKENE": ("2010-08-25", "2010-09-30"),
    "Manliga skuggnätverk": ("2010-01-01", "2010-12-31"),
}


def test_ten_posts_with_dates_that_do_not_contradict_what_is_known(
    blog: tuple[tuple[Section, ...], list[Passage]],
) -> None:
    sections, _ = blog
    assert len(sections) == 10
    for section, (title, (first, last)) in zip(sections, KNOWN.items(), strict=True):
        assert section.title.startswith(title)
        day = section.published
        assert not day or first[: len(day)] <= day <= last[: len(day)], section
        assert section.earliest <= last and (section.latest or "9999") >= first, section
    exact = {section.title.split()[0]: section.published for section in sections}
    assert (exact["Ännu"], exact["Summering"], exact["Nu"]) == ("2018-11-22", "2018-07-04", "2010-12")
    assert [
        section.published for section in sections if section.published[:4] in ("2011", "2012", "2013")
    ] == []


def test_no_passage_crosses_a_post(blog: tuple[tuple[Section, ...], list[Passage]]) -> None:
    sections, passages = blog
    for passage in passages:
        [section] = [one for one in sections if one.start <= passage.start < one.end]
        assert passage.end <= section.end and passage.published == section.published
        assert passage.headings[0] == section.title


def test_the_contents_list_is_in_no_passage() -> None:
    _, passages = corpus("003")
    assert not any("\t" in passage.text or "<i>" in passage.text for passage in passages)
    assert "Verktyg för genomförande" in {head for passage in passages for head in passage.headings}


def test_the_signature_block_is_one_list() -> None:
    _, passages = corpus("003")
    [block] = [passage for passage in passages if "gemensamt framtagen av:" in passage.search_text]
    assert sum(word.strip(",") == "Kommun" for word in block.search_text.split()) == 11
    assert "Askersunds Kommun, Degerfors Kommun" in block.search_text
    assert "Laxå" not in searched(passages) and "Länsstyrelsen" not in block.search_text


def test_lost_letters_are_mended_for_searches_only() -> None:
    document, passages = corpus("001")
    broken = [passage for passage in passages if "Smland" in passage.text or "mländska" in passage.text]
    assert len(broken) >= 3 and "Smland" in document.text
    for passage in broken:
        assert "Sörml" in passage.search_text or "sörml" in passage.search_text
        assert passage.text == document.text[passage.start : passage.end]
    assert "småland" not in searched(passages).casefold()
    assert document.metadata.regions == ("Sörmland",) and document.metadata.published == "2020-09-04"


def test_a_pull_quote_is_not_in_the_middle_of_a_sentence() -> None:
    document, passages = corpus("000")
    assert "mellan universitetet och Region Värmland. Målet är" in searched(passages)
    assert "KATARINA NORDMARK" not in searched(passages) and "KATARINA NORDMARK" in document.text
    [passage] = [passage for passage in passages if passage.gaps]
    assert len(passage.gaps) == 2


def test_the_caption_with_the_contacts_is_kept() -> None:
    _, passages = corpus("000")
    assert any("Erica Åkerberg, forskningsrådgivare på GIO" in passage.text for passage in passages[:1])


def test_a_word_broken_at_a_line_end_is_whole_in_search_text() -> None:
    _, passages = corpus("000")
    assert "möjlighet att lära" in searched(passages) and "möj-" not in searched(passages)


def test_what_is_known_of_each_document() -> None:
    found = {name: corpus(name)[0].metadata for name in ("000", "002", "003", "004")}
    assert found["000"].period == ("", "2021-06") and found["000"].published == ""
    assert found["002"].period == ("2019-01", "2021-03")
    assert "Norra Mellansverige" in found["002"].regions and len(found["002"].regions) == 4
    assert (found["003"].publisher, found["003"].published) == ("Regionförbundet Örebro", "2009-01-29")
    assert found["003"].period == ("", "")
    assert (found["004"].publisher, found["004"].regions) == ("Region Värmland", ("Värmland",))
    assert found["004"].published == "" and found["004"].as_of == "2018-11-22"
