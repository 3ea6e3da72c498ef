"""The measurements' own parts, without the systems that they are held against."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import bench
import numpy as np
import pytest
from benchmark.cache import fingerprint, kept
from benchmark.figures import growth, percentile, ratio
from benchmark.float_model import build_tokenizer
from benchmark.growing_text import SENTENCE, WORD, GrowingText
from benchmark.quality import row, score
from benchmark.scaled_store import change, documents, fill, settings
from benchmark.sets import RetrievalSet, Source
from benchmark.speed import Measured, spread, turns
from benchmark.speed import row as speed_row
from benchmark.tables import Part, markdown, save, table
from benchmark.worker import Worker

from assistant.evaluation.cases import Evidence
from vectorstore.bundled_model import read_bundled_model, weights_path
from vectorstore.catalogue import open_catalogue
from vectorstore.publish import publish
from vectorstore.token_vectors import EmbeddedPassages

TOWNS = "Arboga Borgholm Charlottenberg Degerfors Eksjö Falköping Gnesta Hedemora Iggesund Jokkmokk".split()
TEXTS = [
    f"Färjan till {town} avgår klockan {hour}. Biljetter säljs i kiosken vid {town} torg. "
    f"Hundar får följa med mot avgift, {hour} kronor styck! Vänthallen stänger efter sista turen."
    for hour, town in enumerate(TOWNS, start=7)
]


def grown() -> GrowingText:
    """The texts with vectors by chance; each code says which text its token is of."""
    made = np.random.default_rng(1).normal(size=(len(TEXTS), 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    codes = [np.full((40, 96), number, np.uint8) for number in range(len(TEXTS))]
    return GrowingText(TEXTS, EmbeddedPassages(made, codes, [0] * len(TEXTS)))


def test_a_line_and_a_power_are_found_again() -> None:
    line = growth([1_000, 10_000, 100_000], [6.0, 15.0, 105.0])
    assert (line.start, line.slope) == pytest.approx((5, 0.001))
    assert line.reaches(40) == pytest.approx(35_000)
    assert line.at(35_000) == pytest.approx(40)
    assert growth([10, 100, 1000], [3 * n**0.5 for n in (10, 100, 1000)]).exponent == pytest.approx(0.5)
    assert growth([10, 100], [7.0, 7.0]).reaches(8) > 1e9
    assert growth([10, 100], [7.0, 6.0]).reaches(8) == float("inf")
    with pytest.raises(ValueError, match="from 1 size"):
        growth([10], [1.0])


def test_rounds_are_compared_in_pairs() -> None:
    # The machine was ten times slower in the second round, which a ratio of all means would not see past.
    found = ratio([1.0, 10.0, 1.0], [2.0, 40.0, 2.0])
    assert (found.middle, found.least, found.most) == (0.5, 0.25, 0.5)
    assert str(found) == "0.50 (0.25 to 0.50)"
    assert percentile([1, 2, 3, 4, 5], 0.5) == 3
    with pytest.raises(ValueError):
        ratio([1.0], [1.0, 2.0])


def test_texts_come_from_all_over_and_turns_change() -> None:
    assert spread([str(n) for n in range(10)], 5) == ["0", "2", "4", "6", "8"]
    assert [turns(["a", "b", "c"], round)[0] for round in range(4)] == ["a", "b", "c", "a"]
    with pytest.raises(ValueError, match="4 texts are wanted, and there are 3"):
        spread(["a", "b", "c"], 4)


def test_a_speed_line_tells_ours_against_it() -> None:
    measured = {
        "ours": Measured(2.0, [[4.0, 4.0], [8.0, 8.0]], [50.0, 25.0], 600.0, 700.0),
        "langchain": Measured(9.0, [[20.0, 20.0], [16.0, 16.0]], [10.0, 5.0], 1500.0, 1600.0),
    }
    assert speed_row("langchain", measured)[1:] == [
        *("18.0 / 20.0", "0.35 (0.20 to 0.50)", "7.5", "5.00 (5.00 to 5.00)", "1500", "0.40", "1600", "9.0")
    ]
    assert speed_row("ours", measured)[2] == ""


SET = RetrievalSet(
    "small",
    [Source("a", "", "x"), Source("b", "", "y")],
    {"q1": "?", "q2": "?"},
    qrels={"q1": {"a": 1}, "q2": {"b": 1}},
)


def test_documents_rank_by_their_best_passage() -> None:
    found = {
        "q1": [(["b"], "1"), (["b"], "2"), (["a"], "3")],
        "q2": [(["b"], "1"), (["a"], "2"), (["b"], "3")],
    }
    assert score(SET, found) == {"nDCG@10": [pytest.approx(1 / np.log2(3)), 1.0]}


def test_evidence_counts_in_the_first_passages_of_its_file() -> None:
    quotes = {"q": [Evidence("a.txt", "Taket är 50 procent."), Evidence("b.txt", "Sök före den 1 mars.")]}
    given = RetrievalSet("small", [], {"q": "?"}, evidence=quotes)
    whole = (["a.txt"], "Stödet är litet. Taket är  50 procent.")
    found = {"q": [(["c.txt"], "Taket är 50 procent."), whole, (["b.txt"], "Sök före den 1 mars.")]}
    scores = score(given, found)
    assert scores == {
        "evidence@1, any": [0.0],
        "evidence@1, all": [0.0],
        "evidence@5, any": [1.0],
        "evidence@5, all": [1.0],
    }
    assert score(given, {"q": [whole]})["evidence@5, all"] == [0.0]


def test_a_row_holds_intervals_and_a_paired_test() -> None:
    low, high = [0.0, 0.2, 0.1] * 10, [0.5, 0.6, 0.4] * 10
    start = ["s", "m", "BM25, Swedish stems", "30", "0.100"]
    found = row("s", "m", "bm25", high, low)
    assert found[:5] == start and found[6] == "+0.400" and found[8] == "< .001"
    assert row("s", "m", "bm25", low, low)[6:] == ["+0.000", "+0.000 to +0.000", "1.000"]
    assert row("s", "m", "ours", low, low)[6:] == ["", "", ""]


def test_the_document_changes_between_its_markers_only(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text(
        "# Före\n<!-- bench:speed -->\ngammalt\n<!-- /bench:speed -->\nefter\n<!-- bench:scale -->\n"
        "kvar\n<!-- /bench:scale -->\n",
        "utf-8",
    )
    part = Part("speed", table(["a", "b"], [["1", "x|y"]]), ["En anmärkning."])
    save(path, "speed", markdown(part, "make bench ARGS=speed", 61.2))
    once = path.read_text("utf-8")
    assert "gammalt" not in once and "kvar" in once and once.startswith("# Före\n<!-- bench:speed -->\n20")
    assert "| a | b |\n| --- | --- |\n| 1 | x/y |\n\nEn anmärkning.\n<!-- /bench:speed -->\nefter" in once
    assert "`make bench ARGS=speed` (61 s)" in once and "load" in once
    save(path, "speed", "nytt")
    save(path, "speed", "nytt")
    assert path.read_text("utf-8").count("nytt") == 1


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "<!-- bench:speed -->",
        "<!-- /bench:speed --> <!-- bench:speed -->",
        "<!-- bench:speed --> <!-- bench:speed --> <!-- /bench:speed -->",
    ],
)
def test_a_document_without_its_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "performance.md"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="must hold <!-- bench:speed --> and after it"):
        save(path, "speed", "nytt")
    assert path.read_text("utf-8") == text


def test_the_performance_page_has_a_place_for_every_part(tmp_path: Path) -> None:
    given = bench.read_arguments([])
    copy = tmp_path / "performance.md"
    copy.write_bytes(bench.DOCUMENT.read_bytes())
    for name in bench.parts(given):
        save(copy, name, f"saved {name}")
    assert [f"saved {name}" in copy.read_text("utf-8") for name in given.parts] == [True] * 4


def test_a_table_has_a_cell_for_each_head() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 heads"):
        table(["a", "b"], [["1"]])


def test_an_unknown_part_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.read_arguments(["speed", "price"])
    assert "there is no part price; there are quality, speed, scale, answers" in capsys.readouterr().err


def test_the_cache_keeps_what_is_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = tmp_path / "code" / "a.py"
    source.parent.mkdir()
    source.write_text("1")
    first = fingerprint([source.parent], "x")
    assert first == fingerprint([source], "x") != fingerprint([source], "y")
    for name in ("scale-1000", "scale-10000"):
        kept(name, first).mkdir()
    source.write_text("2")
    assert not kept("scale-1000", fingerprint([source], "x")).exists()
    assert not kept("scale-1000", first).exists() and kept("scale-10000", first).exists()


def test_made_passages_are_real_ones_put_together_with_new_words() -> None:
    growing = grown()
    made = list(growing.passages(60))
    real = {sentence for text in TEXTS for sentence in SENTENCE.split(text)}
    assert [one.text for one in made[: len(TEXTS)]] == TEXTS
    assert np.linalg.norm([one.vector for one in made], axis=1) == pytest.approx(1, abs=1e-5)
    assert [one.text for one in grown().passages(60)] == [one.text for one in made]
    unchanged = [each in real for one in made[len(TEXTS) :] for each in SENTENCE.split(one.text)]
    assert 0.2 < np.mean(unchanged) < 1
    words = Counter(word.casefold() for one in made for word in WORD.findall(one.text))
    vocabulary = growing.vocabulary
    expected = vocabulary.scale * sum(words.values()) ** vocabulary.power
    assert len(words) == pytest.approx(expected, rel=0.05)
    assert {len(np.unique(one.codes)) for one in made[len(TEXTS) :]} == {3}
    assert len(words) > 2 * len({word.casefold() for text in TEXTS for word in WORD.findall(text)})


def test_passages_belong_to_their_documents() -> None:
    made = list(documents(grown(), 50))
    assert [len(cut) for _, cut, *_ in made] == [20, 20, 10]
    for document, cut, embedded, rows in made:
        assert embedded.shape == (len(cut), 384)
        assert {len(each) for each in rows.values()} == {len(cut)}
        assert [one.text for one in cut] == [document.text[one.start : one.end] for one in cut]


@pytest.mark.slow
def test_a_store_is_filled_and_changed(tmp_path: Path) -> None:
    facts = fill(grown(), 50, settings(tmp_path))
    assert (facts["passages"], facts["documents"]) == (50, 3)
    assert facts["build"] > 0 and facts["disk"] > 0
    catalogue = open_catalogue(settings(tmp_path))
    before, stamps = catalogue.version(), catalogue.stamps()
    assert change(grown(), settings(tmp_path)) > 0
    changed = {id for id, stamp in catalogue.stamps().items() if stamps.get(id) != stamp}
    assert changed == {"000000"} and catalogue.version().revision == before.revision + 1
    # It is published already, so publishing again makes no new generation.
    assert publish(catalogue, settings(tmp_path).data_dir).version == catalogue.version()
    catalogue.close()


@pytest.mark.slow
def test_the_other_systems_read_words_as_ours_does(model_dir: Path) -> None:
    from vectorstore.onnx_network import load_network

    own = load_network(model_dir).pieces
    other = build_tokenizer(read_bundled_model(weights_path()))
    for text in (*TEXTS, "query: Vad är  ett\n½ visum?", "Smörgåsbord – ﬁn \u00a0EU:s 50 %", "å ä ö", ""):
        assert other.encode(text).ids == own.encode(text, add_bos=True, add_eos=True), text


TALKER = """
from benchmark.worker import serve
import os
print("a library's chatter")
os.system("echo more of it")
serve({"double": lambda number: 2 * number, "end": lambda: os._exit(3)})
"""


def test_a_process_answers_past_chatter_and_its_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talker.py").write_text(TALKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Worker("talker") as worker:
        assert worker.ask("double", number=21) == 42
        assert worker.ask("memory")["rss"] > 5
        with pytest.raises(SystemExit, match="talker ended with 3"):
            worker.ask("end")


def test_the_command_tells_what_it_can_measure() -> None:
    command = [sys.executable, str(Path(bench.__file__)), "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(
        name in told for name in ("quality", "speed", "scale", "answers", "langchain", "txtai", "bm25")
    )
