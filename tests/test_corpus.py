"""The shared documents, whose traps are known: what is asked of them is found, and what misleads is not."""

import re

import pytest
from prose import CORPUS, corpus, left_out

from ingest.headings import heading_text
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.sources import find_roots
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.passages import Document, Passage
from vectorstore.settings import Settings

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"there are no shared documents at {CORPUS}")


Blog = tuple[Document, list[Passage]]


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
def blog() -> Blog:
    return corpus("004")


KNOWN = (  # the first and last day on which each post can have been written, as a reader works it out
    ("2018-11-22", "2018-11-22"),
    ("2018-07-04", "2018-07-04"),
    ("2013-01-01", "2013-12-31"),
    ("2012-10-08", "2012-10-31"),
    ("2011-04-01", "2012-04-30"),
    ("2010-12-11", "2010-12-18"),
    ("2010-12-01", "2010-12-31"),
    ("2010-11-01", "2010-12-14"),
    ("2010-08-25", "2010-09-30"),
    ("2010-01-01", "2010-12-31"),
)


def test_ten_posts_with_dates_that_do_not_contradict_what_is_known(blog: Blog) -> None:
    document, _ = blog
    assert len(document.sections) == 10
    for section, (first, last) in zip(document.sections, KNOWN, strict=True):
        day = section.published
        assert not day or first[: len(day)] <= day <= last[: len(day)], section
        assert section.earliest <= last and (section.latest or "9999") >= first, section
        assert document.text[section.start :].split()[:2] == section.title.split()[:2]
    days = [section.published for section in document.sections]
    assert (days[0], days[1], days[5]) == ("2018-11-22", "2018-07-04", "2010-12")
    assert days[6:9] == ["2010"] * 3


def test_no_passage_crosses_a_post(blog: Blog) -> None:
    document, passages = blog
    for passage in passages:
        [section] = [one for one in document.sections if one.start <= passage.start < one.end]
        assert passage.end <= section.end and passage.published == section.published
        assert passage.headings[0] == section.title


def test_the_contents_list_is_in_no_passage() -> None:
    document, passages = corpus("003")
    assert not any("\t" in passage.text or "<i>" in passage.text for passage in passages)
    listed = {heading_text(line.split("\t")[0]) for line in document.text.splitlines() if "\t" in line}
    heads = {head for passage in passages for head in passage.headings}
    assert len(listed & heads) > 15 and len(heads - listed) >= 3  # some chapters are in no list


def test_the_signature_block_is_one_list() -> None:
    _, passages = corpus("003")
    [block] = [one for one in passages if one.search_text.count("Kommun") > 5 and one.text.count("\n") > 20]
    names = block.search_text.split(": ")[1].split(", ")
    assert sum(name.endswith(" Kommun") for name in names) == 11 and len(names) == 13
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
    [passage] = [passage for passage in passages if passage.gaps]
    quote, name = (document.text[start:end] for start, end in passage.gaps)
    before = document.text[: passage.gaps[0][0]].split()[-3:]
    after = document.text[passage.gaps[1][1] :].split()[:3]
    assert " ".join(before + after) in passage.search_text
    assert name.isupper() and quote not in searched(passages) and name not in searched(passages)


def test_the_caption_with_the_contacts_is_kept() -> None:
    _, passages = corpus("000")
    assert passages[0].start < 10 and passages[0].text.count("projektkoordinatör") == 2


def test_a_word_broken_at_a_line_end_is_whole_in_search_text() -> None:
    document, passages = corpus("000")
    [(first, last)] = re.findall(r"(\w+)-\s*\n\s*(\w+)", document.text)
    assert f" {first}{last} " in searched(passages) and f"{first}-" not in searched(passages)


def test_what_is_known_of_each_document() -> None:
    found = {name: corpus(name)[0].metadata for name in ("000", "002", "003", "004")}
    assert found["000"].period == ("", "2021-06") and found["000"].published == ""
    assert found["002"].period == ("2019-01", "2021-03")
    assert "Norra Mellansverige" in found["002"].regions and len(found["002"].regions) == 4
    assert (found["003"].publisher, found["003"].published) == ("Regionförbundet Örebro", "2009-01-29")
    assert found["003"].period == ("", "")
    assert (found["004"].publisher, found["004"].regions) == ("Region Värmland", ("Värmland",))
    assert found["004"].published == "" and found["004"].as_of == "2018-11-22"
